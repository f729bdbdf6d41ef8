/// How a missing value is stored in a numeric column: never as zero.
package enum Missing {
    /// In `i64` columns (prices, dates).
    @inlinable package static var int64: Int64 { .min }
    /// In `u32` columns (counters, dictionary codes, brand numbers).
    @inlinable package static var uint32: UInt32 { .max }
    /// In `u8` columns (qualities, conditions).
    @inlinable package static var uint8: UInt8 { .max }
}

/// What a listing says of its goods' condition; `UInt8` in the `condition` column.
package enum Condition: UInt8, Sendable, CaseIterable {
    case new = 0
    case used = 1
    case refurbished = 2
}
