package import KleanCore

/// What must be done about it, in this order.
package enum ScheduleEffect: Equatable, Sendable {
    /// Send the shard; it costs `creditBytes` of the worker's credit.
    case lease(Lease, to: WorkerID, isSolo: Bool, creditBytes: Int)
    /// Make the result durable, then report ``ScheduleEvent/stored(_:from:)``.
    case store(Lease, from: WorkerID)
    /// The result is durable: the worker may forget it.
    case acknowledge(Lease, to: WorkerID)
    /// The worker need not go on.
    case cancel(Lease, on: WorkerID, CancelCause)
    /// The result came late or twice: forget it and tell the worker so.
    case drop(Lease, from: WorkerID)
    /// Write an attempt's history.
    case ended(AttemptEnd)
    case recheck(Phase, shard: UInt32)
    /// Hold the second result of a shard against the committed one, make the agreement durable,
    /// then report ``ScheduleEvent/compared(_:from:agrees:)``.
    case compare(Lease, from: WorkerID)
    /// The two differ: score the shard, then report ``ScheduleEvent/judged(_:_:)``.
    case judge(Lease)
    /// Take back durably what these identities ever committed, bar them, then report
    /// ``ScheduleEvent/revoked(basis:_:)``.
    case distrust([Distrusted])
    /// Take a committed shard back durably, because nobody can say what is right of it.
    case revoke(Phase, shard: UInt32)
    case quarantine(Phase, shard: UInt32, reason: String)
    /// The session is over; nothing will be sent to it again.
    case forget(WorkerID, name: String, LossReason)
    case alarm(Alarm)
    /// The worker was drained and holds nothing: tell it to go.
    case dismiss(WorkerID)
    /// The survey is done: merge it, then report `profileReady`.
    case mergeSurvey
    /// Tell every worker what the next shards are about.
    case announce(Phase)
    /// The scores are done: publish, then report `published`.
    case publish
    case finish(Finish)
}

package enum CancelCause: Equatable, Sendable { case lost, stale, evicted }

/// A worker that lied, and about what.
package struct Distrusted: Equatable, Sendable {
    package var identity: String
    package var name: String
    package var lease: Lease

    package init(identity: String, name: String, lease: Lease) {
        self.identity = identity
        self.name = name
        self.lease = lease
    }
}

/// One finished attempt, for the record.
package struct AttemptEnd: Equatable, Sendable {
    package var lease: Lease
    package var worker: String
    package var incarnation: UInt64
    package var startMs: UInt64
    package var endMs: UInt64
    /// When the worker was last seen to get on, and its rows of the shard then at hand.
    package var progressMs: UInt64
    package var rowsDone: UInt64
    package var outcome: AttemptOutcome
    package var detail: String
}

/// How an attempt ended. Raw values stand in ledgers.
package enum AttemptOutcome: UInt8, CaseIterable, Sendable {
    case committed = 1
    /// The worker was lost while it held the shard among others; nobody is blamed.
    case lostUnblamed
    /// The worker was lost while it ran only this shard.
    case lostSolo
    case scorerError, outOfMemory, corruptChunk
    /// Another attempt was first.
    case superseded
    /// The worker gave it back.
    case returned
    /// A second scoring of a committed shard, with the same result or another.
    case agreed, disagreed
    /// The worker could not read the chunk's file; a good chunk is not blamed.
    case chunkUnread

    package var name: String { String(describing: self) }

    /// Work was lost. What a worker gave back was asked of it: to leave, or to make room.
    package var isLoss: Bool { ![.committed, .agreed, .returned].contains(self) }
}

/// Something a person may have to look at.
package enum Alarm: Equatable, Sendable {
    case suspect(WorkerID, name: String)
    case recovered(WorkerID, name: String)
    case stalled(WorkerID, name: String, Lease?)
    case straggler(Lease, on: WorkerID, ageMs: UInt64, medianMs: UInt64)
    /// Lost work again and again and never committed: not let in until a person trusts it.
    case refused(name: String, losses: Int)
    /// So many workers were lost with work in hand, and none has committed anything.
    case fruitless(losses: Int)
}

package enum Finish: Equatable, Sendable {
    case complete
    case drained
    /// Local workers die and nothing gets committed.
    case workersKeepDying(deaths: Int)
}
