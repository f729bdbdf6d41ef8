public import KleanCore

/// A low-cardinality text column: one code a row and each text once, in first-seen order.
///
/// **Shape**: `codes[row]` indexes `values`; `Missing.uint32` means that the row has no value.
/// Every value is used by some row, none is empty and no two are equal.
public struct DictionaryColumn: Equatable, Sendable {
    public var codes: [UInt32]
    public var values: ByteStrings

    public init(codes: [UInt32] = [], values: ByteStrings = ByteStrings()) {
        self.codes = codes
        self.values = values
    }

    @inlinable public var count: Int { codes.count }

    @inlinable public func isMissing(_ row: Int) -> Bool { codes[row] == Missing.uint32 }

    /// The row's text, or `nil` when it has none.
    @inlinable public subscript(row: Int) -> ArraySlice<UInt8>? {
        let code = codes[row]
        return code == Missing.uint32 ? nil : values[Int(code)]
    }

    /// The row's text for people's eyes, empty when missing.
    public func string(_ row: Int) -> String {
        self[row].map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
