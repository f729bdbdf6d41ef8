import ArgumentParser
import KleanCatalog
import KleanConsole
import KleanCore
import KleanImage

struct HashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Prints the PDQ hash of pictures.",
        discussion: """
            Reads JPEG, PNG, WebP, GIF (first frame) and PNM; what a file is, its bytes say. Folders
            stand for all files below them, in the order of their names. Hashes are of the stored
            pixels at full resolution; EXIF orientation is not applied, as in other PDQ tools.

            Fields: file, hash, quality, with --dihedral the eight hashes of the turned and mirrored
            picture, and the reason where a file gave no hash. A bad file does not end the run; the
            exit code is then 5.

            With --logos also the places that could show a logo, likeliest first, at most eight of
            each picture: x,y,width,height:quality:hash, as a catalog's logo columns hold them; and
            at most two places that were made unreadable: x,y,width,height:mosaic, blur or patch.

              klean hash photo.jpg
              klean hash photos --format json --dihedral > hashes.json
            """)

    enum HashFormat: String, ExpressibleByArgument, CaseIterable { case tsv, json }

    @Argument(help: "Picture files and folders of them.") var paths: [String]
    @Option(help: "tsv or json.") var format: HashFormat = .tsv
    @Flag(help: "Also the hashes of the picture turned and mirrored, eight in all.")
    var dihedral = false
    @Flag(help: "Also the regions that could be logos.") var logos = false
    @Option(help: "Working threads; by default the processors at hand.") var threads: Int?
    @Flag(help: "Say at the end, on standard error, what reading, decoding and PDQ took.")
    var timings = false

    func validate() throws {
        if let threads, threads < 1 {
            throw ValidationError("--threads: expected at least 1, found \(threads)")
        }
    }

    func run() throws {
        let files = try PictureFile.expand(paths)
        let text = HashText(format: format, isDihedral: dihedral, hasLogos: logos)
        let cancelled = Signals.Flag()
        Signals.onInterrupt { cancelled.raise() }
        var line = Terminal.error.isInteractive ? ProgressLine() : nil
        var failed = 0
        var times = HashTimes()
        Console.output(text.head)
        PictureHashRun(threads: threads, logos: logos).run(files) { place, outcome in
            switch outcome {
            case .failure: failed += 1
            case .success(let picture): times.add(picture)
            }
            Console.output(text.row(files[place], outcome, isFirst: place == 0))
            line?.update(
                Progress(
                    phase: "hash", unitName: "files", unitsDone: place + 1 - failed,
                    unitsFailed: failed, unitsTotal: files.count, listingsDone: 0,
                    listingsTotal: 0))
            return !cancelled.isRaised
        }
        line?.finish()
        Console.output(text.foot(isEmpty: files.isEmpty))
        if timings { Console.error(times.json.text + "\n") }
        if cancelled.isRaised { throw CommandError("interrupted", .interrupted) }
        if failed > 0 {
            throw CommandError(
                "\(failed) of \(files.count) files gave no hash; each row says why",
                .picturesFailed)
        }
    }
}

/// Rows of ``HashCommand`` as text.
private struct HashText {
    let format: HashCommand.HashFormat
    let isDihedral: Bool
    let hasLogos: Bool

    var head: String {
        guard format == .tsv else { return "[" }
        let ways = isDihedral ? Dihedral.allCases.map(\.name) : []
        return
            (["file", "hash", "quality"] + ways + (hasLogos ? ["logos", "concealed"] : []) + [
                "reason"
            ])
            .joined(separator: "\t") + "\n"
    }

    func foot(isEmpty: Bool) -> String { format == .json ? (isEmpty ? "]\n" : "\n]\n") : "" }

    func row(_ file: String, _ outcome: PictureHashRun.Outcome, isFirst: Bool) -> String {
        switch format {
        case .tsv: tsv(file, outcome)
        case .json: (isFirst ? "\n" : ",\n") + json(file, outcome).text
        }
    }

    private func tsv(_ file: String, _ outcome: PictureHashRun.Outcome) -> String {
        let name = plain(file)
        var fields: [String]
        switch outcome {
        case .success(let picture):
            let transform = picture.transform
            let ways = isDihedral ? transform.hashes.map(\.hex) : []
            fields = [name, transform.pdq.hash.hex, "\(transform.quality)"] + ways + logos(picture)
            fields.append("")
        case .failure(let refusal):
            let ways = [String](repeating: "", count: isDihedral ? Dihedral.allCases.count : 0)
            fields = [name, "", ""] + ways + (hasLogos ? ["", ""] : [])
            fields.append(plain(refusal.description))
        }
        return fields.joined(separator: "\t") + "\n"
    }

    private func logos(_ picture: HashedPicture) -> [String] {
        guard hasLogos else { return [] }
        let regions = picture.logos.map { region in
            let box = region.box
            return "\(box.x),\(box.y),\(box.width),\(box.height):\(region.quality):"
                + region.hash.hex
        }
        let places = picture.concealed.map { place in
            let box = place.box
            return "\(box.x),\(box.y),\(box.width),\(box.height):\(place.kind.name)"
        }
        return [regions.joined(separator: " "), places.joined(separator: " ")]
    }

    /// A field holds no tabs or line breaks.
    private func plain(_ text: String) -> String {
        text.contains { $0.isNewline || $0 == "\t" }
            ? String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }) : text
    }

    private func json(_ box: LogoRegion.Box) -> JSON {
        .array([box.x, box.y, box.width, box.height].map { .integer(UInt64($0)) })
    }

    private func json(_ place: ConcealedPlace) -> JSON {
        .object([("box", json(place.box)), ("kind", .text(place.kind.name))])
    }

    private func json(_ region: LogoRegion) -> JSON {
        .object([
            ("box", json(region.box)),
            ("hash", .text(region.hash.hex)), ("quality", .integer(UInt64(region.quality))),
        ])
    }

    private func json(_ file: String, _ outcome: PictureHashRun.Outcome) -> JSON {
        switch outcome {
        case .success(let picture):
            let transform = picture.transform
            var members: [(String, JSON)] = [
                ("file", .text(file)), ("hash", .text(transform.pdq.hash.hex)),
                ("quality", .integer(UInt64(transform.quality))),
            ]
            if hasLogos {
                members.append(("logos", .array(picture.logos.map { json($0) })))
                members.append(("concealed", .array(picture.concealed.map { json($0) })))
            }
            guard isDihedral else { return .object(members) }
            members += Dihedral.allCases.map { ($0.name, .text(transform.hash($0).hex)) }
            return .object(members)
        case .failure(let refusal):
            return .object([
                ("file", .text(file)), ("hash", .null), ("quality", .null),
                ("reason", .text(refusal.description)),
            ])
        }
    }
}

/// What the steps of ``HashCommand`` took, summed over threads.
private struct HashTimes {
    private var pictures = 0
    private var pixels = 0
    private var read = Duration.zero
    private var decode = Duration.zero
    private var hash = Duration.zero
    private var search = Duration.zero

    mutating func add(_ picture: HashedPicture) {
        pictures += 1
        pixels += picture.pixels
        read += picture.read
        decode += picture.decode
        hash += picture.hash
        search += picture.search
    }

    var json: JSON {
        .object([
            ("pictures", .integer(UInt64(pictures))), ("pixels", .integer(UInt64(pixels))),
            ("readSeconds", .number(NumberText.seconds(read))),
            ("decodeSeconds", .number(NumberText.seconds(decode))),
            ("pdqSeconds", .number(NumberText.seconds(hash))),
            ("logoSeconds", .number(NumberText.seconds(search))),
            ("pdqKernels", .text("\(PDQKernels.best)")),
        ])
    }
}
