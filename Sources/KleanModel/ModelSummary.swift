import KleanCore
import KleanLearn

/// What `klean model show` says of a model.
package struct ModelSummary: Encodable, Equatable, Sendable {
    /// One bank's line.
    package struct BankLine: Encodable, Equatable, Sendable {
        package var name: String
        package var kind: String
        package var target: String
        package var entries: Int
        package var radiusBits: Int
        package var qualityMin: Int
    }

    /// A name and a number, in a fixed order.
    package struct Figure: Encodable, Equatable, Sendable {
        package var name: String
        package var value: Double
    }

    package var name: String
    package var digest: String
    package var brands: Int
    package var brandNames: Int
    package var ambiguousNames: Int
    package var authorisedSellers: Int
    package var lexiconEntries: Int
    package var lexiconTerms: Int
    package var accessoryWords: Int
    package var categoryWords: Int
    package var honestWords: Int
    /// Price references by level, R1 first.
    package var prices: [Figure]
    package var currencies: Int
    /// Categories whose prices stand off the usual.
    package var events: Int
    package var banks: [BankLine]
    /// `logistic` or `lightgbm`, and of what.
    package var fusion: String
    package var fusionTrees: Int?
    package var fusionFeatures: [String]?
    /// What every listing's score starts from.
    package var intercept: Double
    package var threshold: Double
    /// Empty where trees judge.
    package var weights: [Figure]
    /// Only those that differ from the starting values.
    package var parameters: [Figure]

    package init(_ model: Model) {
        name = model.name
        digest = model.digest.hex
        brands = model.brands.count
        func patterns(_ kind: PatternKind) -> Int { model.patterns.count { $0.kind == kind } }
        brandNames = patterns(.brand)
        ambiguousNames = model.patterns.count { $0.traits.contains(.ambiguous) }
        authorisedSellers = model.brands.authorisedSellers.count
        lexiconEntries = model.lexicon.count
        lexiconTerms = patterns(.lexicon)
        accessoryWords = model.accessories.count
        categoryWords = patterns(.category)
        honestWords = model.words.count
        prices = PriceLevel.allCases.map { level in
            Figure(
                name: level.code, value: Double(model.prices.count { $0.level == level }))
        }
        currencies = model.fx.currencies.count
        events = model.events.count
        banks = model.banks.banks.map { bank in
            BankLine(
                name: bank.name, kind: "\(bank.kind)", target: "\(bank.target)",
                entries: bank.entries.count, radiusBits: Int(bank.radiusBits),
                qualityMin: Int(bank.qualityMin))
        }
        fusion = model.trees == nil ? "logistic" : "lightgbm"
        fusionTrees = model.trees?.ensemble.treeCount
        fusionFeatures = model.trees?.ensemble.featureNames
        intercept = model.startingScore
        threshold = model.weights.threshold
        let weighted = model.trees == nil ? Term.weighted : []
        weights = weighted.map { Figure(name: $0.name, value: model.weights[$0]) }
        parameters = Parameter.allCases.filter { model.weights[$0] != $0.defaultValue }
            .map { Figure(name: $0.name, value: model.weights[$0]) }
    }

    /// The summary as lines of name and value, for a table on a screen.
    package var lines: [(name: String, value: String)] {
        var lines: [(name: String, value: String)] = [
            ("model", name), ("digest", digest), ("brands", "\(brands)"),
            ("brand names", "\(brandNames) (\(ambiguousNames) ambiguous)"),
            ("authorised sellers", "\(authorisedSellers)"),
            ("lexicon", "\(lexiconEntries) entries, \(lexiconTerms) terms"),
            ("accessory words", "\(accessoryWords)"), ("category words", "\(categoryWords)"),
            ("honest words", "\(honestWords)"),
        ]
        let levels = prices.map { "\(Int($0.value)) \($0.name)" }
        lines.append(("price references", levels.joined(separator: ", ")))
        lines.append(("currencies", "\(currencies)"))
        if events > 0 { lines.append(("price events", "\(events) categories")) }
        for bank in banks {
            let place = "radius \(bank.radiusBits), quality \(bank.qualityMin)"
            lines.append(
                (
                    "bank \(bank.name)",
                    "\(bank.entries) \(bank.kind) \(bank.target) hashes (\(place))"
                ))
        }
        if banks.isEmpty { lines.append(("banks", "none")) }
        var how = fusion
        if let fusionTrees, let fusionFeatures {
            how += ", \(fusionTrees) trees over \(fusionFeatures.joined(separator: ", "))"
        }
        lines.append(("fusion", how))
        lines.append(("intercept", "\(intercept)"))
        lines.append(("threshold", "\(threshold)"))
        for figure in weights { lines.append(("weight \(figure.name)", "\(figure.value)")) }
        for figure in parameters { lines.append((figure.name, "\(figure.value)")) }
        return lines
    }
}
