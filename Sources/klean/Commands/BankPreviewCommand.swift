import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanImage
import KleanInspection
import KleanModel

struct BankPreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Counts what one entry would match in a store, before it ships.",
        discussion: """
            ENTRY is a picture file, a hash of 64 hexadecimal digits, or, with --model, the id of an
            entry there. A picture is looked for turned and mirrored, too. With --target logo the
            file is a logo on plain ground or an SVG: its three renderings are looked for among the
            logo regions of the store's pictures.

              klean bank preview new.jpg store
              klean bank preview mark.svg store --target logo
              klean bank preview case-17 store --model model-source
            """)

    @Argument(help: "A picture file, a hash, or an entry's id.") var entry: String
    @Argument(help: "The store.") var store: String
    @Option(help: "A model's source folder, to look the entry up in.") var model: String?
    @Option(help: "Only in this bank.") var bank: String?
    @Option(
        help: "image or logo: what a file or a hash is compared with. Entries of --model know it.")
    var target = "image"
    @Option(help: "Hamming radius; by default the bank's, else 31 for pictures, 52 for logos.")
    var radius: Int?
    @Option(help: "Lowest PDQ quality; by default the bank's, else 50.") var minQuality: Int?
    @Option(help: "table or json.") var format: Format = .table

    func validate() throws {
        guard ["image", "logo"].contains(target) else {
            throw ValidationError("--target: expected image or logo, found \(target)")
        }
        if let radius, !(0...256).contains(radius) {
            throw ValidationError("--radius: expected 0 to 256, found \(radius)")
        }
        if let minQuality, !(0...100).contains(minQuality) {
            throw ValidationError("--min-quality: expected 0 to 100, found \(minQuality)")
        }
    }

    func run() throws {
        var query = try query()
        if let radius { query.radiusBits = radius }
        if let minQuality { query.qualityMin = minQuality }
        let store = try Store(path: store)
        let preview = try BankPreview(query, in: store)
        let floodShare = try floodShare()
        let examples = try preview.nearest.map { ($0, try store.row($0.ordinal)) }
        if format == .json {
            Console.output(json(preview, query, examples, floodShare).text + "\n")
        } else {
            Console.output(text(preview, query, examples, floodShare))
        }
    }

    /// From which share of the pictures on a scan quarantines an entry.
    private func floodShare() throws -> Double {
        let weights = try model.map { try ModelSource.load($0).model.weights } ?? Weights()
        return weights[Parameter.imageFloodShare]
    }

    private func query() throws -> BankPreview.Query {
        let target: BankTarget = target == "logo" ? .logo : .image
        if let hash = Hash256(hex: entry) {
            return BankPreview.Query(hashes: [hash], target: target)
        }
        if let model {
            let source = try ModelSource.load(model)
            for name in try BankNames.all(model) where bank == nil || bank == name {
                let rows = try BankFile(source: model, name: name).entries.filter {
                    $0.id == entry
                }
                guard let first = rows.first else { continue }
                let settings = source.settings(ofBank: name)
                return BankPreview.Query(
                    hashes: rows.map(\.hash), target: first.target, radiusBits: settings.radius,
                    qualityMin: settings.qualityMin)
            }
        }
        guard FileSystem.exists(entry) else {
            throw CommandError(
                "\(entry): expected a picture file, 64 hexadecimal digits"
                    + (model == nil ? " or, with --model, an entry's id" : " or an entry's id")
                    + ", found none", .notFound)
        }
        do {
            return BankPreview.Query(hashes: try hashes(of: target), target: target)
        } catch {
            throw CommandError("\(entry): \(error)", .picturesFailed)
        }
    }

    /// Of the entry's file: eight ways round of a picture, the renderings of a logo.
    private func hashes(of target: BankTarget) throws -> [Hash256] {
        guard target == .logo else { return try PictureFile.transform(entry).hashes }
        let logo = try LogoFile.reference(entry)
        return LogoReference.renderings.map { logo.shape($0).hash() }
    }

    private func text(
        _ preview: BankPreview, _ query: BankPreview.Query,
        _ examples: [(BankPreview.Example, Listing)], _ floodShare: Double
    ) -> String {
        let unit = query.target == .image ? "pictures" : "logo regions"
        var bands = Table([
            .init("distance", key: "distance"), .init(unit, key: "pictures", isRight: true),
        ])
        for (name, count) in zip(BankPreview.bandNames(query.target), preview.bands) {
            bands.append([.text(name), .integer(Int64(count))])
        }
        var text = bands.rendered(.table)
        text +=
            "\(NumberText.count(preview.matches)) of \(NumberText.count(preview.pictures)) "
            + "\(unit) match (\(NumberText.percent(preview.share, digits: 3))) in "
            + "\(NumberText.count(preview.listings)) listings of "
            + "\(NumberText.count(preview.sellers)) sellers; radius \(query.radiusBits), "
            + "quality from \(query.qualityMin)\n"
        if preview.floodShare > floodShare {
            text +=
                "flood: a scan would quarantine this entry (more than "
                + "\(NumberText.percent(floodShare)) of the pictures)\n"
        }
        guard !examples.isEmpty else { return text }
        var table = Table([
            .init("bits", key: "distance", isRight: true), .init("id", key: "id"),
            .init("seller", key: "seller", widthMax: 24),
            .init("title", key: "title", widthMax: 60),
        ])
        for (example, listing) in examples {
            table.append([
                .integer(Int64(example.distance)), .text(word(listing.id)),
                .text(word(listing.seller)), .text(word(listing.title)),
            ])
        }
        return text + "\n" + table.rendered(.table)
    }

    private func word(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func json(
        _ preview: BankPreview, _ query: BankPreview.Query,
        _ examples: [(BankPreview.Example, Listing)], _ floodShare: Double
    ) -> JSON {
        .object([
            ("target", .text(query.target == .image ? "image" : "logo")),
            ("pictures", .integer(preview.pictures)), ("compared", .integer(preview.compared)),
            ("matches", .integer(preview.matches)), ("listings", .integer(preview.listings)),
            ("sellers", .integer(UInt64(preview.sellers))), ("share", .number(preview.share)),
            ("radius", .integer(UInt64(query.radiusBits))),
            ("qualityMin", .integer(UInt64(query.qualityMin))),
            ("isFlood", .bool(preview.floodShare > floodShare)),
            (
                "bands",
                .object(
                    zip(BankPreview.bandNames(query.target), preview.bands).map {
                        ($0, .integer($1))
                    })
            ),
            (
                "nearest",
                .array(
                    examples.map { example, listing in
                        .object([
                            ("id", .text(word(listing.id))),
                            ("distance", .integer(UInt64(example.distance))),
                            ("seller", .text(word(listing.seller))),
                            ("title", .text(word(listing.title))),
                        ])
                    })
            ),
        ])
    }
}
