package import KleanCore

/// How a run ended and what it took. Never part of an index: it says who, when and how often.
package struct RunReport: Sendable {
    package enum Outcome: Equatable, Sendable {
        /// Published; ``quarantined`` may still name shards that are missing.
        case complete
        /// Stopped at somebody's wish; the same command resumes.
        case drained
    }

    package var outcome: Outcome
    /// The published index, unless drained.
    package var index: Digest?
    package var profile: Digest?
    /// Shards given up, by phase and number.
    package var quarantined: [QuarantinedShard]
    /// In order of name.
    package var workers: [WorkerReport]
    /// Names of workers without a commit that were too many to keep figures of.
    package var workersForgotten: Int
    /// Sums over all attempts that were committed in this run, in order of first appearance.
    package var stages: [StageReport]
    /// Wall seconds of survey, merge, score and publish in this run; 0 where skipped.
    package var wall: WallSeconds
    /// Rows of the score shards that this run committed.
    package var rowsScored: Int
    /// Shards of both phases that this run committed.
    package var shardsCommitted: Int
    /// Shards that an earlier run had committed and this one took over.
    package var shardsResumed: Int
    package var bytesSent: Int
    package var bytesReceived: Int
    /// Attempts that ended otherwise than by a commit, by reason, in a fixed order.
    package var retries: [(reason: String, count: Int)]
    /// Results that came late or twice and were dropped.
    package var resultsDropped: Int
    package var trust: TrustReport
    package var coordinatorPeakBytes: Int
    /// CPU seconds that the coordinator's process used for everything.
    package var coordinatorCPUSeconds: Double

    package struct WallSeconds: Equatable, Sendable {
        package var survey = 0.0
        package var merge = 0.0
        package var score = 0.0
        package var publish = 0.0
    }
}

/// What scoring shards twice came to in this run.
package struct TrustReport: Equatable, Sendable {
    /// Checks made in this run, and those in which two workers disagreed.
    package var checksMade: Int
    package var disputes: Int
    /// Checks not made because no other worker was there, or because workers failed at them.
    package var unmadeAlone: Int
    package var unmadeFailed: Int
    /// Workers found to have lied, in this run or an earlier one of the job.
    package var liars: [(name: String, reason: String)]

    package static func == (left: TrustReport, right: TrustReport) -> Bool {
        left.checksMade == right.checksMade && left.disputes == right.disputes
            && left.unmadeAlone == right.unmadeAlone && left.unmadeFailed == right.unmadeFailed
            && left.liars.elementsEqual(right.liars, by: ==)
    }
}

/// One worker, over all its incarnations.
package struct WorkerReport: Equatable, Sendable {
    package var name: String
    /// Where its latest incarnation runs.
    package var host = ""
    /// The latest ones in order of start; the last one is the latest incarnation.
    package var pids: [Int] = []
    package var starts = 0
    package var shardsCommitted = 0
    package var rowsCommitted = 0
    package var bytesReceived = 0
    /// Attempts that this worker did not finish or finished too late.
    package var attemptsLost = 0
    package var peakBytes = 0

    init(name: String) { self.name = name }
}

/// Seconds that all workers together spent in one stage.
package struct StageReport: Equatable, Sendable {
    package var name: String
    package var seconds: Double
}

/// Where a run stands.
package struct ProgressSnapshot: Equatable, Sendable {
    package enum Activity: String, CaseIterable, Sendable {
        case survey, merge, score, publish, done
    }

    package var activity: Activity
    /// Seconds since the run began.
    package var seconds: Double
    package var shardsTotal: Int
    /// Shards of the present phase, by what became of them.
    package var shardsCommitted: Int
    package var shardsRunning: Int
    package var shardsQuarantined: Int
    /// Attempts that failed in this run.
    package var attemptsFailed: Int
    package var rowsTotal: Int
    /// Rows of committed shards of the present phase, those of earlier runs included.
    package var rowsCommitted: Int
    /// Rows committed by this run in this phase: what a speed is computed from.
    package var rowsThisRun: Int
    /// Seconds that this run has spent in the present phase.
    package var phaseSeconds: Double
    package var bytesSent: Int
    package var workers: Int
    package var isDraining: Bool
}

/// One thing that happened, for a log: a name and fields in a fixed order.
package struct RunEvent: Sendable {
    package enum Level: String, Sendable { case info, warning, error }

    package var level: Level
    /// A short stable word pair such as `shard quarantined`.
    package var name: String
    package var fields: [(name: String, value: String)]

    package init(_ level: Level, _ name: String, _ fields: [(name: String, value: String)] = []) {
        self.level = level
        self.name = name
        self.fields = fields
    }
}
