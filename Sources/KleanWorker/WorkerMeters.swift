internal import KleanMetrics
internal import KleanTransport
internal import Synchronization

/// What a worker tells Prometheus: its ``WorkerVitals`` as meters, filled anew for each scrape.
final class WorkerMeters: Sendable {
    /// A worker's own thread that has not turned for so long will not turn again.
    static let wedgedMs: UInt64 = 60_000

    private let vitals: WorkerVitals
    private let compute: ComputeThread
    private let registry = MetricsRegistry(help: WorkerMeters.help)
    private let meters: Mutex<Meters>

    init(_ vitals: WorkerVitals, _ compute: ComputeThread) {
        self.vitals = vitals
        self.compute = compute
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
        let stallMs = WorkerMeters.since(vitals.now.turnMs)
        return stallMs < WorkerMeters.wedgedMs
            ? .good("alive") : .bad("the worker's thread has not turned for \(stallMs / 1_000) s")
    }

    private var readiness: MetricsPages.Condition {
        let state = vitals.now
        guard let heardMs = state.heardMs else {
            return .bad("no coordinator has answered yet")
        }
        let silenceMs = WorkerMeters.since(heardMs)
        guard silenceMs < WorkerSession.silenceMs else {
            return .bad("the coordinator has been silent for \(silenceMs / 1_000) s")
        }
        return state.isReady ? .good("ready") : .bad("loading model and profile")
    }

    private func fill() {
        let state = vitals.now
        let rowsAtHand = compute.atHand?.rowsDone ?? 0
        meters.withLock { meters in
            meters.level("klean_worker_ready", state.isReady ? 1 : 0)
            meters.level("klean_worker_holding_shards", Double(state.holding))
            meters.level("klean_worker_listings_at_hand", Double(rowsAtHand))
            meters.level(
                "klean_worker_loop_stall_seconds",
                Double(WorkerMeters.since(state.turnMs)) / 1_000)
            if let heardMs = state.heardMs {
                meters.level(
                    "klean_worker_coordinator_silent_seconds",
                    Double(WorkerMeters.since(heardMs)) / 1_000)
            }
            meters.total("klean_worker_shards_total", Double(state.shardsDone))
            meters.total("klean_worker_listings_total", Double(state.rowsDone))
            meters.total("klean_worker_received_bytes_total", Double(state.bytesReceived))
            meters.total("klean_worker_result_bytes_total", Double(state.resultBytes))
            for failure in state.failures {
                meters.total(
                    "klean_worker_failures_total", Double(failure.count), ["reason": failure.code])
            }
            for stage in state.stages {
                meters.total(
                    "klean_worker_stage_seconds_total", stage.seconds, ["stage": stage.name])
            }
            meters.level("klean_worker_peak_memory_bytes", Double(Machine.peakBytes))
            meters.total("klean_worker_cpu_seconds_total", Machine.cpuSeconds)
        }
    }

    private static func since(_ ms: UInt64) -> UInt64 {
        let now = Machine.milliseconds
        return now - min(now, ms)
    }

    private static let help = [
        "klean_worker_ready": "1 when model and profile of the phase are loaded.",
        "klean_worker_holding_shards": "Shards under way and results not acknowledged.",
        "klean_worker_listings_at_hand": "Listings done of the shard at hand.",
        "klean_worker_loop_stall_seconds": "Since the worker's own thread last turned.",
        "klean_worker_coordinator_silent_seconds": "Since the coordinator last said something.",
        "klean_worker_shards_total": "Shards computed, whether or not they were committed.",
        "klean_worker_listings_total": "Listings of the shards computed.",
        "klean_worker_received_bytes_total": "Bytes that the coordinator sent.",
        "klean_worker_result_bytes_total": "Bytes of results.",
        "klean_worker_failures_total": "Shards that could not be computed, by reason.",
        "klean_worker_stage_seconds_total": "Seconds in each stage.",
        "klean_worker_peak_memory_bytes": "The most memory this worker ever had resident.",
        "klean_worker_cpu_seconds_total": "CPU seconds of this worker.",
    ]
}
