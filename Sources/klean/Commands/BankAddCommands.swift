import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanImage
import KleanModel

struct BankAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds pictures or hashes to a bank.",
        discussion: """
            Of each picture all eight hashes go in, of it turned and mirrored, under one id, so that
            a mirrored copy is found though listings are hashed once. Pictures too plain to match
            are refused.

            With --target logo the files are logos, each alone on plain ground: SVG, drawn by
            rsvg-convert (package librsvg2-bin), or pictures. Of each the shape goes in as it is and
            turned by 6 degrees to both sides; a new bank gets the radius that shapes need.

              klean bank add model-source nike.svg --target logo --bank logos --kind official \
                --brand nike
              klean bank add model-source photos --bank official --kind official --brand nike
              klean bank add model-source --hash 162f64ca… --id case-17 --bank stop --kind stop
            """)

    @Argument(help: "The model's source folder.") var model: String
    @Argument(help: "Picture files and folders of them.") var pictures: [String] = []
    @Option(help: "A hash of 64 hexadecimal digits instead; may be given several times.")
    var hash: [String] = []
    @Flag(help: "Only the picture as it is, not turned or mirrored.") var noDihedral = false
    @OptionGroup var options: BankEntryOptions

    func validate() throws {
        guard !pictures.isEmpty || !hash.isEmpty else {
            throw ValidationError("expected picture files or --hash")
        }
        for text in hash where Hash256(hex: text) == nil {
            throw ValidationError("--hash: expected 64 hexadecimal digits, found \(text)")
        }
        if !hash.isEmpty, options.id == nil {
            throw ValidationError("--hash: expected an --id beside it")
        }
    }

    func run() throws {
        var change = try BankChange(model, options)
        for text in hash {
            guard let hash = Hash256(hex: text) else { continue }
            change.add(options.entry(hash, id: ""))
        }
        let files = try PictureFile.expand(pictures)
        if options.bankTarget == .logo {
            try addLogos(files, &change)
            return
        }
        var refused: [(file: String, reason: String)] = []
        PictureHashRun().run(files) { place, outcome in
            switch outcome {
            case .failure(let refusal): refused.append((files[place], refusal.description))
            case .success(let picture) where Int(picture.transform.quality) < change.qualityMin:
                refused.append(
                    (
                        files[place],
                        "too plain to match: quality \(picture.transform.quality), "
                            + "the bank asks for "
                            + "\(change.qualityMin)"
                    ))
            case .success(let picture): add(picture.transform, files[place], to: &change)
            }
            return true
        }
        try finish(change, files, refused)
    }

    /// Three renderings of each file's shape.
    private func addLogos(_ files: [String], _ change: inout BankChange) throws {
        var refused: [(file: String, reason: String)] = []
        for file in files {
            do throws(PictureRefusal) {
                let logo = try LogoFile.reference(file)
                for rendering in LogoReference.renderings {
                    let shape = logo.shape(rendering)
                    guard Int(shape.quality) >= change.qualityMin else {
                        throw PictureRefusal(
                            .corrupt,
                            "too plain to match: quality \(shape.quality), the bank asks for "
                                + "\(change.qualityMin)")
                    }
                    var entry = options.entry(shape.hash(), id: stem(file))
                    entry.descriptor = LogoShape.version
                    entry.note += entry.note.isEmpty ? rendering.name : " [\(rendering.name)]"
                    change.add(entry)
                }
            } catch {
                refused.append((file, error.description))
            }
        }
        try finish(change, files, refused)
    }

    private func finish(
        _ change: BankChange, _ files: [String], _ refused: [(file: String, reason: String)]
    ) throws {
        try change.write()
        for (file, reason) in refused { Console.error("klean: \(file): \(reason)\n") }
        Console.output(
            "banks/\(options.bank).tsv: \(change.added) hashes of "
                + "\(files.count - refused.count) pictures added, "
                + "\(change.repeated) were there, \(refused.count) pictures refused\n")
        if !refused.isEmpty {
            throw CommandError(
                "\(refused.count) of \(files.count) pictures refused", .picturesFailed)
        }
    }

    private func stem(_ file: String) -> String {
        let name = FileSystem.name(of: file)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    private func add(_ transform: PDQTransform, _ file: String, to change: inout BankChange) {
        let stem = stem(file)
        for way in noDihedral ? [.original] : Dihedral.allCases {
            var entry = options.entry(transform.hash(way), id: stem)
            entry.descriptor = PDQ.family
            if way != .original {
                entry.note = entry.note.isEmpty ? way.name : "\(entry.note) [\(way.name)]"
            }
            change.add(entry)
        }
    }
}

struct BankImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Adds hashes from lists and from the files of hash-sharing tools.",
        discussion: """
            Reads plain lists of hexadecimal hashes, CSV with or without a header, and JSON as
            hash-sharing platforms export it: keys and columns named hash, pdq, indicator,
            raw_value, signal_value and the like; other types than PDQ are left out and counted.
            Hashes of tools that shrink pictures first differ from klean's by 2 to 12 bits, and
            come as they are: one orientation each.

              klean bank import model-source exchange.json --bank shared --kind confirmedFake
            """)

    @Argument(help: "The model's source folder.") var model: String
    @Argument(help: "The file to import.") var file: String
    @OptionGroup var options: BankEntryOptions

    func run() throws {
        let exchange = try HashExchange(path: file)
        var change = try BankChange(model, options)
        let stem = FileSystem.name(of: file)
        var plain = 0
        for (place, item) in exchange.items.enumerated() {
            if let quality = item.quality, quality < change.qualityMin {
                plain += 1
                continue
            }
            var entry = options.entry(
                item.hash, id: item.id.isEmpty ? "\(stem):\(place + 1)" : item.id)
            if options.note == nil { entry.note = item.note }
            if options.source == nil { entry.source = item.source.isEmpty ? stem : item.source }
            if options.date == nil, !item.date.isEmpty { entry.date = item.date }
            change.add(entry)
        }
        try change.write()
        Console.output(
            "banks/\(options.bank).tsv: \(change.added) hashes added, \(change.repeated) were "
                + "there, \(plain) too plain, \(exchange.otherTypes) of other types, "
                + "\(exchange.unreadable) unreadable\n")
    }
}
