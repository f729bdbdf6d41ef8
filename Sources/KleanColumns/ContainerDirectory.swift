internal import KleanCore

/// The parsed header and directory; every promise in it is within bounds before it is believed.
struct ContainerDirectory {
    let entries: [ContainerEntry]
    let fileBytes: UInt64
    /// Header and entries.
    let byteCount: Int
    private let name: String
    private let checksum: UInt64

    init(
        _ bytes: UnsafeRawBufferPointer, name: String, kind: ContainerKind
    ) throws(ContainerError) {
        self.name = name
        let magic = ContainerLayout.magic
        guard bytes.count >= magic.count, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw .notContainer(file: name)
        }
        try ContainerDirectory.need(UInt64(ContainerLayout.headerBytes), bytes, name)
        let version = bytes.littleEndian(at: 12, as: UInt16.self)
        guard version == ContainerLayout.version else {
            throw .version(file: name, expected: ContainerLayout.version, found: version)
        }
        let foundKind = ContainerKind(raw: bytes.littleEndian(at: 8, as: UInt32.self))
        guard foundKind == kind else {
            throw .kind(file: name, expected: kind.description, found: foundKind.description)
        }
        let count = Int(bytes.littleEndian(at: 14, as: UInt16.self))
        guard count <= Limits.columnsPerContainerMax else {
            throw .directory(
                file: name,
                detail: "columns: expected at most \(Limits.columnsPerContainerMax), found \(count)"
            )
        }
        byteCount = ContainerLayout.headerBytes + count * ContainerEntry.byteCount
        try ContainerDirectory.need(UInt64(byteCount), bytes, name)
        checksum = Checksum.xxh3(UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
        fileBytes = bytes.littleEndian(at: 16, as: UInt64.self)
        guard bytes.littleEndian(at: 24, as: UInt64.self) == 0 else {
            throw .padding(file: name, offset: 24)
        }
        var entries: [ContainerEntry] = []
        var offset = ContainerLayout.aligned(UInt64(byteCount))
        for index in 0..<count {
            let start = ContainerLayout.headerBytes + index * ContainerEntry.byteCount
            let entry = try ContainerDirectory.entry(bytes, at: start, name: name)
            guard entry.offset == offset else {
                throw .directory(
                    file: name,
                    detail: "column \(entry.id): offset: expected \(offset), found \(entry.offset)")
            }
            guard !entries.contains(where: { $0.id == entry.id }) else {
                throw .directory(
                    file: name, detail: "column \(entry.id): expected once, found twice")
            }
            offset = ContainerLayout.aligned(offset + entry.storedBytes)
            entries.append(entry)
        }
        guard fileBytes == offset + UInt64(ContainerLayout.trailerBytes) else {
            throw .directory(
                file: name,
                detail: "file bytes: expected \(offset + 8), found \(fileBytes)")
        }
        self.entries = entries
    }

    func check(trailer: UInt64) throws(ContainerError) {
        guard trailer == checksum else {
            throw .directoryChecksum(file: name, expected: trailer, found: checksum)
        }
    }

    private static func need(
        _ needBytes: UInt64, _ bytes: UnsafeRawBufferPointer, _ name: String
    ) throws(ContainerError) {
        guard UInt64(bytes.count) >= needBytes else {
            throw .truncated(file: name, needBytes: needBytes, haveBytes: UInt64(bytes.count))
        }
    }

    private static func entry(
        _ bytes: UnsafeRawBufferPointer, at start: Int, name: String
    ) throws(ContainerError) -> ContainerEntry {
        let id = ColumnID(bytes.littleEndian(at: start, as: UInt16.self))
        guard let element = ElementType(rawValue: bytes[start + 2]),
            let encoding = ColumnEncoding(rawValue: bytes[start + 3]),
            let codec = ColumnCodec(rawValue: bytes[start + 4]),
            bytes[start + 5] | bytes[start + 6] | bytes[start + 7] == 0
        else {
            throw .directory(
                file: name, detail: "column \(id): unknown element type, encoding or codec")
        }
        let number = { (offset: Int) in bytes.littleEndian(at: start + offset, as: UInt64.self) }
        let entry = ContainerEntry(
            id: id, element: element, encoding: encoding, codec: codec, rows: number(8),
            rawBytes: number(16), storedBytes: number(24), offset: number(32),
            checksum: number(40))
        let bound = UInt64(Limits.segmentBytesMax)
        guard entry.rawBytes <= bound, entry.storedBytes <= bound, entry.rows <= bound,
            entry.rows * UInt64(element.width) == entry.rawBytes,
            codec == .lz4 || entry.storedBytes == entry.rawBytes
        else {
            throw .directory(
                file: name,
                detail: "column \(id): \(entry.rows) rows of \(element), \(entry.rawBytes) bytes, "
                    + "\(entry.storedBytes) stored: expected them to fit together")
        }
        let shuffles = encoding == .plain || element.width > 1 && element != .hash256
        guard shuffles, (encoding == .deltaShuffle) == (encoding != .plain && element == .offsets32)
        else {
            throw .directory(file: name, detail: "column \(id): \(encoding) of \(element)")
        }
        return entry
    }
}
