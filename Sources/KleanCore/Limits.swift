/// Every bound that more than one part must agree on, with its unit in the name.
public enum Limits {
    /// Rows in one chunk.
    public static let rowsPerChunkMax = 262_144
    /// Rows of the queued shards whose hashes a worker joins with the banks at once, and
    public static let rowsPerJoinMax = 262_144
    /// how many shards they may come from.
    public static let shardsPerJoinMax = 8
    /// Pictures, and separately logo regions, kept of one listing; more are counted and dropped.
    public static let hashesPerListingMax = 16
    /// Options with prices kept of one listing; more are left out.
    public static let optionsPerListingMax = 64
    /// Bytes of one stored text value; longer titles are cut at a character and counted.
    public static let textBytesMax = 4_096
    /// Hamming radius within which a bank entry matches unless its bank says otherwise.
    public static let matchRadiusBits = 31
    /// Radius within which a logo matches unless its bank says otherwise: what a tuning set gave,
    /// less two bits of caution.
    public static let logoRadiusBits = 52
    /// The widest radius that a bank of logos may ask for; those are joined by brute force.
    public static let logoRadiusBitsMax = 96
    /// Evidence items kept of one ranked listing, strongest first.
    public static let evidencePerListingMax = 16
    /// Ranked entries kept of one shard; past it the cut is exact and announced.
    public static let rankedPerShardMax = 65_536
    /// Ranked entries kept of an index.
    public static let rankedPerIndexMax = 4_194_304
    /// Decoded bytes of one column segment that a reader agrees to allocate.
    public static let segmentBytesMax = 1 << 30
    /// Columns in one container.
    public static let columnsPerContainerMax = 256
    /// Bytes of one protocol frame.
    public static let frameBytesMax = 1 << 30
    /// Workers of one job.
    public static let workersMax = 4_096
    /// Bytes of tallies the coordinator holds in memory before it spills (the survey bound).
    public static let surveyBytesMax = 512 << 20
}
