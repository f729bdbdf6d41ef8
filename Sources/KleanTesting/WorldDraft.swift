internal import KleanCore

/// A world in the making: growing arrays of what ``World`` then keeps in its arena.
struct WorldDraft {
    var brands: [GeneratedBrand] = []
    var products: [GeneratedProduct] = []
    var fame: [Int32] = []
    var brandOrder: [Int32] = []
    var categories: [GeneratedCategory] = []
    /// The first so many categories sell goods; accessory categories follow.
    var goodsCategories = 0
    var categoryOrder: [Int32] = []
    var accessories: [GeneratedAccessory] = []
    var accessoryTargets: [Int32] = []
    var decoys: [GeneratedDecoy] = []
    var brandTexts = ByteStrings()
    var blankTexts: Range<Int32> = 0..<0
    var labelTexts: Range<Int32> = 0..<0
    var categoryPaths = ByteStrings()
    var linesKorean = ByteStrings()
    var linesEnglish = ByteStrings()
    var codes = ByteStrings()
    var nounsKorean = ByteStrings()
    var nounsEnglish = ByteStrings()
    var accessoryPhrases = ByteStrings()
    var accessoryNouns = ByteStrings()
    var decoyTitles = ByteStrings()
    var authorisedCount = 0

    private(set) var records: [BrandRecord]
    private var categoriesOfSegment: [Character: [Int32]] = [:]
    private var categoryOfLeaf: [String: Int32] = [:]
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed, stream: 0xB0A7)
        records = BrandRecord.all
        addCategories()
        addBrandTexts()
        for number in records.indices { addProducts(of: number) }
        addFame()
        addAccessories()
        addDecoys()
    }

    private mutating func addCategories() {
        for line in CategoryTable.text.split(separator: "\n") {
            let cells = pieces(line, "|")
            let number = Int32(categories.count)
            for segment in cells[0] { categoriesOfSegment[segment, default: []].append(number) }
            addCategory(path: cells[1], price: cells[4], size: Array(cells[5].utf8)[0])
            categories[Int(number)].nounsKorean = Self.add(pieces(cells[2], ";"), to: &nounsKorean)
            categories[Int(number)].nounsEnglish = Self.add(
                pieces(cells[3], ";"), to: &nounsEnglish)
        }
        goodsCategories = categories.count
        categoryOrder = shuffled(goodsCategories)
    }

    private mutating func addCategory(path: String, price: String, size: UInt8) {
        let number = Int32(categories.count)
        categoryPaths.append(path.utf8)
        categoryOfLeaf[pieces(path, ">").last ?? path] = number
        categories.append(
            GeneratedCategory(
                kind: GeneratedCategory.Kind(path: path), nounsKorean: 0..<0, nounsEnglish: 0..<0,
                price: Int64(price) ?? 10_000, size: size,
                family: number * 7 % 120))
    }

    /// Names first, so that the text of brand `b` stands at `2 * b`; then the disguises.
    private mutating func addBrandTexts() {
        for record in records {
            brandTexts.append(record.english.utf8)
            brandTexts.append(record.korean[0].utf8)
        }
        let taken = Set(records.flatMap { [$0.english] + $0.korean })
        for record in records {
            let near = Disguise.nearMisses(english: record.english, korean: record.korean[0])
            let alike = Disguise.confusables(english: record.english, korean: record.korean[0])
            let authorised = 3 + random.below(6)
            brands.append(
                GeneratedBrand(
                    products: 0..<0,
                    authorised: Int32(authorisedCount)..<Int32(authorisedCount + authorised),
                    nearMisses: Self.add(near.filter { !taken.contains($0) }, to: &brandTexts),
                    confusables: Self.add(alike, to: &brandTexts)))
            authorisedCount += authorised
        }
        blankTexts = Self.add(["없음", "기타", "상세페이지 참조", "브랜드없음"], to: &brandTexts)
        brandOrder = shuffled(records.count)
    }

    /// Private labels: made-up names of two or three parts.
    mutating func addLabels(count: Int) {
        let korean = pieces(WordTable.syllablesKorean, ";")
        let latin = pieces(WordTable.syllablesLatin, ";")
        let first = Int32(brandTexts.count)
        for number in 0..<count {
            var name = ""
            if number % 3 == 0 {
                for _ in 0..<3 + random.below(2) { name += latin[random.below(latin.count)] }
                name = name.prefix(1).uppercased() + name.dropFirst()
            } else {
                for _ in 0..<2 { name += korean[random.below(korean.count)] }
            }
            brandTexts.append(name.utf8)
        }
        labelTexts = first..<first + Int32(count)
    }

    /// Two variants of each line at one price, then goods that only their category names.
    private mutating func addProducts(of number: Int) {
        let record = records[number]
        let first = Int32(products.count)
        let own = record.segments.flatMap { categoriesOfSegment[$0] ?? [] }
        for (korean, english, leaf) in record.lines {
            let line = Int32(linesKorean.count)
            linesKorean.append(korean.utf8)
            linesEnglish.append(english.utf8)
            let category = leaf.flatMap { categoryOfLeaf[$0] } ?? own[random.below(own.count)]
            let price = usualPrice(
                category, record.level, scatter: products.count > first ? 0.2 : 0)
            for _ in 0..<2 { addProduct(number, category, line: line, price: price) }
        }
        for _ in 0..<8 + random.below(9) {
            let category = own[random.below(own.count)]
            let price = usualPrice(category, record.level, scatter: 0.2)
            addProduct(number, category, line: -1, price: price)
        }
        brands[number].products = first..<Int32(products.count)
    }

    private mutating func usualPrice(_ category: Int32, _ level: Double, scatter: Double) -> Int64 {
        let exact = Double(categories[Int(category)].price) * level
        let price = exact * Exact.exp(scatter * random.normal())
        return max(1, Int64(price / 1_000)) * 1_000
    }

    private mutating func addProduct(_ brand: Int, _ category: Int32, line: Int32, price: Int64) {
        let letters = Array("ABCDEFGHJKLMNPRSTVWXZ")
        var code = String(letters[random.below(21)]) + String(letters[random.below(21)])
        code += String(1_000 + random.below(9_000))
        if random.chance(500) { code += "-" + String(100 + random.below(900)) }
        products.append(
            GeneratedProduct(
                brand: Int32(brand), category: category, line: line, code: Int32(codes.count),
                price: price, spread: Int32(random.below(3)),
                family: (categories[Int(category)].family + Int32(random.below(4))) % 120))
        codes.append(code.utf8)
    }

    /// Every brand's best-sold goods, then every brand's second, and so on.
    private mutating func addFame() {
        let deepest = brands.map(\.products.count).max() ?? 0
        for place in 0..<deepest {
            for brand in brandOrder where place < brands[Int(brand)].products.count {
                fame.append(brands[Int(brand)].products.lowerBound + Int32(place))
            }
        }
    }

    private mutating func addAccessories() {
        for line in CategoryTable.accessories.split(separator: "\n") {
            let cells = pieces(line, "|")
            let number = Int32(categories.count)
            addCategory(path: cells[1], price: cells[4], size: UInt8(ascii: "a"))
            let segments = Set(cells[0])
            let first = Int32(accessoryTargets.count)
            accessoryTargets += products.indices.filter { index in
                products[index].line >= 0
                    && !segments.isDisjoint(with: records[Int(products[index].brand)].segments)
            }.map(Int32.init)
            accessories.append(
                GeneratedAccessory(
                    category: number,
                    phrasesKorean: Self.add(pieces(cells[2], ";"), to: &accessoryPhrases),
                    nounsEnglish: Self.add(pieces(cells[3], ";"), to: &accessoryNouns),
                    price: categories[Int(number)].price,
                    targets: first..<Int32(accessoryTargets.count)))
        }
    }

    private mutating func addDecoys() {
        for line in WordTable.honestDecoys.split(separator: "\n") {
            let cells = pieces(line, "|")
            let leaf = pieces(cells[0], ">").last ?? cells[0]
            decoys.append(
                GeneratedDecoy(
                    category: categoryOfLeaf[leaf] ?? 0, price: Int64(cells[2]) ?? 10_000))
            decoyTitles.append(cells[1].utf8)
        }
    }

    private mutating func shuffled(_ count: Int) -> [Int32] {
        var order = (0..<Int32(count)).map { $0 }
        for place in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(place, random.below(place + 1))
        }
        return order
    }

    private static func add(_ texts: [String], to pool: inout ByteStrings) -> Range<Int32> {
        let first = Int32(pool.count)
        for text in texts { pool.append(text.utf8) }
        return first..<Int32(pool.count)
    }
}

extension WorldDraft {
    private static let authorisedEndings = [
        "코리아", " 공식몰", " 백화점관", " 직영점", " 온라인스토어", " 본사직영", " 강남점", " 아울렛",
    ]

    /// Names are unique: authorised sellers wear their brand's, the others a number.
    func sellerNames(_ plan: SellerPlan) -> ByteStrings {
        var names = ByteStrings()
        names.reserve(strings: plan.count, bytes: plan.count * 28)
        for (number, brand) in brands.enumerated() {
            for place in 0..<brand.authorised.count {
                names.append((records[number].korean[0] + Self.authorisedEndings[place]).utf8)
            }
        }
        let parts = ByteStrings(pieces(WordTable.syllablesKorean, ";"))
        let endings = ByteStrings(pieces(WordTable.sellerSuffixes, ";"))
        for seller in plan.resellers.lowerBound..<plan.count {
            let draw = Fingerprint.mix(UInt64(seller))
            var name = Array(parts[Int(draw % UInt64(parts.count))])
            name += parts[Int(draw >> 16) % parts.count]
            name += endings[Int(draw >> 40) % endings.count]
            name += String(seller).utf8
            names.append(name)
        }
        return names
    }

    /// The sellers' shops, not unique; then the false official store of each brand.
    func shopNames(_ plan: SellerPlan) -> ByteStrings {
        var names = ByteStrings()
        names.reserve(strings: plan.count, bytes: plan.count * 24)
        for (number, brand) in brands.enumerated() {
            for place in 0..<brand.authorised.count {
                let record = records[number]
                names.append(
                    (place % 2 == 0
                        ? record.korean[0] + " 공식스토어" : record.english + " Official Store").utf8)
            }
        }
        let parts = ByteStrings(pieces(WordTable.syllablesKorean, ";"))
        let endings = ByteStrings(pieces(WordTable.sellerSuffixes, ";"))
        for seller in plan.resellers.lowerBound..<plan.count {
            let draw = Fingerprint.mix(UInt64(seller))
            var name = Array(parts[Int(draw % UInt64(parts.count))])
            name += parts[Int(draw >> 16) % parts.count]
            name += endings[Int(draw >> 40) % endings.count]
            names.append(name)
        }
        for record in records { names.append((record.korean[0] + " 공식스토어").utf8) }
        return names
    }
}

/// A line of ``BrandNames``.
struct BrandRecord: Sendable {
    let english: String
    let korean: [String]
    let segments: [Character]
    let level: Double
    let lines: [(korean: String, english: String, leaf: String?)]

    /// Where a line belongs whose record names no leaf: the usual goods of the first segment.
    static let usualLeaves: [Character: String] = [
        "S": "운동화", "O": "바람막이", "C": "티셔츠", "L": "숄더백", "W": "시계", "J": "목걸이",
        "B": "크림", "E": "PC주변기기", "K": "인형/피규어", "H": "텀블러", "G": "골프클럽",
        "Y": "선글라스/안경테",
    ]

    static let all: [BrandRecord] = BrandNames.text.split(separator: "\n").map { line in
        let cells = pieces(line, "|")
        let segments = Array(cells[2])
        return BrandRecord(
            english: cells[0], korean: pieces(cells[1], ";"), segments: segments,
            level: Double(cells[3]) ?? 1,
            lines: pieces(cells[4], ";").map { text in
                let parts = pieces(text, "@")
                let names = pieces(parts[0], "=")
                return (names[0], names[1], parts.count > 1 ? parts[1] : usualLeaves[segments[0]])
            })
    }
}
