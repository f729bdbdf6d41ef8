/// The bounds of packing, with their units.
package enum CatalogLimits {
    /// Bytes read at a time; also the unit of parallel work.
    package static let blockBytes = 1 << 20
    /// The same where rows name pictures to hash, which is a thousand times the work of parsing.
    package static let pictureBlockBytes = 8 << 10
    /// Bytes of one record. A longer one, or a quote that never closes, is a rejected line.
    package static let recordBytesMax = 4 << 20
    /// Bytes of one id: ids are compared, so they are never cut.
    package static let idBytesMax = 1_024
    /// Columns of one file.
    package static let columnsMax = 16_384
    /// Nesting of one JSON record.
    package static let nestingMax = 64
    /// Bytes of one raw row kept in `rejects.jsonl`.
    package static let rejectBytesMax = 2_048
    /// Rejected rows written out in full for one pack; past it they are counted only.
    package static let rejectsMax = 1_000_000
    /// Blocks being parsed or waiting, for each thread.
    package static let blocksPerThreadMax = 4
    /// Decoded bytes held while a pack may still turn out small. Small catalogs are cut evenly
    /// and repeated ids leave no trace; larger ones stream.
    package static let smallCatalogBytesMax = 256 << 20
    /// Chunks that a small catalog is cut into where it has the rows for it.
    package static let chunksMin = 8
    /// Rows below which a chunk is not cut further for the sake of more workers.
    package static let rowsPerChunkMin = 256
    /// Bytes of records looked at to recognise columns.
    package static let sampleBytesMax = 1 << 20
    /// Bytes of records looked at for a preview.
    package static let previewBytes = 1 << 16
    /// Lines among which the header is looked for.
    package static let headerLinesMax = 32
}
