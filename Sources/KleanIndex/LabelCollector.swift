package import KleanCore
package import KleanModel

/// Notes which numbers evidence mentions, then looks their names up in the model.
///
/// **Size**: one bit for each brand, bank entry, lexicon entry, pattern and price row.
package struct LabelCollector: Sendable {
    private var brands: MarkedNumbers
    private var entries: MarkedNumbers
    private var lexicon: MarkedNumbers
    private var patterns: MarkedNumbers
    private var prices: MarkedNumbers

    package init(_ model: Model) {
        brands = MarkedNumbers(count: model.brands.count)
        entries = MarkedNumbers(count: model.banks.entryCount)
        lexicon = MarkedNumbers(count: model.lexicon.count)
        patterns = MarkedNumbers(count: model.patterns.count)
        prices = MarkedNumbers(count: model.prices.count)
    }

    /// A bank entry that matched, whether or not it became evidence.
    package mutating func note(entry: UInt32) { entries.mark(Int64(entry)) }

    /// A price reference that a price was held against, whether or not it became evidence.
    package mutating func note(priceRow: Int) { prices.mark(Int64(priceRow)) }

    package mutating func note(brand: UInt32) { brands.mark(Int64(brand)) }

    package mutating func note(_ item: Evidence) {
        switch item.argumentKind {
        case .picture:
            entries.mark(item.b)
            brands.mark(item.d)
        case .concealment: brands.mark(item.d)
        case .mention:
            brands.mark(item.a)
            patterns.mark(item.b)
        case .slang:
            brands.mark(item.a)
            lexicon.mark(item.b)
        case .brandPair:
            brands.mark(item.a)
            brands.mark(item.b)
        case .price: prices.mark(item.d)
        case .rate, .none: break
        }
    }

    /// The names of all that was noted, of the brands behind noted entries and prices, and all
    /// exchange rates.
    package func labels(from model: Model) -> IndexLabels {
        var labels = IndexLabels()
        labels.modelName = model.name
        var allBrands = brands
        for number in entries.numbers {
            allBrands.mark(Int64(model.banks.brands[Int(number)]))
            let bank = model.banks.banks[model.banks.bankIndex(ofEntry: number)]
            labels.bankEntries.append(
                number,
                BankEntryLabel(
                    id: model.banks.entryIDs.string(Int(number)), bank: bank.name,
                    kind: bank.kind, brand: model.banks.brands[Int(number)],
                    note: model.banks.notes.string(Int(number))))
        }
        for number in prices.numbers {
            allBrands.mark(Int64(model.prices[Int(number)].brand))
            labels.prices.append(number, PriceLabel(model.prices[Int(number)]))
        }
        for number in allBrands.numbers {
            labels.brands.append(
                number,
                BrandLabel(
                    key: model.brands.keys.string(Int(number)),
                    korean: model.brands.name(number, .ko),
                    english: model.brands.name(number, .en)))
        }
        for number in lexicon.numbers {
            let entry = model.lexicon[Int(number)]
            labels.lexicon.append(
                number, LexiconLabel(key: entry.key, kind: entry.kind, meaning: entry.meaning))
        }
        for number in patterns.numbers {
            labels.patterns.append(
                number, String(decoding: model.patterns[Int(number)].text, as: UTF8.self))
        }
        for (index, currency) in model.fx.currencies.enumerated() {
            labels.rates.append(
                currency.packed,
                RateLabel(
                    microWonPerMajor: model.fx.microWonPerMajor[index],
                    date: model.fx.dates[index], source: model.fx.sources[index]))
        }
        return labels
    }
}

/// A set of small numbers, read back in ascending order.
private struct MarkedNumbers: Sendable {
    private var words: [UInt64]
    private let count: Int

    init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// Ignores -1, `Missing.uint32` and whatever is out of range: damage shows as a missing name.
    mutating func mark(_ number: Int64) {
        guard number >= 0, number < count else { return }
        words[Int(number >> 6)] |= 1 << UInt64(number & 63)
    }

    var numbers: [UInt32] {
        var found: [UInt32] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                found.append(UInt32(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return found
    }
}
