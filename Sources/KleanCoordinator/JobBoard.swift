/// Where a living coordinator stands, as its loop last said: the answer to `klean status`,
/// `klean workers list` and the source of the metrics. Times are milliseconds since 1970 UTC.
package struct JobBoard: Codable, Equatable, Sendable {
    package var job = ""
    package var pid = 0
    package var host = ""
    package var endpoint = ""
    /// `survey`, `merge`, `score`, `publish` or `done`.
    package var activity = "survey"
    package var isPaused = false
    package var isDraining = false
    package var startedMs: Int64 = 0
    /// When the loop last said so.
    package var saidMs: Int64 = 0
    package var shards = ShardCounts()
    package var rowsTotal = 0
    package var rowsCommitted = 0
    /// Rows committed by this run in this phase and the seconds it took.
    package var rowsThisRun = 0
    package var phaseSeconds = 0.0
    /// Rows committed by this run, by phase.
    package var listings: [Count] = []
    package var bytesSent = 0
    package var bytesReceived = 0
    package var attemptsFailed = 0
    package var resultsDropped = 0
    /// Checks by second scoring in this run: made, in dispute or disputed, and open in the phase.
    package var checksMade = 0
    package var checksDisputed = 0
    package var checksOpen = 0
    /// Bad ends of attempts in this run, by reason.
    package var retries: [Count] = []
    /// Seconds that all workers together spent in each stage in this run.
    package var stages: [Seconds] = []
    package var workers: [WorkerStatus] = []
    /// Let in no more until a person trusts them; in order of their first loss.
    package var refused: [RefusedWorker] = []
    /// Attempts under way, in order of worker.
    package var running: [RunningShard] = []
    /// Given up in any phase.
    package var quarantined: [GivenUp] = []

    package init() {}

    /// Listings a second of this run in the present phase.
    package var listingsPerSecond: Double {
        phaseSeconds > 0 ? Double(rowsThisRun) / phaseSeconds : 0
    }

    /// Shards of the present phase by what became of them.
    package struct ShardCounts: Codable, Equatable, Sendable {
        package var total: Int
        package var pending: Int
        package var running: Int
        package var checking: Int
        package var committed: Int
        package var quarantined: Int

        package init(
            total: Int = 0, pending: Int = 0, running: Int = 0, checking: Int = 0,
            committed: Int = 0, quarantined: Int = 0
        ) {
            self.total = total
            self.pending = pending
            self.running = running
            self.checking = checking
            self.committed = committed
            self.quarantined = quarantined
        }
    }

    package struct Count: Codable, Equatable, Sendable {
        package var name: String
        package var count: Int
    }

    package struct Seconds: Codable, Equatable, Sendable {
        package var name: String
        package var seconds: Double
    }

    package struct WorkerStatus: Codable, Equatable, Sendable {
        package var name: String
        package var host: String
        package var pid: Int
        /// `busy`, `idle`, `silent`, `stalled` or `draining`.
        package var state: String
        package var shards: [Int]
        package var heardMs: Int64
        package var progressMs: Int64
        package var creditTotal: UInt64
        package var creditUsed: UInt64
        package var committed: Int
        package var failures: Int
        package var peakBytes: Int
    }

    package struct RefusedWorker: Codable, Equatable, Sendable {
        package var name: String
        package var reason: String
    }

    package struct RunningShard: Codable, Equatable, Sendable {
        package var phase: String
        package var shard: Int
        package var chunk: String
        package var attempt: Int
        package var worker: String
        package var host: String
        package var startedMs: Int64
        /// When its worker last got on; the row count is that of the shard the worker has at hand.
        package var progressMs: Int64
        package var rowsDone: Int
        package var rows: Int
        package var isSolo: Bool
        /// Older than three medians and the floor.
        package var isSlow: Bool
        /// `waiting` behind another shard of its worker, `running`, `storing`, or `checking`: a
        /// committed shard that is scored a second time.
        package var step: String
    }

    package struct GivenUp: Codable, Equatable, Sendable {
        package var phase: String
        package var shard: Int
        package var chunk: String
        package var reason: String
    }
}

/// Where each thread of a coordinator stands at this instant, whether or not its loop turns:
/// the answer to `klean job dump`.
package struct JobDump: Codable, Equatable, Sendable {
    package var nowMs: Int64
    package var threads: [ThreadStatus]
    /// Results waiting for the disk, and slow tasks waiting for their thread.
    package var commitsWaiting: Int
    package var tasksWaiting: Int
    package var ordersWaiting: Int
    /// The longest that the loop ever took for one turn.
    package var turnMsMax: UInt64
    package var peakBytes: Int
    package var cpuSeconds: Double
    /// As the loop last said; its ``JobBoard/saidMs`` tells how long ago.
    package var board: JobBoard

    package struct ThreadStatus: Codable, Equatable, Sendable {
        package var name: String
        package var step: String
        /// For so long.
        package var ms: UInt64
    }
}
