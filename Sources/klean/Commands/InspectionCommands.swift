import ArgumentParser
import KleanConsole
import KleanCore
import KleanIndex
import KleanInspection
import KleanScore

struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The most suspicious listings, with their reasons.",
        discussion: "klean top index --brand Nike --limit 50 --format csv > nike.csv")

    @Argument(help: "The index folder.") var index: String
    @Option(help: "Rows.") var limit = 20
    @Option(help: "Only this brand, in any of its names.") var brand: String?
    @Option(help: "Only categories that contain this.") var category: String?
    @Option(help: "Only this seller.") var seller: String?
    @Option(help: "Only entries with this reason: a scorer or a code, such as price or nameSlang.")
    var reason: String?
    @Flag(help: "Also listings that were decided on the evidence they have now.") var all = false
    @Option(help: "table, json or csv.") var format: Format = .table
    @Option(help: "ko or en.") var lang: LanguageOption = .ko

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit: expected at least 1") }
    }

    func run() throws {
        let index = try SuspicionIndex(path: index)
        var filter = EntryFilter()
        filter.brand = brand
        filter.category = category
        filter.seller = seller
        if let reason { filter.reasons = try ReasonFilter.codes(reason) }
        let entries = try undecided(index, filter)
        if format == .table {
            let floods = try FloodTable(profilePath: index.profilePath).floods.count
            Console.output(
                TopReport.heading(
                    index.manifest, shown: entries.count, floods: floods, lang.report))
        }
        let report = TopReport(lang.report, labels: index.labels)
        let width = Terminal.output.isInteractive ? max(100, Terminal.output.width) : 180
        Console.output(
            report.table(entries, format: format.output, width: width).rendered(format.output))
    }

    private func undecided(
        _ index: SuspicionIndex, _ filter: EntryFilter
    ) throws -> [IndexedEntry] {
        // Without its store's place an index has no journal, and so nothing to hide.
        guard !all, index.origin != nil else { return try index.top(limit, filter: filter) }
        let journal = try VerdictJournal(of: index)
        let entries = try index.top(limit + journal.verdicts.count, filter: filter)
        let open = entries.filter { !journal.isSettled($0, labels: index.labels) }
        if open.count < entries.count, format == .table {
            let hidden = entries.count - open.count
            Console.error("klean: \(hidden) decided, hidden (--all shows them)\n")
        }
        return Array(open.prefix(limit))
    }
}

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "All that klean says of one listing, flagged or not.",
        discussion: """
            Scores the listing again and compares the result with the index: a difference is an
            error, never a shrug.
            """)

    @Argument(help: "The index folder.") var index: String
    @Argument(help: "The listing's id in the catalog.") var id: String
    @Option(help: "ko or en.") var lang: LanguageOption = .ko
    @Option(help: "table or json.") var format: Format = .table
    @Option(help: "The store, if it moved.") var store: String?
    @Option(help: "The model, if it moved.") var model: String?

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let explanation = try Explainer(index, store: store, model: model).explain(id)
        if format == .json {
            Console.output(explanation.json(lang.report) + "\n")
        } else {
            Console.output(ExplanationText(explanation, lang.report).text)
        }
    }
}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the whole ranking for other tools.")

    enum Kind: String, ExpressibleByArgument, CaseIterable { case csv, jsonl, sqlite }

    @Argument(help: "The index folder.") var index: String
    @Option(help: "csv, jsonl or sqlite.") var format: Kind
    @Option(help: "The file to write.") var out: String
    @Flag(help: "Every listing's score, not only ranked entries.") var allScores = false
    @Option(help: "ko or en.") var lang: LanguageOption = .ko

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let store = allScores ? try IndexedStore(of: index) : nil
        let kind: ExportFormat =
            switch format {
            case .csv: .csv
            case .jsonl: .jsonl
            case .sqlite: .sqlite
            }
        let rows = try Export(index, language: lang.report)
            .write(kind, to: out, allScoresFrom: store)
        Console.error("\(out): \(NumberText.count(rows)) rows\n")
        if let sample = SampleText(index.manifest) {
            Console.error("klean: \(sample.sentence(lang.report))\n")
        }
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every byte of a store, a model or an index and checks it.")

    @Argument(help: "The folder.") var path: String
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        let verification = try Verification(path)
        var table = Table([.init("what", key: "name"), .init("value", key: "value")])
        table.append([.text("kind"), .text(verification.kind.rawValue)])
        table.append([.text("digest"), .text(verification.digest.hex)])
        for fact in verification.facts { table.append([.text(fact.name), fact.value]) }
        Console.output(table.rendered(format.output))
    }
}
