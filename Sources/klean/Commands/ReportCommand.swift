import ArgumentParser
import KleanColumns
import KleanConsole
import KleanIndex
import KleanInspection

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "The ranking with its evidence as one HTML page.",
        discussion: "klean report index --out report.html --lang en --diff index-before")

    @Argument(help: "The index folder.") var index: String
    @Option(help: "The file to write.") var out: String
    @Option(help: "ko or en.") var lang: LanguageOption = .ko
    @Option(help: "An older index: what changed since, and why.") var diff: String?
    @Option(help: "Listings of the ranking.") var limit = 100
    @Option(help: "The store, if it moved.") var store: String?
    @Option(help: "The model, if it moved.") var model: String?

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit: expected 1 to 10,000, found \(limit)")
        }
    }

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let side = try IndexSide(index, store: store, model: model)
        let journal = index.origin == nil ? nil : try VerdictJournal(of: index)
        let difference = try diff.map { old in
            try IndexDiff(
                try IndexSide(try SuspicionIndex(path: old)), side,
                verdicts: journal?.verdicts ?? [:])
        }
        let page = try ReportPage(
            side, lang.report, limit: limit, journal: journal, diff: difference)
        try writeFileDurably(out, Array(page.html.utf8))
        Console.error("\(out): \(NumberText.bytes(try FileSystem.size(out)))\n")
    }
}
