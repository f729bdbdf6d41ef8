/// The layout shared by reader and writer.
///
/// | part | bytes |
/// |---|---|
/// | magic `KLEANCOL` | 8 |
/// | kind, `u32`; version, `u16`; columns, `u16` | 8 |
/// | bytes of the whole file, `u64` | 8 |
/// | zero | 8 |
/// | directory: one ``ContainerEntry`` a column | 48 each |
/// | zeros up to a multiple of 64 | |
/// | segments in directory order, each followed by zeros up to a multiple of 64 | |
/// | trailer: XXH3-64 from the magic to the end of the directory | 8 |
///
/// The place of everything follows from the directory, nothing overlaps and nothing is left over,
/// so no byte of a file is without a check: the trailer covers header and directory, a checksum in
/// the directory covers each segment, the rest is zero, and the length is in the header.
enum ContainerLayout {
    static let magicText = "KLEANCOL"
    static let magic = Array(magicText.utf8)
    static let version: UInt16 = 1
    static let headerBytes = 32
    static let trailerBytes = 8

    /// LZ4 turns one byte into at most this many: the length bytes of a long match.
    static let lz4ExpansionMax: UInt64 = 255

    static func aligned(_ offset: UInt64) -> UInt64 { (offset + 63) & ~63 }

    /// Header and directory.
    static func directoryEnd(columns: Int) -> Int {
        headerBytes + columns * ContainerEntry.byteCount
    }
}
