import KleanCore

/// A part of a model that can be replaced alone, to see what it alone changes.
package enum ModelPart: CaseIterable, Sendable {
    /// Hash banks.
    case banks
    /// Brands with their names, lexicon, accessories and ordinary words.
    case lexicon
    /// Price references with their title aliases, rates and events.
    case prices
    /// Weights, calibrations and parameters; the trees of a model that has any.
    case weights
}

extension Model {
    /// This model with one part of another's. Brands meet by key: an entry or price of a brand that
    /// the brands here do not have becomes one of no brand, or is left out.
    ///
    /// The result keeps this model's digest: it judges, and is never published.
    /// - Complexity: O(size of both models).
    package func replacing(_ part: ModelPart, from other: Model) -> Model {
        var model = Model.composed(
            names: part == .lexicon ? other : self, banks: part == .banks ? other : self,
            prices: part == .prices ? other : self)
        model.name = name
        model.digest = digest
        model.weights = part == .weights ? other.weights : weights
        model.trees = part == .weights ? other.trees : trees
        return model
    }

    private static func composed(names: Model, banks: Model, prices: Model) -> Model {
        var model = names
        let bankBrands = BrandNumbers(from: banks.brands, to: names.brands)
        model.banks = banks.banks
        model.banks.brands = banks.banks.brands.map { bankBrands[$0] }
        let priceBrands = BrandNumbers(from: prices.brands, to: names.brands)
        model.prices = []
        var rows: [UInt32] = []
        for var row in prices.prices {
            row.brand = priceBrands[row.brand]
            rows.append(row.brand == Missing.uint32 ? row.brand : UInt32(model.prices.count))
            if row.brand != Missing.uint32 { model.prices.append(row) }
        }
        model.fx = prices.fx
        model.events = prices.events
        model.patterns.removeAll { $0.kind == .priceModel }
        for var pattern in prices.patterns where pattern.kind == .priceModel {
            pattern.number = rows[Int(pattern.number)]
            if pattern.number != Missing.uint32 { model.patterns.append(pattern) }
        }
        return model
    }
}

/// Brand numbers of one registry in those of another.
package struct BrandNumbers: Sendable {
    private let numbers: [UInt32]

    package init(from old: BrandTable, to new: BrandTable) {
        var places: [String: UInt32] = [:]
        for number in 0..<new.count { places[new.keys.string(number)] = UInt32(number) }
        numbers = (0..<old.count).map { places[old.keys.string($0)] ?? Missing.uint32 }
    }

    /// `Missing.uint32` for a brand that the other registry does not have, and for none.
    package subscript(brand: UInt32) -> UInt32 {
        Int(brand) < numbers.count ? numbers[Int(brand)] : Missing.uint32
    }

    package var isIdentity: Bool {
        numbers.enumerated().allSatisfy { UInt32($0.offset) == $0.element }
    }
}
