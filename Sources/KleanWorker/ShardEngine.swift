package import KleanCore
package import KleanTransport

/// The scorers as a worker sees them. One engine lives on each compute thread, is created there
/// and never leaves it; it may hold a loaded model, a profile and scratch space.
package protocol ShardEngine {
    /// Loads what the next shards are judged by. Called before the first shard of each phase;
    /// what has not changed since the last call need not be loaded again.
    ///
    /// - Throws: Anything; the worker says so to the coordinator and ends.
    mutating func prepare(_ inputs: EngineInputs) throws

    /// Joins and tallies one shard. The bytes go to `survey/<shard>.kln` unchanged.
    ///
    /// - Throws: ``ShardFault``, or anything else, which counts as a scorer error.
    mutating func survey(_ shard: ShardInput) throws -> ShardOutput

    /// Surveys that gain from being joined at once, from 1 to ``Limits/shardsPerJoinMax``. Asked
    /// after `prepare`.
    var shardsPerJoin: Int { get }

    /// Surveys shards whose hashes are joined at once. What each gives does not depend on the
    /// others, and the fault of one is not another's.
    mutating func survey(_ shards: [ShardInput]) -> [Result<ShardOutput, any Error>]

    /// Scores one shard. The bytes go to `score/<shard>.kln` unchanged.
    mutating func score(_ shard: ShardInput) throws -> ShardOutput
}

extension ShardEngine {
    /// One after the other.
    package var shardsPerJoin: Int { 1 }

    package mutating func survey(_ shards: [ShardInput]) -> [Result<ShardOutput, any Error>] {
        shards.map { shard in Result { try survey(shard) } }
    }
}

/// Where the engine finds what it judges by, on this machine.
package struct EngineInputs: Equatable, Sendable {
    /// The model folder and the digest it must have.
    package var modelPath: String
    package var modelDigest: Digest
    /// The profile file; `nil` in the survey.
    package var profilePath: String?
    package var profileDigest: Digest?
    /// The job's parameters, as the plan wrote them.
    package var parameters: String

    package init(
        modelPath: String, modelDigest: Digest, profilePath: String?, profileDigest: Digest?,
        parameters: String
    ) {
        self.modelPath = modelPath
        self.modelDigest = modelDigest
        self.profilePath = profilePath
        self.profileDigest = profileDigest
        self.parameters = parameters
    }
}

/// One shard as it arrived.
package struct ShardInput: Sendable {
    package var shard: Int
    package var rows: Int
    /// The chunk's directory and the segments of this phase.
    package var chunk: ContainerPart
    /// In the score phase, what the plan sends of this shard's survey result.
    package var pairs: ContainerPart?
    /// Rows done so far, for beats; an engine without progress inside a shard may ignore it.
    package var progress: ShardProgress

    package init(
        shard: Int, rows: Int, chunk: ContainerPart, pairs: ContainerPart?,
        progress: ShardProgress
    ) {
        self.shard = shard
        self.rows = rows
        self.chunk = chunk
        self.pairs = pairs
        self.progress = progress
    }
}

/// A shard's result file and where its time went.
package struct ShardOutput: Sendable {
    package var bytes: [UInt8]
    /// At most 32, names at most 32 bytes, such as `decode` or `imageJoin` (DESIGN §9).
    package var stages: [StageTime]

    package init(bytes: [UInt8], stages: [StageTime]) {
        self.bytes = bytes
        self.stages = stages
    }
}

/// CPU or wall time of one stage of one shard.
package struct StageTime: Equatable, Sendable {
    package var name: String
    package var nanoseconds: UInt64

    package init(_ name: String, nanoseconds: UInt64) {
        self.name = name
        self.nanoseconds = nanoseconds
    }
}

/// Faults that have a budget of their own; any other error is the scorer's.
package enum ShardFault: Error, Equatable, CustomStringConvertible {
    /// A checksum, bound or shape of the chunk does not hold; says which.
    case corruptChunk(String)
    case outOfMemory(String)

    package var description: String {
        switch self {
        case .corruptChunk(let detail): "corrupt chunk: \(detail)"
        case .outOfMemory(let detail): "out of memory: \(detail)"
        }
    }
}
