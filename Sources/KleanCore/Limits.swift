/// Every bound that more than one part must agree on, with its unit in the name.
package enum Limits {
    /// Rows in one chunk.
    package static let rowsPerChunkMax = 262_144
    /// Pictures, and separately logo regions, kept of one listing; more are counted and dropped.
    package static let hashesPerListingMax = 16
    /// Bytes of one stored text value; longer titles are cut at a character and counted.
    package static let textBytesMax = 4_096
    /// Hamming radius within which a bank entry matches unless its bank says otherwise.
    package static let matchRadiusBits = 31
    /// Evidence items kept of one ranked listing, strongest first.
    package static let evidencePerListingMax = 16
    /// Ranked entries kept of one shard; past it the cut is exact and announced.
    package static let rankedPerShardMax = 65_536
    /// Ranked entries kept of an index.
    package static let rankedPerIndexMax = 4_194_304
    /// Decoded bytes of one column segment that a reader agrees to allocate.
    package static let segmentBytesMax = 1 << 30
    /// Columns in one container.
    package static let columnsPerContainerMax = 256
    /// Bytes of one protocol frame.
    package static let frameBytesMax = 1 << 30
    /// Workers of one job.
    package static let workersMax = 4_096
    /// Bytes of tallies the coordinator holds in memory before it spills (the survey bound).
    package static let surveyBytesMax = 512 << 20
}
