import Foundation
import KleanCoordinator
import KleanCore
import KleanLedger
import KleanTransport
import KleanWorker
import Synchronization
import Testing

/// On-call's orders reach a living coordinator and do what they say.
@Suite struct ControlTests {
    /// An engine that waits at its first shard until it is let go, so that a test can look around
    /// in the middle of a job.
    final class Gate: Sendable {
        let reached = Mailbox<Void>()
        let opened = Mailbox<Void>()
        let isUsed = Atomic<Bool>(false)
    }

    struct GatedEngine: ShardEngine {
        var toy: ToyEngine
        let gate: Gate

        mutating func prepare(_ inputs: EngineInputs) throws { try toy.prepare(inputs) }

        func survey(_ shard: ShardInput) throws -> ShardOutput {
            if !gate.isUsed.exchange(true, ordering: .relaxed) {
                gate.reached.put(())
                _ = gate.opened.take()
            }
            return try toy.survey(shard)
        }

        func score(_ shard: ShardInput) throws -> ShardOutput { try toy.score(shard) }
    }

    /// Runs a job of one worker, and `body` while the worker stands at the gate.
    func withGatedJob(
        _ job: ToyJob, failing: Set<Int> = [],
        _ body: @escaping @Sendable (JobFolder) throws -> Void
    ) throws -> RunReport {
        let gate = Gate()
        let folder = JobFolder(index: job.index)
        let watcher = OSThread {
            _ = gate.reached.take()
            _ = #expect(throws: Never.self) { try body(folder) }
            gate.opened.close()
        }
        let (report, _) = try ClusterTests.run(
            job, workers: 1,
            engine: { GatedEngine(toy: ToyEngine(failing: failing), gate: gate) })
        watcher.join()
        return report
    }

    @Test func statusWorkersAndShardsTellWhatRuns() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        let report = try withGatedJob(job) { folder in
            let mode = try FileManager.default
                .attributesOfItem(atPath: folder.control)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let pause = try ControlClient.ask(folder, .pause)
            #expect(pause?.lines.count == 1)
            let board = try #require(try ControlClient.ask(folder, .status)?.board)
            #expect(board.isPaused)
            #expect(board.shards.total == 6)
            #expect(board.workers.map(\.name) == ["w1"])
            #expect(board.workers.first?.state == "busy")
            #expect(board.running.contains { $0.shard == 0 && $0.worker == "w1" })
            let dump = try #require(try ControlClient.ask(folder, .dump)?.dump)
            #expect(dump.threads.map(\.name) == ["loop", "commit", "task"])
            #expect(throws: ControlError.refused("no worker named w9 is here")) {
                try ControlClient.ask(folder, .drain(worker: "w9", reason: "none"))
            }
            #expect(throws: ControlError.refused("no shard 6: the job has shards 0 to 5")) {
                try ControlClient.ask(folder, .retry(shards: [6]))
            }
            _ = try ControlClient.ask(folder, .resume)
        }
        #expect(report.index == job.oracle())
        #expect(try ControlClient.ask(JobFolder(index: job.index), .status) == nil)
    }

    /// Goal: a skipped shard stays out of this run and the next, until it is released.
    @Test func skippedShardsStaySkippedUntilReleased() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        let report = try withGatedJob(job) { folder in
            let reply = try ControlClient.ask(folder, .skip(shards: [4], reason: "poison"))
            #expect(reply?.lines == ["shard 4: skipped, also in later runs until released"])
            let retry = try ControlClient.ask(folder, .retryQuarantined)
            #expect(
                retry?.lines == ["shard 4: skipped by a person; `klean shards release` ends that"])
        }
        #expect(report.quarantined.map(\.shard) == [4])
        #expect(report.quarantined.first?.reason == "skipped by hand: poison")
        #expect(report.index == job.oracle(without: [4]))
        // Nothing is left to do, so no worker would be let go.
        let (again, _) = try ClusterTests.run(job, workers: 0)
        #expect(again.quarantined.map(\.shard) == [4])
        let ledger = try Ledger(existing: JobFolder(index: job.index).ledger)
        #expect(try ledger.quarantined().map(\.isSkipped) == [true])
        try ledger.append([.released(.survey, shard: 4)])
        let (released, _) = try ClusterTests.run(job, workers: 1)
        #expect(released.index == job.oracle())
    }

    /// A running shard that is retried goes back and is computed again; an evicted worker's
    /// process is not let in again, and nobody is blamed.
    @Test func retryAndEvictBlameNobody() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        let endpoint = "ipc://\(job.folder)/socket"
        let second = Worker(
            options: WorkerOptions(endpoint: endpoint, name: "w2", cache: job.folder + "/cache"),
            makeEngine: { ToyEngine() })
        let rival = Mailbox<OSThread>()
        let report = try withGatedJob(job) { folder in
            let retry = try ControlClient.ask(folder, .retry(shards: [0]))
            #expect(retry?.lines == ["shard 0: tried again"])
            let evict = try ControlClient.ask(folder, .evict(worker: "w1"))
            #expect(evict?.lines.first == "w1: evicted; its shards run elsewhere, without blame")
            rival.put(OSThread { _ = #expect(throws: Never.self) { try second.run() } })
        }
        rival.take()?.join()
        #expect(report.index == job.oracle())
        #expect(report.quarantined.isEmpty)
        let ledger = try Ledger(existing: JobFolder(index: job.index).ledger)
        let outcomes = try ledger.attempts(.survey, shard: 0).map(\.outcome)
        #expect(outcomes.first == "returned")
        #expect(outcomes.last == "committed")
        #expect(try ledger.attempts(.survey, shard: 0).last?.worker == "w2")
        #expect(try ledger.shards(.survey, failedOnly: true).isEmpty)
    }

    /// Goal: with keys the whole job is encrypted; a key that leaves the list is cut at once.
    @Test func aRevokedKeyIsCut() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        let list = try AllowList(path: job.folder + "/allowed")
        let (own, first, second) = try (
            KeyPair.generate(), KeyPair.generate(), KeyPair.generate()
        )
        try list.allow("w1", first.publicKey)
        try list.allow("w2", second.publicKey)
        let number = Shared(Mutex(0))
        let gate = Gate()
        let watcher = OSThread {
            _ = gate.reached.take()
            _ = #expect(throws: Never.self) {
                try list.revoke("w1")
                // Until it is gone; ten seconds at most.
                for _ in 0..<1_000 {
                    let board = try ControlClient.ask(JobFolder(index: job.index), .status)?.board
                    guard board?.workers.contains(where: { $0.name == "w1" }) == true else {
                        break
                    }
                    usleep(10_000)
                }
            }
            gate.opened.close()
        }
        let (report, ends) = try ClusterTests.run(
            job, workers: 2,
            change: {
                $0.security = CoordinatorKeys(own: own, allowed: list)
            },
            worker: { options in
                let order = number.value.withLock {
                    $0 += 1
                    return $0
                }
                options.name = order == 1 ? "w1" : "w2"
                options.keys = WorkerKeys(
                    own: order == 1 ? first : second, coordinator: own.publicKey)
            },
            engine: { GatedEngine(toy: ToyEngine(), gate: gate) })
        watcher.join()
        #expect(report.index == job.oracle())
        #expect(
            ends.sorted() == [
                "drained",
                "refused by the coordinator: expected a listed key, found a revoked one",
            ])
    }
}
