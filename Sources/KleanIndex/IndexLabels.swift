package import KleanCore
package import KleanModel

/// The names behind the numbers that evidence holds: those of the model that an index was made
/// with, limited to the ones its evidence uses, so that a ranking is read without the model.
///
/// **Shape**: each table is sorted by number; lookups are by binary search.
package struct IndexLabels: Equatable, Sendable {
    package var modelName = ""
    package var brands = NumberedRows<BrandLabel>()
    package var bankEntries = NumberedRows<BankEntryLabel>()
    package var lexicon = NumberedRows<LexiconLabel>()
    /// What a pattern looks for, as its author wrote it.
    package var patterns = NumberedRows<String>()
    package var prices = NumberedRows<PriceLabel>()
    /// Rates of all currencies, keyed by ``Currency/packed``.
    package var rates = NumberedRows<RateLabel>()

    package init() {}
}

/// Values under ascending numbers.
package struct NumberedRows<Value: Equatable & Sendable>: Equatable, Sendable {
    package private(set) var numbers: [UInt32] = []
    package private(set) var values: [Value] = []

    package init() {}

    /// - Precondition: `number` is above all that are there.
    package mutating func append(_ number: UInt32, _ value: Value) {
        precondition(numbers.last.map { $0 < number } ?? true, "numbers ascend")
        numbers.append(number)
        values.append(value)
    }

    /// The value under a number as evidence spells it: -1 and absent numbers have none.
    package subscript(number: Int64) -> Value? {
        guard let wanted = UInt32(exactly: number) else { return nil }
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == wanted ? values[low] : nil
    }
}

/// What a brand is called.
package struct BrandLabel: Equatable, Sendable {
    package var key: String
    /// Never empty: the nearest name that the registry has.
    package var korean: String
    package var english: String

    package init(key: String, korean: String, english: String) {
        self.key = key
        self.korean = korean
        self.english = english
    }
}

/// Which picture of which bank an entry is.
package struct BankEntryLabel: Equatable, Sendable {
    package var id: String
    package var bank: String
    package var kind: BankKind
    /// Brand number, or `Missing.uint32`.
    package var brand: UInt32
    package var note: String

    package init(id: String, bank: String, kind: BankKind, brand: UInt32, note: String) {
        self.id = id
        self.bank = bank
        self.kind = kind
        self.brand = brand
        self.note = note
    }
}

/// What a lexicon entry says.
package struct LexiconLabel: Equatable, Sendable {
    package var key: String
    package var kind: LexiconClass
    package var meaning: String

    package init(key: String, kind: LexiconClass, meaning: String) {
        self.key = key
        self.kind = kind
        self.meaning = meaning
    }
}

/// Where a price reference comes from.
package struct PriceLabel: Equatable, Sendable {
    package var brand: UInt32
    package var category: String
    package var model: String
    package var level: PriceLevel
    package var condition: Condition
    package var referenceWon: Int64
    package var spread: Double
    package var votes: UInt32
    package var source: String
    package var date: String

    package init(
        brand: UInt32, category: String, model: String, level: PriceLevel, condition: Condition,
        referenceWon: Int64, spread: Double, votes: UInt32, source: String, date: String
    ) {
        self.brand = brand
        self.category = category
        self.model = model
        self.level = level
        self.condition = condition
        self.referenceWon = referenceWon
        self.spread = spread
        self.votes = votes
        self.source = source
        self.date = date
    }

    package init(_ row: PriceRow) {
        self.init(
            brand: row.brand, category: row.category, model: row.model, level: row.level,
            condition: row.condition, referenceWon: row.referenceWon, spread: row.spread,
            votes: row.votes, source: row.source, date: row.date)
    }
}

/// What a major unit of a currency was worth, and when.
package struct RateLabel: Equatable, Sendable {
    package var microWonPerMajor: Int64
    package var date: String
    package var source: String

    package init(microWonPerMajor: Int64, date: String, source: String) {
        self.microWonPerMajor = microWonPerMajor
        self.date = date
        self.source = source
    }
}
