package import KleanCore

/// The columns of one chunk that scorers read, and that travel to workers.
///
/// **Shape**: every column has `rowCount` rows, except that a column which a reader did not ask
/// for is empty. Missing is `Missing.*`, an empty title, an empty list; never zero.
package struct HotColumns: Equatable, Sendable {
    package var rowCount = 0
    /// UTF-8, trimmed; empty means missing.
    package var title = ByteStrings()
    package var brand = DictionaryColumn()
    package var category = DictionaryColumn()
    package var seller = DictionaryColumn()
    package var shop = DictionaryColumn()
    /// Minor units of the row's currency, above 0; `Missing.int64`.
    package var price: [Int64] = []
    /// `Currency.packed`; 0 means missing.
    package var currency: [UInt32] = []
    /// `Condition.rawValue`; `Missing.uint8`.
    package var condition: [UInt8] = []
    package var images = HashList()
    package var logos = HashList()
    /// One code for each logo hash (not for each row): what a detector called it.
    package var logoLabel = DictionaryColumn()
    /// Counters of the last 90 days; `Missing.uint32`.
    package var orders: [UInt32] = []
    package var refunds: [UInt32] = []
    package var complaints: [UInt32] = []
    /// Seconds since 1970-01-01 UTC; `Missing.int64`.
    package var listedAt: [Int64] = []

    package init() {}
}

/// The columns of one chunk that only `explain`, `report` and `export` read. Never sent.
package struct ColdColumns: Equatable, Sendable {
    package var rowCount = 0
    /// Never empty, unique among the store's live rows.
    package var id = ByteStrings()
    package var url = ByteStrings()
    package var imageRef = ByteStrings()
    package var options = ByteStrings()
    /// The title before it was settled; empty when settling changed nothing.
    package var originalTitle = ByteStrings()
    package var shipping = ByteStrings()
    /// One box for each logo hash (not for each row): see ``LogoBox``.
    package var logoBox: [UInt64] = []

    package init() {}
}

/// Where a logo stands in its picture: x, y, width, height in pixels, 16 bits each, x highest.
package enum LogoBox {
    package static let missing = UInt64.max

    package static func pack(x: UInt16, y: UInt16, width: UInt16, height: UInt16) -> UInt64 {
        UInt64(x) << 48 | UInt64(y) << 32 | UInt64(width) << 16 | UInt64(height)
    }
}
