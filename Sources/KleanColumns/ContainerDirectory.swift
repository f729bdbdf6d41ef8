internal import KleanCore

/// A header and directory that were found right: after this, sizes and places may be believed.
///
/// Bounds keep all arithmetic far from overflow: at most `columnsPerContainerMax` segments of at
/// most `segmentBytesMax` each, which is 2^38 bytes.
struct ContainerDirectory {
    let entries: [ContainerEntry]
    /// Header and entries.
    let byteCount: Int

    /// What the bytes are said to be.
    enum Extent {
        /// A whole file.
        case file
        /// Header, directory and trailer, as a peer sends them ahead of segments.
        case alone
    }

    /// Checks length and trailer before anything else, so that damage is called damage and not
    /// what it happens to look like; only version and magic come earlier, because all else depends
    /// on them.
    init(
        _ bytes: UnsafeRawBufferPointer, _ extent: Extent, name: String, kind: ContainerKind
    ) throws(ContainerError) {
        let count = try ContainerDirectory.columns(bytes, name)
        byteCount = ContainerLayout.directoryEnd(columns: count)
        let least = UInt64(byteCount + ContainerLayout.trailerBytes)
        try ContainerDirectory.need(least, bytes, name)
        let fileBytes = bytes.littleEndian(at: 16, as: UInt64.self)
        let expectedBytes = extent == .file ? max(least, fileBytes) : least
        guard UInt64(bytes.count) == expectedBytes else {
            throw .length(
                file: name, expectedBytes: expectedBytes, foundBytes: UInt64(bytes.count))
        }
        let trailer = bytes.littleEndian(
            at: bytes.count - ContainerLayout.trailerBytes, as: UInt64.self)
        let checksum = Checksum.xxh3(UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
        guard trailer == checksum else {
            throw .directoryChecksum(file: name, expected: trailer, found: checksum)
        }
        let foundKind = ContainerKind(raw: bytes.littleEndian(at: 8, as: UInt32.self))
        guard foundKind == kind else {
            throw .kind(file: name, expected: kind.description, found: foundKind.description)
        }
        let reserved = bytes.littleEndian(at: 24, as: UInt64.self)
        guard reserved == 0 else {
            throw .directory(
                file: name, column: nil, field: .reserved, expected: "0", found: "\(reserved)")
        }
        entries = try ContainerDirectory.entries(bytes, count: count, name: name)
        let end = entries.last.map { $0.offset + $0.storedBytes } ?? UInt64(byteCount)
        let neededBytes = ContainerLayout.aligned(end) + UInt64(ContainerLayout.trailerBytes)
        guard fileBytes == neededBytes else {
            throw .directory(
                file: name, column: nil, field: .fileBytes, expected: "\(neededBytes)",
                found: "\(fileBytes)")
        }
    }

    /// How many columns the header announces, once magic and version are right.
    private static func columns(
        _ bytes: UnsafeRawBufferPointer, _ name: String
    ) throws(ContainerError) -> Int {
        let magic = ContainerLayout.magic
        guard bytes.count > 0, bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count))
        else { throw .notContainer(file: name, found: firstBytes(bytes)) }
        try need(UInt64(ContainerLayout.headerBytes), bytes, name)
        let version = bytes.littleEndian(at: 12, as: UInt16.self)
        guard version == ContainerLayout.version else {
            throw .version(file: name, expected: ContainerLayout.version, found: version)
        }
        let count = Int(bytes.littleEndian(at: 14, as: UInt16.self))
        guard count <= Limits.columnsPerContainerMax else {
            throw .directory(
                file: name, column: nil, field: .columns,
                expected: "at most \(Limits.columnsPerContainerMax)", found: "\(count)")
        }
        return count
    }

    private static func need(
        _ byteCount: UInt64, _ bytes: UnsafeRawBufferPointer, _ name: String
    ) throws(ContainerError) {
        guard UInt64(bytes.count) >= byteCount else {
            throw .length(
                file: name, expectedBytes: byteCount, foundBytes: UInt64(bytes.count))
        }
    }

    private static func firstBytes(_ bytes: UnsafeRawBufferPointer) -> String {
        guard bytes.count > 0 else { return "an empty file" }
        return bytes.prefix(8).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: " ")
    }

    /// The lines of the directory, each at the place that those before it leave.
    private static func entries(
        _ bytes: UnsafeRawBufferPointer, count: Int, name: String
    ) throws(ContainerError) -> [ContainerEntry] {
        var entries: [ContainerEntry] = []
        entries.reserveCapacity(count)
        var offset = UInt64(ContainerLayout.directoryEnd(columns: count))
        for index in 0..<count {
            let start = ContainerLayout.directoryEnd(columns: index)
            let line = UnsafeRawBufferPointer(
                rebasing: bytes[start..<start + ContainerEntry.byteCount])
            let entry = try DirectoryLine(bytes: line, name: name).entry()
            offset = ContainerLayout.aligned(offset)
            guard entry.offset == offset else {
                throw .directory(
                    file: name, column: entry.id, field: .offset, expected: "\(offset)",
                    found: "\(entry.offset)")
            }
            guard !entries.contains(where: { $0.id == entry.id }) else {
                throw .directory(
                    file: name, column: entry.id, field: .id, expected: "once", found: "twice")
            }
            offset += entry.storedBytes
            entries.append(entry)
        }
        return entries
    }
}

/// One line of a directory before it is believed.
private struct DirectoryLine {
    let bytes: UnsafeRawBufferPointer
    let name: String
    let id: ColumnID

    init(bytes: UnsafeRawBufferPointer, name: String) {
        self.bytes = bytes
        self.name = name
        id = ColumnID(bytes.littleEndian(at: 0, as: UInt16.self))
    }

    func entry() throws(ContainerError) -> ContainerEntry {
        guard let element = ElementType(rawValue: bytes[2]) else {
            throw wrong(.element, "a known one", "\(bytes[2])")
        }
        guard let encoding = ColumnEncoding(rawValue: bytes[3]) else {
            throw wrong(.encoding, "a known one", "\(bytes[3])")
        }
        guard element.allows(encoding) else {
            throw wrong(.encoding, "one for \(element)", "\(encoding)")
        }
        guard let codec = ColumnCodec(rawValue: bytes[4]) else {
            throw wrong(.codec, "a known one", "\(bytes[4])")
        }
        guard bytes[5] | bytes[6] | bytes[7] == 0 else {
            throw wrong(.reserved, "0", "\(bytes[5]) \(bytes[6]) \(bytes[7])")
        }
        let number = { (offset: Int) in bytes.littleEndian(at: offset, as: UInt64.self) }
        let entry = ContainerEntry(
            id: id, element: element, encoding: encoding, codec: codec, rows: number(8),
            rawBytes: number(16), storedBytes: number(24), offset: number(32),
            checksum: number(40))
        try checkSizes(entry)
        return entry
    }

    private func checkSizes(_ entry: ContainerEntry) throws(ContainerError) {
        let bound = UInt64(Limits.segmentBytesMax)
        guard entry.rawBytes <= bound else {
            throw wrong(.rawBytes, "at most \(bound)", "\(entry.rawBytes)")
        }
        guard entry.rows <= bound, entry.rows * UInt64(entry.element.width) == entry.rawBytes else {
            throw wrong(
                .rows, "\(entry.rawBytes) bytes of \(entry.element)", "\(entry.rows) elements")
        }
        switch entry.codec {
        case .none:
            guard entry.storedBytes == entry.rawBytes else {
                throw wrong(.storedBytes, "\(entry.rawBytes)", "\(entry.storedBytes)")
            }
        case .lz4:
            // The lower bound makes the memory a reader needs follow from the bytes it was given.
            let least = entry.rawBytes.dividedUp(by: ContainerLayout.lz4ExpansionMax)
            guard entry.storedBytes < entry.rawBytes, entry.storedBytes >= least else {
                throw wrong(
                    .storedBytes, "\(least)..<\(entry.rawBytes)", "\(entry.storedBytes)")
            }
        }
    }

    private func wrong(
        _ field: DirectoryField, _ expected: String, _ found: String
    ) -> ContainerError {
        .directory(file: name, column: id, field: field, expected: expected, found: found)
    }
}

extension UInt64 {
    fileprivate func dividedUp(by divisor: UInt64) -> UInt64 { (self + divisor - 1) / divisor }
}
