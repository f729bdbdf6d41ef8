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
            Reads CSV, TSV, JSON, JSON Lines and Parquet, also packed with gzip, zstd, LZ4, xz or
            bzip2, the members of tar and zip archives, and standard input (-). Columns are
            recognised by their usual English, Korean, Chinese, Japanese and Portuguese names;
            --map title=product_name,price=sale_price or a saved --mapping says otherwise. Rows that
            cannot be read are listed with their reason in STORE/rejects.jsonl, and
            read = packed + rejected + duplicates holds for every file.

              klean pack catalog.csv --plan
              klean pack catalog.csv.gz --store store --currency KRW
              klean pack 'exports/*.csv' snapshots.tar.gz --store store --mapping shop.yaml
              klean pack new.jsonl --store store --append
            """)

    @Argument(
        help: """
            Catalog files, patterns, ARCHIVE::PATTERN for some members, or -; in order: a later \
            row with the same id supersedes.
            """)
    var inputs: [String]
    @Option(help: "The store to make, or with --append to add to.")
    var store: String?
    @Flag(help: "Add to an existing store; the old snapshot stays readable.")
    var append = false
    @Flag(help: "Show how the files would be read, with their first rows, and stop.")
    var plan = false
    @OptionGroup var reading: ReadingOptions
    @Option(help: "Rows whose id another row has: last (supersedes), keep (all) or fail.")
    var duplicates = "last"
    @Option(help: "Folder of the pictures that the image column names; they are hashed.")
    var images: String?
    @Option(help: "File that keeps their hashes for the next pack; by default in that folder.")
    var imageCache: String?
    @Flag(help: "Do not look for logos in them; looking takes some 70 ms a picture and core.")
    var noLogos = false
    @Option(help: "How hard to compress titles: high or fast.")
    var effort = "high"
    @Option(help: "Rows of each chunk; by default as suits the catalog.")
    var rowsPerChunk: Int?
    @Option(help: "table or json.")
    var format: Format = .table

    func run() throws {
        let sources = try reading.inputs(inputs)
        if plan {
            let preview = try PackPreview(sources)
            Console.output(PackPlanText(preview).rendered)
            return
        }
        guard let store else {
            throw ValidationError("--store: expected the folder to write, found none")
        }
        guard ["high", "fast"].contains(effort) else {
            throw ValidationError("--effort: expected high or fast, found \(effort)")
        }
        guard let policy = RepeatedIDPolicy(rawValue: duplicates) else {
            throw ValidationError("--duplicates: expected last, keep or fail, found \(duplicates)")
        }
        let shelf = try images.map { try pictureShelf($0, cache: imageCache, logos: !noLogos) }
        var job = PackJob(inputs: sources.map { $0.with(pictures: shelf) }, store: store)
        job.isAppend = append
        if shelf != nil { job.blockBytes = CatalogLimits.pictureBlockBytes }
        job.repeatedIDs = policy
        job.rowsPerChunk = try checkedRowsPerChunk(rowsPerChunk)
        job.effort = effort == "high" ? .high : .fast
        let cancelled = Signals.Flag()
        Signals.onInterrupt { cancelled.raise() }
        let start = ContinuousClock.now
        var line = ProgressLine()
        // Also after an interruption: what was hashed need not be hashed again.
        defer { _ = shelf?.close() }
        let report = try job.run(
            progress: { line.update(Self.progress($0)) }, isCancelled: { cancelled.isRaised })
        line.finish()
        let text = PackReportText(
            report: report, pictures: shelf.map { PictureReport($0) },
            seconds: NumberText.seconds(ContinuousClock.now - start))
        Console.output(format == .json ? text.json.text + "\n" : text.table)
    }

    /// The rows to come are estimated from the bytes behind, which gives rate and ETA in rows.
    private static func progress(_ progress: PackProgress) -> Progress {
        let share =
            progress.bytesDone > 0
            ? Double(max(progress.bytesTotal, progress.bytesDone)) / Double(progress.bytesDone) : 0
        return Progress(
            phase: "pack", unitName: "MiB", unitsDone: Int(progress.bytesDone >> 20),
            unitsTotal: Int(max(progress.bytesTotal, progress.bytesDone) >> 20),
            listingsDone: progress.rows,
            listingsTotal: progress.bytesTotal > 0 ? UInt64(Double(progress.rows) * share) : 0)
    }
}

/// What a user may say of how catalog files are to be read.
struct ReadingOptions: ParsableArguments {
    @Option(help: "A saved mapping (YAML); --plan prints one to start from.")
    var mapping: String?
    @Option(help: "FIELD=COLUMN, several with commas; =COLUMN leaves a column out.")
    var map: [String] = []
    @Option(help: "Where the records of JSON files stand, as a path: data.items.")
    var records: String?
    @Option(help: "utf-8, utf-16le, cp949, gb18030, windows-1252, …; else found by itself.")
    var encoding: String?
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

    /// The options on top of the saved mapping, for each of its parts.
    func inputs(_ paths: [String]) throws -> [PackInput] {
        var base = Mapping()
        var special: [SpecialMapping] = []
        if let mapping {
            let saved = try MappingFile(path: mapping)
            base = saved.mapping
            special = saved.special
        }
        try add(to: &base)
        for place in special.indices { try add(to: &special[place].mapping) }
        return paths.map { PackInput(path: $0, mapping: base, special: special) }
    }

    private func add(to mapping: inout Mapping) throws {
        var said = Mapping()
        for text in map { try said.add(text) }
        mapping.columns.merge(said.columns) { $1 }
        mapping.ignored += said.ignored
        if let records { mapping.recordsPath = records }
        if let encoding {
            guard let known = TextEncoding(name: encoding) else {
                let names = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--encoding: expected one of \(names), found \(encoding)")
            }
            mapping.encoding = known
        }
        if let currency {
            guard let known = Currency(code: currency) else {
                throw ValidationError("--currency: expected an ISO 4217 code, found \(currency)")
            }
            mapping.currency = known
        }
        if let seller { mapping.seller = seller }
        if let brand { mapping.brand = brand }
        if let category { mapping.category = category }
        if let condition {
            mapping.condition = Condition.allCases.first { String(describing: $0) == condition }
            guard mapping.condition != nil else {
                throw ValidationError(
                    "--condition: expected new, used or refurbished, found \(condition)")
            }
        }
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

extension PackInput {
    /// The same with a shelf of pictures, for each of its mappings.
    fileprivate func with(pictures shelf: PictureShelf?) -> PackInput {
        var input = self
        input.mapping.pictures = shelf
        for place in input.special.indices { input.special[place].mapping.pictures = shelf }
        return input
    }
}
