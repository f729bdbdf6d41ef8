package import KleanCore

/// One snapshot of a store: its chunks in catalog order and the rows that no longer count.
///
/// Immutable once written. A row's ordinal is its place over `chunks` in order, dead rows
/// included, so ordinals of older snapshots stay right.
package struct Manifest: Equatable, Sendable {
    /// 1 for the first; each append writes the next.
    package var number: UInt32
    /// The snapshot this one grew from; 0 for none.
    package var parent: UInt32
    package var chunks: [ChunkEntry]
    /// File name in `manifests/` of the superseded rows, or `nil` when every row counts.
    package var tombstonesFile: String?
    /// Superseded rows over all chunks.
    package var tombstones: UInt64
    /// File name in `manifests/` of the counters that stand in for packed ones, or `nil`.
    package var overlayFile: String?
    /// Families of the hashes that klean itself made of pictures, rising. Hashes that catalogs
    /// brought are of families that only their makers know.
    package var hashFamilies: [String]
    /// Names the snapshot: over decoded columns, superseded rows and overlay, not over file bytes.
    package var digest: Digest

    package init(
        number: UInt32, parent: UInt32, chunks: [ChunkEntry], tombstonesFile: String?,
        tombstones: UInt64, overlayFile: String? = nil, hashFamilies: [String] = [],
        digest: Digest
    ) {
        self.number = number
        self.parent = parent
        self.chunks = chunks
        self.tombstonesFile = tombstonesFile
        self.tombstones = tombstones
        self.overlayFile = overlayFile
        self.hashFamilies = hashFamilies
        self.digest = digest
    }

    /// Rows over all chunks, superseded ones included: ordinals are `0..<rows`.
    package var rows: UInt64 {
        chunks.last.map { UInt64($0.firstOrdinal) + UInt64($0.rows) } ?? 0
    }

    /// Rows that count.
    package var liveRows: UInt64 { rows - tombstones }

    /// The chunk that holds an ordinal and the row in it. - Precondition: `ordinal < rows`.
    package func locate(_ ordinal: UInt32) -> (chunk: Int, row: Int) {
        precondition(UInt64(ordinal) < rows, "the ordinal is inside the catalog")
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if chunks[middle].firstOrdinal <= ordinal { low = middle } else { high = middle }
        }
        return (low, Int(ordinal - chunks[low].firstOrdinal))
    }
}

/// One chunk as a manifest names it.
package struct ChunkEntry: Equatable, Sendable {
    /// `chunks/<name>.hot.kln`, `.cold.kln`, `.ids.kln`.
    package var name: String
    package var rows: UInt32
    package var firstOrdinal: UInt32
    /// Of the decoded columns.
    package var hotDigest: Digest
    package var coldDigest: Digest
    /// Bytes of the files.
    package var hotBytes: UInt64
    package var coldBytes: UInt64
    package var idsBytes: UInt64

    package init(
        name: String, rows: UInt32, firstOrdinal: UInt32, hotDigest: Digest, coldDigest: Digest,
        hotBytes: UInt64, coldBytes: UInt64, idsBytes: UInt64
    ) {
        self.name = name
        self.rows = rows
        self.firstOrdinal = firstOrdinal
        self.hotDigest = hotDigest
        self.coldDigest = coldDigest
        self.hotBytes = hotBytes
        self.coldBytes = coldBytes
        self.idsBytes = idsBytes
    }
}
