internal import KleanColumns
internal import KleanCore
internal import KleanLedger
internal import KleanMetrics
internal import KleanTransport
internal import KleanWire

/// Runs one job: leases shards to workers, makes their results durable, merges and publishes.
///
/// Threads, each with one duty: the caller's owns the socket and the schedule; one writes results
/// and the ledger; one runs the plan's slow closures; one waits for each local worker process.
package final class Coordinator: Sendable {
    private let plan: JobPlan
    private let options: CoordinatorOptions
    /// For signal handlers and consoles.
    package let control = CoordinatorControl()

    package init(plan: JobPlan, options: CoordinatorOptions) {
        self.plan = plan
        self.options = options
    }

    /// Works until the index is published or the run is drained. Blocks the calling thread.
    ///
    /// - Throws: ``CoordinatorError``; `TransportError` for the endpoint; `LedgerError` for another
    ///   job or a full disk; `FileError` for files; whatever the plan's merge and publish throw.
    ///   Whatever was committed stays; the same call resumes.
    package func run() throws -> RunReport {
        let folder = JobFolder(index: options.index)
        try FileSystem.createDirectory(folder.path)
        let lock = try lock(folder)
        for results in Phase.allCases.map({ folder.results($0) }) {
            try FileSystem.createDirectory(results)
            // What a coordinator was writing when it was killed.
            for name in try FileSystem.list(results) where name.hasSuffix(".tmp") {
                try FileSystem.remove("\(results)/\(name)")
            }
        }
        defer { withExtendedLifetime(lock) {} }
        let ledger = try Ledger(path: folder.ledger, job: LedgerJob(plan))
        let context = TransportContext()
        let link = try Link.listening(
            at: options.endpoint, allowsInsecure: options.allowsInsecureAddress,
            key: options.security?.own, frameBytesMax: frameBytesMax, context: context)
        let gate = try options.security.map { try Gatekeeper($0.allowed, context: context) }
        defer { gate?.close() }
        let log = try RunLog(path: folder.runLog, onEvent: options.onEvent)
        let vitals = Vitals()
        var run = try CoordinatorRun(
            plan: plan, options: options, folder: folder, ledger: ledger, log: log,
            control: control, vitals: vitals, bell: link.bell)
        let metrics = try options.metrics.map {
            try MetricsServer(at: $0, pages: JobMeters(vitals).pages)
        }
        let metricsThread = metrics?.start()
        defer {
            metrics?.close()
            metricsThread?.join()
        }
        if let metrics {
            log.write(.info, "metrics served", [("address", "\(metrics.address)")])
        }
        guard options.isControllable else { return try run.work(link) }
        let desk = ControlThread(path: folder.control, control: control, vitals: vitals)
        let thread = try desk.start()
        defer {
            desk.close()
            thread.join()
        }
        return try run.work(link)
    }

    /// The longest frame that a worker has reason to send.
    private var frameBytesMax: Int {
        max(WireLimits.headerBytesMax, Phase.allCases.map(plan.resultBytesMax).max() ?? 0)
    }

    private func lock(_ folder: JobFolder) throws -> FileLock {
        do {
            return try FileLock(folder.lock)
        } catch let error where error.reason == .locked {
            throw CoordinatorError.busy(path: folder.path)
        }
    }
}

extension LedgerJob {
    init(_ plan: JobPlan) {
        self.init(
            id: plan.jobID, snapshot: plan.snapshot, model: plan.model,
            parameters: plan.parameters, scorerVersion: plan.scorerVersion,
            shardCount: plan.shards.count)
    }
}
