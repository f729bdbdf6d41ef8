package import KleanCore

/// Decoding. Every call checks the segment's XXH3-64 first, then its type, then what is in it.
extension ContainerReader {
    package func u8(_ id: ColumnID) throws(ContainerError) -> [UInt8] { try column(id, .u8) }
    package func u16(_ id: ColumnID) throws(ContainerError) -> [UInt16] { try column(id, .u16) }
    package func u32(_ id: ColumnID) throws(ContainerError) -> [UInt32] { try column(id, .u32) }
    package func u64(_ id: ColumnID) throws(ContainerError) -> [UInt64] { try column(id, .u64) }
    package func i32(_ id: ColumnID) throws(ContainerError) -> [Int32] { try column(id, .i32) }
    package func i64(_ id: ColumnID) throws(ContainerError) -> [Int64] { try column(id, .i64) }
    package func bytes(_ id: ColumnID) throws(ContainerError) -> [UInt8] {
        try column(id, .bytes)
    }
    package func hash256(_ id: ColumnID) throws(ContainerError) -> [Hash256] {
        try column(id, .hash256)
    }
    /// Values that never fall.
    package func offsets(_ id: ColumnID) throws(ContainerError) -> [UInt32] {
        try column(id, .offsets32)
    }

    /// Strings written by ``ContainerWriter/add(_:_:)-(_,ByteStrings)``.
    package func strings(_ id: ColumnID) throws(ContainerError) -> ByteStrings {
        let bytes = try bytes(id)
        let offsets = try offsets(id.offsets)
        try checkEnds(offsets, id, byteCount: bytes.count)
        return ByteStrings(offsets: offsets, bytes: bytes)
    }

    /// Decodes into an array that is used again and again, so that no fresh memory is touched.
    ///
    /// `values` takes the column's length; after an error its contents are undefined. One scratch
    /// serves one thread.
    package func read<Value: ColumnElement>(
        _ id: ColumnID, into values: inout [Value], scratch: ColumnScratch
    ) throws(ContainerError) {
        let (entry, stored) = try checked(id, Value.elements)
        let count = Int(entry.rows)
        guard values.capacity >= count else {
            values = try decoded(entry, stored, scratch)
            return
        }
        Value.resize(&values, to: count)
        let fault = values.withUnsafeMutableBytes { target in
            SegmentCodec.decode(stored.bytes, entry, into: target, scratch: scratch)
        }
        withExtendedLifetime(stored.owner) {}
        if let fault { throw .segmentContent(file: name, column: id, detail: fault) }
    }

    /// ``strings(_:)`` into strings that are used again and again.
    package func read(
        _ id: ColumnID, into strings: inout ByteStrings, scratch: ColumnScratch
    ) throws(ContainerError) {
        try read(id, into: &strings.bytes, scratch: scratch)
        try read(id.offsets, into: &strings.offsets, scratch: scratch)
        try checkEnds(strings.offsets, id, byteCount: strings.bytes.count)
    }

    /// Checks and decodes every segment that is here.
    package func verify() throws(ContainerError) {
        let (scratch, column) = (ColumnScratch(), ColumnScratch())
        for entry in entries where has(entry.id) {
            let ends = try decoded(entry, scratch, column) { raw in
                entry.element == .offsets32 && raw.count > 0
                    ? (
                        raw.littleEndian(at: 0, as: UInt32.self),
                        raw.littleEndian(at: raw.count - 4, as: UInt32.self)
                    )
                    : (0, 0) as (UInt32, UInt32)
            }
            // The offsets of a text column must fit its bytes, whose entry stands beside theirs.
            guard entry.id.raw & 0x8000 != 0, entry.element == .offsets32,
                let text = entries.first(where: { $0.id.offsets == entry.id && $0.id != entry.id }),
                text.element == .bytes
            else { continue }
            guard entry.rows > 0, ends.0 == 0, UInt64(ends.1) == text.rawBytes else {
                throw wrongEnds(entry.id, ends.0, ends.1, Int(text.rawBytes))
            }
        }
    }

    /// The digest that ``ContainerWriter/digest`` gave these columns.
    ///
    /// - Throws: ``ContainerError``, also for a segment that is not here.
    package func digest() throws(ContainerError) -> Digest {
        let (scratch, column) = (ColumnScratch(), ColumnScratch())
        var builder = ContainerDigest.builder(kind)
        for entry in entries {
            try decoded(entry, scratch, column) { raw in
                ContainerDigest.add(entry.id, entry.element, raw, to: &builder)
            }
        }
        return builder.finish()
    }

    // MARK: - Private parts

    private func column<Value: ColumnElement>(
        _ id: ColumnID, _ element: ElementType
    ) throws(ContainerError) -> [Value] {
        let (entry, stored) = try checked(id, [element])
        return try decoded(entry, stored, ColumnScratch())
    }

    private func decoded<Value: ColumnElement>(
        _ entry: ContainerEntry, _ stored: StoredSegment, _ scratch: ColumnScratch
    ) throws(ContainerError) -> [Value] {
        var fault: String?
        let values = [Value](unsafeUninitializedCapacity: Int(entry.rows)) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(
                start: buffer.baseAddress, count: Int(entry.rawBytes))
            fault = SegmentCodec.decode(stored.bytes, entry, into: target, scratch: scratch)
            count = fault == nil ? Int(entry.rows) : 0
        }
        withExtendedLifetime(stored.owner) {}
        if let fault { throw .segmentContent(file: name, column: entry.id, detail: fault) }
        return values
    }

    /// Decodes one column into `column` and hands its raw bytes to `body`.
    private func decoded<Result>(
        _ entry: ContainerEntry, _ scratch: ColumnScratch, _ column: ColumnScratch,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ContainerError) -> Result {
        let (_, stored) = try checked(entry.id, [entry.element])
        let target = column.reserve(Int(entry.rawBytes))
        let fault = SegmentCodec.decode(stored.bytes, entry, into: target, scratch: scratch)
        withExtendedLifetime(stored.owner) {}
        if let fault { throw .segmentContent(file: name, column: entry.id, detail: fault) }
        return body(UnsafeRawBufferPointer(target))
    }

    /// The entry and its bytes, after type and checksum are found right.
    private func checked(
        _ id: ColumnID, _ elements: [ElementType]
    ) throws(ContainerError) -> (ContainerEntry, StoredSegment) {
        let stored = try storedSegment(id)
        let entry = try entry(id)
        guard elements.contains(entry.element) else {
            throw .element(file: name, column: id, expected: elements[0], found: entry.element)
        }
        let found = Checksum.xxh3(stored.bytes)
        guard found == entry.checksum else {
            throw .segmentChecksum(file: name, column: id, expected: entry.checksum, found: found)
        }
        return (entry, stored)
    }

    private func checkEnds(
        _ offsets: [UInt32], _ id: ColumnID, byteCount: Int
    ) throws(ContainerError) {
        guard offsets.first == 0, let last = offsets.last, Int(last) == byteCount else {
            throw wrongEnds(id.offsets, offsets.first ?? 0, offsets.last ?? 0, byteCount)
        }
    }

    private func wrongEnds(
        _ id: ColumnID, _ first: UInt32, _ last: UInt32, _ byteCount: Int
    ) -> ContainerError {
        .segmentContent(
            file: name, column: id,
            detail: "offsets: expected 0...\(byteCount), found \(first)...\(last)")
    }
}
