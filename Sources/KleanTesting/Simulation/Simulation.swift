internal import Synchronization

/// Many seeds of ``SimulatedCluster``, on several threads, summed up.
package struct Simulation: Sendable {
    /// What some seeds amounted to.
    package struct Summary: Equatable, Sendable {
        package var seeds = 0
        package var virtualMs: UInt64 = 0
        package var events = 0
        package var quarantined = 0
        package var faults = [Int](repeating: 0, count: SimulatedFault.allCases.count)
        /// Seeds that broke a rule, in order, at most ``Simulation/failuresKept``.
        package var failures: [SimulationOutcome] = []

        package init() {}

        mutating func add(_ outcome: SimulationOutcome) {
            seeds += 1
            virtualMs += outcome.virtualMs
            events += outcome.events
            quarantined += outcome.quarantined
            for index in faults.indices { faults[index] += outcome.faults[index] }
            if outcome.problem != nil, failures.count < Simulation.failuresKept {
                failures.append(outcome)
            }
        }
    }

    package static let failuresKept = 10

    /// One seed; with `keepsLog` a line per event, which is how a failure is replayed.
    package static func run(
        seed: UInt64, bug: PlantedBug? = nil, keepsLog: Bool = false
    ) -> SimulationOutcome {
        SimulatedCluster.run(seed: seed, bug: bug, keepsLog: keepsLog)
    }

    /// Seeds `first..<first + count`.
    package static func run(
        first: UInt64, count: Int, threads: Int, bug: PlantedBug? = nil
    ) throws -> Summary {
        let total = Mutex(Summary())
        let shared = Shared(total)
        try Threads.run(count: count, threads: threads, workspace: { 0 }) { number, _ in
            let outcome = run(seed: first + UInt64(number), bug: bug)
            shared.value.withLock { $0.add(outcome) }
        }
        return shared.value.withLock { summary in
            var ordered = summary
            ordered.failures.sort { $0.seed < $1.seed }
            return ordered
        }
    }

    /// Something threads may share although it cannot be copied.
    private final class Shared<Value: ~Copyable & Sendable>: Sendable {
        let value: Value
        init(_ value: consuming Value) { self.value = value }
    }
}
