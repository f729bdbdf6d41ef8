import ArgumentParser
import Glibc
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanIndex
import KleanInspection
import KleanLearn

struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Records what a person found out about listings.",
        discussion: """
            klean decide index G000100302 --verdict fake --by mina --note "test purchase"

            Verdicts are kept by the listing's id in a journal beside the store, so later scans \
            know them: top hides decided listings until their evidence changes, diff lists known \
            fakes that were cleared first.
            """)

    @Argument(help: "The index folder.") var index: String
    @Argument(help: "The listings' ids.") var ids: [String]
    @Option(help: "fake, genuine or unsure.") var verdict: Verdict.Kind
    @Option(help: "Who decided.") var by: String
    @Option(help: "Why.") var note = ""
    @Option(help: "The journal, if it is not beside the store.") var journal: String?
    @Option(help: "The store, if it moved.") var store: String?

    func run() throws {
        guard by.contains(where: { !$0.isWhitespace }) else { throw InspectionError.nobody }
        let index = try SuspicionIndex(path: index)
        let indexed = try IndexedStore(of: index, path: store)
        var journal = try VerdictJournal(of: index, path: journal)
        let now = Int64(time(nil))
        var added: [Verdict] = []
        for id in ids {
            guard let ordinal = try indexed.store.lookup(id) else {
                throw IndexError.unknownListing(id: id, index: index.path)
            }
            let entry = try index.entry(ordinal: ordinal)
            added.append(
                Verdict(
                    id: id, verdict: verdict, by: by, note: note, at: now,
                    evidence: entry.map { EvidenceMark.of($0, labels: index.labels) }))
        }
        try journal.append(added)
        Console.error("\(journal.path): \(added.count) added, \(journal.verdicts.count) in all\n")
    }
}

extension Verdict.Kind: ExpressibleByArgument {}

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "How well an index agrees with labels, with confidence intervals.",
        discussion: "klean evaluate index --labels labels.csv")

    @Argument(help: "The index folder.") var index: String
    @Option(help: "CSV with id and label; without it, the verdicts of klean decide.")
    var labels: String?
    @Option(help: "The journal, if it is not beside the store.") var journal: String?
    @Option(help: "The store, if it moved.") var store: String?
    @Option(help: "Brands, categories and reasons shown of each.") var limit = 10
    @Option(help: "table, json or csv.") var format: Format = .table

    func run() throws {
        let index = try SuspicionIndex(path: index)
        var known = LabelFile()
        if let labels {
            known = try LabelFile(parsing: try FileSystem.read(labels), file: labels)
        } else {
            let journal = try VerdictJournal(of: index, path: journal)
            for verdict in journal.verdicts.values.sorted(by: { $0.id < $1.id })
            where verdict.verdict != .unsure {
                known.add(verdict.id, LabelFile.Label(isFake: verdict.verdict == .fake))
            }
        }
        let evaluation = try IndexEvaluation(
            index, try IndexedStore(of: index, path: store), known)
        guard evaluation.count > 0 else {
            throw InspectionError.nothingLabelled(index: index.path, count: known.labels.count)
        }
        for table in [
            evaluation.measures, evaluation.calibration, evaluation.groups(limit: limit),
        ] {
            Console.output(table.rendered(format.output) + (format == .table ? "\n" : ""))
        }
        if evaluation.unmatched > 0 {
            Console.error("klean: \(evaluation.unmatched) labels are of listings not scored here\n")
        }
    }
}

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What changed from one index to another, and why.",
        discussion: """
            klean diff index-old index-new

            Each score change is split into its causes; the parts add up to it exactly. Ends with \
            4 when a listing judged fake was flagged before and is not any more.
            """)

    @Argument(help: "The older index.") var old: String
    @Argument(help: "The newer index.") var new: String
    @Option(help: "Entries of the comparison at fixed depth.") var depth = 100
    @Option(help: "Changes shown.") var limit = 50
    @Option(help: "The journal, if it is not beside the newer index's store.") var journal: String?
    @Option(help: "table or json.") var format: Format = .table
    @Option(help: "ko or en.") var lang: LanguageOption = .ko

    func run() throws {
        let newer = try SuspicionIndex(path: new)
        let journal = try VerdictJournal(of: newer, path: journal)
        let diff = try IndexDiff(
            try IndexSide(try SuspicionIndex(path: old)), try IndexSide(newer), depth: depth,
            verdicts: journal.verdicts)
        let text = DiffText(diff, lang.report)
        switch format {
        case .json: Console.output(text.json(limit: limit) + "\n")
        case .csv: Console.output(text.table(limit: limit).rendered(.csv))
        case .table:
            Console.output(text.summary + "\n" + text.table(limit: limit).rendered(.table))
        }
        if !diff.regressions.isEmpty {
            Console.error(
                "klean: \(diff.regressions.count) listings judged fake are no longer flagged\n")
            leave(.regression)
        }
    }
}
