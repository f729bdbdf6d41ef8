import KleanTesting
import Testing

/// A short run of the simulation that `klean simulate` runs at length: every fault occurs, no rule
/// is broken, and bugs put in on purpose are found.
@Suite struct SimulationTests {
    @Test func noSeedBreaksARule() throws {
        let summary = try Simulation.run(first: 1, count: 200, threads: 2)
        for failure in summary.failures {
            Issue.record("seed \(failure.seed): \(failure.problem ?? "")")
        }
        for fault in SimulatedFault.allCases {
            #expect(summary.faults[fault.rawValue] > 0, "\(fault) never happened")
        }
    }

    @Test(arguments: [7, 20, 60] as [UInt64])
    func aSeedRepeatsItself(_ seed: UInt64) {
        let first = Simulation.run(seed: seed, keepsLog: true)
        #expect(first == Simulation.run(seed: seed, keepsLog: true), "seed \(seed)")
        #expect(!first.log.isEmpty)
    }

    @Test(arguments: PlantedBug.allCases)
    func plantedBugsAreFound(_ bug: PlantedBug) throws {
        let summary = try Simulation.run(first: 1, count: 60, threads: 2, bug: bug)
        #expect(!summary.failures.isEmpty, "\(bug) was not found in seeds 1 to 60")
    }
}
