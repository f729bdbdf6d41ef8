import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore

struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Turns catalog files into a store of compressed column chunks.",
        discussion: """
            Reads CSV, TSV, JSON and JSON Lines. Columns are recognised by their usual English and
            Korean names; --map title=product_name,price=sale_price says otherwise. Rows that
            cannot be read are listed with their reason in STORE/rejects.jsonl, and
            read = packed + rejected + duplicates holds for every file.

              klean pack catalog.csv --store store --currency KRW
              klean pack new.jsonl --store store --append
            """)

    @Argument(help: "Catalog files, in order; a later row with the same id supersedes.")
    var inputs: [String]
    @Option(help: "The store to make, or with --append to add to.")
    var store: String
    @Flag(help: "Add to an existing store; the old snapshot stays readable.")
    var append = false
    @Option(help: "FIELD=COLUMN, several with commas; =COLUMN leaves a column out.")
    var map: [String] = []
    @Option(help: "Currency of prices that do not name their own: KRW, USD, …")
    var currency: String?
    @Option(help: "Seller of rows without one.")
    var seller: String?
    @Option(help: "Brand of rows without one.")
    var brand: String?
    @Option(help: "Category of rows without one.")
    var category: String?
    @Option(help: "Condition of rows without one: new, used or refurbished.")
    var condition: String?
    @Option(help: "Folder of the pictures that the image column names; they are hashed.")
    var images: String?
    @Option(help: "File that keeps their hashes for the next pack; by default in that folder.")
    var imageCache: String?
    @Option(help: "How hard to compress titles: high or fast.")
    var effort = "high"
    @Option(help: "Rows of each chunk; by default as suits the catalog.")
    var rowsPerChunk: Int?
    @Option(help: "table or json.")
    var format: Format = .table

    func run() throws {
        var mapping = Mapping()
        for text in map { try mapping.add(text) }
        if let currency {
            guard let known = Currency(code: currency) else {
                throw ValidationError("--currency: expected an ISO 4217 code, found \(currency)")
            }
            mapping.currency = known
        }
        mapping.seller = seller ?? ""
        mapping.brand = brand ?? ""
        mapping.category = category ?? ""
        if let condition {
            mapping.condition = Condition.allCases.first { String(describing: $0) == condition }
            guard mapping.condition != nil else {
                throw ValidationError(
                    "--condition: expected new, used or refurbished, found \(condition)")
            }
        }
        guard ["high", "fast"].contains(effort) else {
            throw ValidationError("--effort: expected high or fast, found \(effort)")
        }
        let shelf = try images.map { try pictureShelf($0, cache: imageCache) }
        mapping.pictures = shelf
        var job = PackJob(
            inputs: inputs.map { PackInput(path: $0, mapping: mapping) }, store: store)
        job.isAppend = append
        if shelf != nil { job.blockBytes = CatalogLimits.pictureBlockBytes }
        job.rowsPerChunk = try checkedRowsPerChunk(rowsPerChunk)
        job.effort = effort == "high" ? .high : .fast
        let cancelled = Signals.Flag()
        Signals.onInterrupt { cancelled.raise() }
        let start = ContinuousClock.now
        var line = ProgressLine()
        let report = try job.run(
            progress: { progress in
                line.update(
                    Progress(
                        phase: "pack", unitName: "MiB", unitsDone: Int(progress.bytesDone >> 20),
                        unitsTotal: Int(max(progress.bytesTotal, progress.bytesDone) >> 20),
                        listingsDone: progress.rows, listingsTotal: 0))
            }, isCancelled: { cancelled.isRaised })
        line.finish()
        let pictures = shelf.map { PictureReport($0) }
        print(report, pictures, seconds: NumberText.seconds(ContinuousClock.now - start))
    }

    private func print(_ report: PackReport, _ pictures: PictureReport?, seconds: Double) {
        if format == .json {
            Console.output(json(report, pictures, seconds).text + "\n")
            return
        }
        var table = Table([
            .init("file", key: "file", widthMax: 40), .init("format", key: "format"),
            .init("encoding", key: "encoding"), .init("read", key: "read", isRight: true),
            .init("packed", key: "packed", isRight: true),
            .init("rejected", key: "rejected", isRight: true),
            .init("duplicates", key: "duplicates", isRight: true),
            .init("no price", key: "noPrice", isRight: true),
        ])
        for source in report.sources {
            table.append([
                .text(source.name), .text(source.format), .text("\(source.encoding)"),
                .integer(Int64(source.tally.read)), .integer(Int64(source.tally.packed)),
                .integer(Int64(source.tally.rejected)), .integer(Int64(source.tally.duplicates)),
                .integer(Int64(source.tally.priceGaps.reduce(0, +))),
            ])
        }
        Console.output(table.rendered(.table))
        for source in report.sources {
            for note in source.notes { Console.output("\(source.name): \(note)\n") }
            if !source.columns.unmapped.isEmpty {
                Console.output(
                    "\(source.name): not used: \(source.columns.unmapped.joined(separator: ", "))\n"
                )
            }
        }
        if let pictures { Console.output(pictures.text) }
        let total = report.total
        Console.output(
            "\(NumberText.count(total.packed)) packed into \(report.chunks) chunks, "
                + "\(NumberText.bytes(report.hotBytes + report.coldBytes + report.idsBytes)), in "
                + "\(NumberText.fixed(seconds, digits: 1)) s; store holds "
                + "\(NumberText.count(report.liveRows)) listings, snapshot \(report.digest.short)\n"
        )
        if total.rejected > 0 {
            Console.output("rejected rows, with reasons: \(report.rejectsPath)\n")
        }
    }

    private func json(_ report: PackReport, _ pictures: PictureReport?, _ seconds: Double) -> JSON {
        let total = report.total
        return .object([
            ("read", .integer(total.read)), ("packed", .integer(total.packed)),
            ("rejected", .integer(total.rejected)), ("duplicates", .integer(total.duplicates)),
            ("chunks", .integer(UInt64(report.chunks))), ("liveRows", .integer(report.liveRows)),
            ("snapshot", .text(report.digest.hex)), ("seconds", .number(seconds)),
            ("pictures", pictures?.json ?? .null),
            ("bytes", .integer(report.hotBytes + report.coldBytes + report.idsBytes)),
            (
                "sources",
                .array(
                    report.sources.map { source in
                        .object([
                            ("file", .text(source.path)), ("format", .text(source.format)),
                            ("read", .integer(source.tally.read)),
                            ("packed", .integer(source.tally.packed)),
                            ("rejected", .integer(source.tally.rejected)),
                            ("duplicates", .integer(source.tally.duplicates)),
                            ("unmapped", .array(source.columns.unmapped.map { .text($0) })),
                            ("notes", .array(source.notes.map { .text($0) })),
                        ])
                    })
            ),
        ])
    }
}

/// - Throws: a usage error for a size that no chunk can have.
func checkedRowsPerChunk(_ rows: Int?) throws -> Int? {
    guard let rows else { return nil }
    guard (1...Limits.rowsPerChunkMax).contains(rows) else {
        throw ValidationError(
            "--rows-per-chunk: expected 1 to \(Limits.rowsPerChunkMax), found \(rows)")
    }
    return rows
}
