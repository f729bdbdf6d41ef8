import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanTesting
import Synchronization

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Makes a catalog with planted counterfeits, and a model source to judge it by.",
        discussion: """
            Writes DIR/store, DIR/model-source and DIR/truth.csv (id, kind of counterfeit). The same
            seed gives the same listings on any machine.

              klean generate --rows 1000000 --out demo --seed 1
            """)

    @Option(help: "Listings.") var rows: Int
    @Option(help: "The folder to write.") var out: String?
    @Option(help: "Any number; the same one gives the same listings.") var seed: UInt64 = 1
    @Option(help: "Pictures in the model's banks.") var bank = 10_000
    @Option(help: "Rows of each chunk; by default as suits the size.") var rowsPerChunk: Int?
    @Option(help: "Write the listings as CSV to this file, too.") var csv: String?

    func validate() throws {
        guard rows >= 1, rows < Int(UInt32.max) else {
            throw ValidationError("--rows: expected 1 to \(UInt32.max - 1), found \(rows)")
        }
        guard bank >= 0 else { throw ValidationError("--bank: expected at least 0, found \(bank)") }
        guard out != nil || csv != nil else { throw ValidationError("expected --out or --csv") }
        _ = try checkedRowsPerChunk(rowsPerChunk)
    }

    func run() throws {
        let start = ContinuousClock.now
        let catalog = GeneratedCatalog(
            rows: rows, seed: seed, bankEntries: bank, rowsPerChunk: rowsPerChunk)
        if let csv {
            _ = try catalog.writeCSV(to: csv)
        }
        guard let out else { return }
        try FileSystem.createDirectory(out)
        let total = rows
        let line = Mutex(ProgressLine())
        let files = try catalog.write(to: out, threads: availableProcessors()) { done in
            line.withLock {
                $0.update(
                    Progress(
                        phase: "generate", unitName: "k rows", unitsDone: done / 1_000,
                        unitsTotal: total / 1_000, listingsDone: UInt64(done),
                        listingsTotal: UInt64(total)))
            }
        }
        line.withLock { $0.finish() }
        let seconds = NumberText.seconds(ContinuousClock.now - start)
        var table = Table([
            .init("planted", key: "kind"), .init("rows", key: "rows", isRight: true),
        ])
        for (kind, rows) in files.plantedByKind {
            table.append([.text(kind.name), .integer(Int64(rows))])
        }
        Console.output(table.rendered(.table))
        Console.output(
            "\(NumberText.count(rows)) listings in \(files.store.manifest.chunks.count) chunks, "
                + "\(NumberText.fixed(seconds, digits: 1)) s "
                + "(\(NumberText.rate(Double(rows) / seconds))), snapshot "
                + "\(files.store.digest.short)\n")
    }
}
