package import KleanCore

/// What happened to the records of a source, in numbers that add up:
/// `read = packed + rejected + duplicates`.
package struct PackTally: Equatable, Sendable {
    package var read: UInt64 = 0
    package var packed: UInt64 = 0
    /// Records that a later one with the same id superseded.
    package var duplicates: UInt64 = 0
    /// Packed records whose id an earlier one has as well (`--duplicates keep`).
    package var repeatsKept: UInt64 = 0
    /// By `RejectReason.allCases` order.
    package var rejectedBy = [UInt64](repeating: 0, count: RejectReason.allCases.count)
    /// Prices that are missing, by `MoneyGap.allCases` order.
    package var priceGaps = [UInt64](repeating: 0, count: MoneyGap.allCases.count)
    /// Prices by their currency (`Currency.packed`), in the order in which they came up.
    package private(set) var prices: [PriceCount] = []
    /// Prices that were the lower end of a range.
    package var rangePrices: UInt64 = 0
    /// Prices with more decimals than the currency has.
    package var roundedPrices: UInt64 = 0
    /// Prices taken from another price column because the first choice had none.
    package var fallbackPrices: UInt64 = 0
    /// Ids made from source name and row number.
    package var idsMade: UInt64 = 0
    /// Texts that were not UTF-8 and hold U+FFFD now.
    package var textsRepaired: UInt64 = 0
    /// Texts cut at `Limits.textBytesMax`.
    package var textsCut: UInt64 = 0
    /// Tokens in hash columns that are no 64-digit hashes.
    package var hashesBad: UInt64 = 0
    /// Hashes past `Limits.hashesPerListingMax` of one listing.
    package var hashesDropped: UInt64 = 0
    /// Priced options past `Limits.optionsPerListingMax` of one listing: searched as text, not
    /// judged.
    package var optionsDropped: UInt64 = 0
    /// Cells of counters, conditions, dates and qualities that could not be read.
    package var cellsUnread: UInt64 = 0

    package init() {}

    package var rejected: UInt64 { rejectedBy.reduce(0, +) }

    package func rejected(_ reason: RejectReason) -> UInt64 { rejectedBy[reason.place] }

    package func prices(missing gap: MoneyGap) -> UInt64 { priceGaps[Int(gap.rawValue)] }

    /// - Complexity: O(currencies so far), which are one or two.
    mutating func countPrices(_ count: UInt64 = 1, in currency: Currency) {
        if let place = prices.firstIndex(where: { $0.currency == currency }) {
            prices[place].count += count
        } else {
            prices.append(PriceCount(currency: currency, count: count))
        }
    }

    package mutating func add(_ other: PackTally) {
        read += other.read
        packed += other.packed
        duplicates += other.duplicates
        repeatsKept += other.repeatsKept
        for found in other.prices { countPrices(found.count, in: found.currency) }
        for index in rejectedBy.indices { rejectedBy[index] += other.rejectedBy[index] }
        for index in priceGaps.indices { priceGaps[index] += other.priceGaps[index] }
        rangePrices += other.rangePrices
        roundedPrices += other.roundedPrices
        fallbackPrices += other.fallbackPrices
        idsMade += other.idsMade
        textsRepaired += other.textsRepaired
        textsCut += other.textsCut
        hashesBad += other.hashesBad
        hashesDropped += other.hashesDropped
        optionsDropped += other.optionsDropped
        cellsUnread += other.cellsUnread
    }
}

extension RejectReason {
    var place: Int { RejectReason.allCases.firstIndex(of: self) ?? 0 }
}

/// How many prices are in one currency.
package struct PriceCount: Equatable, Sendable {
    package var currency: Currency
    package var count: UInt64
}
