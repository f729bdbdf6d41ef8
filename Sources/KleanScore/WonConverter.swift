internal import KleanCore
internal import KleanModel

/// Turns prices into won and ln won. Each currency's rate is looked up once.
struct WonConverter {
    private let fx: FXTable
    private var packed: [UInt32] = []
    /// Millionths of a won for one minor unit's worth of major units; 0 without a rate.
    private var rates: [UInt64] = []
    private var divisors: [UInt64] = []

    init(_ fx: FXTable) { self.fx = fx }

    /// Whole won as ``FXTable/won(minor:_:)`` rounds them; `nil` without price or rate.
    mutating func won(minor: Int64, packed currency: UInt32) -> Int64? {
        guard minor > 0 else { return nil }
        let place = self.place(of: currency)
        guard rates[place] != 0 else { return nil }
        let divisor = divisors[place]
        let product = UInt64(minor).multipliedFullWidth(by: rates[place])
        guard product.high < divisor else { return nil }
        // A division of 128 bits takes several times as long; few prices need one.
        let (quotient, remainder) =
            product.high == 0
            ? product.low.quotientAndRemainder(dividingBy: divisor)
            : divisor.dividingFullWidth(product)
        let rounded = remainder >= divisor - divisor / 2 ? quotient &+ 1 : quotient
        return rounded > 0 && rounded <= UInt64(Int64.max) ? Int64(rounded) : nil
    }

    mutating func hasRate(packed currency: UInt32) -> Bool { rates[place(of: currency)] != 0 }

    /// `minor * microWon / divisor`, rounded half up, is won; `nil` without a rate.
    mutating func rate(packed currency: UInt32) -> (microWon: UInt64, divisor: UInt64)? {
        let place = self.place(of: currency)
        return rates[place] == 0 ? nil : (rates[place], divisors[place])
    }

    /// Natural logarithm of won. - Precondition: `won > 0`.
    static func log(_ won: Int64) -> Fixed { Fixed(Exact.log(Double(won))) }

    private mutating func place(of currency: UInt32) -> Int {
        for (index, known) in packed.enumerated() where known == currency { return index }
        let value = Currency(packed: currency)
        packed.append(currency)
        rates.append(UInt64(fx.microWon(value) ?? 0))
        divisors.append(UInt64(value.minorPerMajor) * 1_000_000)
        return packed.count - 1
    }
}
