import KleanCore

/// What a schedule knows of one shard in the present phase.
struct ShardState {
    enum Status: Equatable {
        /// Waits in one of the queues.
        case pending
        /// One or two workers have it.
        case leased
        /// A result is on its way to the disk.
        case storing
        /// The coordinator reads the chunk itself.
        case checking
        case committed
        case quarantined
    }

    var status: Status = .pending
    /// The last attempt number given.
    var attempt: UInt32 = 0
    /// Attempts in this run that count: not what was given back, nor what strangers lost.
    var attemptsThisRun = 0
    /// Must run alone, because a worker was lost while holding it or it failed.
    var isSuspect = false
    /// At most two; the second is a speculation.
    var holders: [Holder] = []
    /// The first ``blamesKept``; strangers of ever new names could add to them for ever.
    var blames: [Blame] = []

    static let blamesKept = 64

    /// Who has the shard.
    struct Holder {
        var worker: WorkerID
        var name: String
        var identity: String
        var incarnation: UInt64
        var lease: Lease
        var startMs: UInt64
        var isSolo: Bool
        /// Scores a committed shard a second time.
        var isCheck = false
        /// Its result is the one being stored; it stays although its worker may be lost.
        var isStoring = false
    }

    /// An attempt that counts against the shard.
    struct Blame {
        var cause: Cause
        var name: String
        var identity: String
        var incarnation: UInt64
        /// A beat showed the worker at work on it.
        var isSeen = false
    }

    /// Each cause has its own budget.
    enum Cause { case workerLost, scorerError, outOfMemory, corruptChunk }

    var isOpen: Bool { status != .committed && status != .quarantined }
}

/// What a schedule knows of one session.
struct WorkerState {
    let name: String
    /// What it is trusted by.
    let identity: String
    /// What its losses are counted by, see ``Strangers``.
    let standing: String
    let incarnation: UInt64
    var heardMs: UInt64
    /// Silent for longer than ``ScheduleRules/suspectMs``.
    var isSilent = false
    var creditTotal: UInt64 = 0
    var creditUsed: UInt64 = 0
    /// In the order granted.
    var leases: [Lease] = []
    /// Runs a suspected shard alone.
    var isSolo = false
    /// Lost something earlier and never committed: gets one shard at a time.
    var isOnProbation = false
    /// Stands in the queue of workers with room.
    var isQueued = false
    var running: Lease?
    var rowsDone: UInt64 = 0
    var progressMs: UInt64
    var isStalled = false
    /// Since when it has held nothing and had no room for a shard either.
    var starvedMs: UInt64?
    /// Gets nothing new; a person wants it to go.
    var isDraining = false
    var isDismissed = false

    var creditLeft: UInt64 { creditTotal > creditUsed ? creditTotal - creditUsed : 0 }
    /// May get an ordinary shard.
    var isOpen: Bool { !isSilent && !isSolo && !isDraining && creditTotal > 0 }
}
