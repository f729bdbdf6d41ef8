import Foundation
import KleanCoordinator
import KleanCore
import Testing

/// Real processes that really die. Whatever is killed and whenever, the index is the same.
@Suite(.serialized) struct ProcessTests {
    /// Makes a job of 40 shards in a folder of its own.
    static func job(_ folder: ToyFolder) throws -> ToyJob {
        let job = ToyJob(shardCount: 40, folder: folder.path)
        try job.write()
        return job
    }

    /// Pids of all workers that a job ever started, from its log.
    static func workerPids(_ job: ToyJob) throws -> [pid_t] {
        let log = try String(contentsOfFile: JobFolder(index: job.index).runLog, encoding: .utf8)
        return log.split(separator: "\n").filter { $0.contains("\"worker started\"") }
            .compactMap { line in
                line.split(separator: "\"pid\":\"").last.flatMap {
                    pid_t($0.prefix { $0 != "\"" })
                }
            }
    }

    /// The coordinator kills itself, as `kill -9` would, at a step of the protocol; the next one
    /// resumes with what the ledger has.
    @Test(arguments: [
        "survey:lease:2", "survey:received:10", "survey:written:12", "survey:commit:17",
        "survey:stored:20", "survey:acknowledge:25", "merge:start:1", "merge:done:1",
        "score:commit:3", "score:written:20", "score:stored:40", "publish:start:1",
        "publish:done:1",
    ])
    func aKilledCoordinatorResumes(_ step: String) throws {
        let folder = try ToyFolder()
        let job = try Self.job(folder)
        let killed = try ToyRole.run(job, ["KLEAN_CRASH_AT": step])
        #expect(killed.wasKilled, "\(step) was not reached: \(killed.report)")
        let resumed = try ToyRole.run(job)
        #expect(resumed.value("outcome") == "complete", "\(step): \(resumed.report)")
        #expect(resumed.value("index") == job.oracle().hex)
        let counts = [resumed.value("committed"), resumed.value("resumed")]
            .compactMap { $0.flatMap { Int($0) } }
        #expect(counts.reduce(0, +) == 80, "no committed shard is scanned again")
        // The killed coordinator's workers saw their input close.
        for pid in try Self.workerPids(job) {
            for _ in 0..<500 where kill(pid, 0) == 0 { usleep(10_000) }
            #expect(kill(pid, 0) != 0, "worker \(pid) outlives its coordinator")
        }
    }

    @Test(arguments: [
        "survey:receive:2", "survey:compute:3", "survey:result:4", "survey:committed:2",
        "score:compute:5", "score:result:1",
    ])
    func aKilledWorkerChangesNothing(_ step: String) throws {
        // Alone, it must be started again; beside a rival, the rival may have finished by then.
        for workers in [1, 2] {
            let folder = try ToyFolder()
            let job = try Self.job(folder)
            let run = try ToyRole.run(
                job, ["KLEAN_WORKER_CRASH_AT": step, "KLEAN_TOY_WORKERS": "\(workers)"])
            #expect(run.value("outcome") == "complete", "\(run.report)")
            #expect(run.value("index") == job.oracle().hex)
            #expect(run.value("quarantined") == "[]")
            if workers == 1 {
                #expect(try Self.workerPids(job).count == 2, "killed at \(step), started again")
            }
        }
    }

    @Test(arguments: [1, 2, 4])
    func everyWorkerCommits(_ workers: Int) throws {
        let folder = try ToyFolder()
        let job = try Self.job(folder)
        let run = try ToyRole.run(job, ["KLEAN_TOY_WORKERS": "\(workers)"])
        #expect(run.value("index") == job.oracle().hex)
        let lines = run.report.filter { $0.hasPrefix("worker ") }
        #expect(lines.count == workers)
        #expect(lines.allSatisfy { !$0.contains(" 0 ") }, "\(lines)")
    }

    /// A shard that kills whoever scans it is quarantined, and nothing else is.
    @Test(arguments: [1, 2])
    func aDeadlyShardIsQuarantined(_ workers: Int) throws {
        let folder = try ToyFolder()
        let job = try Self.job(folder)
        let run = try ToyRole.run(
            job, ["KLEAN_TOY_DEADLY": "7", "KLEAN_TOY_WORKERS": "\(workers)"])
        #expect(run.value("outcome") == "complete", "\(run.report)")
        #expect(run.value("quarantined") == "[7]")
        #expect(run.value("index") == job.oracle(without: [7]).hex)
    }

    @Test func workersThatKeepDyingEndTheRun() throws {
        let folder = try ToyFolder()
        let job = try Self.job(folder)
        let run = try ToyRole.run(job, ["KLEAN_TOY_DEADLY": "-1"])
        #expect(run.report.first?.hasPrefix("error workers keep dying: 5 deaths") == true)
        #expect(run.status == 1)
    }

    /// A worker that stops in the middle of a shard loses it to a rival.
    @Test func aFrozenWorkerLosesItsShard() throws {
        let folder = try ToyFolder()
        let job = try Self.job(folder)
        let run = try ToyRole.run(job, ["KLEAN_TOY_FROZEN": "0,1,2,3"])
        #expect(run.value("outcome") == "complete", "\(run.report)")
        #expect(run.value("index") == job.oracle().hex)
        #expect(run.value("quarantined") == "[]")
    }
}
