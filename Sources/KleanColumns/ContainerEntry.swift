/// One line of a container's directory: 48 bytes, little-endian.
///
/// | bytes | field |
/// |---|---|
/// | 0 | column id, `u16` |
/// | 2 | element type, encoding, codec: one byte each |
/// | 5 | zero, 3 bytes |
/// | 8 | elements, `u64` |
/// | 16 | decoded bytes, `u64`: elements x width |
/// | 24 | stored bytes, `u64` |
/// | 32 | offset of the segment in the file, `u64`, a multiple of 64 |
/// | 40 | XXH3-64 of the stored bytes |
package struct ContainerEntry: Equatable, Sendable {
    package var id: ColumnID
    package var element: ElementType
    package var encoding: ColumnEncoding
    package var codec: ColumnCodec
    /// Elements; bytes where ``element`` is text.
    package var rows: UInt64
    package var rawBytes: UInt64
    package var storedBytes: UInt64
    package var offset: UInt64
    /// XXH3-64 of the stored bytes.
    package var checksum: UInt64

    static let byteCount = 48

    func write(to bytes: inout [UInt8]) {
        bytes.appendLittleEndian(id.raw)
        bytes += [element.rawValue, encoding.rawValue, codec.rawValue, 0, 0, 0]
        for value in [rows, rawBytes, storedBytes, offset, checksum] {
            bytes.appendLittleEndian(value)
        }
    }
}

extension [UInt8] {
    /// Appends an integer, least significant byte first.
    package mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at a byte offset, least significant byte first, at any alignment.
    func littleEndian<Value: FixedWidthInteger>(at offset: Int, as: Value.Type) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
