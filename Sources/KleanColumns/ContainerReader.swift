internal import CLZ4
package import KleanCore

/// Opens a container, checks all that its header and directory promise, and decodes columns.
///
/// Opening reads the directory and the padding; a segment is checked against its XXH3-64 each time
/// it is decoded, so damage is found before it is believed.
package struct ContainerReader: Sendable {
    /// For messages: a path, or what the bytes are.
    package let name: String
    package let kind: ContainerKind
    package let entries: [ContainerEntry]
    /// Header, directory and trailer: what a peer needs beside the segments.
    package let directoryBytes: [UInt8]
    /// In directory order; `nil` where a peer did not send the column.
    private let segments: [StoredSegment?]

    /// Maps a file.
    ///
    /// - Throws: ``ContainerError``, all cases but the segment ones.
    /// - Complexity: O(columns + padding); segments are not read.
    package init(path: String, kind: ContainerKind) throws(ContainerError) {
        let file: MappedFile
        do { file = try MappedFile(path) } catch { throw .file(error) }
        try self.init(file.bytes, owner: file, name: path, kind: kind)
    }

    /// Reads a container that lies in memory.
    package init(bytes: [UInt8], name: String, kind: ContainerKind) throws(ContainerError) {
        let whole = StoredSegment(bytes)
        try self.init(whole.bytes, owner: whole.owner, name: name, kind: kind)
    }

    private init(
        _ bytes: UnsafeRawBufferPointer, owner: AnyObject, name: String, kind: ContainerKind
    ) throws(ContainerError) {
        let directory = try ContainerDirectory(bytes, name: name, kind: kind)
        let fileBytes = directory.fileBytes
        guard UInt64(bytes.count) == fileBytes else {
            throw .truncated(file: name, needBytes: fileBytes, haveBytes: UInt64(bytes.count))
        }
        let trailerStart = Int(fileBytes) - ContainerLayout.trailerBytes
        try directory.check(trailer: bytes.littleEndian(at: trailerStart, as: UInt64.self))
        var gap = directory.byteCount
        var segments: [StoredSegment?] = []
        for entry in directory.entries {
            let start = Int(entry.offset)
            try ContainerReader.expectZeros(bytes, gap..<start, name)
            gap = start + Int(entry.storedBytes)
            segments.append(
                StoredSegment(UnsafeRawBufferPointer(rebasing: bytes[start..<gap]), owner: owner))
        }
        try ContainerReader.expectZeros(bytes, gap..<trailerStart, name)
        self.name = name
        self.kind = kind
        self.segments = segments
        entries = directory.entries
        directoryBytes =
            Array(bytes[..<directory.byteCount]) + Array(bytes[trailerStart...])
    }

    /// Puts together what a peer sent: the ``directoryBytes`` and some of the segments.
    ///
    /// - Throws: As for a file; ``ContainerError/segmentLength(file:column:expected:found:)`` for a
    ///   segment of another length, ``ContainerError/missingColumn(file:column:)`` for one that
    ///   the directory does not name.
    package init(
        directory bytes: [UInt8], segments sent: [ColumnID: StoredSegment], name: String,
        kind: ContainerKind
    ) throws(ContainerError) {
        let copy = StoredSegment(bytes)
        let directory = try ContainerDirectory(copy.bytes, name: name, kind: kind)
        let need = directory.byteCount + ContainerLayout.trailerBytes
        guard bytes.count == need else {
            throw .truncated(file: name, needBytes: UInt64(need), haveBytes: UInt64(bytes.count))
        }
        try directory.check(
            trailer: copy.bytes.littleEndian(at: directory.byteCount, as: UInt64.self))
        for id in sent.keys.sorted() where !directory.entries.contains(where: { $0.id == id }) {
            throw .missingColumn(file: name, column: id)
        }
        for entry in directory.entries {
            guard let segment = sent[entry.id] else { continue }
            guard UInt64(segment.bytes.count) == entry.storedBytes else {
                throw .segmentLength(
                    file: name, column: entry.id, expected: entry.storedBytes,
                    found: UInt64(segment.bytes.count))
            }
        }
        self.name = name
        self.kind = kind
        segments = directory.entries.map { sent[$0.id] }
        entries = directory.entries
        directoryBytes = bytes
    }

    private static func expectZeros(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ name: String
    ) throws(ContainerError) {
        for offset in range where bytes[offset] != 0 {
            throw .padding(file: name, offset: UInt64(offset))
        }
    }

    /// Whether the column exists and its segment is here.
    package func has(_ id: ColumnID) -> Bool {
        entries.firstIndex { $0.id == id }.map { segments[$0] != nil } ?? false
    }

    /// The stored bytes, unchecked, for sending on.
    package func storedSegment(_ id: ColumnID) throws(ContainerError) -> StoredSegment {
        guard let index = entries.firstIndex(where: { $0.id == id }), let segment = segments[index]
        else { throw .missingColumn(file: name, column: id) }
        return segment
    }

    package func u8(_ id: ColumnID) throws(ContainerError) -> [UInt8] { try decode(id, .u8, 0) }
    package func u16(_ id: ColumnID) throws(ContainerError) -> [UInt16] { try decode(id, .u16, 0) }
    package func u32(_ id: ColumnID) throws(ContainerError) -> [UInt32] { try decode(id, .u32, 0) }
    package func u64(_ id: ColumnID) throws(ContainerError) -> [UInt64] { try decode(id, .u64, 0) }
    package func bytes(_ id: ColumnID) throws(ContainerError) -> [UInt8] {
        try decode(id, .bytes, 0)
    }
    package func i32(_ id: ColumnID) throws(ContainerError) -> [Int32] {
        try decode(id, .i32, UInt32(0)).map { Int32(bitPattern: $0) }
    }
    package func i64(_ id: ColumnID) throws(ContainerError) -> [Int64] {
        try decode(id, .i64, UInt64(0)).map { Int64(bitPattern: $0) }
    }

    package func offsets(_ id: ColumnID) throws(ContainerError) -> [UInt32] {
        let values: [UInt32] = try decode(id, .offsets32, 0)
        for index in values.indices.dropFirst() where values[index] < values[index - 1] {
            throw .segmentContent(
                file: name, column: id, detail: "offset \(index): expected no fall, found one")
        }
        return values
    }

    package func hash256(_ id: ColumnID) throws(ContainerError) -> [Hash256] {
        let (entry, stored) = try checked(id, .hash256)
        return try unpacked(entry, stored) { raw in
            [Hash256](unsafeUninitializedCapacity: Int(entry.rows)) { target, count in
                UnsafeMutableRawBufferPointer(target).copyMemory(from: raw)
                count = Int(entry.rows)
            }
        }
    }

    /// Strings written by ``ContainerWriter/add(_:_:)-(_,ByteStrings)``.
    package func strings(_ id: ColumnID) throws(ContainerError) -> ByteStrings {
        let text = try bytes(id)
        let ends = try offsets(id.offsets)
        guard ends.first == 0, Int(ends[ends.count - 1]) == text.count else {
            throw .segmentContent(
                file: name, column: id.offsets,
                detail: "offsets: expected 0...\(text.count), found "
                    + "\(ends.first ?? 0)...\(ends.last ?? 0)")
        }
        return ByteStrings(offsets: ends, bytes: text)
    }

    /// Decodes every segment that is here.
    package func verify() throws(ContainerError) {
        for entry in entries where has(entry.id) {
            switch entry.element {
            case .u8: _ = try u8(entry.id)
            case .bytes: _ = try bytes(entry.id)
            case .u16: _ = try u16(entry.id)
            case .u32: _ = try u32(entry.id)
            case .u64: _ = try u64(entry.id)
            case .i32: _ = try i32(entry.id)
            case .i64: _ = try i64(entry.id)
            case .offsets32: _ = try offsets(entry.id)
            case .hash256: _ = try hash256(entry.id)
            }
        }
    }

    // MARK: - Decoding

    private func decode<Word: FixedWidthInteger & BitwiseCopyable>(
        _ id: ColumnID, _ element: ElementType, _: Word
    ) throws(ContainerError) -> [Word] {
        let (entry, stored) = try checked(id, element)
        return try unpacked(entry, stored) { raw in
            [Word](unsafeUninitializedCapacity: Int(entry.rows)) { target, count in
                count = Int(entry.rows)
                let words = UnsafeMutableBufferPointer(rebasing: target[..<count])
                switch entry.encoding {
                case .plain: UnsafeMutableRawBufferPointer(words).copyMemory(from: raw)
                case .shuffle: Transpose.unshuffle(raw, into: words)
                case .deltaShuffle:
                    Transpose.unshuffle(raw, into: words)
                    words.withMemoryRebound(to: UInt32.self) { Transpose.prefixSum($0) }
                }
            }
        }
    }

    /// The entry and its bytes, after type and checksum are found right.
    private func checked(
        _ id: ColumnID, _ element: ElementType
    ) throws(ContainerError) -> (ContainerEntry, StoredSegment) {
        let stored = try storedSegment(id)
        guard let entry = entries.first(where: { $0.id == id }) else {
            throw .missingColumn(file: name, column: id)
        }
        guard entry.element == element else {
            throw .element(file: name, column: id, expected: element, found: entry.element)
        }
        let found = Checksum.xxh3(stored.bytes)
        guard found == entry.checksum else {
            throw .segmentChecksum(file: name, column: id, expected: entry.checksum, found: found)
        }
        return (entry, stored)
    }

    /// Decompresses into scratch where needed and hands the encoded bytes to `body`.
    private func unpacked<Result>(
        _ entry: ContainerEntry, _ stored: StoredSegment,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ContainerError) -> Result {
        defer { withExtendedLifetime(stored.owner) {} }
        let rawBytes = Int(entry.rawBytes)
        guard entry.codec == .lz4 else { return body(stored.bytes) }
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: rawBytes, alignment: 64)
        defer { scratch.deallocate() }
        let written = LZ4_decompress_safe(
            stored.bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            scratch.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(stored.bytes.count), Int32(rawBytes))
        guard Int(written) == rawBytes else {
            throw .segmentContent(
                file: name, column: entry.id,
                detail: "LZ4 block: expected \(rawBytes) bytes, found \(written)")
        }
        return body(UnsafeRawBufferPointer(scratch))
    }
}
