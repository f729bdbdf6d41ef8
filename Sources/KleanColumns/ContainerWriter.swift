package import KleanCore

/// Collects encoded columns and lays them out as one container file.
///
/// Columns stand in the order in which they were added. Encoding follows from the element type and
/// from whether the values ever fall; a segment that LZ4 does not shrink is stored as it is.
package struct ContainerWriter: Sendable {
    private let kind: ContainerKind
    /// For the columns that are added from here on.
    package var effort: CompressionEffort
    private var entries: [ContainerEntry] = []
    private var segments: [[UInt8]] = []
    private var contentDigest: DigestBuilder

    package init(kind: ContainerKind, effort: CompressionEffort = .fast) {
        self.kind = kind
        self.effort = effort
        contentDigest = ContainerDigest.builder(kind)
    }

    package mutating func add(_ id: ColumnID, _ values: [UInt8]) { add(id, .u8, values, .plain) }
    package mutating func add(_ id: ColumnID, _ values: [UInt16]) {
        add(id, .u16, values, .shuffle)
    }
    package mutating func add(_ id: ColumnID, _ values: [UInt32]) {
        add(id, .u32, values, .suited(to: values))
    }
    package mutating func add(_ id: ColumnID, _ values: [UInt64]) {
        add(id, .u64, values, .suited(to: values))
    }
    package mutating func add(_ id: ColumnID, _ values: [Int32]) {
        add(id, .i32, values, .suited(to: values))
    }
    package mutating func add(_ id: ColumnID, _ values: [Int64]) {
        add(id, .i64, values, .suited(to: values))
    }
    /// Hashes are noise to LZ4 and are stored as they are.
    package mutating func add(_ id: ColumnID, _ values: [Hash256]) {
        add(id, .hash256, values, nil)
    }
    /// Text or other bytes: ``ElementType/bytes``.
    package mutating func add(_ id: ColumnID, bytes: [UInt8]) { add(id, .bytes, bytes, .plain) }

    /// - Precondition: `values` never falls.
    package mutating func addOffsets(_ id: ColumnID, _ values: [UInt32]) {
        values.withUnsafeBytes { precondition(Kernels.best.rises($0), "offsets never fall") }
        add(id, .offsets32, values, .deltaShuffle)
    }

    /// Stored as it is, for columns that are searched where they lie mapped.
    package mutating func addPlain(_ id: ColumnID, _ values: [UInt64]) {
        add(id, .u64, values, nil)
    }

    /// Stored as it is; see ``addPlain(_:_:)-(_,[UInt64])``.
    package mutating func addPlain(_ id: ColumnID, _ values: [UInt32]) {
        add(id, .u32, values, nil)
    }

    /// Two columns: the bytes under `id`, the ends under `id.offsets`.
    package mutating func add(_ id: ColumnID, _ strings: ByteStrings) {
        add(id, bytes: strings.bytes)
        addOffsets(id.offsets, strings.offsets)
    }

    /// The digest of kind, column ids, types and decoded values: the same for any effort and any
    /// version of liblz4.
    package var digest: Digest { contentDigest.finish() }

    /// Adds ``digest`` to a digest of more.
    package func digest(into builder: inout DigestBuilder) { builder.update(digest) }

    /// The whole file. - Complexity: one copy of the stored bytes.
    package func finish() -> [UInt8] {
        let directoryEnd = ContainerLayout.directoryEnd(columns: entries.count)
        var placed = entries
        var offset = ContainerLayout.aligned(UInt64(directoryEnd))
        for index in placed.indices {
            placed[index].offset = offset
            offset = ContainerLayout.aligned(offset + placed[index].storedBytes)
        }
        let fileBytes = offset + UInt64(ContainerLayout.trailerBytes)
        var file: [UInt8] = []
        file.reserveCapacity(Int(fileBytes))
        file += ContainerLayout.magic
        file.appendLittleEndian(kind.raw)
        file.appendLittleEndian(ContainerLayout.version)
        file.appendLittleEndian(UInt16(entries.count))
        file.appendLittleEndian(fileBytes)
        file.appendLittleEndian(UInt64(0))
        for entry in placed { entry.write(to: &file) }
        let checksum = Checksum.xxh3(file)
        for (entry, segment) in zip(placed, segments) {
            file.append(contentsOf: repeatElement(0, count: Int(entry.offset) - file.count))
            file += segment
        }
        file.append(contentsOf: repeatElement(0, count: Int(offset) - file.count))
        file.appendLittleEndian(checksum)
        return file
    }

    /// - Parameter encoding: what to try before LZ4, or `nil` to store the bytes as they are.
    private mutating func add<Value: ColumnElement>(
        _ id: ColumnID, _ element: ElementType, _ values: [Value], _ encoding: ColumnEncoding?
    ) {
        precondition(entries.count < Limits.columnsPerContainerMax, "too many columns")
        precondition(!entries.contains { $0.id == id }, "a column is added once")
        let rawBytes = values.count * element.width
        precondition(rawBytes <= Limits.segmentBytesMax, "a segment fits its bound")
        values.withUnsafeBytes { raw in
            ContainerDigest.add(id, element, raw, to: &contentDigest)
            let (encoding, codec, stored) =
                encoding.map {
                    SegmentCodec.encode(raw, width: element.width, encoding: $0, effort: effort)
                } ?? (.plain, .none, Array(raw))
            entries.append(
                ContainerEntry(
                    id: id, element: element, encoding: encoding, codec: codec,
                    rows: UInt64(values.count), rawBytes: UInt64(rawBytes),
                    storedBytes: UInt64(stored.count), offset: 0,
                    checksum: Checksum.xxh3(stored)))
            segments.append(stored)
        }
    }
}

/// What a container's digest is made of; see ``ContainerWriter/digest``.
enum ContainerDigest {
    static func builder(_ kind: ContainerKind) -> DigestBuilder {
        var builder = DigestBuilder(domain: "klean container")
        builder.update(UInt64(kind.raw))
        return builder
    }

    static func add(
        _ id: ColumnID, _ element: ElementType, _ raw: UnsafeRawBufferPointer,
        to builder: inout DigestBuilder
    ) {
        builder.update(UInt64(id.raw) << 8 | UInt64(element.rawValue))
        builder.update(raw)
    }
}

extension ColumnEncoding {
    /// Differences where values never fall and are not all equal, else the bytes shuffled.
    fileprivate static func suited(to values: [some ColumnElement & Comparable]) -> ColumnEncoding {
        guard let first = values.first, let last = values.last, first < last else {
            return .shuffle
        }
        return values.withUnsafeBufferPointer { values in
            for index in 1..<values.count where values[index] < values[index - 1] {
                return .shuffle
            }
            return .deltaShuffle
        }
    }
}
