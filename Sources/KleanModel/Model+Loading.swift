internal import KleanColumns
import KleanCore

extension Model {
    /// Loads a model folder and checks its content against the manifest's digest.
    ///
    /// - Throws: ``ModelError``, all cases but the source and existence ones.
    /// - Complexity: O(bytes): maps, checks, decodes, digests; about 0.2 s for a bank of a
    ///   million hashes.
    package static func load(_ folder: String) throws(ModelError) -> Model {
        let manifest = try ModelManifest(folder: folder)
        let expected = try manifestDigest(folder)
        let registry = try ModelReader(folder + "/" + manifest.registry, .modelRegistry)
        let banks = try ModelReader(folder + "/" + manifest.banks, .modelBanks)
        var model = try registry.registry()
        model.banks = try banks.banks()
        let found = model.contentDigest
        guard found == expected else {
            throw .digest(path: folder, expected: expected.hex, found: found.hex)
        }
        try registry.check(model)
        try banks.check(model.banks, brandCount: model.brands.count)
        model.digest = found
        return model
    }
}

/// Reads one container of a model; every number is checked before it is used as an index.
struct ModelReader {
    private let path: String
    private let reader: ContainerReader

    init(_ path: String, _ kind: ContainerKind) throws(ModelError) {
        self.path = path
        do {
            reader = try ContainerReader(path: path, kind: kind)
        } catch {
            throw .container(error)
        }
    }

    func registry() throws(ModelError) -> Model {
        let names = try strings(.name)
        guard names.count == 1 else { throw damaged("one name", "\(names.count)") }
        guard let weights = Weights(bits: try u64(.weights)) else {
            throw damaged("the weights of this version", "others")
        }
        var model = Model(
            name: names.string(0), digest: Digest(bytes: [UInt8](repeating: 0, count: 32)))
        model.weights = weights
        model.trees = try trees()
        model.brands = try brands()
        model.patterns = try patterns()
        model.lexicon = try lexicon()
        model.accessories = try accessories()
        model.words = try strings(.words)
        model.prices = try prices()
        model.fx = try rates()
        model.events = try events()
        return model
    }

    private func trees() throws(ModelError) -> FusionTrees? {
        guard reader.has(ModelColumn.fusionTrees.id) else { return nil }
        let text = try u8(.fusionTrees)
        do {
            return try FusionTrees(parsing: text, file: path)
        } catch {
            throw damaged("a LightGBM model", "\(error)")
        }
    }

    private func brands() throws(ModelError) -> BrandTable {
        var brands = BrandTable()
        brands.keys = try strings(.brandKeys)
        let count = brands.keys.count
        brands.namesKo = try strings(.brandKo, count)
        brands.namesEn = try strings(.brandEn, count)
        brands.namesZh = try strings(.brandZh, count)
        brands.domains = try u32(.brandDomains, count).map { ProductDomains(rawValue: $0) }
        brands.traits = try u8(.brandTraits, count).map { BrandTraits(rawValue: $0) }
        brands.authorisedSellers = try u64(.sellers)
        brands.authorisedOffsets = try offsets(
            .sellerOffsets, count, brands.authorisedSellers.count)
        brands.coBrands = try u32(.coBrands)
        brands.coBrandOffsets = try offsets(.coBrandOffsets, count, brands.coBrands.count)
        brands.fieldKeys = try u64(.fieldKeys)
        brands.fieldBrands = try u32(.fieldBrands, brands.fieldKeys.count)
        return brands
    }

    private func patterns() throws(ModelError) -> [ModelPattern] {
        let texts = try strings(.patternTexts)
        let kinds: [PatternKind] = try cases(.patternKinds, texts.count)
        let numbers = try u32(.patternNumbers, texts.count)
        let rules = try u32(.patternRules, texts.count)
        let traits = try u8(.patternTraits, texts.count)
        return texts.indices.map { index in
            ModelPattern(
                text: Array(texts[index]), kind: kinds[index], number: numbers[index],
                ruleBits: rules[index], traits: PatternTraits(rawValue: traits[index]))
        }
    }

    private func lexicon() throws(ModelError) -> [LexiconEntry] {
        let keys = try strings(.entryKeys)
        let meanings = try strings(.entryMeanings, keys.count)
        let kinds: [LexiconClass] = try cases(.entryKinds, keys.count)
        let strengths: [LexiconStrength] = try cases(.entryStrengths, keys.count)
        let languages: [Language] = try cases(.entryLanguages, keys.count)
        let conditions: [LexiconCondition] = try cases(.entryConditions, keys.count)
        let windows = try u8(.entryWindows, keys.count)
        let deniable = try u8(.entryDeniable, keys.count)
        let contexts = try u32(.contexts)
        let ends = try offsets(.contextOffsets, keys.count, contexts.count)
        return keys.indices.map { index in
            LexiconEntry(
                key: keys.string(index), kind: kinds[index], strength: strengths[index],
                language: languages[index], condition: conditions[index],
                windowTokens: windows[index], isDeniable: deniable[index] != 0,
                contexts: Array(contexts[Int(ends[index])..<Int(ends[index + 1])]),
                meaning: meanings.string(index))
        }
    }

    private func accessories() throws(ModelError) -> [AccessoryWord] {
        let texts = try strings(.accessoryTexts)
        let roles: [AccessoryRole] = try cases(.accessoryRoles, texts.count)
        let domains = try u32(.accessoryDomains, texts.count)
        return texts.indices.map { index in
            AccessoryWord(
                text: texts.string(index), role: roles[index],
                domains: ProductDomains(rawValue: domains[index]))
        }
    }

    private func prices() throws(ModelError) -> [PriceRow] {
        let brands = try u32(.priceBrands)
        let count = brands.count
        let hasCategory = try u8(.priceHasCategory, count)
        let keys = try u64(.priceCategoryKeys, count)
        let categories = try strings(.priceCategories, count)
        let models = try strings(.priceModels, count)
        let levels: [PriceLevel] = try cases(.priceLevels, count)
        let conditions: [Condition] = try cases(.priceConditions, count)
        let references = try i64(.priceReferences, count)
        let spreads = try u64(.priceSpreads, count).map { Double(bitPattern: $0) }
        let votes = try u32(.priceVotes, count)
        let sources = try strings(.priceSources, count)
        let dates = try strings(.priceDates, count)
        guard references.allSatisfy({ $0 > 0 }) else { throw damaged("references above 0", "0") }
        guard spreads.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw damaged("spreads above 0", "others")
        }
        return (0..<count).map { index in
            PriceRow(
                brand: brands[index], categoryKey: hasCategory[index] == 0 ? nil : keys[index],
                category: categories.string(index), model: models.string(index),
                level: levels[index], condition: conditions[index],
                referenceWon: references[index], spread: spreads[index], votes: votes[index],
                source: sources.string(index), date: dates.string(index))
        }
    }

    private func rates() throws(ModelError) -> FXTable {
        var fx = FXTable()
        fx.currencies = try u32(.rateCurrencies).map { Currency(packed: $0) }
        fx.microWonPerMajor = try i64(.rateMicroWon, fx.currencies.count)
        fx.dates = try texts(.rateDates, fx.currencies.count)
        fx.sources = try texts(.rateSources, fx.currencies.count)
        guard fx.microWonPerMajor.allSatisfy({ $0 > 0 }) else {
            throw damaged("rates above 0", "0 or less")
        }
        return fx
    }

    private func events() throws(ModelError) -> [PriceEvent] {
        guard reader.has(ModelColumn.eventCategories.id) else { return [] }
        let categories = try strings(.eventCategories)
        let ratios = try u64(.eventRatios, categories.count).map { Double(bitPattern: $0) }
        let sellers = try u32(.eventSellers, categories.count)
        let sources = try texts(.eventSources, categories.count)
        let dates = try texts(.eventDates, categories.count)
        guard ratios.allSatisfy({ PriceEvent.ratios.contains($0) }) else {
            throw damaged("ratios in \(PriceEvent.ratios)", "others")
        }
        return categories.indices.map { index in
            PriceEvent(
                categoryKey: Model.nameKey(categories[index]),
                category: categories.string(index), ratio: ratios[index],
                sellers: sellers[index], source: sources[index], date: dates[index])
        }
    }

    func banks() throws(ModelError) -> BankTable {
        var table = BankTable()
        let names = try strings(.bankNames)
        let kinds: [BankKind] = try cases(.bankKinds, names.count)
        let targets: [BankTarget] = try cases(.bankTargets, names.count)
        let radii = try u8(.bankRadii, names.count)
        let qualities = try u8(.bankQualities, names.count)
        do {
            table.hashes = try reader.hash256(ModelColumn.entryHashes.id)
        } catch {
            throw .container(error)
        }
        let ends = try offsets(.bankOffsets, names.count, table.hashes.count)
        table.brands = try u32(.entryBrands, table.hashes.count)
        table.entryIDs = try strings(.entryIDs, table.hashes.count)
        table.notes = try strings(.entryNotes, table.hashes.count)
        table.banks = names.indices.map { index in
            Bank(
                name: names.string(index), kind: kinds[index], target: targets[index],
                radiusBits: radii[index], qualityMin: qualities[index],
                entries: ends[index]..<ends[index + 1])
        }
        return table
    }
}

// Checks.
extension ModelReader {
    /// Every number in the registry points at something.
    func check(_ model: Model) throws(ModelError) {
        let brandCount = UInt32(model.brands.count)
        for brand in model.brands.fieldBrands + model.brands.coBrands + model.prices.map(\.brand)
        where brand >= brandCount {
            throw damaged("a brand below \(brandCount)", "\(brand)")
        }
        let contextCount =
            model.patterns.lazy.filter { $0.kind == .context }.map(\.number).max().map { $0 + 1 }
            ?? 0
        for context in model.lexicon.lazy.flatMap(\.contexts) where context >= contextCount {
            throw damaged("a context below \(contextCount)", "\(context)")
        }
        for pattern in model.patterns {
            let bound: UInt32 =
                switch pattern.kind {
                case .brand: brandCount
                case .lexicon: UInt32(model.lexicon.count)
                case .accessory: UInt32(model.accessories.count)
                case .priceModel: UInt32(model.prices.count)
                case .context, .category: .max
                }
            guard pattern.number < bound else {
                throw damaged("a number below \(bound)", "\(pattern.number)")
            }
        }
    }

    /// Every entry's brand exists and every radius is within the limit.
    func check(_ banks: BankTable, brandCount: Int) throws(ModelError) {
        for brand in banks.brands where brand >= UInt32(brandCount) && brand != Missing.uint32 {
            throw damaged("a brand below \(brandCount)", "\(brand)")
        }
        for bank in banks.banks where Int(bank.radiusBits) > bank.target.radiusBitsMax {
            throw damaged("a radius to \(bank.target.radiusBitsMax)", "\(bank.radiusBits)")
        }
    }

    private func damaged(_ expected: String, _ found: String) -> ModelError {
        .damaged(file: path, expected: expected, found: found)
    }

    private func counted<Value: Collection>(
        _ column: ModelColumn, _ values: Value, _ count: Int?
    ) throws(ModelError) -> Value {
        guard let count, values.count != count else { return values }
        throw damaged("\(count) rows in \(column)", "\(values.count)")
    }

    private func u8(_ column: ModelColumn, _ count: Int? = nil) throws(ModelError) -> [UInt8] {
        do { return try counted(column, reader.u8(column.id), count) } catch { throw wrap(error) }
    }

    private func u32(_ column: ModelColumn, _ count: Int? = nil) throws(ModelError) -> [UInt32] {
        do { return try counted(column, reader.u32(column.id), count) } catch { throw wrap(error) }
    }

    private func u64(_ column: ModelColumn, _ count: Int? = nil) throws(ModelError) -> [UInt64] {
        do { return try counted(column, reader.u64(column.id), count) } catch { throw wrap(error) }
    }

    private func i64(_ column: ModelColumn, _ count: Int? = nil) throws(ModelError) -> [Int64] {
        do { return try counted(column, reader.i64(column.id), count) } catch { throw wrap(error) }
    }

    private func strings(
        _ column: ModelColumn, _ count: Int? = nil
    ) throws(ModelError) -> ByteStrings {
        do {
            let strings = try reader.strings(column.id)
            if let count, strings.count != count {
                throw damaged("\(count) rows in \(column)", "\(strings.count)")
            }
            return strings
        } catch {
            throw wrap(error)
        }
    }

    private func texts(_ column: ModelColumn, _ count: Int) throws(ModelError) -> [String] {
        let strings = try strings(column, count)
        return strings.indices.map { strings.string($0) }
    }

    /// Ends of `count` lists that cover `total` items.
    private func offsets(
        _ column: ModelColumn, _ count: Int, _ total: Int
    ) throws(ModelError) -> [UInt32] {
        do {
            let offsets = try counted(column, reader.offsets(column.id), count + 1)
            guard offsets.first == 0, offsets.last == UInt32(total) else {
                throw damaged("\(column) from 0 to \(total)", "others")
            }
            return offsets
        } catch {
            throw wrap(error)
        }
    }

    private func cases<Value: RawRepresentable<UInt8>>(
        _ column: ModelColumn, _ count: Int
    ) throws(ModelError) -> [Value] {
        var values: [Value] = []
        for raw in try u8(column, count) {
            guard let value = Value(rawValue: raw) else {
                throw damaged("a known value in \(column)", "\(raw)")
            }
            values.append(value)
        }
        return values
    }

    private func wrap(_ error: any Error) -> ModelError {
        switch error {
        case let error as ModelError: error
        case let error as ContainerError: .container(error)
        default: damaged("a readable column", "\(error)")
        }
    }
}

extension ByteStrings {
    /// Numbers of the strings.
    var indices: Range<Int> { 0..<count }
}
