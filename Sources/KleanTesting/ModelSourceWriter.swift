internal import CKleanTesting
internal import KleanColumns
internal import KleanCore

/// Writes a model source that fits a generated catalog: the shipped word lists with the generated
/// authorised sellers, price references of the generated goods, and the generated picture banks.
struct ModelSourceWriter {
    /// The day that every row of the source bears.
    static let day = "2026-11-01"

    private let world: World
    private let brands: [BrandRecord]
    private let keys: [String]
    private let brandsFile: [UInt8]

    init(world: World) {
        self.world = world
        brands = BrandRecord.all
        var registry = BrandRegistry(text: Self.shipped(klean_testing_brands))
        for (number, record) in brands.enumerated() {
            let sellers = world.brands[number].authorised.map {
                String(decoding: world.sellerNames[Int($0)], as: UTF8.self)
            }
            registry.add(record, sellers: sellers)
        }
        keys = registry.keys
        brandsFile = Array(registry.text.utf8)
    }

    func write(to folder: String) throws {
        try FileSystem.createDirectory(folder + "/banks")
        try put(folder, "model.yaml", Array(settings.utf8))
        try put(folder, "brands.tsv", brandsFile)
        try put(folder, "lexicon.tsv", Array(Self.shipped(klean_testing_lexicon).utf8))
        try put(folder, "accessories.tsv", Array(Self.shipped(klean_testing_accessories).utf8))
        try put(folder, "categories.tsv", Array(Self.shipped(klean_testing_categories).utf8))
        try put(folder, "words.tsv", Array(Self.shipped(klean_testing_words).utf8))
        try put(folder, "fx.tsv", Array(Self.shipped(klean_testing_fx).utf8))
        try put(folder, "prices.tsv", Array(prices.utf8))
        try put(folder, "banks/confirmed-fakes.tsv", bank(.fake, "confirmedFake", "F"))
        try put(folder, "banks/official.tsv", bank(.official, "official", "O"))
        try put(folder, "banks/authorised.tsv", bank(.authorised, "authorised", "A"))
        try put(folder, "banks/stop.tsv", bank(.stop, "stop", "S"))
        try put(folder, "banks/logos.tsv", logos)
    }

    private func put(_ folder: String, _ name: String, _ bytes: [UInt8]) throws {
        try FileSystem.writeDurably(folder + "/" + name, bytes)
    }

    static func shipped(_ source: klean_testing_source) -> String {
        var count = 0
        let bytes = klean_testing_source(source, &count)
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The shipped settings under another name, with the generated banks.
    private var settings: String {
        let shipped = Self.shipped(klean_testing_model_yaml)
        var lines: [Substring] = []
        for line in shipped.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("banks:") { break }
            lines.append(line.hasPrefix("name:") ? "name: generated" : line)
        }
        return lines.joined(separator: "\n") + """

            banks:
              confirmed-fakes: {radius: 31, qualityMin: 50}
              official: {radius: 31, qualityMin: 50}
              authorised: {radius: 31, qualityMin: 50}
              stop: {radius: 31, qualityMin: 50}
              logos: {radius: 24, qualityMin: 50}

            """
    }

    // MARK: Prices

    /// R1 for every product line, R3 for every brand and category that has goods.
    private var prices: String {
        var text =
            "brand\tcategory\tmodel\taliases\tlevel\tcondition\treference\tspread\tn\tsource"
            + "\tdate\n"
        func row(_ cells: [String]) {
            text += cells.joined(separator: "\t") + "\tgenerated\t" + Self.day + "\n"
        }
        for brand in brands.indices {
            var lines: Set<Int32> = []
            var cells: [Int32: [Int64]] = [:]
            for number in world.brands[brand].products {
                let product = world.products[number]
                cells[product.category, default: []].append(product.price)
                guard product.line >= 0, lines.insert(product.line).inserted else { continue }
                let korean = String(decoding: world.linesKorean[Int(product.line)], as: UTF8.self)
                let english = String(decoding: world.linesEnglish[Int(product.line)], as: UTF8.self)
                row([
                    keys[brand], path(product.category), english,
                    korean == english ? english : korean + ";" + english, "R1", "new",
                    String(product.price), "0.15", "8",
                ])
            }
            for category in cells.keys.sorted() {
                let sorted = (cells[category] ?? []).sorted()
                row([
                    keys[brand], path(category), "", "", "R3", "new",
                    String(sorted[sorted.count / 2]), "0.28", "40",
                ])
            }
        }
        return text
    }

    private func path(_ category: Int32) -> String {
        String(decoding: world.categoryPaths[Int(category)], as: UTF8.self)
    }

    // MARK: Banks

    private static let bankHeader = Array("hash\tkind\tbrand\tid\tnote\ttarget\n".utf8)

    private func bank(_ kind: GeneratedBank.Kind, _ name: String, _ letter: String) -> [UInt8] {
        let count = world.bank.count(kind)
        var text = Self.bankHeader
        text.reserveCapacity(count * 112)
        for number in 0..<count {
            let isBanner = kind == .stop
            let product = isBanner ? -1 : Int32(world.bank.product(ofNumber: number))
            let brand = isBanner ? "" : keys[Int(world.products[product].brand)]
            let hash = world.bank.hashes[GeneratedBank.entry(kind, number)]
            text += Array(hash.hex.utf8)
            text += Array("\t\(name)\t\(brand)\t\(letter)\(number)\tgenerated\timage\n".utf8)
        }
        return text
    }

    private var logos: [UInt8] {
        var text = Self.bankHeader
        for number in 0..<world.bank.logos.count {
            let key = keys[number / GeneratedBank.logosPerBrand]
            text += Array(world.bank.logos[number].hex.utf8)
            text += Array("\tofficial\t\(key)\tL\(number)\tgenerated\tlogo\n".utf8)
        }
        return text
    }
}

/// The shipped `brands.tsv` with the generated brands' sellers; brands that it lacks are added.
private struct BrandRegistry {
    private var lines: [String]
    private var lineOfName: [String: Int] = [:]
    /// By generated brand.
    private(set) var keys: [String] = []

    init(text shipped: String) {
        lines = pieces(shipped, "\n")
        for (number, line) in lines.enumerated() where !line.hasPrefix("#") {
            let cells = pieces(line, "\t")
            guard cells.count > 4, cells[0] != "key" else { continue }
            for name in cells[1...4].flatMap({ pieces($0, ";") }) where !name.isEmpty {
                lineOfName[Self.plain(name)] = number
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func add(_ record: BrandRecord, sellers: [String]) {
        let names = [record.english] + record.korean
        let added = sellers.joined(separator: ";")
        if let number = names.compactMap({ lineOfName[Self.plain($0)] }).first {
            var cells = pieces(lines[number], "\t")
            while cells.count < 9 { cells.append("") }
            cells[8] = cells[8].isEmpty ? added : cells[8] + ";" + added
            lines[number] = cells.joined(separator: "\t")
            keys.append(cells[0])
        } else {
            let key = Self.key(record.english)
            // A name of one short word may be an everyday word: ask for support.
            let korean = record.korean.map { $0.count <= 2 ? "?" + $0 : $0 }
            let english = record.english.count <= 6 ? "?" + record.english : record.english
            lines.append(
                [
                    key, english, korean.joined(separator: ";"), "", "", Self.domains(record),
                    record.level >= 5 ? "luxury" : "", "", added,
                ].joined(separator: "\t"))
            keys.append(key)
        }
    }

    /// Lower case without marks, spaces and punctuation.
    private static func plain(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.lowercased().unicodeScalars.filter {
                    $0.value >= 128 || $0.properties.isAlphabetic || (48...57).contains($0.value)
                        || $0 == "&"
                }))
    }

    private static func key(_ english: String) -> String {
        let letters = english.lowercased().map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
        }
        return letters.split(separator: "-").map { String($0) }.joined(separator: "-")
    }

    private static func domains(_ record: BrandRecord) -> String {
        let table: [Character: [String]] = [
            "S": ["shoes", "sport", "clothing"], "O": ["outdoor", "clothing"], "C": ["clothing"],
            "L": ["bag", "shoes"], "W": ["watch"], "J": ["jewellery"], "B": ["cosmetics"],
            "E": ["appliance", "audio", "phone", "computer"], "K": ["toy", "baby"],
            "H": ["kitchen"], "G": ["golf"], "Y": ["eyewear"],
        ]
        var found: [String] = []
        for domain in record.segments.flatMap({ table[$0] ?? [] }) where !found.contains(domain) {
            found.append(domain)
        }
        return found.joined(separator: ",")
    }
}
