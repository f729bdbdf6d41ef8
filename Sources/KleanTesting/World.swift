internal import KleanCore

/// A brand of a generated world. Ranges index the world's pools.
struct GeneratedBrand {
    /// Goods of it, most sold first.
    var products: Range<Int32>
    /// Sellers that may sell it, as the model's registry lists them.
    var authorised: Range<Int32>
    /// Brand texts that misspell it and that imitate its letters; may be empty.
    var nearMisses: Range<Int32>
    var confusables: Range<Int32>
}

/// One good of a brand.
struct GeneratedProduct {
    var brand: Int32
    var category: Int32
    /// In the line pools, or -1: then only the category's noun names it.
    var line: Int32
    /// In the code pool.
    var code: Int32
    /// Usual price in won.
    var price: Int64
    /// Row of the spread table, `0..<4`.
    var spread: Int32
    /// Picture family.
    var family: Int32
}

/// A category. Ranges index the noun pools.
struct GeneratedCategory {
    /// Which words are said of the goods.
    enum Kind: UInt8 {
        case fashion, cosmetics, devices, other

        init(path: String) {
            self =
                path.hasPrefix("패션") || path.hasPrefix("스포츠") && !path.hasSuffix("골프공")
                ? .fashion
                : path.hasPrefix("화장품") ? .cosmetics : path.hasPrefix("디지털") ? .devices : .other
        }
    }

    var kind: Kind
    var nounsKorean: Range<Int32>
    var nounsEnglish: Range<Int32>
    /// Of an unbranded good, in won.
    var price: Int64
    /// `c`, `s`, `v`, `d`, `n` of ``CategoryTable``; `a` for accessories.
    var size: UInt8
    var family: Int32
}

/// Goods made for a brand's line.
struct GeneratedAccessory {
    var category: Int32
    var phrasesKorean: Range<Int32>
    var nounsEnglish: Range<Int32>
    var price: Int64
    /// In the target pool: products with a line in the accessory's segments.
    var targets: Range<Int32>
}

/// An honest title that holds a word of the slang in another sense.
struct GeneratedDecoy {
    var category: Int32
    var price: Int64
}

/// Everything that all chunks of a generated catalog share: names, goods, sellers, pictures. A pure
/// function of seed, rows and bank size; filled once, then read by many threads.
struct World: Sendable {
    let seed: UInt64
    let rows: Int
    let arena: Arena
    let sellers: SellerPlan
    let sellerNames: TokenPool
    /// The sellers' own shops, then one false official store of each brand.
    let shopNames: TokenPool
    let pictures: PicturePool
    let bank: GeneratedBank

    let brands: Table<GeneratedBrand>
    let products: Table<GeneratedProduct>
    /// Products in the order in which bank pictures are dealt out.
    let productsByFame: Table<Int32>
    let categories: Table<GeneratedCategory>
    let accessories: Table<GeneratedAccessory>
    let accessoryTargets: Table<Int32>
    let decoys: Table<GeneratedDecoy>

    /// English name of brand `b` at `2 * b`, Korean at `2 * b + 1`; then misspellings, then blanks
    /// ("없음"), then private labels.
    let brandTexts: TokenPool
    let blankTexts: Range<Int32>
    let labelTexts: Range<Int32>
    let categoryPaths: TokenPool
    let linesKorean: TokenPool
    let linesEnglish: TokenPool
    let codes: TokenPool
    let nounsKorean: TokenPool
    let nounsEnglish: TokenPool
    let accessoryPhrases: TokenPool
    let accessoryNouns: TokenPool
    let decoyTitles: TokenPool
    let words: WordPools

    let brandRanks: RankTable
    let categoryRanks: RankTable
    let prices: PriceTables

    init(seed: UInt64, rows: Int, bankEntries: Int) {
        self.seed = seed
        self.rows = rows
        let arena = Arena()
        var draft = WorldDraft(seed: seed)
        sellers = SellerPlan(rows: rows, authorised: draft.authorisedCount)
        draft.addLabels(count: max(400, min(40_000, rows / 60)))
        sellerNames = arena.keep(draft.sellerNames(sellers))
        shopNames = arena.keep(draft.shopNames(sellers))
        pictures = PicturePool(arena: arena)
        bank = GeneratedBank(
            arena: arena, pictures: pictures, seed: seed, entries: bankEntries,
            products: draft.products, fame: draft.fame, brands: draft.brands.count)
        brands = arena.keep(draft.brands)
        products = arena.keep(draft.products)
        productsByFame = arena.keep(draft.fame)
        categories = arena.keep(draft.categories)
        accessories = arena.keep(draft.accessories)
        accessoryTargets = arena.keep(draft.accessoryTargets)
        decoys = arena.keep(draft.decoys)
        brandTexts = arena.keep(draft.brandTexts)
        blankTexts = draft.blankTexts
        labelTexts = draft.labelTexts
        categoryPaths = arena.keep(draft.categoryPaths)
        linesKorean = arena.keep(draft.linesKorean)
        linesEnglish = arena.keep(draft.linesEnglish)
        codes = arena.keep(draft.codes)
        nounsKorean = arena.keep(draft.nounsKorean)
        nounsEnglish = arena.keep(draft.nounsEnglish)
        accessoryPhrases = arena.keep(draft.accessoryPhrases)
        accessoryNouns = arena.keep(draft.accessoryNouns)
        decoyTitles = arena.keep(draft.decoyTitles)
        words = WordPools(arena: arena)
        brandRanks = RankTable(
            arena: arena, count: draft.brands.count, order: draft.brandOrder, exponent: 0.8)
        let branded = draft.goodsCategories
        categoryRanks = RankTable(
            arena: arena, count: branded, order: draft.categoryOrder, exponent: 0.5)
        prices = PriceTables(arena: arena)
        self.arena = arena
    }
}

/// The words of one language.
struct LanguageWords: Sendable {
    let prefixes: TokenPool
    let prefixPacks: TokenPool
    let fashion: TokenPool
    let cosmetics: TokenPool
    let devices: TokenPool
    let other: TokenPool
    let colours: TokenPool
    let syllables: TokenPool
    let slang: TokenPool

    @inline(__always) func adjectives(_ kind: GeneratedCategory.Kind) -> TokenPool {
        switch kind {
        case .fashion: fashion
        case .cosmetics: cosmetics
        case .devices: devices
        case .other: other
        }
    }
}

/// The word pools of titles.
struct WordPools: Sendable {
    let korean: LanguageWords
    let english: LanguageWords
    let suffixes: TokenPool
    let suffixPacks: TokenPool
    let clothes: TokenPool
    let shoes: TokenPool
    let volumes: TokenPool
    let storage: TokenPool

    init(arena: Arena) {
        func pool(_ text: String) -> TokenPool { arena.keep(pieces(text, ";")) }
        korean = LanguageWords(
            prefixes: pool(WordTable.prefixesKorean),
            prefixPacks: pool(WordTable.prefixPacksKorean),
            fashion: pool(WordTable.adjectivesKorean[0]),
            cosmetics: pool(WordTable.adjectivesKorean[1]),
            devices: pool(WordTable.adjectivesKorean[2]),
            other: pool(WordTable.adjectivesKorean[3]),
            colours: pool(WordTable.coloursKorean), syllables: pool(WordTable.syllablesKorean),
            slang: pool(WordTable.slangKorean))
        english = LanguageWords(
            prefixes: pool(WordTable.prefixesEnglish), prefixPacks: arena.keep(ByteStrings()),
            fashion: pool(WordTable.adjectivesEnglish[0]),
            cosmetics: pool(WordTable.adjectivesEnglish[1]),
            devices: pool(WordTable.adjectivesEnglish[2]),
            other: pool(WordTable.adjectivesEnglish[3]),
            colours: pool(WordTable.coloursEnglish), syllables: pool(WordTable.syllablesLatin),
            slang: pool(WordTable.slangEnglish))
        suffixes = pool(WordTable.suffixesKorean)
        suffixPacks = pool(WordTable.suffixPacksKorean)
        clothes = pool(WordTable.sizesClothes)
        shoes = pool(WordTable.sizesShoes)
        volumes = pool(WordTable.sizesVolume)
        storage = pool(WordTable.sizesStorage)
    }
}

/// Splits at a separator; pieces are trimmed of nothing and may be empty.
func pieces(_ text: some StringProtocol, _ separator: Character) -> [String] {
    guard !text.isEmpty else { return [] }
    return Substring(text).split(separator: separator, omittingEmptySubsequences: false)
        .map(String.init)
}
