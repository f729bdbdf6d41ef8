public import KleanCore

/// The columns of one chunk that scorers read, and that travel to workers.
///
/// **Shape**: every column has `rowCount` rows, except that a column which a reader did not ask
/// for is empty. Missing is `Missing.*`, an empty title, an empty list; never zero.
public struct HotColumns: Equatable, Sendable {
    public var rowCount = 0
    /// UTF-8, trimmed; empty means missing.
    public var title = ByteStrings()
    public var brand = DictionaryColumn()
    public var category = DictionaryColumn()
    public var seller = DictionaryColumn()
    public var shop = DictionaryColumn()
    /// Minor units of the row's currency, above 0; `Missing.int64`.
    public var price: [Int64] = []
    /// `Currency.packed`; 0 means missing.
    public var currency: [UInt32] = []
    /// `Condition.rawValue`; `Missing.uint8`.
    public var condition: [UInt8] = []
    public var images = HashList()
    public var logos = HashList()
    /// One code for each logo hash (not for each row): what a detector called it.
    public var logoLabel = DictionaryColumn()
    /// Counters of the last 90 days; `Missing.uint32`.
    public var orders: [UInt32] = []
    public var refunds: [UInt32] = []
    public var complaints: [UInt32] = []
    /// Seconds since 1970-01-01 UTC; `Missing.int64`.
    public var listedAt: [Int64] = []
    public var options = OptionList()

    public init() {}
}

/// The columns of one chunk that only `explain`, `report` and `export` read. Never sent.
public struct ColdColumns: Equatable, Sendable {
    public var rowCount = 0
    /// Never empty, unique among the store's live rows.
    public var id = ByteStrings()
    public var url = ByteStrings()
    public var imageRef = ByteStrings()
    public var options = ByteStrings()
    /// The title before it was settled; empty when settling changed nothing.
    public var originalTitle = ByteStrings()
    public var shipping = ByteStrings()
    /// One box for each logo hash (not for each row): see ``LogoBox``.
    public var logoBox: [UInt64] = []

    public init() {}
}

/// Where a logo stands in its picture: x, y, width, height in pixels, 16 bits each, x highest.
public enum LogoBox {
    public static let missing = UInt64.max

    public static func pack(x: UInt16, y: UInt16, width: UInt16, height: UInt16) -> UInt64 {
        UInt64(x) << 48 | UInt64(y) << 32 | UInt64(width) << 16 | UInt64(height)
    }

    public static func unpack(_ box: UInt64) -> (x: Int, y: Int, width: Int, height: Int) {
        func part(_ shift: UInt64) -> Int { Int(box >> shift & 0xFFFF) }
        return (part(48), part(32), part(16), part(0))
    }
}
