import Foundation
import KleanCoordinator
import KleanCore
import KleanLedger
import KleanTransport
import KleanWire
import KleanWorker
import Synchronization
import Testing

/// A coordinator and workers as threads of this process, over loopback TCP.
@Suite struct ClusterTests {
    /// Runs a job with workers in threads; an `ipc` endpoint in the job's folder, so that workers
    /// know it beforehand.
    static func run(
        _ job: ToyJob, workers: Int, change: (inout CoordinatorOptions) -> Void = { _ in },
        worker: @escaping @Sendable (inout WorkerOptions) -> Void = { _ in },
        engine: @escaping @Sendable () -> any ShardEngine = { ToyEngine() }
    ) throws -> (report: RunReport, ends: [String]) {
        var options = CoordinatorOptions(index: job.index)
        options.endpoint = "ipc://\(job.folder)/socket"
        options.workersExpected = workers
        change(&options)
        let coordinator = Coordinator(plan: job.plan, options: options)
        let ends = Mutex<[String]>([])
        let endsBox = Shared(ends)
        let threads = (0..<workers).map { number in
            var options = WorkerOptions(
                endpoint: options.endpoint, name: "w\(number + 1)",
                cache: job.folder + "/cache")
            worker(&options)
            let worker = Worker(options: options, makeEngine: engine)
            return OSThread {
                do {
                    let end = try worker.run()
                    endsBox.value.withLock { $0.append("\(end)") }
                } catch {
                    endsBox.value.withLock { $0.append("\(error)") }
                }
            }
        }
        let report = try coordinator.run()
        for thread in threads { thread.join() }
        return (report, endsBox.value.withLock { $0 })
    }

    @Test(arguments: [1, 2, 4])
    func indexDoesNotDependOnWorkers(_ workers: Int) throws {
        let folder = try ToyFolder()
        let job = ToyJob(folder: folder.path)
        try job.write()
        let (report, ends) = try Self.run(job, workers: workers)
        #expect(report.outcome == .complete)
        #expect(report.index == job.oracle())
        #expect(report.shardsCommitted == 100)
        #expect(report.quarantined.isEmpty)
        #expect(report.rowsScored == 5_000)
        #expect(report.workers.reduce(0) { $0 + $1.shardsCommitted } == 100)
        #expect(report.stages.map(\.name) == ["sum", "digest"])
        #expect(ends.allSatisfy { $0 == "drained" })
    }

    @Test func modelAndProfileComeOverTheWire() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 5, folder: folder.path)
        try job.write()
        let (report, _) = try Self.run(job, workers: 2, worker: { $0.readsByPath = false })
        #expect(report.index == job.oracle())
        #expect(report.bytesSent > 2_500_000)
    }

    @Test func corruptChunkIsNamedAndTheRestGoesOn() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 12, corrupt: [4], folder: folder.path)
        try job.write()
        let (report, _) = try Self.run(job, workers: 2)
        #expect(report.outcome == .complete)
        #expect(report.quarantined.map(\.shard) == [4])
        #expect(report.quarantined.first?.reason == "corrupt chunk: column 3: checksum")
        #expect(report.index == job.oracle(without: [4]))

        // Repaired, the same command makes it whole: survey, profile and all scores.
        let repaired = ToyJob(shardCount: 12, folder: folder.path)
        let (second, _) = try Self.run(repaired, workers: 2)
        #expect(second.quarantined.isEmpty)
        #expect(second.index == repaired.oracle())
        #expect(second.shardsResumed == 11)
        #expect(second.shardsCommitted == 13)
    }

    @Test func failingShardIsQuarantinedWithItsReason() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 12, folder: folder.path)
        try job.write()
        let (report, _) = try Self.run(
            job, workers: 2, engine: { ToyEngine(failing: [3]) })
        #expect(report.quarantined.map(\.shard) == [3])
        #expect(report.quarantined.first?.reason.contains("cannot") == true)
        #expect(report.index == job.oracle(without: [3]))
        // What had not begun may have been given back, so that the shard could run alone.
        #expect(report.retries.map(\.reason) == ["scorerError"])
        let plan = job.plan
        let ledger = try Ledger(
            path: JobFolder(index: job.index).ledger,
            job: LedgerJob(
                id: plan.jobID, snapshot: plan.snapshot, model: plan.model,
                parameters: plan.parameters, scorerVersion: plan.scorerVersion, shardCount: 12))
        #expect(try ledger.attempts(.survey, shard: 3).map(\.outcome).count == 3)
    }

    /// Shards that are surveyed at once fail alone, and what they give is what each gives alone.
    @Test(arguments: [1, 2]) func surveysJoinedAtOnceChangeNothing(_ workers: Int) throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 24, corrupt: [7], folder: folder.path)
        try job.write()
        let sizes = Shared(Mutex<[Int]>([]))
        let (report, _) = try Self.run(
            job, workers: workers, engine: { Joining(ToyEngine(failing: [3]), sizes: sizes) })
        #expect(report.quarantined.map(\.shard) == [3, 7])
        #expect(report.index == job.oracle(without: [3, 7]))
        let found = sizes.value.withLock { $0 }
        #expect(found.allSatisfy { (1...Limits.shardsPerJoinMax).contains($0) }, "\(found)")
        #expect(found.reduce(0, +) >= 24, "\(found)")
    }

    @Test func otherScorerVersionIsRefused() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 4, folder: folder.path)
        try job.write()
        let count = Shared(Mutex(0))
        let (report, ends) = try Self.run(
            job, workers: 2,
            worker: { options in
                if count.value.withLock({
                    $0 += 1
                    return $0
                }) == 1 {
                    options.scorerVersion = 999
                }
            })
        #expect(report.index == job.oracle())
        #expect(
            ends.contains(
                "refused by the coordinator: scorer version: "
                    + "expected \(ScorerVersion.current), found 999"))
    }

    @Test func aWorkerThatCannotPrepareSaysSo() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 4, folder: folder.path)
        try job.write()
        struct Unable: ShardEngine {
            func prepare(_ inputs: EngineInputs) throws { throw ToyFault("no such bank") }
            func survey(_ shard: ShardInput) throws -> ShardOutput { throw ToyFault("never") }
            func score(_ shard: ShardInput) throws -> ShardOutput { throw ToyFault("never") }
        }
        let count = Shared(Mutex(0))
        let (report, ends) = try Self.run(
            job, workers: 2,
            engine: {
                let number = count.value.withLock {
                    $0 += 1
                    return $0
                }
                if number == 1 { return Unable() }
                return ToyEngine()
            })
        #expect(report.index == job.oracle())
        #expect(ends.contains("cannot prepare: no such bank"))
    }

    @Test func aDrainedRunResumes() throws {
        let folder = try ToyFolder()
        let job = ToyJob(folder: folder.path)
        try job.write()
        var options = CoordinatorOptions(index: job.index)
        options.endpoint = "ipc://\(job.folder)/socket"
        let coordinator = Coordinator(plan: job.plan, options: options)
        let control = coordinator.control
        let done = Shared(Mutex(0))
        let worker = Worker(
            options: WorkerOptions(
                endpoint: options.endpoint, name: "w1", cache: job.folder + "/cache"),
            makeEngine: {
                Draining(after: 20, done: done) { control.drain() }
            })
        let thread = OSThread { _ = #expect(throws: Never.self) { try worker.run() } }
        let first = try coordinator.run()
        thread.join()
        #expect(first.outcome == .drained)
        #expect(first.index == nil)
        #expect((1..<50).contains(first.shardsCommitted))
        let (second, _) = try Self.run(job, workers: 2)
        #expect(second.index == job.oracle())
        #expect(second.shardsResumed == first.shardsCommitted)
        #expect(second.shardsCommitted + second.shardsResumed == 100)
    }

    @Test func aFinishedJobIsPublishedAgainWithoutWorkers() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        _ = try Self.run(job, workers: 1)
        let (again, _) = try Self.run(job, workers: 0)
        #expect(again.index == job.oracle())
        #expect(again.shardsCommitted == 0)
    }

    @Test func twoCoordinatorsOfOneJobAndOtherJobsAreRefused() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        _ = try Self.run(job, workers: 1)
        let other = ToyJob(shardCount: 7, folder: folder.path)
        #expect(throws: LedgerError.self) { try Self.run(other, workers: 0) }
        var open = CoordinatorOptions(index: job.index)
        open.endpoint = "tcp://0.0.0.0:*"
        #expect(throws: TransportError.insecureAddress(endpoint: "tcp://0.0.0.0:*")) {
            try Coordinator(plan: job.plan, options: open).run()
        }
    }

    /// Garbage, truncated and foreign frames change nothing but the log.
    @Test func nonsenseOnTheSocketIsSurvived() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 10, folder: folder.path)
        try job.write()
        let endpoint = "ipc://\(job.folder)/socket"
        let hello = Message.credit(totalBytes: 7).header
        let (report, _) = try Self.run(
            job, workers: 1,
            engine: {
                do {
                    let context = TransportContext()
                    let link = try Link.connected(to: endpoint, as: .random(), context: context)
                    for cut in 0..<hello.count {
                        try link.send([SharedBytes(Array(hello[..<cut]))])
                        var flipped = hello
                        flipped[cut] ^= 0x10
                        try link.send([SharedBytes(flipped), SharedBytes(hello)])
                    }
                    for _ in 0..<20 where try link.receive() == nil {
                        _ = link.wait(milliseconds: 50)
                    }
                } catch {
                    Issue.record("\(error)")
                }
                return ToyEngine()
            })
        #expect(report.index == job.oracle())
    }
}

/// Something a closure may share although it cannot be copied.
final class Shared<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}

/// A toy engine that takes surveys several at a time, and notes how many.
struct Joining: ShardEngine {
    var toy: ToyEngine
    let sizes: Shared<Mutex<[Int]>>
    let shardsPerJoin = Limits.shardsPerJoinMax

    init(_ toy: ToyEngine, sizes: Shared<Mutex<[Int]>>) {
        self.toy = toy
        self.sizes = sizes
    }

    mutating func prepare(_ inputs: EngineInputs) throws { try toy.prepare(inputs) }

    func survey(_ shard: ShardInput) throws -> ShardOutput { try toy.survey(shard) }

    func survey(_ shards: [ShardInput]) -> [Result<ShardOutput, any Error>] {
        sizes.value.withLock { $0.append(shards.count) }
        return shards.map { shard in Result { try toy.survey(shard) } }
    }

    func score(_ shard: ShardInput) throws -> ShardOutput { try toy.score(shard) }
}

/// A toy engine that asks for a drain after some shards.
struct Draining: ShardEngine {
    var toy = ToyEngine()
    let after: Int
    let done: Shared<Mutex<Int>>
    let drain: @Sendable () -> Void

    init(after: Int, done: Shared<Mutex<Int>>, drain: @escaping @Sendable () -> Void) {
        self.after = after
        self.done = done
        self.drain = drain
    }

    mutating func prepare(_ inputs: EngineInputs) throws { try toy.prepare(inputs) }

    func survey(_ shard: ShardInput) throws -> ShardOutput {
        let count = done.value.withLock {
            $0 += 1
            return $0
        }
        if count == after { drain() }
        return try toy.survey(shard)
    }

    func score(_ shard: ShardInput) throws -> ShardOutput { try toy.score(shard) }
}
