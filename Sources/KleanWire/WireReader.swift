import KleanCore

/// Takes fields off a header frame; every count is checked against the bytes that are left.
struct WireReader {
    private let bytes: [UInt8]
    private let end: Int
    private(set) var offset: Int

    /// Reads `bytes[offset..<end]`.
    init(_ bytes: [UInt8], offset: Int, end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    var remaining: Int { end - offset }

    mutating func u8(_ field: String) throws(WireError) -> UInt8 {
        UInt8(try little(field, byteCount: 1))
    }

    mutating func u16(_ field: String) throws(WireError) -> UInt16 {
        UInt16(try little(field, byteCount: 2))
    }

    mutating func u32(_ field: String) throws(WireError) -> UInt32 {
        UInt32(try little(field, byteCount: 4))
    }

    mutating func u64(_ field: String) throws(WireError) -> UInt64 {
        try little(field, byteCount: 8)
    }

    /// A number that must lie in `range`.
    mutating func u32(_ field: String, in range: ClosedRange<UInt32>) throws(WireError) -> UInt32 {
        let value = try u32(field)
        guard range.contains(value) else {
            throw .outOfRange(field: field, max: UInt64(range.upperBound), found: UInt64(value))
        }
        return value
    }

    mutating func u64(_ field: String, max: UInt64) throws(WireError) -> UInt64 {
        let value = try u64(field)
        guard value <= max else { throw .outOfRange(field: field, max: max, found: value) }
        return value
    }

    mutating func flag(_ field: String) throws(WireError) -> Bool {
        let value = try u8(field)
        guard value <= 1 else { throw .outOfRange(field: field, max: 1, found: UInt64(value)) }
        return value == 1
    }

    /// A closed enumeration's raw value.
    mutating func code<Code: RawRepresentable & CaseIterable>(
        _ field: String, as type: Code.Type
    ) throws(WireError) -> Code where Code.RawValue == UInt8 {
        let value = try u8(field)
        guard let code = Code(rawValue: value) else {
            throw .outOfRange(
                field: field, max: UInt64(type.allCases.map(\.rawValue).max() ?? 0),
                found: UInt64(value))
        }
        return code
    }

    mutating func string(_ field: String, bytesMax: Int) throws(WireError) -> String {
        let byteCount = try count(field, max: bytesMax, itemBytes: 1)
        let range = offset..<offset + byteCount
        offset += byteCount
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw .notUTF8(field: field)
        }
        return text
    }

    /// A list's count, at most `max`, and no more than the remaining bytes can hold.
    mutating func count(_ field: String, max: Int, itemBytes: Int) throws(WireError) -> Int {
        let count = Int(try u16(field))
        guard count <= max else {
            throw .outOfRange(field: field, max: UInt64(max), found: UInt64(count))
        }
        try need(field, count * itemBytes)
        return count
    }

    mutating func digest(_ field: String) throws(WireError) -> Digest {
        try need(field, 32)
        defer { offset += 32 }
        return Digest(bytes: Array(bytes[offset..<offset + 32]))
    }

    mutating func lease(_ field: String) throws(WireError) -> Lease {
        Lease(
            phase: try code(field, as: Phase.self), shard: try u32(field),
            attempt: try u32(field), basis: try u64(field))
    }

    private func need(_ field: String, _ byteCount: Int) throws(WireError) {
        guard byteCount <= remaining else {
            throw .truncated(field: field, needBytes: byteCount, haveBytes: remaining)
        }
    }

    private mutating func little(_ field: String, byteCount: Int) throws(WireError) -> UInt64 {
        try need(field, byteCount)
        var value: UInt64 = 0
        for index in (0..<byteCount).reversed() {
            value = value << 8 | UInt64(bytes[offset + index])
        }
        offset += byteCount
        return value
    }
}
