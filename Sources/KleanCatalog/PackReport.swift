package import KleanCore

/// What one pack did. `total.read = total.packed + total.rejected + total.duplicates`, and the same
/// for each source.
package struct PackReport: Sendable {
    package var sources: [SourceReport]
    /// New chunks, and the bytes of their files.
    package var chunks: Int
    package var hotBytes: UInt64
    package var coldBytes: UInt64
    package var idsBytes: UInt64
    /// Listings of the store before that a new one with the same id superseded.
    package var superseded: UInt64
    /// Members of archives that hold no catalog, each with the reason.
    package var skipped: [SkippedMember]
    /// Rejects past `CatalogLimits.rejectsMax`: counted, not listed.
    package var rejectsUnlisted: UInt64
    /// The snapshot that was written.
    package var manifest: UInt32
    package var digest: Digest
    /// Live listings of the whole store.
    package var liveRows: UInt64
    package var rejectsPath: String

    package var total: PackTally {
        sources.reduce(into: PackTally()) { $0.add($1.tally) }
    }
}

/// What became of one catalog file.
package struct SourceReport: Sendable {
    package var path: String
    package var name: String
    /// CSV, TSV, JSON, JSON Lines.
    package var format: String
    package var encoding: TextEncoding
    /// In percent; 100 when the user said it.
    package var encodingConfidence: Int
    package var columns: ColumnPlan
    package var bannerLines: Int
    /// Sentences for people: made ids, left-out lines, missing currencies.
    package var notes: [String]
    package var bytes: UInt64
    package var tally: PackTally
}

/// A member of an archive that was not packed.
package struct SkippedMember: Equatable, Sendable {
    package var path: String
    package var reason: String
}

/// How far a pack is.
package struct PackProgress: Equatable, Sendable {
    package var bytesDone: UInt64
    /// 0 when a source does not say its size.
    package var bytesTotal: UInt64
    package var rows: UInt64
}
