/// How a missing value is stored in a numeric column: never as zero.
public enum Missing {
    /// In `i64` columns (prices, dates).
    @inlinable public static var int64: Int64 { .min }
    /// In `u32` columns (counters, dictionary codes, brand numbers).
    @inlinable public static var uint32: UInt32 { .max }
    /// In `u8` columns (qualities, conditions).
    @inlinable public static var uint8: UInt8 { .max }
}

/// What a listing says of its goods' condition; `UInt8` in the `condition` column.
public enum Condition: UInt8, Sendable, CaseIterable {
    case new = 0
    case used = 1
    case refurbished = 2
}
