internal import CLZ4
package import KleanCore

/// Collects encoded columns and lays them out as one container file.
///
/// Columns stand in the order in which they were added. Encoding follows from the element type;
/// a segment that LZ4 does not shrink is stored as it is.
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
        contentDigest = DigestBuilder(domain: "klean container")
        contentDigest.update(UInt64(kind.raw))
    }

    package mutating func add(_ id: ColumnID, _ values: [UInt8]) { add(id, .u8, values) }
    package mutating func add(_ id: ColumnID, _ values: [UInt16]) { add(id, .u16, values) }
    package mutating func add(_ id: ColumnID, _ values: [UInt32]) { add(id, .u32, values) }
    package mutating func add(_ id: ColumnID, _ values: [UInt64]) { add(id, .u64, values) }
    package mutating func add(_ id: ColumnID, _ values: [Int32]) { add(id, .i32, values) }
    package mutating func add(_ id: ColumnID, _ values: [Int64]) { add(id, .i64, values) }
    package mutating func add(_ id: ColumnID, _ values: [Hash256]) { add(id, .hash256, values) }
    package mutating func add(_ id: ColumnID, bytes: [UInt8]) { add(id, .bytes, bytes) }

    /// - Precondition: `values` never falls.
    package mutating func addOffsets(_ id: ColumnID, _ values: [UInt32]) {
        add(id, .offsets32, values)
    }

    /// Stored as it is, for columns that are searched where they lie mapped.
    package mutating func addPlain(_ id: ColumnID, _ values: [UInt64]) {
        add(id, .u64, values, isPlain: true)
    }

    /// Stored as it is; see ``addPlain(_:_:)-(_,[UInt64])``.
    package mutating func addPlain(_ id: ColumnID, _ values: [UInt32]) {
        add(id, .u32, values, isPlain: true)
    }

    /// Two columns: the bytes under `id`, the ends under `id.offsets`.
    package mutating func add(_ id: ColumnID, _ strings: ByteStrings) {
        add(id, bytes: strings.bytes)
        addOffsets(id.offsets, strings.offsets)
    }

    /// The digest of kind, column ids, types and decoded values: the same for any effort and any
    /// version of liblz4.
    package var digest: Digest { contentDigest.finish() }

    /// The whole file. - Complexity: one copy of the stored bytes.
    package func finish() -> [UInt8] {
        let directoryEnd = ContainerLayout.headerBytes + entries.count * ContainerEntry.byteCount
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

    private mutating func add<Element: BitwiseCopyable>(
        _ id: ColumnID, _ element: ElementType, _ values: [Element], isPlain: Bool = false
    ) {
        precondition(entries.count < Limits.columnsPerContainerMax, "too many columns")
        precondition(!entries.contains { $0.id == id }, "a column is added once")
        let rawBytes = values.count * element.width
        precondition(rawBytes <= Limits.segmentBytesMax, "a segment fits its bound")
        values.withUnsafeBytes { raw in
            contentDigest.update(UInt64(id.raw) << 8 | UInt64(element.rawValue))
            contentDigest.update(raw)
            var (encoding, encoded) = isPlain ? (.plain, Array(raw)) : encode(raw, element)
            var codec = ColumnCodec.none
            if !isPlain, let packed = compress(encoded, element) {
                encoded = packed
                codec = .lz4
            } else if encoding != .plain {
                encoding = .plain
                encoded = Array(raw)
            }
            entries.append(
                ContainerEntry(
                    id: id, element: element, encoding: encoding, codec: codec,
                    rows: UInt64(values.count), rawBytes: UInt64(rawBytes),
                    storedBytes: UInt64(encoded.count), offset: 0,
                    checksum: Checksum.xxh3(encoded)))
            segments.append(encoded)
        }
    }

    private func encode(
        _ raw: UnsafeRawBufferPointer, _ element: ElementType
    ) -> (ColumnEncoding, [UInt8]) {
        switch element {
        case .u8, .bytes, .hash256: (.plain, Array(raw))
        case .offsets32: (.deltaShuffle, Transpose.deltaShuffled(raw))
        case .u16, .u32, .i32, .u64, .i64: (.shuffle, Transpose.shuffled(raw, width: element.width))
        }
    }

    /// `nil` where LZ4 does not shrink the bytes; hashes are never tried.
    private func compress(_ bytes: [UInt8], _ element: ElementType) -> [UInt8]? {
        guard element != .hash256, bytes.count >= 16 else { return nil }
        let capacity = Int(LZ4_compressBound(Int32(bytes.count)))
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
            bytes.withUnsafeBytes { source in
                let sourceStart = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                let written = target.withMemoryRebound(to: CChar.self) { output in
                    switch effort {
                    case .fast:
                        LZ4_compress_default(
                            sourceStart, output.baseAddress, Int32(source.count), Int32(capacity))
                    case .high:
                        LZ4_compress_HC(
                            sourceStart, output.baseAddress, Int32(source.count), Int32(capacity),
                            LZ4HC_CLEVEL_DEFAULT)
                    }
                }
                count = max(0, Int(written))
            }
        }
        return packed.isEmpty || packed.count >= bytes.count ? nil : packed
    }
}
