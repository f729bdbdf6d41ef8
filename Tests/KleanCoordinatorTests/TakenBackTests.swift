import Foundation
import KleanCore
import KleanTransport
import KleanWire
import KleanWorker
import Testing

/// A real worker under a coordinator that the test plays message by message.
@Suite struct TakenBackTests {
    /// Goal: a lease that comes again after it was taken back is answered. A coordinator that was
    /// started anew takes back the check that a worker presents, and may grant the same one again.
    /// Method: the shard is at work when it is taken back and granted again; the second survey
    /// gives other bytes than the first.
    @Test func aLeaseGrantedAgainIsAnswered() throws {
        let folder = try ToyFolder()
        let context = TransportContext()
        let link = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
        let engine = PausedEngine()
        let worker = Worker(
            options: WorkerOptions(
                endpoint: link.endpoint, name: "w", cache: folder.path + "/cache")
        ) { engine }
        let thread = OSThread { _ = try? worker.run() }
        let (peer, hello) = try next(link)
        guard case .hello(let hello) = hello else {
            Issue.record("expected hello, found \(hello)")
            return
        }
        #expect(hello.holding.isEmpty)
        let welcome = Welcome(
            coordinator: 1, jobID: ToyJob.digest("job", []), phase: .survey, basis: 7,
            shardBytesMax: 100, parameters: "", artifacts: [])
        let lease = Lease(phase: .survey, shard: 3, attempt: 2, basis: 7)
        let part = ShardHeader.Part(
            directoryBytes: 1, segments: [.init(column: 3, byteCount: 2)])
        let shard = Message.shard(
            ShardHeader(
                lease: lease, isSolo: false, rows: 1, creditBytes: 10, chunk: part, pairs: nil))
        let payload: [[UInt8]] = [[1], [2, 3]]
        try say(.welcome(welcome), to: peer, link)
        try say(shard, payload, to: peer, link)
        engine.begun.wait()
        try say(.cancel(lease, .stale), to: peer, link)
        try say(shard, payload, to: peer, link)
        // The answer shows that both were read.
        try say(.storeOffer(path: folder.path), to: peer, link)
        _ = try awaited(link) { if case .storeAnswer = $0 { true } else { false } }
        for _ in 0..<2 { engine.go.signal() }
        let result = try awaited(link) { if case .result = $0 { true } else { false } }
        #expect(result.payload == [[2]], "the survey of the lease that was taken back")
        try say(.drain(reason: "done"), to: peer, link)
        thread.join()
    }

    /// The next message that `isIt` picks; others, such as beats and credit, are passed over.
    private func awaited(
        _ link: borrowing Link, _ isIt: (Message) -> Bool
    ) throws -> (message: Message, payload: [[UInt8]]) {
        while true {
            let incoming = try receive(link)
            if isIt(incoming.message) { return (incoming.message, incoming.payload) }
        }
    }

    private func next(_ link: borrowing Link) throws -> (peer: RoutingID, message: Message) {
        let incoming = try receive(link)
        return (try #require(incoming.peer), incoming.message)
    }

    private func receive(
        _ link: borrowing Link
    ) throws -> (peer: RoutingID?, message: Message, payload: [[UInt8]]) {
        while true {
            guard let incoming = try link.receive() else {
                _ = link.wait(milliseconds: 50)
                continue
            }
            let payload = incoming.frames.dropFirst().map(\.array)
            let message = try Message(
                header: incoming.frames[0].array, payloadBytes: payload.map(\.count))
            return (incoming.peer, message, payload)
        }
    }

    private func say(
        _ message: Message, _ payload: [[UInt8]] = [], to peer: RoutingID,
        _ link: borrowing Link
    ) throws {
        try link.send(([message.header] + payload).map { SharedBytes($0) }, to: peer)
    }
}

/// Says when it begins and waits to be let go; answers with the number of the survey.
private final class PausedEngine: ShardEngine, @unchecked Sendable {
    let begun = DispatchSemaphore(value: 0)
    let go = DispatchSemaphore(value: 0)
    // Only the compute thread counts.
    private var surveys: UInt8 = 0

    func prepare(_ inputs: EngineInputs) throws {}

    func survey(_ shard: ShardInput) throws -> ShardOutput {
        begun.signal()
        go.wait()
        surveys += 1
        return ShardOutput(bytes: [surveys], stages: [])
    }

    func score(_ shard: ShardInput) throws -> ShardOutput { throw ToyFault("not asked") }
}
