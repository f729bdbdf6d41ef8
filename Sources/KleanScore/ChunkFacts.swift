internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// What the texts of a chunk's dictionary columns mean, resolved once per distinct value. Rows
/// then only see numbers.
struct ChunkFacts {
    // By brand code.
    let brands: [UInt32]
    let isEmptyBrand: [Bool]
    /// The name of the brand is also an everyday word or another's name.
    let isEverydayBrand: [Bool]
    // By category code.
    let categoryKeys: [UInt64]
    let categories: [CategoryFacts]
    /// Row in the profile's category table.
    let categoryRows: [UInt32]
    // By seller code.
    let sellerKeys: [UInt64]
    /// Row in the profile's seller table, or -1.
    let sellerRows: [Int32]
    /// Some brand lists the seller as its own.
    let isListedSeller: [Bool]
    let sellerClaims: [StoreClaim]
    // By shop code.
    let shopKeys: [UInt64]
    /// Some brand lists the shop as its own.
    let isListedShop: [Bool]
    let shopClaims: [StoreClaim]
    // By label code.
    let labelBrands: [UInt32]
    let options: OptionFacts
    let concealments: [Concealment?]
    let hasConcealments: Bool

    init(
        _ columns: HotColumns, _ scoring: ScoringModel, _ tables: ScoringTables,
        _ profile: Profile
    ) {
        let table = scoring.model.brands
        let brandKeys = FieldKeys.names(columns.brand.values)
        brands = brandKeys.map { table.brand(fieldKey: $0) ?? Missing.uint32 }
        isEmptyBrand = brandKeys.map { BrandField.isEmpty(key: $0) }
        isEverydayBrand = brandKeys.map { tables.isEverydayName($0) }
        categoryKeys = FieldKeys.names(columns.category.values)
        categories = CategoryFacts.all(columns.category.values, scoring)
        categoryRows = categoryKeys.map { UInt32(profile.categories.index(of: $0)) }
        sellerKeys = FieldKeys.sellers(columns.seller.values)
        sellerRows = sellerKeys.map { profile.sellers.index(of: $0).map { Int32($0) } ?? -1 }
        isListedSeller = sellerKeys.map { tables.isListed($0) }
        sellerClaims = StoreClaim.all(columns.seller.values, scoring)
        shopKeys = FieldKeys.sellers(columns.shop.values)
        isListedShop = shopKeys.map { tables.isListed($0) }
        shopClaims = StoreClaim.all(columns.shop.values, scoring)
        options = OptionFacts(columns.options, scoring)
        labelBrands = ChunkFacts.brands(ofLabels: columns.logoLabel.values, table)
        let labels = columns.logoLabel.values
        concealments = (0..<labels.count).map { Concealment(label: labels[$0]) }
        hasConcealments = concealments.contains { $0 != nil }
    }

    /// The brand that each label names; one that tells how a place is concealed names none.
    static func brands(ofLabels labels: ByteStrings, _ table: BrandTable) -> [UInt32] {
        FieldKeys.names(labels).enumerated().map { place, key in
            guard Concealment(label: labels[place]) == nil else { return Missing.uint32 }
            return table.brand(fieldKey: key) ?? Missing.uint32
        }
    }

    /// The row in the profile's seller table of a seller code, if any.
    @inline(__always) func sellerRow(_ code: UInt32) -> Int? {
        guard code != Missing.uint32, sellerRows[Int(code)] >= 0 else { return nil }
        return Int(sellerRows[Int(code)])
    }

    /// Whether a brand lists the seller or the shop as its own.
    func isAuthorised(_ table: BrandTable, _ brand: UInt32, seller: UInt32, shop: UInt32) -> Bool {
        if seller != Missing.uint32, isListedSeller[Int(seller)],
            table.isAuthorised(brand: brand, sellerKey: sellerKeys[Int(seller)])
        {
            return true
        }
        return shop != Missing.uint32 && isListedShop[Int(shop)]
            && table.isAuthorised(brand: brand, sellerKey: shopKeys[Int(shop)])
    }
}

/// What a category text says of the goods in it.
struct CategoryFacts: Equatable {
    /// Kinds of goods its words name, as ``ProductDomains`` bits.
    var domains: UInt32 = 0
    /// Goods there are made for things of any brand, or of brands that sell in these domains.
    var isAccessory = false
    var accessoryDomains: UInt32 = 0
    /// Accessory word that says so, for evidence.
    var accessoryPattern = Missing.uint32
    /// Contexts that cancel lexicon entries.
    var contexts: [UInt32] = []

    /// Whether a listing that mentions the brand is made for it rather than by it.
    @inline(__always) func isAccessory(brandDomains: UInt32) -> Bool {
        isAccessory || accessoryDomains & brandDomains != 0
    }

    static func all(_ values: ByteStrings, _ scoring: ScoringModel) -> [CategoryFacts] {
        var facts = [CategoryFacts](repeating: CategoryFacts(), count: values.count)
        for match in scoring.scan(values) {
            let row = Int(match.row)
            let pattern = scoring.model.patterns[Int(match.payload)]
            switch pattern.kind {
            case .category: facts[row].domains |= pattern.number
            case .context: facts[row].contexts.append(pattern.number)
            case .accessory:
                let word = scoring.model.accessories[Int(pattern.number)]
                guard word.role == .category || word.role == .title else { continue }
                if word.domains.isEmpty {
                    facts[row].isAccessory = true
                } else {
                    facts[row].accessoryDomains |= word.domains.rawValue
                }
                if facts[row].accessoryPattern == Missing.uint32 {
                    facts[row].accessoryPattern = match.payload
                }
            case .brand, .lexicon, .priceModel: break
            }
        }
        return facts
    }
}

/// A seller's or shop's name that claims to be a brand's own shop (SCORING N6).
struct StoreClaim: Equatable {
    /// Lexicon entry that says so, or `Missing.uint32` for no claim.
    var entry = Missing.uint32
    var pattern = Missing.uint32
    /// The brand named beside the claim, or `Missing.uint32`.
    var brand = Missing.uint32
    /// The name has words beside the claim, and they are no brand of the registry.
    var namesOther = false
    /// Where the claim stands in the name.
    var start: UInt16 = 0
    var end: UInt16 = 0

    var isClaim: Bool { entry != Missing.uint32 }

    static func all(_ values: ByteStrings, _ scoring: ScoringModel) -> [StoreClaim] {
        var claims = [StoreClaim](repeating: StoreClaim(), count: values.count)
        let matches = scoring.scan(values)
        var first = 0
        while first < matches.count {
            var end = first
            while end < matches.count, matches[end].row == matches[first].row { end += 1 }
            let row = Int(matches[first].row)
            claims[row] = claim(matches[first..<end], values[row], scoring)
            first = end
        }
        return claims
    }

    private static func claim(
        _ matches: ArraySlice<TextMatch>, _ name: ArraySlice<UInt8>, _ scoring: ScoringModel
    ) -> StoreClaim {
        let patterns = scoring.model.patterns
        let brand = matches.first { patterns[Int($0.payload)].kind == .brand }
        for match in matches {
            let pattern = patterns[Int(match.payload)]
            guard pattern.kind == .lexicon else { continue }
            let entry = scoring.model.lexicon[Int(pattern.number)]
            guard entry.kind == .officialStore else { continue }
            let isNear =
                brand.map { match.tokenDistance(to: $0) <= Int(entry.windowTokens) } ?? false
            guard isNear || entry.condition == .anywhere else { continue }
            let rest = name.prefix(Int(match.start)) + name.dropFirst(Int(match.end))
            let hasWords = rest.contains { $0 >= 0x80 || ($0 | 32 >= 97 && $0 | 32 <= 122) }
            return StoreClaim(
                entry: pattern.number, pattern: match.payload,
                brand: brand.map { patterns[Int($0.payload)].number } ?? Missing.uint32,
                namesOther: brand == nil && hasWords, start: match.start, end: match.end)
        }
        return StoreClaim()
    }
}
