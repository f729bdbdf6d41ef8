import KleanColumns
import KleanCore
import Testing

/// Version 1 of the format, byte for byte: what was written once is read for ever. The digests were
/// also computed by Python's hashlib from the values alone.
@Suite struct ContainerGoldenTests {
    /// Two columns that are stored as they are.
    static let plain = [
        "4b4c45414e434f4c544553540100020008010000000000000000000000000000",
        "0300030000000000020000000000000008000000000000000800000000000000",
        "800000000000000050542d89c8e2890307000700000000000100000000000000",
        "20000000000000002000000000000000c0000000000000009733923a3311e953",
        "0100000002000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000020000000000000003000000000000000400000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "6a25f039ffed9012",
    ].joined()
    static let plainDigest = "bf9fca493a0b4f69b721bb7a6e186d78d82ebed7fca52212f188c1f8504eea9a"

    /// Numbers, text and offsets as liblz4 1.9.4 compresses them.
    static let compressed = [
        "4b4c45414e434f4c544553540100030088010000000000000000000000000000",
        "01000601010000001400000000000000a0000000000000001100000000000000",
        "c0000000000000003b6527fffad236ce02000900010000007800000000000000",
        "780000000000000014000000000000000001000000000000f68446a9a8400c55",
        "02800802010000000d0000000000000034000000000000001000000000000000",
        "400100000000000046a70e1a58855a7800000000000000000000000000000000",
        "3d00010203001f00010073500000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "af6b6f7265616e206261670a0056506e20626167000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "27000a01001f0001000e50000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "decd5925547797b5",
    ].joined()
    static let compressedDigest = "d7db681504c69831a21b63addc2146caf925965458bdf0e629e0c4d3b071afee"

    static func plainWriter() -> ContainerWriter {
        var writer = ContainerWriter(kind: Sample.kind)
        writer.add(ColumnID(3), [UInt32(1), 2])
        writer.add(ColumnID(7), [Hash256(1, 2, 3, 4)])
        return writer
    }

    static func compressedWriter() -> ContainerWriter {
        var writer = ContainerWriter(kind: Sample.kind)
        writer.add(ColumnID(1), (0..<20).map { Int64($0 % 3) })
        writer.add(ColumnID(2), ByteStrings((0..<12).map { _ in "korean bag" }))
        return writer
    }

    @Test func plainBytesAreWritten() {
        #expect(Self.plainWriter().finish().hex == Self.plain)
        #expect(Self.plainWriter().digest.hex == Self.plainDigest)
    }

    /// Another liblz4 may compress otherwise; what it reads may not differ.
    @Test(.enabled(if: Compression.libraryVersion == "1.9.4", "needs liblz4 1.9.4"))
    func compressedBytesAreWritten() {
        #expect(Self.compressedWriter().finish().hex == Self.compressed)
    }

    @Test func bothAreRead() throws {
        let plain = try Sample.reader(bytes(Self.plain))
        try plain.verify()
        #expect(try plain.u32(ColumnID(3)) == [1, 2])
        #expect(try plain.hash256(ColumnID(7)) == [Hash256(1, 2, 3, 4)])
        #expect(try plain.digest().hex == Self.plainDigest)
        let compressed = try Sample.reader(bytes(Self.compressed))
        try compressed.verify()
        #expect(try compressed.i64(ColumnID(1)) == (0..<20).map { Int64($0 % 3) })
        #expect(try compressed.strings(ColumnID(2)).string(11) == "korean bag")
        #expect(try compressed.digest().hex == Self.compressedDigest)
        #expect(Self.compressedWriter().digest.hex == Self.compressedDigest)
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let nibbles = hex.utf8.compactMap { hexNibble($0) }
        return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }
}
