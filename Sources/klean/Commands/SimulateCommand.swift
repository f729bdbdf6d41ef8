import ArgumentParser
import KleanCatalog
import KleanConsole
import KleanTesting

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Proves the cluster by simulation: faults of all kinds in virtual time.",
        discussion: """
            Drives the real schedule and wire code through lost, late, repeated, reordered and
            garbled messages, partitions, crashes, freezes, torn and full disks, and checks every
            rule after every event. A seed that fails is printed; replay it with --seed S --log.
            """)

    @Option(help: "How many seeds.") var seeds = 1_000
    @Option(help: "The first seed.") var first: UInt64 = 1
    @Option(help: "Run this one seed only.") var seed: UInt64?
    @Flag(help: "With --seed: print a line per event.") var log = false
    @Option(help: "Threads; by default one for each processor.") var threads: Int?
    @Option(help: "Plant a bug that must be found: commitTwice, creditLeak or blameWaiting.")
    var plant: String?

    func run() throws {
        let bug = try plant.map { name in
            guard let bug = PlantedBug(rawValue: name) else {
                throw ValidationError("--plant: no such bug: \(name)")
            }
            return bug
        }
        let start = ContinuousClock.now
        var summary = Simulation.Summary()
        if let seed {
            let outcome = Simulation.run(seed: seed, bug: bug, keepsLog: log)
            for line in outcome.log { Console.output(line + "\n") }
            summary = try Simulation.run(first: seed, count: 1, threads: 1, bug: bug)
        } else {
            summary = try Simulation.run(
                first: first, count: seeds, threads: threads ?? availableProcessors(), bug: bug)
        }
        report(summary, ContinuousClock.now - start)
        guard summary.failures.isEmpty else { leave(.failure) }
    }

    private func report(_ summary: Simulation.Summary, _ time: Duration) {
        var table = Table([
            .init("fault", key: "fault"), .init("injected", key: "count", isRight: true),
        ])
        for fault in SimulatedFault.allCases {
            table.append([
                .text("\(fault)"), .integer(Int64(summary.faults[fault.rawValue])),
            ])
        }
        Console.output(table.rendered(.table))
        let wall = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        let virtual = Double(summary.virtualMs) / 1_000
        Console.output(
            "\n\(NumberText.count(Int64(summary.seeds))) seeds, "
                + "\(NumberText.count(Int64(summary.events))) events, "
                + "\(summary.quarantined) shards quarantined; "
                + "\(NumberText.fixed(virtual / 3_600, digits: 1)) virtual hours in "
                + "\(NumberText.fixed(wall, digits: 1)) s: "
                + "\(NumberText.count(Int64(virtual / max(wall, 0.001)))) times real time\n")
        for failure in summary.failures {
            Console.output(
                "seed \(failure.seed): \(failure.problem ?? "")\n"
                    + "  replay: klean simulate --seed \(failure.seed) --log\n")
        }
    }
}
