internal import KleanColumns
import KleanCore
internal import KleanMetrics
internal import KleanTransport
internal import KleanWire
internal import Synchronization

/// A worker: takes shards from a coordinator, computes them on a thread of its own, sends results
/// back, and forgets a result only when the coordinator has it durably.
///
/// The thread that calls ``run()`` owns the socket. A session is one routing id; when the
/// coordinator is silent or does not know the session any more, a new one begins and says what
/// the worker still holds.
package final class Worker: Sendable {
    private let options: WorkerOptions
    private let makeEngine: @Sendable () -> any ShardEngine
    private let stop = Atomic<Bool>(false)

    /// - Parameter makeEngine: Called once on each compute thread.
    package init(
        options: WorkerOptions, makeEngine: @escaping @Sendable () -> any ShardEngine
    ) {
        precondition(
            (1...WireLimits.nameBytesMax).contains(options.name.utf8.count),
            "a worker's name has 1 to 64 bytes")
        self.options = options
        self.makeEngine = makeEngine
    }

    /// Works until the coordinator has no more work. Blocks the calling thread.
    ///
    /// - Throws: ``WorkerError``, or `TransportError` for an endpoint that makes no sense.
    package func run() throws -> WorkerEnd {
        let context = TransportContext()
        let compute = ComputeThread(crash: CrashPoint(environment: "KLEAN_WORKER_CRASH_AT"))
        let thread = compute.start(makeEngine)
        if options.endsWithInput {
            // Nobody waits for it: it ends with the process.
            OSThread { [self] in
                StandardInput.waitForEnd()
                stop.store(true, ordering: .relaxed)
            }.detach()
        }
        let vitals = WorkerVitals()
        let metrics = try options.metrics.map {
            try MetricsServer(at: $0, pages: WorkerMeters(vitals, compute).pages)
        }
        let metricsThread = metrics?.start()
        defer {
            metrics?.close()
            metricsThread?.join()
        }
        if let metrics { options.onEvent("metrics on http://\(metrics.address)/metrics") }
        var desk = WorkerDesk(options: options, compute: compute, vitals: vitals)
        while true {
            let session: WorkerSession.End
            do {
                let link = try Link.connected(
                    to: options.endpoint, as: .random(), keys: options.keys, context: context)
                session = try WorkerSession.run(link, &desk, until: stop)
            } catch {
                compute.close()
                thread.detach()  // A shard under way has no more takers.
                throw error
            }
            switch session {
            case .again: continue
            case .drained:
                compute.close()
                thread.join()
                return .drained
            case .stopped:
                compute.close()
                thread.detach()
                return .inputClosed
            }
        }
    }

    /// Ends ``run()`` at once, as if standard input had closed; for a worker in a thread.
    package func abandon() { stop.store(true, ordering: .relaxed) }
}
