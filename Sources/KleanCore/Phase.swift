/// The two passes of a job. Raw values stand in ledgers and on the wire.
public enum Phase: UInt8, CaseIterable, Sendable {
    /// Joins banks and tallies the whole catalog; its results merge into the profile.
    case survey = 0
    /// Judges every listing against the model and the profile.
    case score = 1

    /// How folders, logs and people spell it.
    public var name: String { self == .survey ? "survey" : "score" }
}

/// One try of one shard, as the coordinator granted it.
///
/// `basis` fences work of another job or another profile: it is a fingerprint of what the result
/// depends on beside the chunk, so a late result of an older basis is never mistaken for this one.
public struct Lease: Hashable, Sendable {
    public let phase: Phase
    /// The chunk's position in the manifest, from 0.
    public let shard: UInt32
    /// Counts the tries of this shard in this phase, from 1, over all coordinators of the job.
    public let attempt: UInt32
    public let basis: UInt64

    public init(phase: Phase, shard: UInt32, attempt: UInt32, basis: UInt64) {
        self.phase = phase
        self.shard = shard
        self.attempt = attempt
        self.basis = basis
    }
}

/// Why an attempt failed on a worker that lives to say so. Each has a retry budget of its own.
public enum FailureCode: UInt8, CaseIterable, Sendable {
    /// The scorer threw: a fault of ours, or of this machine.
    case scorerError = 1
    case outOfMemory = 2
    /// The chunk's bytes are not what their checksum says; the coordinator looks for itself.
    case corruptChunk = 3
    /// The chunk's file as this worker sees it is missing, unreadable or not what the coordinator
    /// described: the coordinator looks whether the chunk or the worker's mount is at fault.
    case chunkUnread = 4

    public var name: String { String(describing: self) }
}
