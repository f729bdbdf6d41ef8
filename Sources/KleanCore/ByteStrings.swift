/// A column of byte strings: one buffer and where each string ends. The scan path's only text.
///
/// **Shape**: `offsets` has `count + 1` entries, starts at 0, never falls; string `i` is
/// `bytes[offsets[i]..<offsets[i + 1]]`. At most 2^32 - 1 bytes.
public struct ByteStrings: Equatable, Sendable {
    public var offsets: [UInt32]
    public var bytes: [UInt8]

    public init() {
        offsets = [0]
        bytes = []
    }

    /// - Precondition: the shape above.
    public init(offsets: [UInt32], bytes: [UInt8]) {
        precondition(offsets.first == 0, "offsets start at 0")
        precondition(Int(offsets[offsets.count - 1]) == bytes.count, "offsets end at the bytes")
        self.offsets = offsets
        self.bytes = bytes
    }

    public init(_ strings: some Sequence<String>) {
        self.init()
        for string in strings { append(string.utf8) }
    }

    @inlinable public var count: Int { offsets.count - 1 }

    @inlinable public subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[Int(offsets[index])..<Int(offsets[index + 1])]
    }

    /// Repairs invalid UTF-8 with U+FFFD: for people's eyes only.
    public func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

    @inlinable public mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    public mutating func reserve(strings: Int, bytes byteCount: Int) {
        offsets.reserveCapacity(strings + 1)
        bytes.reserveCapacity(byteCount)
    }
}
