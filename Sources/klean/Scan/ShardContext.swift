import KleanCatalog
import KleanColumns
import KleanCore
import KleanScore
import KleanTransport

extension ContainerKind {
    /// What a worker must know of a chunk that is not in the chunk.
    static let shardContext = ContainerKind("KCTX")
}

extension ContainerPart.Segment {
    /// The segment that carries a ``SurveyScope`` beside those of the chunk; no chunk has it.
    static let contextColumn: UInt16 = 0x7FFF
}

/// ``SurveyScope`` as the bytes that travel beside a chunk.
///
/// **Columns** (kind `KCTX`): 1 first ordinal `[u32]`, 2 catalog rows `[u64]`, 3 superseded rows of
/// the chunk, ascending, `u32`; 4 the chunk's share of an overlay as the bytes of its file, empty
/// without one; 5, of a sample only, the rows to be scored, ascending, `u32`.
extension SurveyScope {
    var encoded: [UInt8] {
        var writer = ContainerWriter(kind: .shardContext)
        writer.add(ColumnID(1), [firstOrdinal])
        writer.add(ColumnID(2), [catalogRows])
        writer.add(ColumnID(3), deadRows)
        writer.add(ColumnID(4), bytes: overlay?.encode() ?? [])
        if let sampledRows { writer.add(ColumnID(5), sampledRows) }
        return writer.finish()
    }

    init(decoding bytes: [UInt8]) throws(ContainerError) {
        let reader = try ContainerReader(
            bytes: bytes, name: "shard context", kind: .shardContext)
        let ordinals = try reader.u32(ColumnID(1))
        let rows = try reader.u64(ColumnID(2))
        guard ordinals.count == 1, rows.count == 1 else {
            throw .segmentContent(
                file: reader.name, column: ColumnID(1), detail: "expected one row, found others")
        }
        let bytes = try reader.bytes(ColumnID(4))
        let overlay =
            bytes.isEmpty
            ? nil
            : try CounterOverlay(
                reading: ContainerReader(
                    bytes: bytes, name: "overlay of a shard", kind: .counterOverlay))
        self.init(
            firstOrdinal: ordinals[0], catalogRows: rows[0], deadRows: try reader.u32(ColumnID(3)),
            overlay: overlay)
        if reader.has(ColumnID(5)) { sampledRows = try reader.u32(ColumnID(5)) }
    }
}
