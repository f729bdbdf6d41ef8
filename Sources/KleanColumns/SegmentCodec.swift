internal import CLZ4

/// Turns a column's raw bytes into a stored segment and back.
enum SegmentCodec {
    /// LZ4-HC's level: past it titles shrink by 2 % more for twice the time (decision 0023).
    private static let highLevel: Int32 = 4

    /// - Parameter encoding: what to try; where LZ4 does not shrink the result, the bytes are
    ///   stored as they are.
    static func encode(
        _ raw: UnsafeRawBufferPointer, width: Int, encoding: ColumnEncoding,
        effort: CompressionEffort
    ) -> (ColumnEncoding, ColumnCodec, [UInt8]) {
        let packed: [UInt8]
        switch encoding {
        case .plain:
            packed = compress(raw, effort)
        case .shuffle:
            packed = withTemporary(raw.count) { planes in
                Kernels.best.shuffle(raw, width: width, into: planes)
                return compress(UnsafeRawBufferPointer(planes), effort)
            }
        case .deltaShuffle:
            packed = withTemporary(raw.count) { differences in
                Kernels.best.delta(raw, width: width, into: differences)
                return withTemporary(raw.count) { planes in
                    let source = UnsafeRawBufferPointer(differences)
                    Kernels.best.shuffle(source, width: width, into: planes)
                    return compress(UnsafeRawBufferPointer(planes), effort)
                }
            }
        }
        guard !packed.isEmpty, packed.count < raw.count else { return (.plain, .none, Array(raw)) }
        return (encoding, .lz4, packed)
    }

    /// Fills `target` with the column's raw bytes.
    ///
    /// - Precondition: `target` has the entry's decoded bytes and is aligned for its element.
    /// - Returns: what is wrong with the stored bytes, or `nil`.
    static func decode(
        _ stored: UnsafeRawBufferPointer, _ entry: ContainerEntry,
        into target: UnsafeMutableRawBufferPointer, scratch: ColumnScratch
    ) -> String? {
        precondition(target.count == Int(entry.rawBytes), "the target fits the column")
        let width = entry.element.width
        var planes = stored
        if entry.codec == .lz4 {
            let plain = entry.encoding == .plain
            let room = plain ? target : scratch.reserve(target.count)
            let written = decompress(stored, into: room)
            guard written == target.count else {
                return "LZ4 block: expected \(target.count) bytes, "
                    + (written < 0 ? "found a fault" : "found \(written)")
            }
            if plain { return fault(target, entry) }
            planes = UnsafeRawBufferPointer(room)
        }
        switch entry.encoding {
        case .plain:
            target.copyMemory(from: planes)
        case .shuffle:
            Kernels.best.unshuffle(planes, width: width, into: target)
        case .deltaShuffle:
            Kernels.best.unshuffle(planes, width: width, into: target)
            Kernels.best.sum(target, width: width)
        }
        return fault(target, entry)
    }

    /// What decoded values must satisfy beside their type.
    private static func fault(
        _ values: UnsafeMutableRawBufferPointer, _ entry: ContainerEntry
    ) -> String? {
        guard entry.element == .offsets32 else { return nil }
        guard Kernels.best.rises(UnsafeRawBufferPointer(values)) else {
            return "offsets: expected them never to fall, found a fall"
        }
        return nil
    }

    /// Empty when LZ4 fails, which it does not in a buffer of its bound.
    private static func compress(
        _ bytes: UnsafeRawBufferPointer, _ effort: CompressionEffort
    ) -> [UInt8] {
        let capacity = LZ4_compressBound(Int32(bytes.count))
        let source = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return [UInt8](unsafeUninitializedCapacity: Int(capacity)) { target, count in
            let written = target.withMemoryRebound(to: CChar.self) { output in
                switch effort {
                case .fast:
                    LZ4_compress_default(
                        source, output.baseAddress, Int32(bytes.count), capacity)
                case .high:
                    LZ4_compress_HC(
                        source, output.baseAddress, Int32(bytes.count), capacity, highLevel)
                }
            }
            count = max(0, Int(written))
        }
    }

    /// Bytes written, negative for a malformed block. Never writes outside `target`.
    private static func decompress(
        _ stored: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        Int(
            LZ4_decompress_safe(
                stored.baseAddress?.assumingMemoryBound(to: CChar.self),
                target.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(stored.count), Int32(target.count)))
    }

    private static func withTemporary<Result>(
        _ byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) -> Result
    ) -> Result {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        defer { memory.deallocate() }
        return body(memory)
    }
}

/// The build of LZ4 in use: file bytes, not digests, may differ with it.
package enum Compression {
    package static var libraryVersion: String { String(cString: LZ4_versionString()) }
}
