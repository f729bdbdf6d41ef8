/// A column of byte strings: one buffer and where each string ends. The scan path's only text.
///
/// **Shape**: `offsets` has `count + 1` entries, starts at 0, never falls; string `i` is
/// `bytes[offsets[i]..<offsets[i + 1]]`. At most 2^32 - 1 bytes.
package struct ByteStrings: Equatable, Sendable {
    package var offsets: [UInt32]
    package var bytes: [UInt8]

    package init() {
        offsets = [0]
        bytes = []
    }

    /// - Precondition: the shape above.
    package init(offsets: [UInt32], bytes: [UInt8]) {
        precondition(offsets.first == 0, "offsets start at 0")
        precondition(Int(offsets[offsets.count - 1]) == bytes.count, "offsets end at the bytes")
        self.offsets = offsets
        self.bytes = bytes
    }

    package init(_ strings: some Sequence<String>) {
        self.init()
        for string in strings { append(string.utf8) }
    }

    @inlinable package var count: Int { offsets.count - 1 }

    @inlinable package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[Int(offsets[index])..<Int(offsets[index + 1])]
    }

    /// Repairs invalid UTF-8 with U+FFFD: for people's eyes only.
    package func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

    @inlinable package mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    package mutating func reserve(strings: Int, bytes byteCount: Int) {
        offsets.reserveCapacity(strings + 1)
        bytes.reserveCapacity(byteCount)
    }
}
