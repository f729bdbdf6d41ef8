internal import KleanColumns
internal import KleanTransport
internal import KleanWire

/// A chunk's file is not what the coordinator described, or not there: the path, what was
/// expected, what was found.
struct ChunkUnread: Error, Equatable, CustomStringConvertible {
    let description: String
}

extension ChunkFile {
    /// Reads the segments from the store as this machine sees it, and checks each.
    ///
    /// - Throws: ``ChunkUnread``.
    /// - Complexity: one copy of the bytes; no more memory than the file has bytes.
    func read(in store: String) throws -> [ContainerPart.Segment] {
        let path = "\(store)/\(name)"
        do {
            let file = try PartialFile(path)
            var read: [ContainerPart.Segment] = []
            for segment in segments {
                let end = segment.offset + segment.byteCount
                guard end <= file.byteCount else {
                    throw ChunkUnread(
                        description: "\(path): column \(segment.column): expected "
                            + "\(end) bytes or more, found \(file.byteCount)")
                }
                let bytes = SharedBytes(
                    try file.read(Int(segment.byteCount), at: segment.offset))
                let checksum = Checksum.xxh3(bytes.unsafeBytes)
                guard checksum == segment.checksum else {
                    throw ChunkUnread(
                        description: "\(path): column \(segment.column): checksum: expected "
                            + "\(ChunkFile.hex(segment.checksum)), "
                            + "found \(ChunkFile.hex(checksum))")
                }
                read.append(ContainerPart.Segment(column: segment.column, bytes: bytes))
            }
            return read
        } catch let error as FileError {
            throw ChunkUnread(
                description: "\(error); expected chunk file \(name) in store \(store)")
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
