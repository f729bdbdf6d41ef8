import ArgumentParser
import KleanCatalog
import KleanConsole
import KleanCore
import KleanIndex
import KleanInspection
import KleanModel

struct BankRemoved: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "removed",
        abstract:
            "Adds the pictures of listings judged fake, so that the next scan sees re-listings.",
        discussion: """
            Takes every listing with a fake verdict of klean decide and adds its pictures to
            banks/removed.tsv, under the listing's id, with the verdict's note and day. Run it again
            after new verdicts: what is there stays. A verdict that changed to genuine disables
            its entries.

              klean bank removed model-source index
            """)

    @Argument(help: "The model's source folder.") var model: String
    @Argument(help: "The index whose listings were judged.") var index: String
    @Option(help: "The bank's name: banks/NAME.tsv.") var bank = "removed"
    @Option(help: "The journal, if it is not beside the store.") var journal: String?
    @Option(help: "The store, if it moved.") var store: String?

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let store = try IndexedStore(of: index, path: store).store
        let journal = try VerdictJournal(of: index, path: journal)
        let source = try ModelSource.load(model)
        var file = try BankFile(source: model, name: bank)
        let qualityMin = source.settings(ofBank: bank).qualityMin
        var known = Set(file.entries.map(\.hash))
        var added = 0
        var plain = 0
        var cleared = 0
        var absent: [String] = []
        for verdict in journal.verdicts.values.sorted(by: { $0.id < $1.id }) {
            if verdict.verdict == .genuine { cleared += file.setEnabled(false, id: verdict.id) }
            guard verdict.verdict == .fake else { continue }
            guard let ordinal = try store.lookup(verdict.id) else {
                absent.append(verdict.id)
                continue
            }
            for picture in try store.row(ordinal).images {
                guard picture.quality >= qualityMin else {
                    plain += 1
                    continue
                }
                guard known.insert(picture.hash).inserted else { continue }
                var entry = BankFile.Entry(hash: picture.hash, kind: .removed, id: verdict.id)
                entry.note = verdict.note
                entry.source = verdict.by
                entry.date = Today.text(verdict.at)
                file.append([entry])
                added += 1
            }
        }
        if added + cleared > 0 { try file.write() }
        for warning in try ModelSource.load(model).warnings {
            Console.error("klean: warning: \(warning)\n")
        }
        if !absent.isEmpty {
            let names = absent.prefix(5).joined(separator: ", ")
            Console.error(
                "klean: \(absent.count) judged listings are not in this snapshot: \(names)\n")
        }
        Console.output(
            "banks/\(bank).tsv: \(added) pictures added, \(plain) too plain, "
                + "\(cleared) disabled by a genuine verdict\n")
    }
}
