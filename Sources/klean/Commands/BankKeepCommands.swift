import ArgumentParser
import KleanColumns
import KleanConsole
import KleanCore
import KleanModel

struct BankList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The entries of a model's banks, disabled ones included.")

    @Argument(help: "The model's source folder.") var model: String
    @Option(help: "Only this bank.") var bank: String?
    @Option(help: "table, json or csv.") var format: Format = .table

    func run() throws {
        let source = try ModelSource.load(model)
        var table = Table([
            .init("bank", key: "bank"), .init("id", key: "id", widthMax: 32),
            .init("kind", key: "kind"), .init("brand", key: "brand"),
            .init("target", key: "target"), .init("hashes", key: "hashes", isRight: true),
            .init("radius", key: "radius", isRight: true),
            .init("quality", key: "qualityMin", isRight: true), .init("enabled", key: "enabled"),
            .init("date", key: "date"), .init("source", key: "source", widthMax: 24),
            .init("note", key: "note", widthMax: 40), .init("hash", key: "hash", widthMax: 16),
        ])
        for name in try BankNames.all(model) where bank == nil || bank == name {
            let settings = source.settings(ofBank: name)
            for group in groups(try BankFile(source: model, name: name).entries) {
                let entry = group[0]
                table.append([
                    .text(name), .text(entry.id), .text("\(entry.kind)"), .text(entry.brand),
                    .text("\(entry.target)"), .integer(Int64(group.count)),
                    .integer(Int64(settings.radius)), .integer(Int64(settings.qualityMin)),
                    .text(entry.isEnabled ? "yes" : "no"), .text(entry.date),
                    .text(entry.source), .text(entry.note), .text(entry.hash.hex),
                ])
            }
        }
        Console.output(table.rendered(format.output))
    }

    /// Neighbouring rows of one entry: its turned and mirrored versions.
    private func groups(_ entries: [BankFile.Entry]) -> [[BankFile.Entry]] {
        var groups: [[BankFile.Entry]] = []
        for entry in entries {
            if let last = groups.last?[0], last.id == entry.id, last.kind == entry.kind,
                last.target == entry.target, last.isEnabled == entry.isEnabled
            {
                groups[groups.count - 1].append(entry)
            } else {
                groups.append([entry])
            }
        }
        return groups
    }
}

/// The bank files of a source folder.
enum BankNames {
    static func all(_ model: String) throws -> [String] {
        guard FileSystem.exists(model + "/banks") else { return [] }
        return try FileSystem.list(model + "/banks").filter { $0.hasSuffix(".tsv") }
            .map { String($0.dropLast(4)) }
    }
}

struct BankDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Takes entries out of the next model; they stay in the file with their history.")

    @OptionGroup var selection: BankSelection

    func run() throws { try selection.set(isEnabled: false, verb: "disabled") }
}

struct BankEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Takes disabled entries back in.")

    @OptionGroup var selection: BankSelection

    func run() throws { try selection.set(isEnabled: true, verb: "enabled") }
}

struct BankSelection: ParsableArguments {
    @Argument(help: "The model's source folder.") var model: String
    @Argument(help: "Entry ids.") var ids: [String]
    @Option(help: "Only in this bank.") var bank: String?

    func set(isEnabled: Bool, verb: String) throws {
        _ = try ModelSource.load(model)
        var changed = [Int](repeating: 0, count: ids.count)
        for name in try BankNames.all(model) where bank == nil || bank == name {
            var file = try BankFile(source: model, name: name)
            var rows = 0
            for (place, id) in ids.enumerated() {
                let count = file.setEnabled(isEnabled, id: id)
                changed[place] += count
                rows += count
            }
            if rows > 0 { try file.write() }
        }
        for (id, count) in zip(ids, changed) {
            Console.output("\(id): \(count) hashes \(verb)\n")
        }
        let unknown = zip(ids, changed).filter { $0.1 == 0 }.map(\.0)
        if !unknown.isEmpty {
            throw CommandError(
                "\(unknown.joined(separator: ", ")): expected an entry to be \(verb), found none",
                .notFound)
        }
    }
}
