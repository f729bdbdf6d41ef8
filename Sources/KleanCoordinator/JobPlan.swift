internal import KleanColumns
package import KleanCore
package import KleanTransport

/// What a coordinator must know of a job, and the parts of it that other targets do.
///
/// The closures run on threads of the coordinator, never two of the slow ones at once, except
/// ``frames``, which runs on the thread that owns the socket and so must only map and slice.
package struct JobPlan: Sendable {
    /// Digest of snapshot, model, parameters and scorer version.
    package var jobID: Digest
    package var snapshot: Digest
    package var model: Digest
    /// The scan's parameters in one canonical line; workers receive it. At most 4,096 bytes.
    package var parameters: String
    package var scorerVersion: UInt32
    /// The model folder on this machine; workers that cannot see the path fetch its files.
    package var modelPath: String
    /// The store's folder, absolute, for workers that read chunks by themselves; `nil`: all chunks
    /// are sent.
    package var storePath: String?
    /// In manifest order; the position is the shard's number.
    package var shards: [ShardPlan]
    /// The largest result a worker may send for one shard, by phase.
    package var resultBytesMax: @Sendable (Phase) -> Int
    /// What a result rarely exceeds: so much of the budget is set aside for each lease. Larger
    /// ones are taken all the same.
    package var resultBytesUsual: @Sendable (Phase) -> Int

    /// Maps the segments that a phase needs; in the score phase also the pairs of the survey.
    package var frames: @Sendable (_ phase: Phase, _ shard: Int) throws -> ShardFrames
    /// Merges survey results into a profile file at `ProfileOrder.output`, durably.
    package var mergeSurvey: @Sendable (ProfileOrder) throws -> Digest
    /// Reads a chunk that a worker called corrupt: what is wrong with it, `nil` if it is intact.
    package var recheck: @Sendable (_ shard: Int) throws -> String?
    /// Scores a shard in this process, for the verdict on two workers that disagree; `nil`: no
    /// shard is scored twice.
    package var judge: (@Sendable (JudgeOrder) throws -> [UInt8])?
    /// What a result says, whatever way its bytes are packed: equal for equal content.
    package var contentDigest: @Sendable (Phase, [UInt8]) throws -> Digest
    /// Merges score results into the index folder and publishes it atomically.
    package var publish: @Sendable (PublicationOrder) throws -> Digest

    package init(
        jobID: Digest, snapshot: Digest, model: Digest, parameters: String,
        scorerVersion: UInt32 = ScorerVersion.current, modelPath: String, shards: [ShardPlan],
        resultBytesMax: @escaping @Sendable (Phase) -> Int,
        frames: @escaping @Sendable (Phase, Int) throws -> ShardFrames,
        mergeSurvey: @escaping @Sendable (ProfileOrder) throws -> Digest,
        recheck: @escaping @Sendable (Int) throws -> String?,
        publish: @escaping @Sendable (PublicationOrder) throws -> Digest
    ) {
        self.jobID = jobID
        self.snapshot = snapshot
        self.model = model
        self.parameters = parameters
        self.scorerVersion = scorerVersion
        self.modelPath = modelPath
        self.shards = shards
        self.resultBytesMax = resultBytesMax
        resultBytesUsual = resultBytesMax
        contentDigest = { _, bytes in
            var builder = DigestBuilder(domain: "klean result")
            builder.update(bytes)
            return builder.finish()
        }
        self.frames = frames
        self.mergeSurvey = mergeSurvey
        self.recheck = recheck
        self.publish = publish
    }
}

/// One chunk of the snapshot as the schedule sees it.
package struct ShardPlan: Equatable, Sendable {
    /// The chunk's name, for people.
    package var name: String
    package var rows: Int
    /// Bytes that travel in each phase, at least; the exact number is taken from the frames.
    package var surveyBytes: Int
    package var scoreBytes: Int

    package init(name: String, rows: Int, surveyBytes: Int, scoreBytes: Int) {
        self.name = name
        self.rows = rows
        self.surveyBytes = surveyBytes
        self.scoreBytes = scoreBytes
    }

    package func bytes(_ phase: Phase) -> Int { phase == .survey ? surveyBytes : scoreBytes }
}

/// What is sent to a worker for one shard.
package struct ShardFrames: Sendable {
    package var chunk: ContainerPart
    /// Only in the score phase.
    package var pairs: ContainerPart?

    package init(chunk: ContainerPart, pairs: ContainerPart? = nil) {
        self.chunk = chunk
        self.pairs = pairs
    }
}

/// The order to score a shard without a worker.
package struct JudgeOrder: Equatable, Sendable {
    package var phase: Phase
    package var shard: Int
    /// In the score phase: the profile's file and digest.
    package var profilePath: String?
    package var profile: Digest?
}

/// The order to make a profile.
package struct ProfileOrder: Sendable {
    /// Survey result files in catalog order; `nil` where the shard is quarantined.
    package var surveyFiles: [String?]
    /// Where the profile must stand, whole and durable, when the call returns.
    package var output: String

    package init(surveyFiles: [String?], output: String) {
        self.surveyFiles = surveyFiles
        self.output = output
    }
}

/// The order to publish an index.
package struct PublicationOrder: Sendable {
    /// Score result files in catalog order; `nil` where the shard is quarantined.
    package var scoreFiles: [String?]
    package var profilePath: String
    package var profile: Digest
    package var quarantined: [QuarantinedShard]

    package init(
        scoreFiles: [String?], profilePath: String, profile: Digest,
        quarantined: [QuarantinedShard]
    ) {
        self.scoreFiles = scoreFiles
        self.profilePath = profilePath
        self.profile = profile
        self.quarantined = quarantined
    }
}

/// A shard that the run gave up, and why.
package struct QuarantinedShard: Equatable, Sendable {
    package var phase: Phase
    package var shard: Int
    package var name: String
    package var reason: String

    package init(phase: Phase, shard: Int, name: String, reason: String) {
        self.phase = phase
        self.shard = shard
        self.name = name
        self.reason = reason
    }
}
