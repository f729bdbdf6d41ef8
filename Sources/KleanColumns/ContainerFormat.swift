/// What one element of a column is; raw values stand in files.
package enum ElementType: UInt8, Sendable, CaseIterable {
    case u8 = 1
    case u16, u32, u64, i32, i64, hash256
    /// `u32` that never falls: where strings or lists end.
    case offsets32
    /// Text or other bytes; rows count bytes.
    case bytes

    /// Bytes of one element.
    package var width: Int {
        switch self {
        case .u8, .bytes: 1
        case .u16: 2
        case .u32, .i32, .offsets32: 4
        case .u64, .i64: 8
        case .hash256: 32
        }
    }
}

/// What is done to the elements before compression.
package enum ColumnEncoding: UInt8, Sendable {
    case plain = 0
    /// All first bytes, then all second bytes, …
    case shuffle = 1
    /// Differences modulo 2^32, then ``shuffle``. For monotone `u32` only.
    case deltaShuffle = 2
}

package enum ColumnCodec: UInt8, Sendable {
    case none = 0
    /// One LZ4 block; LZ4-HC writes the same format.
    case lz4 = 1
}

/// How hard a writer tries; readers cannot tell.
package enum CompressionEffort: Sendable {
    case fast, high
}

/// Names a column within its kind of container. Owners of a kind list their ids in an extension.
package struct ColumnID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let raw: UInt16

    package init(_ raw: UInt16) { self.raw = raw }

    /// Where the ends of the strings of column `self` stand.
    package var offsets: ColumnID { ColumnID(raw | 0x8000) }

    package static func < (left: ColumnID, right: ColumnID) -> Bool { left.raw < right.raw }

    package var description: String {
        raw & 0x8000 == 0 ? "\(raw)" : "\(raw & 0x7FFF) (offsets)"
    }
}

/// What a container holds: four ASCII letters.
package struct ContainerKind: Hashable, Sendable, CustomStringConvertible {
    package let raw: UInt32

    /// - Precondition: four ASCII letters.
    package init(_ letters: StaticString) {
        let text = Array(letters.description.utf8)
        precondition(text.count == 4, "a container kind has four letters")
        raw = text.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    init(raw: UInt32) { self.raw = raw }

    package var description: String {
        let letters = (0..<4).map { UInt8(truncatingIfNeeded: raw >> ($0 * 8)) }
        guard letters.allSatisfy({ (33...126).contains($0) }) else { return "\(raw)" }
        return String(decoding: letters, as: UTF8.self)
    }
}

/// One directory line: 48 bytes, little-endian.
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
    package var rows: UInt64
    package var rawBytes: UInt64
    package var storedBytes: UInt64
    package var offset: UInt64
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

/// The layout shared by reader and writer.
///
/// A file is: header (32 bytes: magic `KLEANCOL`, kind `u32`, version `u16`, columns `u16`, file
/// bytes `u64`, zero `u64`), the directory (``ContainerEntry`` each), zero padding to a multiple of
/// 64, the segments in directory order, each padded with zeros to a multiple of 64, and a trailer:
/// XXH3-64 from the magic to the end of the directory.
enum ContainerLayout {
    static let magic = Array("KLEANCOL".utf8)
    static let version: UInt16 = 1
    static let headerBytes = 32
    static let trailerBytes = 8

    static func aligned(_ offset: UInt64) -> UInt64 { (offset + 63) & ~63 }
}

extension [UInt8] {
    /// Appends an integer, least significant byte first.
    package mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    func littleEndian<Value: FixedWidthInteger>(at offset: Int, as: Value.Type) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
