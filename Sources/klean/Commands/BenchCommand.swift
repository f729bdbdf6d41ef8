import ArgumentParser
import KleanConsole
import KleanCore
import KleanModel
import KleanScore

/// Parts of klean timed alone: what `bench/peers` runs beside other tools.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Times or checks one part of klean alone.",
        shouldDisplay: false,
        subcommands: [Join.self, Exact.self, Cluster.self, Prices.self])

    /// The files and sizes of a join.
    struct Input: ParsableArguments {
        @Option(help: "A file of raw 32-byte hashes: the bank.") var bank: String
        @Option(help: "A file of raw 32-byte hashes: what is looked for in it.") var queries: String
        @Option(help: "Hashes of the bank to take.") var entries: Int
        @Option(help: "Hashes to look for.") var limit: Int
        @Option(help: "Bits that a pair may differ by.") var radius = Limits.matchRadiusBits
        @Option(help: "Hashes joined at once.") var batch = Limits.rowsPerChunkMax

        func validate() throws {
            guard (0...255).contains(radius) else {
                throw ValidationError("--radius: expected 0 to 255, found \(radius)")
            }
            guard entries >= 0, limit >= 0 else {
                throw ValidationError("--entries and --limit: expected 0 or more")
            }
            guard (1...(1 << 24)).contains(batch) else {
                throw ValidationError("--batch: expected 1 to \(1 << 24), found \(batch)")
            }
        }

        func bench(repeats: Int) throws -> JoinBench {
            JoinBench(
                entries: try JoinBench.hashes(bank, count: entries),
                queries: try JoinBench.hashes(queries, count: limit), radiusBits: radius,
                batch: batch, repeats: repeats)
        }
    }

    struct Join: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Times the bank join on one thread; KLEAN_ISA picks the instruction set.")

        @OptionGroup var input: Input
        @Option(help: "bruteForce, ring, partition or batch; by default the fastest.")
        var layout: LayoutOption?
        @Option(help: "Best of so many.") var repeats = 3
        @Option(help: "Read the index from a file in this folder, as workers do.")
        var indexFolder: String?

        func run() throws {
            let run = try input.bench(repeats: repeats).run(
                Kernels.chosen(), layout: layout?.layout, folder: indexFolder)
            Console.output(run.json(queries: input.limit).text + "\n")
        }
    }

    struct Prices: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Times the price join on one thread; KLEAN_ISA picks the instruction set.")

        @Option(help: "A folder of columns, as bench/peers/price_join writes them.")
        var folder: String
        @Option(help: "Timed runs; every one is reported.") var repeats = 5
        @Flag(help: "Compare every row with the scorer's arithmetic, too.") var exact = false

        func validate() throws {
            guard (1...1_000).contains(repeats) else {
                throw ValidationError("--repeats: expected 1 to 1000, found \(repeats)")
            }
        }

        func run() throws {
            let kernels = try Kernels.chosen()
            let bench = try PriceBench(folder: folder)
            if exact { try check(bench, kernels) }
            let runs = (0..<repeats).map { _ in bench.run(kernels) }
            let sums = runs[0].sums
            Console.output(
                JSON.object([
                    ("isa", .text(kernels.isa)), ("rows", .integer(UInt64(bench.minor.count))),
                    ("seconds", .array(runs.map { JSON.number($0.seconds) })),
                    ("pageFaults", .array(runs.map { .integer(UInt64(max(0, $0.pageFaults))) })),
                    ("scored", .integer(UInt64(sums.scored))),
                    ("low", .integer(UInt64(sums.low))), ("open", .integer(UInt64(sums.open))),
                    ("raw", .number(Double(sums.raw) / 65_536)),
                ]).text + "\n")
        }

        private func check(_ bench: PriceBench, _ kernels: KleanScore.Kernels) throws {
            let arithmetic = PriceArithmetic(Weights())
            var different = 0
            _ = bench.run(kernels) { block, first in
                for row in 0..<block.count where !block.verdict(row).isOpen {
                    let expected = bench.finding(first + row, arithmetic)
                    let found = block.verdict(row)
                    if found.raw != expected?.raw ?? .zero
                        || found.isLow != expected?.isLow ?? false
                    {
                        different += 1
                    }
                }
            }
            guard different == 0 else {
                throw CommandError("\(different) rows differ from the arithmetic", .failure)
            }
        }
    }

    struct Cluster: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The coordinator's own work for each shard: schedule, wire and ledger.")

        @Option(help: "Shards of one phase.") var shards = 100_000
        @Option(help: "Workers, simulated: they answer at once.") var workers = 1_000
        @Option(help: "An empty folder for the ledger.") var folder: String

        func validate() throws {
            guard (1...Limits.workersMax).contains(workers), (1...10_000_000).contains(shards)
            else { throw ValidationError("--workers or --shards: out of range") }
        }

        func run() throws {
            let run = try ClusterBench(shards: shards, workers: workers).run(folder: folder)
            Console.output(
                JSON.object([
                    ("microsPerShard", .number(run.microsPerShard)),
                    ("schedule", .number(run.scheduleMicros)), ("wire", .number(run.wireMicros)),
                    ("ledger", .number(run.ledgerMicros)),
                    ("bytesPerPendingShard", .integer(UInt64(max(0, run.bytesPerPendingShard)))),
                    ("eventMicrosMax", .number(run.eventMicrosMax)),
                ]).text + "\n")
        }
    }

    struct Exact: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compares every layout and instruction set with brute force.")

        @OptionGroup var input: Input
        @Flag(help: "Only the fastest layout and instruction set.") var fastestOnly = false

        func run() throws {
            let bench = try input.bench(repeats: 1)
            let expected = bench.run(Kernels.best, layout: .bruteForce)
            Console.output(expected.json(queries: input.limit).text + "\n")
            var isExact = true
            for kernels in fastestOnly ? [Kernels.best] : Kernels.available {
                for layout in fastestOnly ? [nil] : [.ring, .partition, .batch] as [BankLayout?] {
                    let run = bench.run(kernels, layout: layout)
                    Console.output(run.json(queries: input.limit).text + "\n")
                    isExact = isExact && run.pairs == expected.pairs
                }
            }
            guard isExact else {
                throw CommandError("pairs differ from those of brute force", .failure)
            }
        }
    }
}

/// `--layout` by name.
enum LayoutOption: String, ExpressibleByArgument, CaseIterable {
    case bruteForce, ring, partition, batch

    var layout: BankLayout {
        switch self {
        case .bruteForce: .bruteForce
        case .ring: .ring
        case .partition: .partition
        case .batch: .batch
        }
    }
}

extension JoinBench.Run {
    /// One line of a report.
    fileprivate func json(queries: Int) -> JSON {
        let rate = joinSeconds > 0 ? Double(queries) / joinSeconds : 0
        return .object([
            ("isa", .text(isa)), ("layout", .text(layout.name)), ("perSecond", .number(rate)),
            ("seconds", .number(joinSeconds)), ("buildSeconds", .number(buildSeconds)),
            ("indexBytes", .integer(UInt64(indexBytes))), ("pairs", .integer(pairs.count)),
            ("checksum", .text(hexadecimal(pairs.checksum))),
        ])
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
