internal import KleanColumns
package import KleanCore

/// Takes a model's columns one by one: a container, or a digest.
protocol ColumnSink {
    mutating func add(_ id: ColumnID, _ values: [UInt8])
    mutating func add(_ id: ColumnID, _ values: [UInt32])
    mutating func add(_ id: ColumnID, _ values: [UInt64])
    mutating func add(_ id: ColumnID, _ values: [Int64])
    mutating func add(_ id: ColumnID, _ values: [Hash256])
    mutating func add(_ id: ColumnID, _ strings: ByteStrings)
    mutating func addOffsets(_ id: ColumnID, _ values: [UInt32])
}

extension ContainerWriter: ColumnSink {}

/// Digests every column as its id and its elements.
struct DigestSink: ColumnSink {
    var builder = DigestBuilder(domain: "klean.model")

    private mutating func add<Value: ColumnElement>(id: ColumnID, _ values: [Value]) {
        builder.update(UInt64(id.raw))
        builder.update(values)
    }

    mutating func add(_ id: ColumnID, _ values: [UInt8]) { add(id: id, values) }
    mutating func add(_ id: ColumnID, _ values: [UInt32]) { add(id: id, values) }
    mutating func add(_ id: ColumnID, _ values: [UInt64]) { add(id: id, values) }
    mutating func add(_ id: ColumnID, _ values: [Int64]) { add(id: id, values) }
    mutating func add(_ id: ColumnID, _ values: [Hash256]) { add(id: id, values) }
    mutating func addOffsets(_ id: ColumnID, _ values: [UInt32]) { add(id: id, values) }

    mutating func add(_ id: ColumnID, _ strings: ByteStrings) {
        builder.update(UInt64(id.raw))
        builder.update(strings)
    }
}

extension ContainerKind {
    /// Everything of a model but its banks.
    static let modelRegistry = ContainerKind("KMDL")
    /// The banks of a model.
    static let modelBanks = ContainerKind("KBNK")
}

/// Column ids of a model's two containers. Part of the format: never reuse one.
enum ModelColumn: UInt16 {
    // registry.kln
    case name = 1
    // f64 bits: intercept, threshold, coefficients, offset + slope ..., parameters
    case weights = 2
    case fusionTrees = 3
    case brandKeys = 10, brandKo, brandEn, brandZh, brandDomains, brandTraits
    case sellerOffsets, sellers, coBrandOffsets, coBrands, fieldKeys, fieldBrands
    case patternTexts = 30, patternKinds, patternNumbers, patternRules, patternTraits
    case entryKeys = 40, entryMeanings, entryKinds, entryStrengths, entryLanguages
    case entryConditions, entryWindows, entryDeniable, contextOffsets, contexts
    case accessoryTexts = 60, accessoryRoles, accessoryDomains
    case words = 65
    case priceBrands = 70, priceHasCategory, priceCategoryKeys, priceCategories, priceModels
    case priceLevels, priceConditions, priceReferences, priceSpreads, priceVotes, priceSources
    case priceDates
    case rateCurrencies = 90, rateMicroWon, rateDates, rateSources
    case eventCategories = 94, eventRatios, eventSellers, eventSources, eventDates
    // banks.kln
    case bankNames = 100, bankKinds, bankTargets, bankRadii, bankQualities, bankOffsets
    case entryHashes = 110, entryBrands, entryIDs, entryNotes

    var id: ColumnID { ColumnID(rawValue) }
}

extension ColumnSink {
    mutating func add(_ column: ModelColumn, _ values: [UInt8]) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, _ values: [UInt32]) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, _ values: [UInt64]) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, _ values: [Int64]) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, _ values: [Hash256]) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, _ values: ByteStrings) { add(column.id, values) }
    mutating func add(_ column: ModelColumn, offsets: [UInt32]) { addOffsets(column.id, offsets) }
    mutating func add(_ column: ModelColumn, texts: [String]) {
        add(column.id, ByteStrings(texts))
    }
}

extension Model {
    /// The digest that names a model with this content.
    package var contentDigest: Digest {
        var sink = DigestSink()
        writeRegistry(to: &sink)
        writeBanks(to: &sink)
        return sink.builder.finish()
    }

    func writeRegistry(to sink: inout some ColumnSink) {
        sink.add(.name, texts: [name])
        sink.add(.weights, weights.bits)
        // Only where there are any, so that other models keep their digests.
        if let trees { sink.add(.fusionTrees, trees.text) }
        sink.add(.brandKeys, brands.keys)
        sink.add(.brandKo, brands.namesKo)
        sink.add(.brandEn, brands.namesEn)
        sink.add(.brandZh, brands.namesZh)
        sink.add(.brandDomains, brands.domains.map(\.rawValue))
        sink.add(.brandTraits, brands.traits.map(\.rawValue))
        sink.add(.sellerOffsets, offsets: brands.authorisedOffsets)
        sink.add(.sellers, brands.authorisedSellers)
        sink.add(.coBrandOffsets, offsets: brands.coBrandOffsets)
        sink.add(.coBrands, brands.coBrands)
        sink.add(.fieldKeys, brands.fieldKeys)
        sink.add(.fieldBrands, brands.fieldBrands)
        writePatterns(to: &sink)
        writeLexicon(to: &sink)
        writePrices(to: &sink)
    }

    private func writePatterns(to sink: inout some ColumnSink) {
        var texts = ByteStrings()
        for pattern in patterns { texts.append(pattern.text) }
        sink.add(.patternTexts, texts)
        sink.add(.patternKinds, patterns.map(\.kind.rawValue))
        sink.add(.patternNumbers, patterns.map(\.number))
        sink.add(.patternRules, patterns.map(\.ruleBits))
        sink.add(.patternTraits, patterns.map(\.traits.rawValue))
    }

    private func writeLexicon(to sink: inout some ColumnSink) {
        sink.add(.entryKeys, texts: lexicon.map(\.key))
        sink.add(.entryMeanings, texts: lexicon.map(\.meaning))
        sink.add(.entryKinds, lexicon.map(\.kind.rawValue))
        sink.add(.entryStrengths, lexicon.map(\.strength.rawValue))
        sink.add(.entryLanguages, lexicon.map(\.language.rawValue))
        sink.add(.entryConditions, lexicon.map(\.condition.rawValue))
        sink.add(.entryWindows, lexicon.map(\.windowTokens))
        sink.add(.entryDeniable, lexicon.map { UInt8($0.isDeniable ? 1 : 0) })
        var offsets: [UInt32] = [0]
        for entry in lexicon {
            offsets.append(offsets[offsets.count - 1] + UInt32(entry.contexts.count))
        }
        sink.add(.contextOffsets, offsets: offsets)
        sink.add(.contexts, lexicon.flatMap(\.contexts))
        sink.add(.accessoryTexts, texts: accessories.map(\.text))
        sink.add(.accessoryRoles, accessories.map(\.role.rawValue))
        sink.add(.accessoryDomains, accessories.map(\.domains.rawValue))
        sink.add(.words, words)
    }

    private func writePrices(to sink: inout some ColumnSink) {
        sink.add(.priceBrands, prices.map(\.brand))
        sink.add(.priceHasCategory, prices.map { UInt8($0.categoryKey == nil ? 0 : 1) })
        sink.add(.priceCategoryKeys, prices.map { $0.categoryKey ?? 0 })
        sink.add(.priceCategories, texts: prices.map(\.category))
        sink.add(.priceModels, texts: prices.map(\.model))
        sink.add(.priceLevels, prices.map(\.level.rawValue))
        sink.add(.priceConditions, prices.map(\.condition.rawValue))
        sink.add(.priceReferences, prices.map(\.referenceWon))
        sink.add(.priceSpreads, prices.map(\.spread.bitPattern))
        sink.add(.priceVotes, prices.map(\.votes))
        sink.add(.priceSources, texts: prices.map(\.source))
        sink.add(.priceDates, texts: prices.map(\.date))
        sink.add(.rateCurrencies, fx.currencies.map(\.packed))
        sink.add(.rateMicroWon, fx.microWonPerMajor)
        sink.add(.rateDates, texts: fx.dates)
        sink.add(.rateSources, texts: fx.sources)
        // As for trees.
        guard !events.isEmpty else { return }
        sink.add(.eventCategories, texts: events.map(\.category))
        sink.add(.eventRatios, events.map(\.ratio.bitPattern))
        sink.add(.eventSellers, events.map(\.sellers))
        sink.add(.eventSources, texts: events.map(\.source))
        sink.add(.eventDates, texts: events.map(\.date))
    }

    func writeBanks(to sink: inout some ColumnSink) {
        sink.add(.bankNames, texts: banks.banks.map(\.name))
        sink.add(.bankKinds, banks.banks.map(\.kind.rawValue))
        sink.add(.bankTargets, banks.banks.map(\.target.rawValue))
        sink.add(.bankRadii, banks.banks.map(\.radiusBits))
        sink.add(.bankQualities, banks.banks.map(\.qualityMin))
        sink.add(.bankOffsets, offsets: [0] + banks.banks.map(\.entries.upperBound))
        sink.add(.entryHashes, banks.hashes)
        sink.add(.entryBrands, banks.brands)
        sink.add(.entryIDs, banks.entryIDs)
        sink.add(.entryNotes, banks.notes)
    }
}

extension Weights {
    /// All numbers as bit patterns, in the order of the `weights` column.
    var bits: [UInt64] {
        var values = [intercept, threshold] + coefficients.prefix(Term.weighted.count)
        for calibration in calibrations { values += [calibration.offset, calibration.slope] }
        return (values + parameters).map(\.bitPattern)
    }

    /// `nil` unless there is one number for each term, scorer and parameter, all finite.
    init?(bits: [UInt64]) {
        let terms = Term.weighted.count
        let scorers = Scorer.allCases.count
        guard bits.count == 2 + terms + 2 * scorers + Parameter.allCases.count else { return nil }
        let values = bits.map { Double(bitPattern: $0) }
        guard values.allSatisfy(\.isFinite) else { return nil }
        self.init()
        intercept = values[0]
        threshold = values[1]
        coefficients.replaceSubrange(..<terms, with: values[2..<2 + terms])
        for scorer in 0..<scorers {
            let place = 2 + terms + 2 * scorer
            calibrations[scorer] = Calibration(offset: values[place], slope: values[place + 1])
        }
        parameters = Array(values[(2 + terms + 2 * scorers)...])
    }
}
