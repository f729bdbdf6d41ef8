package import KleanCore

/// Which job a ledger belongs to. The id is the digest of the other four.
package struct LedgerJob: Equatable, Sendable {
    package var id: Digest
    package var snapshot: Digest
    package var model: Digest
    package var parameters: String
    package var scorerVersion: UInt32
    /// Shards in each phase.
    package var shardCount: Int

    package init(
        id: Digest, snapshot: Digest, model: Digest, parameters: String, scorerVersion: UInt32,
        shardCount: Int
    ) {
        self.id = id
        self.snapshot = snapshot
        self.model = model
        self.parameters = parameters
        self.scorerVersion = scorerVersion
        self.shardCount = shardCount
    }
}

/// One line of a job's history. Lines are appended in batches; a batch is durable or absent.
package enum LedgerRecord: Equatable, Sendable {
    /// The shard's result file stands in place. The first commit of (phase, shard, basis) counts.
    case committed(CommittedShard)
    /// An attempt ended, however.
    case attempt(LedgerAttempt)
    case quarantined(Phase, shard: UInt32, reason: String)
    /// Given up by a person: stays so over later runs until it is released.
    case skipped(Phase, shard: UInt32, reason: String)
    /// Taken out of quarantine, to be tried again.
    case released(Phase, shard: UInt32)
    /// The shard was scored a second time elsewhere, with the same result.
    case checked(Phase, shard: UInt32, basis: UInt64)
    /// A committed shard no longer counts; a survey shard takes the profile with it.
    case revoked(Phase, shard: UInt32)
    /// A worker lied: nothing that it ever committed counts any more, and it is barred.
    case distrusted(LedgerDistrust)
    /// A person lets a barred worker in again.
    case trusted(identity: String)
    /// The profile stands in place; score commits of another basis no longer count.
    case profile(Digest, basis: UInt64)
    case published(index: Digest)
}

/// A result that is durable.
package struct CommittedShard: Hashable, Sendable {
    package var phase: Phase
    package var shard: UInt32
    package var attempt: UInt32
    /// What the result depends on beside the chunk; see ``Lease``.
    package var basis: UInt64
    /// Of the result file.
    package var byteCount: UInt64
    /// XXH3-64 of the result file.
    package var checksum: UInt64
    /// By whom: its key, or its name where there are no keys.
    package var identity: String
    /// Another worker came to the same.
    package var isChecked = false

    package init(
        phase: Phase, shard: UInt32, attempt: UInt32, basis: UInt64, byteCount: UInt64,
        checksum: UInt64, identity: String = ""
    ) {
        self.identity = identity
        self.phase = phase
        self.shard = shard
        self.attempt = attempt
        self.basis = basis
        self.byteCount = byteCount
        self.checksum = checksum
    }
}

/// One finished attempt: what `klean shards show` prints.
package struct LedgerAttempt: Equatable, Sendable {
    package var lease: Lease
    package var worker: String
    package var incarnation: UInt64
    package var host: String
    /// Milliseconds since 1970-01-01 UTC, from the caller.
    package var startMs: Int64
    package var endMs: Int64
    /// When the worker was last seen to get on, and its rows of the shard then done.
    package var progressMs: Int64
    package var rowsDone: Int64
    /// Of the result, if one arrived.
    package var bytes: Int64
    /// A stable word such as `committed` or `scorerError`.
    package var outcome: String
    package var detail: String

    package init(
        lease: Lease, worker: String, incarnation: UInt64, host: String = "", startMs: Int64,
        endMs: Int64, progressMs: Int64 = 0, rowsDone: Int64 = 0, bytes: Int64 = 0,
        outcome: String, detail: String
    ) {
        self.lease = lease
        self.worker = worker
        self.incarnation = incarnation
        self.host = host
        self.startMs = startMs
        self.endMs = endMs
        self.progressMs = progressMs
        self.rowsDone = rowsDone
        self.bytes = bytes
        self.outcome = outcome
        self.detail = detail
    }
}

/// A worker that lied, and what it was found out by.
package struct LedgerDistrust: Equatable, Sendable {
    /// Its key, or its name where there are no keys.
    package var identity: String
    package var name: String
    package var reason: String

    package init(identity: String, name: String, reason: String) {
        self.identity = identity
        self.name = name
        self.reason = reason
    }
}

/// A shard that was given up, and why.
package struct LedgerQuarantine: Equatable, Sendable {
    package var phase: Phase
    package var shard: UInt32
    package var reason: String
    /// By a person; see ``LedgerRecord/skipped(_:shard:reason:)``.
    package var isSkipped: Bool

    package init(phase: Phase, shard: UInt32, reason: String, isSkipped: Bool) {
        self.phase = phase
        self.shard = shard
        self.reason = reason
        self.isSkipped = isSkipped
    }
}
