internal import CKleanKernels
package import KleanCore

/// Some rows' prices and what tells the cells that these are held against, side by side, and what
/// came of them. Reused.
///
/// **Shape**: results are of ``count`` rows, at most ``rowsMax``: those from ``first`` on of the
/// other columns.
package struct PriceBlock: Sendable {
    package internal(set) var count = 0
    private(set) var first = 0
    /// Minor units of the currency.
    private(set) var minor = [Int64](repeating: 0, count: rowsMax)
    /// `Currency.packed`.
    private(set) var currencies = [UInt32](repeating: 0, count: rowsMax)
    private(set) var subjects = [UInt32](repeating: 0, count: rowsMax)
    /// Dictionary codes of the chunk, or `Missing.uint32`.
    private(set) var categories = [UInt32](repeating: 0, count: rowsMax)
    /// `Condition.rawValue`, or `Missing.uint8`.
    private(set) var conditions = [UInt8](repeating: 0, count: rowsMax)
    /// How many of one thing a price is for.
    package var pieces = [UInt8](repeating: 1, count: rowsMax)
    // Results.
    var places = [UInt8](repeating: 0, count: rowsMax)
    var slots = [UInt32](repeating: 0, count: rowsMax)
    /// Rows whose cell nobody had asked for, and room for a vector more.
    var unasked = [UInt32](repeating: 0, count: rowsMax + 16)
    var raws = [Int32](repeating: 0, count: rowsMax)
    var kinds = [UInt8](repeating: 0, count: rowsMax)

    /// Rows judged together: small enough for their columns to stay in cache.
    package static let rowsMax = ShardScorer.blockRows

    package init() {}

    /// Of a block with columns of its own.
    package mutating func removeAll() { count = 0 }

    /// - Parameter subject: See ``PriceJoin``.
    @inline(__always)
    package mutating func append(
        minor: Int64, currency: UInt32, subject: UInt32, category: UInt32, condition: UInt8
    ) {
        let row = count
        self.minor[row] = minor
        currencies[row] = currency
        subjects[row] = subject
        categories[row] = category
        conditions[row] = condition
        count = row + 1
    }

    /// Columns of any length, of which ``select(_:)`` takes some rows at a time, where they are.
    package init(
        minor: [Int64], currencies: [UInt32], subjects: [UInt32], categories: [UInt32],
        conditions: [UInt8]
    ) {
        self.minor = minor
        self.currencies = currencies
        self.subjects = subjects
        self.categories = categories
        self.conditions = conditions
    }

    /// - Parameter rows: At most ``rowsMax`` of the columns given.
    package mutating func select(_ rows: Range<Int>) {
        precondition(
            rows.count <= Self.rowsMax && rows.upperBound <= minor.count,
            "a block holds that many rows")
        first = rows.lowerBound
        count = rows.count
    }

    /// What the price of a row says.
    @inline(__always)
    package func verdict(_ row: Int) -> PriceVerdict {
        PriceVerdict(kind: kinds[row], raw: Fixed(raw: raws[row]))
    }

    /// Whether a row has anything to be held against.
    @inline(__always)
    package func hasReference(_ row: Int) -> Bool {
        PriceBlock.cell(slots[row]) != PriceJoin.noCell
    }

    /// The number of a slot's cell.
    @inline(__always)
    static func cell(_ slot: UInt32) -> Int {
        Int(slot & (1 << kk_price_cell_bits - 1))
    }
}

/// What one price says, as far as the join can tell.
package struct PriceVerdict: Equatable, Sendable {
    var kind: UInt8
    /// As in ``PriceFinding/raw``; 0 where the scorer must look itself.
    package var raw: Fixed
}
