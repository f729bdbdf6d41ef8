package import KleanCore

/// What happened.
package enum ScheduleEvent: Equatable, Sendable {
    /// A session began; `holding` is what an earlier session of the same process left.
    /// `identity` is what it is trusted by: its key, or without keys (empty) its name.
    case joined(
        WorkerID, name: String, incarnation: UInt64, holding: [Lease], identity: String = "")
    /// Any frame: the worker's own thread is alive.
    case heard(WorkerID)
    /// Absolute running total of bytes the session agreed to take.
    case credit(WorkerID, totalBytes: UInt64)
    case beat(WorkerID, running: Lease?, rowsDone: UInt64)
    /// A result arrived whole.
    case result(WorkerID, Lease)
    /// The result is on disk and in the ledger.
    case stored(Lease, from: WorkerID)
    /// The result's bytes were not what its header said: counts as the scorer's error.
    case spoiled(Lease, from: WorkerID, detail: String)
    case failed(WorkerID, Lease, FailureCode, detail: String)
    /// The second result of a shard was held against the committed one.
    case compared(Lease, from: WorkerID, agrees: Bool)
    /// The coordinator scored the shard of a disputed check itself.
    case judged(Lease, Verdict)
    /// Nothing that distrusted workers committed is left; `start` is what then is done of the
    /// survey.
    case revoked(basis: UInt64, PhaseStart)
    /// The coordinator read the chunk itself; `fault` says what is wrong with it.
    case rechecked(Phase, shard: UInt32, fault: String?)
    case lost(WorkerID, LossReason)
    /// A local worker process ended that nobody had asked to end. Comes after its `lost`.
    case died(name: String)
    /// The profile stands; `start` is what is done of the score phase for this basis.
    case profileReady(basis: UInt64, PhaseStart)
    case published
    case drain
    /// A person wants a given-up shard tried again, or a running one tried elsewhere, from a
    /// clean slate: nobody is blamed and all budgets are whole.
    case retry(shard: UInt32)
    /// A person gives a shard up.
    case skip(shard: UInt32, reason: String)
    /// A person wants a worker to finish what it has and go...
    case drainWorker(name: String)
    /// ...or to be gone at once; what it had comes back without blame.
    case evict(name: String)
    /// A person lets a worker in again that was refused.
    case trust(name: String)
    case pause
    case resume
    /// Time passed; a few of these each second.
    case tick
}

/// Who of two workers that disagree was wrong, by the coordinator's own scorer.
package enum Verdict: Equatable, Sendable {
    case wrong(committer: Bool, checker: Bool)
    /// The coordinator could not score the shard either; says why.
    case undecided(String)
}

/// How a session ended.
package enum LossReason: UInt8, CaseIterable, Sendable {
    case disconnected = 1
    case silent, exited, stalled
    /// It said so: its shards return without suspicion.
    case left
    /// A person ended it: its shards return without suspicion.
    case evicted
    /// It was found to have lied.
    case distrusted

    package var name: String { String(describing: self) }
}
