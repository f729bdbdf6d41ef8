import KleanCore

/// What many listings let their buyers choose, and what each choice costs: zero to
/// `Limits.optionsPerListingMax` options of each listing whose options do not all cost its price.
///
/// **Shape**: empty where no listing of the chunk has any; else `offsets` has `rows + 1` entries,
/// starts at 0 and never falls, and row `i` owns `offsets[i]..<offsets[i + 1]` of the others.
public struct OptionList: Sendable {
    public private(set) var offsets: [UInt32]
    /// Minor units of the row's currency, above 0.
    public private(set) var prices: [Int64]
    /// One code for each option.
    public var names: DictionaryColumn

    public init(
        offsets: [UInt32] = [0], prices: [Int64] = [],
        names: DictionaryColumn = DictionaryColumn()
    ) {
        self.offsets = offsets
        self.prices = prices
        self.names = names
    }

    public var isEmpty: Bool { prices.isEmpty }

    /// The row's options.
    @inlinable public func range(_ row: Int) -> Range<Int> {
        prices.isEmpty ? 0..<0 : Int(offsets[row])..<Int(offsets[row + 1])
    }

    /// The options of several rows.
    func range(of rows: Range<Int>) -> Range<Int> {
        prices.isEmpty ? 0..<0 : Int(offsets[rows.lowerBound])..<Int(offsets[rows.upperBound])
    }

    /// What half of a row's options cost at most. - Precondition: it has options.
    public func median(_ row: Int) -> Int64 {
        let sorted = prices[range(row)].sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2
    }

    /// Less than three tenths of what the options usually cost.
    public static func isBait(_ price: Int64, median: Int64) -> Bool {
        Double(price) < 0.3 * Double(median)
    }

    /// Adds one option's price to the row that is being written; ``endRow()`` closes it.
    mutating func append(price: Int64) { prices.append(price) }

    mutating func endRow() { offsets.append(UInt32(prices.count)) }

    /// Adds rows without their names, whose codes need translating.
    mutating func append(contentsOf other: OptionList, rows: Range<Int>) {
        let range = other.range(of: rows)
        let shift = UInt32(prices.count) &- UInt32(range.lowerBound)
        prices += other.prices[range]
        if other.isEmpty {
            offsets += Array(repeating: UInt32(prices.count), count: rows.count)
        } else {
            offsets += other.offsets[(rows.lowerBound + 1)..<(rows.upperBound + 1)].map {
                $0 &+ shift
            }
        }
    }
}

extension HotColumns {
    /// Whether a listing shows the price of an option that costs far less than most of them.
    package func hasBaitPrice(_ row: Int) -> Bool {
        !options.range(row).isEmpty
            && OptionList.isBait(price[row], median: options.median(row))
    }
}

extension OptionList: Equatable {
    /// Rows without options need no offsets.
    public static func == (left: OptionList, right: OptionList) -> Bool {
        left.prices == right.prices && left.names == right.names
            && (left.isEmpty || left.offsets == right.offsets)
    }
}
