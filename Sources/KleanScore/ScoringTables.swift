internal import KleanCore
internal import KleanModel
internal import KleanText

/// A model's tables in the form in which rows ask them: flat columns, no optionals, no searching
/// where an index will do.
struct ScoringTables: Sendable {
    // By pattern.
    let kinds: [PatternKind]
    let numbers: [UInt32]
    let traits: [PatternTraits]
    // By lexicon entry.
    let slangWeights: [Double]
    let entryKinds: [LexiconClass]
    // By brand.
    let brandDomains: [UInt32]
    let hasAuthorisedSellers: [Bool]
    /// Whether one of the brand's names is written with an accent: Hermès.
    let isAccented: [Bool]
    let parameters: ScoreParameters
    /// Sellers that some brand lists as its own, ascending, distinct.
    private let listedSellers: [UInt64]
    /// Name keys of the ambiguous brand names, ascending.
    private let everydayNames: [UInt64]
    private let cellKeys: [UInt64]
    private let cellRows: [UInt32]
    private let eventKeys: [UInt64]
    private let eventRows: [Int]

    init(_ model: Model) {
        kinds = model.patterns.map(\.kind)
        numbers = model.patterns.map(\.number)
        traits = model.patterns.map(\.traits)
        let weights = model.weights
        slangWeights = model.lexicon.map { entry in
            switch entry.strength {
            case .none: 0
            case .low: weights[Parameter.nameSlangLow]
            case .medium: weights[Parameter.nameSlangMedium]
            case .high: weights[Parameter.nameSlangHigh]
            }
        }
        entryKinds = model.lexicon.map(\.kind)
        brandDomains = model.brands.domains.map(\.rawValue)
        hasAuthorisedSellers = model.brands.domains.indices.map {
            model.brands.authorisedOffsets[$0] < model.brands.authorisedOffsets[$0 + 1]
        }
        var isAccented = [Bool](repeating: false, count: model.brands.count)
        for pattern in model.patterns where pattern.kind == .brand {
            let name = String(decoding: pattern.text, as: UTF8.self)
            if TextFolder.hasAccent(name) { isAccented[Int(pattern.number)] = true }
        }
        self.isAccented = isAccented
        listedSellers = Set(model.brands.authorisedSellers).sorted()
        everydayNames = model.patterns.filter { $0.traits.contains(.ambiguous) }
            .map { Model.nameKey($0.text) }.sorted()
        parameters = ScoreParameters(weights)
        (cellKeys, cellRows) = ScoringTables.priceCells(model.prices)
        eventRows = model.events.indices.sorted {
            model.events[$0].categoryKey < model.events[$1].categoryKey
        }
        eventKeys = eventRows.map { model.events[$0].categoryKey }
    }

    /// Whether some brand lists a seller as its own: most are no brand's, and one look tells.
    func isListed(_ sellerKey: UInt64) -> Bool {
        SortedKeys.find(sellerKey, in: listedSellers) != nil
    }

    /// Whether a brand-field value is a name that is ambiguous in a title.
    func isEverydayName(_ nameKey: UInt64) -> Bool {
        SortedKeys.find(nameKey, in: everydayNames) != nil
    }

    /// The model's event of a category.
    func event(category: UInt64) -> Int? {
        SortedKeys.find(category, in: eventKeys).map { eventRows[$0] }
    }

    /// The model's R2 or R3 row of brand, category key and condition, R2 first.
    func priceRow(brand: UInt32, category: UInt64, condition: UInt8) -> Int? {
        let key = CellKey.of(brand: brand, category: category, condition: condition)
        return SortedKeys.find(key, in: cellKeys).map { Int(cellRows[$0]) }
    }

    /// The row of the first of the categories that has one.
    func priceRow(brand: UInt32, categories: [UInt64], condition: UInt8) -> Int? {
        for category in categories {
            if let row = priceRow(brand: brand, category: category, condition: condition) {
                return row
            }
        }
        return nil
    }

    private static func priceCells(_ prices: [PriceRow]) -> (keys: [UInt64], rows: [UInt32]) {
        var found: [(key: UInt64, level: PriceLevel, row: UInt32)] = []
        for (row, price) in prices.enumerated() {
            guard price.level != .r1, let category = price.categoryKey else { continue }
            let key = CellKey.of(
                brand: price.brand, category: category, condition: price.condition.rawValue)
            found.append((key, price.level, UInt32(row)))
        }
        found.sort { ($0.key, $0.level, $0.row) < ($1.key, $1.level, $1.row) }
        var keys: [UInt64] = []
        var rows: [UInt32] = []
        for cell in found where cell.key != keys.last {
            keys.append(cell.key)
            rows.append(cell.row)
        }
        return (keys, rows)
    }
}

/// The model's parameters by name, so that no row looks one up.
struct ScoreParameters: Sendable {
    let imageConfirmedFake, imageOfficialUnauthorised, imageOfficialMismatch: Double
    let imageAuthorisedCopied, imageSecondHandFactor: Double
    let imageStrongFactor, imageGoodFactor, imagePossibleFactor: Double
    let imageQualityWeakFactor, imageRepeatGain: Double
    let imageStrongBits, imageGoodBits: UInt16
    let imageQualityMin, imageQualityFull, logoQualityMin: UInt8
    let logoBrandEmpty, logoBrandMismatch, logoUnauthorised, logoMasked, logoAbsent: Double
    let nameNearMiss, nameConfusable, nameSlangHigh: Double
    let nameClaimMismatch, nameOfficialStoreClaim: Double
    let priceZScale, priceRatioScale, priceSpreadFloor, priceParentSpread: Double
    let priceShrinkVotes, priceLowZ: Double
    /// ln of the ratios.
    let priceCautionLog, priceExtremeLog, priceUsedLog: Double
    let sellerQuantile, sellerScale, sellerRateMultiple, sellerListingStrength: Double
    let sellerOrdersMin, sellerRawMax: Double
    let sellerNewSeconds: Int64

    init(_ weights: Weights) {
        imageConfirmedFake = weights[Parameter.imageConfirmedFake]
        imageOfficialUnauthorised = weights[Parameter.imageOfficialUnauthorised]
        imageOfficialMismatch = weights[Parameter.imageOfficialMismatch]
        imageAuthorisedCopied = weights[Parameter.imageAuthorisedCopied]
        imageSecondHandFactor = weights[Parameter.imageSecondHandFactor]
        imageStrongFactor = weights[Parameter.imageStrongFactor]
        imageGoodFactor = weights[Parameter.imageGoodFactor]
        imagePossibleFactor = weights[Parameter.imagePossibleFactor]
        imageQualityWeakFactor = weights[Parameter.imageQualityWeakFactor]
        imageRepeatGain = weights[Parameter.imageRepeatGain]
        imageStrongBits = ScoreParameters.bits(weights[Parameter.imageStrongBits])
        imageGoodBits = ScoreParameters.bits(weights[Parameter.imageGoodBits])
        imageQualityMin = ScoreParameters.quality(weights[Parameter.imageQualityMin])
        imageQualityFull = ScoreParameters.quality(weights[Parameter.imageQualityFull])
        logoQualityMin = ScoreParameters.quality(weights[Parameter.logoQualityMin])
        logoBrandEmpty = weights[Parameter.logoBrandEmpty]
        logoBrandMismatch = weights[Parameter.logoBrandMismatch]
        logoUnauthorised = weights[Parameter.logoUnauthorised]
        logoMasked = weights[Parameter.logoMasked]
        logoAbsent = weights[Parameter.logoAbsent]
        nameNearMiss = weights[Parameter.nameNearMiss]
        nameConfusable = weights[Parameter.nameConfusable]
        nameSlangHigh = weights[Parameter.nameSlangHigh]
        nameClaimMismatch = weights[Parameter.nameClaimMismatch]
        nameOfficialStoreClaim = weights[Parameter.nameOfficialStoreClaim]
        priceZScale = weights[Parameter.priceZScale]
        priceRatioScale = weights[Parameter.priceRatioScale]
        priceSpreadFloor = weights[Parameter.priceSpreadFloor]
        priceParentSpread = weights[Parameter.priceParentSpread]
        priceShrinkVotes = weights[Parameter.priceShrinkVotes]
        priceLowZ = weights[Parameter.priceLowZ]
        priceCautionLog = ScoreParameters.log(weights[Parameter.priceCautionRatio])
        priceExtremeLog = ScoreParameters.log(weights[Parameter.priceExtremeRatio])
        priceUsedLog = ScoreParameters.log(weights[Parameter.priceUsedFactor])
        sellerQuantile = weights[Parameter.sellerQuantile]
        sellerScale = weights[Parameter.sellerScale]
        sellerRateMultiple = weights[Parameter.sellerRateMultiple]
        sellerListingStrength = weights[Parameter.sellerListingStrength]
        sellerOrdersMin = weights[Parameter.sellerOrdersMin]
        sellerRawMax = weights[Parameter.sellerRawMax]
        sellerNewSeconds = Int64(weights[Parameter.sellerNewDays].rounded()) * 86_400
    }

    /// A share of 0 is taken as one part in a million.
    private static func log(_ share: Double) -> Double { Exact.log(max(share, 1e-6)) }

    private static func bits(_ value: Double) -> UInt16 {
        UInt16(clamping: Int(value.rounded(.down)))
    }

    static func quality(_ value: Double) -> UInt8 { UInt8(clamping: Int(value.rounded(.up))) }
}
