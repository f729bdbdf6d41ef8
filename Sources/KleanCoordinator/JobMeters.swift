internal import KleanCore
internal import KleanMetrics
internal import KleanSchedule
internal import KleanTransport
internal import Synchronization

/// What a coordinator tells Prometheus: the ``JobBoard`` as meters, filled anew for each scrape
/// from what the loop last said; the loop is never asked.
final class JobMeters: Sendable {
    /// A loop that has not turned for so long will not turn again.
    static let wedgedMs: UInt64 = 60_000
    /// One that has not for so long does no work now.
    static let stalledMs: UInt64 = 5_000

    private let vitals: Vitals
    private let registry = MetricsRegistry(help: JobMeters.help)
    private let meters: Mutex<Meters>

    init(_ vitals: Vitals) {
        self.vitals = vitals
        meters = Mutex(Meters(registry))
    }

    var pages: MetricsPages {
        MetricsPages(
            metrics: { [self] in
                fill()
                return registry.exposition
            },
            health: { [self] in health },
            readiness: { [self] in readiness })
    }

    private var health: MetricsPages.Condition {
        let stallMs = vitals.stallMs
        return stallMs < JobMeters.wedgedMs
            ? .good("alive")
            : .bad("the loop has not turned for \(stallMs / 1_000) s; see `klean job dump INDEX`")
    }

    private var readiness: MetricsPages.Condition {
        let stallMs = vitals.stallMs
        if stallMs >= JobMeters.stalledMs {
            return .bad("the loop has not turned for \(stallMs) ms; see `klean job dump INDEX`")
        }
        let board = vitals.board
        if board.job.isEmpty { return .bad("starting") }
        return board.isDraining ? .bad("draining") : .good("ready: \(board.activity)")
    }

    private func fill() {
        let board = vitals.board
        let dump = vitals.dump
        let stallMs = vitals.stallMs
        let turnMs = vitals.takeRecentTurnMsMax()
        meters.withLock { meters in
            JobMeters.fill(&meters, board)
            meters.level("klean_loop_stall_seconds", Double(stallMs) / 1_000)
            meters.level("klean_loop_turn_seconds_max", Double(max(turnMs, stallMs)) / 1_000)
            meters.level("klean_commits_waiting", Double(dump.commitsWaiting))
            meters.level("klean_peak_memory_bytes", Double(dump.peakBytes))
            meters.total("klean_cpu_seconds_total", dump.cpuSeconds)
        }
    }

    static func fill(_ meters: inout Meters, _ board: JobBoard) {
        fillShards(&meters, board)
        for activity in ProgressSnapshot.Activity.allCases {
            meters.level(
                "klean_activity", activity.rawValue == board.activity ? 1 : 0,
                ["activity": activity.rawValue])
        }
        meters.level("klean_paused", board.isPaused ? 1 : 0)
        meters.level("klean_draining", board.isDraining ? 1 : 0)
        meters.level("klean_start_time_seconds", Double(board.startedMs) / 1_000)
        meters.level("klean_job_listings", Double(board.rowsTotal))
        for count in board.listings {
            meters.total("klean_listings_total", Double(count.count), ["phase": count.name])
        }
        meters.total("klean_sent_bytes_total", Double(board.bytesSent))
        meters.total("klean_received_bytes_total", Double(board.bytesReceived))
        for outcome in AttemptOutcome.allCases where outcome != .committed {
            let count = board.retries.first { $0.name == outcome.name }?.count ?? 0
            meters.total("klean_attempts_lost_total", Double(count), ["reason": outcome.name])
        }
        meters.total("klean_results_dropped_total", Double(board.resultsDropped))
        for stage in board.stages {
            meters.total("klean_stage_seconds_total", stage.seconds, ["stage": stage.name])
        }
        for state in ["busy", "idle", "silent", "stalled", "draining"] {
            meters.level(
                "klean_workers", Double(board.workers.count { $0.state == state }), ["state": state]
            )
        }
        let issued = board.workers.reduce(0.0) { $0 + Double($1.creditTotal) }
        let used = board.workers.reduce(0.0) { $0 + Double($1.creditUsed) }
        meters.level("klean_credit_bytes", issued - used, ["state": "free"])
        meters.level("klean_credit_bytes", used, ["state": "used"])
        meters.level("klean_slow_attempts", Double(board.running.count { $0.isSlow }))
    }

    /// The present phase as the board counts it; of the other what follows from it: all pending
    /// before it begins, nothing open once it is over.
    private static func fillShards(_ meters: inout Meters, _ board: JobBoard) {
        let isSurvey = ["survey", "merge"].contains(board.activity)
        for phase in Phase.allCases {
            var counts = JobBoard.ShardCounts(total: board.shards.total)
            if (phase == .survey) == isSurvey {
                counts = board.shards
            } else if phase == .survey {
                counts.quarantined =
                    Set(
                        board.quarantined.filter { $0.phase == phase.name }.map(\.shard)
                    ).count
                counts.committed = counts.total - counts.quarantined
            } else {
                counts.pending = counts.total
            }
            for (state, count) in [
                ("pending", counts.pending), ("running", counts.running),
                ("checking", counts.checking), ("committed", counts.committed),
                ("quarantined", counts.quarantined),
            ] {
                meters.level("klean_shards", Double(count), ["phase": phase.name, "state": state])
            }
        }
    }

    private static let help = [
        "klean_shards": "Shards by phase and what became of them.",
        "klean_activity": "1 for what the job does now.",
        "klean_paused": "1 while nothing new is leased at somebody's wish.",
        "klean_draining": "1 while the run finishes what is leased and ends.",
        "klean_start_time_seconds": "When this run began, since 1970 UTC.",
        "klean_job_listings": "Listings of the whole job.",
        "klean_listings_total": "Listings of shards that this run committed, by phase.",
        "klean_sent_bytes_total": "Bytes handed to workers.",
        "klean_received_bytes_total": "Bytes that workers sent.",
        "klean_attempts_lost_total": "Attempts of shards that ended without a commit, by reason.",
        "klean_results_dropped_total": "Results that came late or twice.",
        "klean_stage_seconds_total": "Seconds that all workers together spent in each stage.",
        "klean_workers": "Connected workers by state.",
        "klean_credit_bytes": "Bytes of shards that workers take, under way or free.",
        "klean_slow_attempts": "Attempts older than three medians and the floor.",
        "klean_loop_stall_seconds": "How long the loop's present turn takes; 0 while it waits.",
        "klean_loop_turn_seconds_max": "The loop's longest turn since the last scrape.",
        "klean_commits_waiting": "Results that wait for the disk.",
        "klean_peak_memory_bytes": "The most memory the coordinator ever had resident.",
        "klean_cpu_seconds_total": "CPU seconds of the coordinator.",
    ]
}
