/// Opens a container, checks all that its header and directory promise, and decodes columns.
///
/// Opening reads the directory and the padding; a segment is checked against its XXH3-64 each time
/// it is decoded, so damage is found before it is believed and before memory is allocated for it.
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
    package init(
        path: String, kind: ContainerKind, access: FileAccess = .sequential
    ) throws(ContainerError) {
        let file: MappedFile
        do { file = try MappedFile(path, access: access) } catch { throw .file(error) }
        try self.init(file.bytes, owner: file, name: path, kind: kind)
    }

    /// Reads a container that lies in memory. - Complexity: one copy of the bytes.
    package init(bytes: [UInt8], name: String, kind: ContainerKind) throws(ContainerError) {
        let whole = StoredSegment(bytes)
        try self.init(whole.bytes, owner: whole.owner, name: name, kind: kind)
    }

    private init(
        _ bytes: UnsafeRawBufferPointer, owner: AnyObject, name: String, kind: ContainerKind
    ) throws(ContainerError) {
        let directory = try ContainerDirectory(bytes, .file, name: name, kind: kind)
        let trailerStart = bytes.count - ContainerLayout.trailerBytes
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
        let directory = try ContainerDirectory(copy.bytes, .alone, name: name, kind: kind)
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
            throw .padding(file: name, offset: UInt64(offset), found: bytes[offset])
        }
    }

    /// Whether the column exists and its segment is here.
    package func has(_ id: ColumnID) -> Bool {
        entries.firstIndex { $0.id == id }.map { segments[$0] != nil } ?? false
    }

    /// The column's line in the directory, whether its segment is here or not.
    package func entry(_ id: ColumnID) throws(ContainerError) -> ContainerEntry {
        guard let entry = entries.first(where: { $0.id == id }) else {
            throw .missingColumn(file: name, column: id)
        }
        return entry
    }

    /// The stored bytes, unchecked, for sending on.
    package func storedSegment(_ id: ColumnID) throws(ContainerError) -> StoredSegment {
        guard let index = entries.firstIndex(where: { $0.id == id }), let segment = segments[index]
        else { throw .missingColumn(file: name, column: id) }
        return segment
    }
}
