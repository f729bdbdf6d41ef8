/// The bounds a schedule keeps, with their units.
package struct ScheduleRules: Equatable, Sendable {
    /// Silence after which a worker gets nothing new, and after which it counts as dead.
    package var suspectMs: UInt64 = 5_000
    package var deadMs: UInt64 = 15_000
    /// Beats without progress while it holds shards: after the first an alarm, after the second
    /// the worker is evicted.
    package var stallAlarmMs: UInt64 = 60_000
    package var stallEvictMs: UInt64 = 300_000
    /// A second attempt starts past this share of the phase, in percent...
    package var stragglerPastPercent = 90
    /// ...when a lease is older than this many medians and than the floor.
    package var stragglerMedians: UInt64 = 3
    package var stragglerFloorMs: UInt64 = 2_000
    /// Different workers (or incarnations, or tries, see ``Schedule``) that may fail one shard.
    package var blamesMax = 3
    /// Attempts of one shard in one run that count, whatever their end.
    package var attemptsMax = 12
    /// Shards one worker holds at most, the running one included.
    package var leasesPerWorkerMax = 3
    /// ...and, if its credit asks for more, while so many shards are pending for each that it does
    /// not matter who has them: a quarter of its share, up to this.
    package var leasesPerWorkerDeepMax = 24
    /// Bytes of results that may be leased out or waiting for the disk.
    package var resultBudgetBytes = 256 << 20
    /// Bytes of that budget set aside for one lease, by phase's raw value: what a result rarely
    /// exceeds.
    package var resultBytesUsual = [16 << 20, 16 << 20]
    /// Deaths of local workers without a commit or quarantine that end the run; `nil`: never.
    package var deathsWithoutProgressMax: Int?
    /// Losses of a worker with work in hand and without any commit, after which it is let in no
    /// more; `nil`: never.
    package var strangerLossesMax: Int? = 5
    /// Absence of all workers that ever committed after which the losses of others are held against
    /// shards.
    package var knownAbsentMs: UInt64 = 60_000
    /// Leasing waits for so many workers with credit, so that small jobs spread over all...
    package var workersExpected = 0
    /// ...but no longer than this.
    package var gatherMs: UInt64 = 5_000
    /// When all is scored, checks wait so long for a worker other than the one to be checked.
    package var checkWaitMs: UInt64 = 5_000
    /// Workers that may fail at one check before it is left unmade.
    package var checkTriesMax = 3

    package init() {}
}

/// One shard's cost in credit, by phase.
package struct ScheduleShard: Equatable, Sendable {
    package var surveyBytes: Int
    package var scoreBytes: Int

    package init(surveyBytes: Int, scoreBytes: Int) {
        self.surveyBytes = surveyBytes
        self.scoreBytes = scoreBytes
    }
}

/// What is known of a phase when it begins.
package struct PhaseStart: Equatable, Sendable {
    /// Shards that are done already.
    package var committed: [UInt32]
    /// Shards that stay given up.
    package var quarantined: [UInt32]
    /// The last attempt number used of each shard, in order; empty: none was used.
    package var attempts: [UInt32]
    /// Who committed each of ``committed``, by identity; empty: it does not matter.
    package var committers: [String]
    /// Shards to be scored twice whose check has not been made.
    package var checks: [UInt32]

    package init(
        committed: [UInt32] = [], quarantined: [UInt32] = [], attempts: [UInt32] = [],
        committers: [String] = [], checks: [UInt32] = []
    ) {
        self.committed = committed
        self.quarantined = quarantined
        self.attempts = attempts
        self.committers = committers
        self.checks = checks
    }
}

/// A worker session: one routing id. Numbers rise and are never used again in one coordinator.
package struct WorkerID: Hashable, Comparable, Sendable {
    package let raw: UInt32

    package init(_ raw: UInt32) { self.raw = raw }

    package static func < (left: WorkerID, right: WorkerID) -> Bool { left.raw < right.raw }
}
