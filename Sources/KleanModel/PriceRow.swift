public import KleanCore

/// How a price reference was come by, best first (SCORING d).
public enum PriceLevel: UInt8, CaseIterable, Sendable, Comparable {
    /// Brand x model: list price or usual street price.
    case r1 = 1
    /// Authorised sellers' listings of brand x category.
    case r2 = 2
    /// All sellers' listings of brand x category, one vote per seller.
    case r3 = 3

    public static func < (left: PriceLevel, right: PriceLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name in source files: `R1`, `R2`, `R3`.
    public var code: String { "R\(rawValue)" }
}

/// One price reference. Its number is its index in ``Model/prices``.
public struct PriceRow: Equatable, Sendable {
    public var brand: UInt32
    /// ``Model/nameKey(_:)`` of the category text, or ``Model/domainKey(_:)``; `nil` for R1 rows.
    public var categoryKey: UInt64?
    public var category: String
    /// The model's name; empty at R2 and R3. Its title aliases are ``Model/patterns``.
    public var model: String
    public var level: PriceLevel
    public var condition: Condition
    /// Whole won, above 0.
    public var referenceWon: Int64
    /// Natural logarithm of ``referenceWon`` by `Exact.log`.
    public var logReference: Double
    /// Spread of ln price about the reference: 1.4826 MAD, at least the floor.
    public var spread: Double
    /// Votes behind it: sellers or listings; 1 for a list price.
    public var votes: UInt32
    public var source: String
    /// ISO 8601 day on which the reference was true.
    public var date: String

    public init(
        brand: UInt32, categoryKey: UInt64?, category: String, model: String, level: PriceLevel,
        condition: Condition, referenceWon: Int64, spread: Double, votes: UInt32, source: String,
        date: String
    ) {
        self.brand = brand
        self.categoryKey = categoryKey
        self.category = category
        self.model = model
        self.level = level
        self.condition = condition
        self.referenceWon = referenceWon
        logReference = Exact.log(Double(referenceWon))
        self.spread = spread
        self.votes = votes
        self.source = source
        self.date = date
    }
}

/// What a major unit of each currency was worth in won on one day.
public struct FXTable: Equatable, Sendable {
    /// Ascending; always holds KRW at 1.
    public var currencies: [Currency] = [.krw]
    /// Millionths of a won for one major unit, same order, above 0.
    public var microWonPerMajor: [Int64] = [1_000_000]
    /// ISO 8601 day and origin of each rate, same order.
    public var dates: [String] = [""]
    public var sources: [String] = [""]

    public init() {}

    /// Millionths of a won for one major unit, or `nil` for a currency without a rate.
    public func microWon(_ currency: Currency) -> Int64? {
        var low = 0
        var high = currencies.count
        while low < high {
            let middle = (low + high) / 2
            if currencies[middle] < currency { low = middle + 1 } else { high = middle }
        }
        guard low < currencies.count, currencies[low] == currency else { return nil }
        return microWonPerMajor[low]
    }

    /// Whole won, rounded half up, of an amount in minor units; `nil` without a rate, for amounts
    /// below 1 and past `Int64`.
    public func won(minor: Int64, _ currency: Currency) -> Int64? {
        guard minor > 0, let rate = microWon(currency) else { return nil }
        let divisor = UInt64(currency.minorPerMajor) * 1_000_000
        let product = UInt64(minor).multipliedFullWidth(by: UInt64(rate))
        guard product.high < divisor else { return nil }
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        let rounded = remainder >= divisor - divisor / 2 ? quotient &+ 1 : quotient
        return rounded <= UInt64(Int64.max) ? Int64(rounded) : nil
    }
}
