package import KleanCore

/// A price as an exact number of minor units, or the reason why there is none.
package enum MoneyReading: Equatable, Sendable {
    case amount(Int64, Currency, MoneyRemark)
    case missing(MoneyGap)
}

/// Why a price is missing. A gap is counted by its case and is never stored as zero.
package enum MoneyGap: UInt8, CaseIterable, Sendable {
    case empty, noNumber, malformed, zero, negative, absurd, noCurrency, ambiguousCurrency

    /// What a report says.
    package var label: String {
        switch self {
        case .empty: "empty"
        case .noNumber: "no number in it"
        case .malformed: "not one readable number"
        case .zero: "zero"
        case .negative: "negative"
        case .absurd: "absurdly large"
        case .noCurrency: "no currency known"
        case .ambiguousCurrency: "currency sign with two meanings"
        }
    }
}

/// What was settled on the way to an amount. A set, counted by member.
package struct MoneyRemark: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// "from" prices and ranges: the lower end was taken.
    package static let range = MoneyRemark(rawValue: 1)
    /// More decimals than the currency has: rounded half to even.
    package static let rounded = MoneyRemark(rawValue: 2)
}

/// What is known of a file's money beside the cell itself.
package struct MoneyContext: Equatable, Sendable {
    /// From the row's currency column, else the file's constant, else missing.
    package var currency = Currency.missing
    /// What a bare yen or yuan sign means here; missing when nothing says.
    package var yenSign = Currency.missing
    /// The cell is a JSON number: a dot is a decimal point whatever follows it.
    package var isNumber = false

    package init(
        currency: Currency = .missing, yenSign: Currency = .missing, isNumber: Bool = false
    ) {
        self.currency = currency
        self.yenSign = yenSign
        self.isNumber = isNumber
    }
}

/// Reads prices as people write them.
///
/// The currency comes from the sign or the letters beside the number, else from the context. Of the
/// separators the last one is decimal when digits or the currency say so: a group has three digits
/// (two in Indian writing), a decimal part has at most the currency's, and a lone separator before
/// exactly three digits groups unless the currency writes three decimals.
package enum Money {
    /// Above this many major units no listing's price is believed.
    package static let majorUnitsMax: Int64 = 10_000_000_000

    package static func read(_ text: String, _ context: MoneyContext = MoneyContext())
        -> MoneyReading
    {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { read($0, context) }
    }

    /// - Complexity: O(bytes), no allocation for plain digits.
    package static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ context: MoneyContext)
        -> MoneyReading
    {
        if let plain = readDigits(bytes, context) { return plain }
        var reader = MoneyReader(bytes: bytes)
        return reader.read(context)
    }

    /// Most cells of all: ASCII digits, grouped by commas or not, and 원 or nothing behind them.
    private static func readDigits(
        _ bytes: UnsafeBufferPointer<UInt8>, _ context: MoneyContext
    ) -> MoneyReading? {
        var value: Int64 = 0
        var place = 0
        var group = 0
        var hasGroups = false
        while place < bytes.count, place < 16 {
            let byte = bytes[place]
            if byte &- 48 < 10 {
                value = value &* 10 &+ Int64(byte &- 48)
                group += 1
            } else if byte == UInt8(ascii: ","), !context.isNumber {
                guard hasGroups ? group == 3 : (1...3).contains(group) else { return nil }
                hasGroups = true
                group = 0
            } else {
                break
            }
            place += 1
        }
        guard hasGroups ? group == 3 : group > 0 else { return nil }
        var currency = context.currency
        if place + 3 == bytes.count, bytes[place] == 0xEC, bytes[place + 1] == 0x9B,
            bytes[place + 2] == 0x90
        {
            currency = .krw
        } else if place < bytes.count {
            return nil
        }
        if currency == .missing { return .missing(value == 0 ? .zero : .noCurrency) }
        return settle(Decimal(digits: value, scale: 0), currency, [])
    }

    /// An exact decimal: `digits / 10^scale`.
    struct Decimal: Equatable {
        var digits: Int64
        var scale: Int
    }

    private static let powers: [Int64] = [1, 10, 100, 1_000, 10_000]

    static func settle(_ number: Decimal, _ currency: Currency, _ remark: MoneyRemark)
        -> MoneyReading
    {
        guard number.digits != 0 else { return .missing(.zero) }
        var remark = remark
        var amount = number.digits
        let minorDigits = currency == .krw ? 0 : currency.minorDigits
        let shift = minorDigits - number.scale
        if shift >= 0 {
            for _ in 0..<shift {
                let (product, overflow) = amount.multipliedReportingOverflow(by: 10)
                if overflow { return .missing(.absurd) }
                amount = product
            }
        } else {
            var divisor: Int64 = 1
            for _ in 0..<min(-shift, 18) { divisor *= 10 }
            let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: divisor)
            amount = quotient
            if remainder != 0 {
                let twice = remainder &* 2
                if twice > divisor || (twice == divisor && quotient & 1 == 1) { amount += 1 }
                // 29.990000000000002 is a binary fraction's noise, not a third decimal.
                let distance = min(remainder, divisor - remainder)
                if distance > divisor / 100_000 { remark.insert(.rounded) }
            }
            if amount == 0 { return .missing(.zero) }
        }
        guard amount / powers[minorDigits] <= majorUnitsMax else { return .missing(.absurd) }
        return .amount(amount, currency, remark)
    }
}
