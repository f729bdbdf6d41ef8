import KleanCoordinator
import KleanCore
import Testing

/// A worker process that lies, among honest ones: it is found, and the index is the honest one,
/// also when the coordinator is killed while it finds out.
@Suite(.serialized) struct LiarTests {
    static let everything = ["KLEAN_TOY_CHECK": "1000000", "KLEAN_TOY_WORKERS": "3"]

    static func lying(_ phase: Phase) -> [String: String] {
        everything.merging(["KLEAN_TOY_LIES_IN": phase.name]) { $1 }
    }

    @Test(arguments: Phase.allCases)
    func aLiarIsFoundAndUndone(_ phase: Phase) throws {
        let folder = try ToyFolder()
        let job = try ProcessTests.job(folder)
        let run = try ToyRole.run(job, Self.lying(phase))
        #expect(run.value("outcome") == "complete", "\(run.report)")
        #expect(run.value("index") == job.oracle().hex)
        #expect(run.value("liars") == "[\"w1\"]")
        #expect(run.value("quarantined") == "[]")
    }

    @Test(arguments: [
        "survey:compare:1", "survey:compare:9", "judge:start:1", "distrust:done:1",
    ])
    func findingOutSurvivesACrash(_ step: String) throws {
        let folder = try ToyFolder()
        let job = try ProcessTests.job(folder)
        let killed = try ToyRole.run(
            job, Self.lying(.survey).merging(["KLEAN_CRASH_AT": step]) { $1 })
        #expect(killed.wasKilled, "\(step) was not reached: \(killed.report)")
        let resumed = try ToyRole.run(job, Self.lying(.survey))
        #expect(resumed.value("index") == job.oracle().hex, "\(resumed.report)")
        #expect(resumed.value("liars") == "[\"w1\"]")
    }

    /// At least one: which shards are drawn is the ledger's secret.
    @Test func aDefaultShareChecksAShardOfEachPhase() throws {
        let folder = try ToyFolder()
        let job = try ProcessTests.job(folder)
        let run = try ToyRole.run(job)
        #expect(run.value("index") == job.oracle().hex)
        let checks = run.value("checks").flatMap { Int($0) } ?? 0
        #expect(run.value("liars") == "[]" && checks >= 2, "\(run.report)")
    }

    @Test(arguments: [0, 10_000, 300_000, 1_000_000] as [UInt32])
    func theDrawIsStableAndOfItsShare(_ share: UInt32) {
        let secret = Digest(bytes: [UInt8](repeating: 3, count: 32))
        let sample = CheckSample(secret: secret, shards: 10_000, partsPerMillion: share)
        let again = CheckSample(secret: secret, shards: 10_000, partsPerMillion: share)
        for phase in Phase.allCases {
            let count = sample.shards(phase).count
            #expect(sample.shards(phase) == again.shards(phase))
            #expect(abs(count - Int(share) / 100) <= 150, "\(count)")
        }
        if share == 10_000 { #expect(sample.shards(.survey) != sample.shards(.score)) }
        let few = CheckSample(secret: secret, shards: 3, partsPerMillion: max(1, share))
        #expect(!few.shards(.survey).isEmpty)
    }
}
