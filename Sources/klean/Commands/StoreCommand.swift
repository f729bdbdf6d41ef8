import ArgumentParser
import KleanCatalog
import KleanConsole
import KleanCore
import KleanInspection

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "What a store holds and held: its snapshots, what changed, its listings.",
        discussion: """
            Each pack --append, compact and signals import writes a new snapshot; older ones stay
            as they were, so a scan that runs goes on with the one it opened.

              klean store log store
              klean store diff store 3 5
              klean store compact store --drop-history
              klean store export store --format csv --out listings.csv
            """,
        subcommands: [
            StoreLogCommand.self, StoreDiffCommand.self, StoreCompactCommand.self,
            StoreExportCommand.self,
        ])
}

struct StoreLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Every snapshot that is kept, newest first.")

    @Argument(help: "The store.") var store: String
    @Option(help: "table, json or csv.") var format: Format = .table

    func run() throws {
        var table = Table([
            .init("snapshot", key: "snapshot", isRight: true),
            .init("parent", key: "parent", isRight: true), .init("digest", key: "digest"),
            .init("chunks", key: "chunks", isRight: true),
            .init("new", key: "newChunks", isRight: true),
            .init("rows", key: "rows", isRight: true),
            .init("superseded", key: "tombstones", isRight: true),
            .init("live", key: "live", isRight: true), .init("counters", key: "counters"),
            .init("size", key: "bytes", isRight: true),
        ])
        for fact in try Store(path: store).history().reversed() {
            table.append([
                .integer(Int64(fact.number)),
                fact.parent == 0 ? .missing : .integer(Int64(fact.parent)),
                .shown(.text(fact.digest.hex), as: fact.digest.short),
                .integer(Int64(fact.chunks)), .integer(Int64(fact.newChunks)),
                .integer(Int64(fact.rows)), .integer(Int64(fact.tombstones)),
                .integer(Int64(fact.liveRows)), .text(fact.hasOverlay ? "overlay" : "packed"),
                .shown(.integer(Int64(fact.bytes)), as: NumberText.bytes(fact.bytes)),
            ])
        }
        Console.output(table.rendered(format.output))
    }
}

struct StoreDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Listings that were added, removed or changed between two snapshots.",
        discussion: """
            A snapshot is its number or the first digits of its digest; without them, what the last
            step changed. --with compares with another store.
            """)

    @Argument(help: "The store.") var store: String
    @Argument(help: "The old snapshot; by default the new one's parent.") var old: String?
    @Argument(help: "The new snapshot; by default the current one.") var new: String?
    @Option(help: "Another store, which the new snapshot is taken from.") var with: String?
    @Option(help: "Listings named of each kind; counts are always whole.") var limit = 20
    @Option(help: "table, json or csv.") var format: Format = .table

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit: expected 0 or more") }
    }

    func run() throws {
        let after =
            try new.map { try Store.open(with ?? store, named: $0) }
            ?? Store(path: with ?? store)
        let parent = with == nil ? "\(after.manifest.parent)" : nil
        let before =
            try (old ?? parent).map { try Store.open(store, named: $0) }
            ?? Store(path: store)
        let diff = try StoreDiff(from: before, to: after, limit: limit)
        var table = Table([
            .init("change", key: "change"), .init("id", key: "id"),
            .init("title", key: "title", widthMax: 60),
        ])
        for item in diff.items {
            table.append([
                .text(item.change.rawValue),
                .text(String(decoding: item.listing.id, as: UTF8.self)),
                .text(String(decoding: item.listing.title, as: UTF8.self)),
            ])
        }
        Console.output(table.rendered(format.output))
        let counts =
            "\(NumberText.count(diff.added)) added, \(NumberText.count(diff.removed)) removed, "
            + "\(NumberText.count(diff.changed)) changed from \(before.digest.short) to "
            + "\(after.digest.short)\n"
        if format == .table { Console.output(counts) } else { Console.error(counts) }
    }
}

struct StoreCompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Rewrites chunks without their superseded rows, in a new snapshot.")

    @Argument(help: "The store.") var store: String
    @Option(help: "Cut all chunks anew, each of so many rows.") var rowsPerChunk: Int?
    @Flag(help: "Drop older snapshots that nobody has open, and free their space.")
    var dropHistory = false
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        var job = Compaction(store: store)
        job.rowsPerChunk = try checkedRowsPerChunk(rowsPerChunk)
        job.dropsHistory = dropHistory
        var line = ProgressLine()
        let report = try job.run { done, all in
            line.update(
                Progress(
                    phase: "compact", unitsDone: done, unitsTotal: all, listingsDone: 0,
                    listingsTotal: 0))
        }
        line.finish()
        let numbers = { (list: [UInt32]) in list.map { JSON.integer(UInt64($0)) } }
        guard format == .table else {
            Console.output(
                JSON.object([
                    ("snapshot", .integer(UInt64(report.manifest))),
                    ("digest", .text(report.digest.hex)), ("live", .integer(report.liveRows)),
                    ("rowsDropped", .integer(report.rowsDropped)),
                    ("chunksKept", .integer(UInt64(report.chunksKept))),
                    ("chunksWritten", .integer(UInt64(report.chunksWritten))),
                    ("snapshotsDropped", .array(numbers(report.snapshotsDropped))),
                    ("snapshotsInUse", .array(numbers(report.snapshotsInUse))),
                ]).text + "\n")
            return
        }
        Console.output(
            "\(NumberText.count(report.rowsDropped)) superseded rows left out, "
                + "\(report.chunksWritten) chunks rewritten, \(report.chunksKept) kept; snapshot "
                + "\(report.manifest) (\(report.digest.short)) holds "
                + "\(NumberText.count(report.liveRows)) listings\n")
        if dropHistory {
            Console.output("\(report.snapshotsDropped.count) older snapshots dropped\n")
        }
        if !report.snapshotsInUse.isEmpty {
            let names = report.snapshotsInUse.map(String.init).joined(separator: ", ")
            Console.output("in use and kept: \(names)\n")
        }
    }
}

struct StoreExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes every live listing with all its columns; pack reads it back unchanged.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case csv, jsonl, parquet

        var format: StoreExportFormat {
            switch self {
            case .csv: .csv
            case .jsonl: .jsonl
            case .parquet: .parquet
            }
        }
    }

    @Argument(help: "The store.") var store: String
    @Option(help: "csv, jsonl or parquet (through Python with pyarrow; KLEAN_PYTHON names it).")
    var format: Kind
    @Option(help: "The file to write.") var out: String
    @Option(help: "A snapshot: its number or the first digits of its digest.")
    var snapshot: String?

    func run() throws {
        let opened = try snapshot.map { try Store.open(store, named: $0) } ?? Store(path: store)
        var line = ProgressLine()
        let rows = try StoreExport(opened).write(format.format, to: out) { done, all in
            line.update(
                Progress(
                    phase: "export", unitsDone: done, unitsTotal: all, listingsDone: 0,
                    listingsTotal: 0))
        }
        line.finish()
        Console.error("\(out): \(NumberText.count(rows)) listings\n")
    }
}
