import ArgumentParser
import KleanConsole
import KleanCore
import KleanModel

struct BankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bank",
        abstract:
            "Keeps the pictures that a model knows: adds, lists, disables, imports, previews.",
        discussion: """
            Works on a model's source folder (SOURCE/banks/*.tsv); klean model build makes it count.
            Kinds: confirmedFake, official, authorised, removed and stop. A picture of a removed
            listing marks re-listings, unless it is also an official or authorised one. A stop
            entry is negative: a listing's picture that matches one is evidence of nothing,
            whatever else it matches.

              klean bank add model-source cases/*.jpg --bank confirmed-fakes --kind confirmedFake
              klean bank preview new.jpg store
            """,
        subcommands: [
            BankAdd.self, BankImport.self, BankList.self, BankDisable.self, BankEnable.self,
            BankRemoved.self, BankPreviewCommand.self,
        ])
}

/// `--kind confirmedFake|official|authorised|removed|stop`.
enum KindOption: String, ExpressibleByArgument, CaseIterable {
    case confirmedFake, official, authorised, removed, stop

    var kind: BankKind {
        switch self {
        case .confirmedFake: .confirmedFake
        case .official: .official
        case .authorised: .authorised
        case .removed: .removed
        case .stop: .stop
        }
    }
}

/// What `add` and `import` say of all their entries.
struct BankEntryOptions: ParsableArguments {
    @Option(help: "The bank's name: banks/NAME.tsv; made where it is missing.") var bank: String
    @Option(help: "confirmedFake, official, authorised, removed or stop.") var kind: KindOption
    @Option(help: "A key of brands.tsv.") var brand: String?
    @Option(help: "What the entries are to be known by; by default their files' names.")
    var id: String?
    @Option(help: "A note, such as a case number.") var note: String?
    @Option(help: "Who gave them.") var source: String?
    @Option(help: "The day they were added, YYYY-MM-DD; by default today (UTC).") var date: String?
    @Option(help: "image or logo: which hashes of a listing they are compared with.")
    var target = "image"
    @Option(help: "Sets the bank's Hamming radius.") var radius: Int?
    @Option(help: "Sets the bank's lowest PDQ quality.") var minQuality: Int?

    func validate() throws {
        guard bank.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 > 32 && $0 < 127 }),
            !bank.isEmpty, !bank.hasPrefix(".")
        else { throw ValidationError("--bank: expected a plain file name, found \(bank)") }
        guard ["image", "logo"].contains(target) else {
            throw ValidationError("--target: expected image or logo, found \(target)")
        }
        if let radius, !(0...bankTarget.radiusBitsMax).contains(radius) {
            throw ValidationError(
                "--radius: expected 0 to \(bankTarget.radiusBitsMax), found \(radius)")
        }
        if let minQuality, !(0...100).contains(minQuality) {
            throw ValidationError("--min-quality: expected 0 to 100, found \(minQuality)")
        }
    }

    var bankTarget: BankTarget { target == "logo" ? .logo : .image }

    /// A row of the bank with what holds for all of them.
    func entry(_ hash: Hash256, id name: String) -> BankFile.Entry {
        var entry = BankFile.Entry(hash: hash, kind: kind.kind, id: id ?? name)
        entry.brand = brand ?? ""
        entry.note = note ?? ""
        entry.source = source ?? ""
        entry.date = date ?? Today.text
        entry.target = bankTarget
        return entry
    }
}

/// A bank that is being changed: its file, its settings, and what came of it.
struct BankChange {
    let source: String
    let options: BankEntryOptions
    private let settings: (radius: Int, qualityMin: Int)
    private var file: BankFile
    private var known: Set<Hash256>
    private let isNew: Bool
    private(set) var added = 0
    private(set) var repeated = 0

    /// - Throws: `ModelError` when the source is not well formed or the brand is unknown.
    init(_ source: String, _ options: BankEntryOptions) throws {
        self.source = source
        self.options = options
        let loaded = try ModelSource.load(source)
        if let brand = options.brand, !loaded.brandKeys.contains(brand) {
            throw ModelError.source(
                [
                    SourceFault(
                        file: "--brand", line: 0, field: "brand",
                        expected: "a key of brands.tsv", found: brand)
                ], more: 0)
        }
        settings = loaded.settings(ofBank: options.bank)
        file = try BankFile(source: source, name: options.bank)
        known = Set(file.entries.map(\.hash))
        isNew = known.isEmpty
    }

    /// Quality below which a picture is not taken: the bank's own.
    var qualityMin: Int { options.minQuality ?? settings.qualityMin }

    /// A new bank of shapes asks for the radius that they need.
    private var radius: Int? {
        if let radius = options.radius { return radius }
        guard isNew, file.entries.contains(where: { $0.descriptor == HashFamily.logo }) else {
            return nil
        }
        return Limits.logoRadiusBits
    }

    mutating func add(_ entry: BankFile.Entry) {
        if known.insert(entry.hash).inserted {
            added += 1
            file.append([entry])
        } else {
            repeated += 1
        }
    }

    /// Writes the bank and its settings, and reads the source again to see that it holds.
    func write() throws {
        if added > 0 { try file.write() }
        let radius = radius
        if radius != nil || options.minQuality != nil {
            guard added > 0 || !file.entries.isEmpty else { return }
            try BankSettingsFile.set(
                source: source, bank: options.bank, radius: radius,
                qualityMin: options.minQuality, current: settings)
        }
        for warning in try ModelSource.load(source).warnings {
            Console.error("klean: warning: \(warning)\n")
        }
    }
}
