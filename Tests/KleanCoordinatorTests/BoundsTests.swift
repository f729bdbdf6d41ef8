import Foundation
import KleanCoordinator
import KleanCore
import KleanTransport
import KleanWire
import Testing

/// What peers can make a coordinator keep or write down is bounded.
@Suite struct BoundsTests {
    /// Goal: peers that send garbage fill no log, and the job goes on. Method: 500 routing ids send
    /// two messages that are none while a worker stands at a gate.
    @Test func garbageIsLoggedAFewTimesAndThenCounted() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 4, folder: folder.path)
        try job.write()
        let report = try ControlTests().withGatedJob(job) { place in
            let board = try #require(try ControlClient.ask(place, .status)?.board)
            let context = TransportContext()
            for _ in 0..<500 {
                let link = try Link.connected(
                    to: board.endpoint, as: .random(), context: context)
                for _ in 0..<2 { try link.send([SharedBytes([1, 2, 3])]) }
                // The refusal shows that the coordinator has read it.
                while try link.receive() == nil { _ = link.wait(milliseconds: 50) }
            }
        }
        #expect(report.index == job.oracle())
        let log = try String(
            contentsOfFile: JobFolder(index: job.index).runLog, encoding: .utf8)
        let lines = log.split(separator: "\n")
        let written = lines.filter {
            $0.contains("\"message not understood\"") || $0.contains("\"worker refused\"")
        }
        #expect(written.count <= 200)
        #expect(lines.contains { $0.contains("\"more refusals\"") })
    }

    /// Goal: a peer that takes shards and vanishes is refused by name, shows in the status, and is
    /// let in when a person trusts it. Method: sessions that say hello, take credit and close.
    @Test func aVanishingPeerIsRefusedAndTrusted() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 12, folder: folder.path)
        try job.write()
        let report = try ControlTests().withGatedJob(job) { place in
            let board = try #require(try ControlClient.ask(place, .status)?.board)
            let context = TransportContext()
            var refusal: Refusal?
            for session in 1...20 as ClosedRange<UInt64> where refusal == nil {
                refusal = try vanish(
                    board.endpoint, session, job.plan.scorerVersion, context)
            }
            #expect(refusal?.code == .evicted)
            #expect(refusal?.found == "5 losses with work in hand and no commit")
            #expect(throws: ControlError.refused("no worker named w9 is refused")) {
                try ControlClient.ask(place, .trust(worker: "w9"))
            }
            // The loop has answered, so what it last said is not older.
            let after = try #require(try ControlClient.ask(place, .status)?.board)
            #expect(after.refused.map(\.name) == ["vanisher"])
            #expect(after.quarantined.isEmpty)
            let reply = try ControlClient.ask(place, .trust(worker: "vanisher"))
            #expect(reply?.lines == ["vanisher: let in again; its losses are forgotten"])
            #expect(try ControlClient.ask(place, .status)?.board?.refused.isEmpty == true)
        }
        #expect(report.index == job.oracle())
        #expect(report.quarantined.isEmpty)
    }

    /// One session that takes what it is given, or the refusal it gets. It says bye, so that the
    /// coordinator need not find out.
    private func vanish(
        _ endpoint: String, _ incarnation: UInt64, _ scorerVersion: UInt32,
        _ context: TransportContext
    ) throws -> Refusal? {
        let link = try Link.connected(to: endpoint, as: .random(), context: context)
        let hello = Hello(
            scorerVersion: scorerVersion, incarnation: incarnation, pid: 1,
            name: "vanisher", host: "nowhere", holding: [])
        try link.send([SharedBytes(Message.hello(hello).header)])
        while true {
            guard let incoming = try link.receive() else {
                _ = link.wait(milliseconds: 50)
                continue
            }
            let frames = incoming.frames
            let message = try Message(
                header: frames[0].array, payloadBytes: frames.dropFirst().map(\.count))
            switch message {
            case .welcome:
                try link.send([SharedBytes(Message.credit(totalBytes: 1 << 30).header)])
            case .refused(let refusal): return refusal
            case .shard:
                try link.send([
                    SharedBytes(Message.bye(Bye(code: .finished, detail: "")).header)
                ])
                // The answer to what an ended session says shows that the bye was read.
                try link.send([SharedBytes(Message.credit(totalBytes: 1 << 30).header)])
                while true {
                    guard let next = try link.receive() else {
                        _ = link.wait(milliseconds: 50)
                        continue
                    }
                    let last = try Message(
                        header: next.frames[0].array,
                        payloadBytes: next.frames.dropFirst().map(\.count))
                    if case .refused = last { return nil }
                }
            default: break
            }
        }
    }
}
