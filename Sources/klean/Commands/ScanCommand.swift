import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCoordinator
import KleanCore
import KleanIndex
import KleanMetrics
import KleanModel
import KleanScore
import KleanTransport

struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Judges every listing of a store by a model.",
        discussion: """
            Starts a coordinator and worker processes on this machine and writes a suspicion index.
            Ctrl-C lets what runs finish and stops; again aborts. The same command resumes: what is
            committed is not scanned again. Shards that fail again and again are quarantined and
            named; then the exit code is 3, and running the command again tries them again.

              klean scan store --model model --out index --workers 2

            With --sample the survey still reads every listing, and each one that is drawn gets
            exactly its score of the whole scan: a canary for a new model. The report predicts how
            many the whole scan would flag.

              klean scan store --model model --out canary --sample 1%
            """)

    @Argument(help: "The store.") var store: String
    @Option(help: "The model folder.") var model: String
    @Option(help: "The index folder to write.") var out: String
    @Option(help: "A snapshot: its number or the first digits of its digest; else the current one.")
    var snapshot: String?
    @Option(help: "Score only such a share of the listings, drawn by id: 1%, 0.05%.")
    var sample: String?
    @Option(help: "Shards scored twice, on different workers: 1%, 0% to 100%.")
    var check = "1%"
    @Option(
        help: "How workers get chunks: send, or path: they read the store by themselves.")
    var chunks: ChunkDelivery = .send
    @Option(help: "Worker processes; by default one for each processor.") var workers: Int?
    @OptionGroup var metrics: MetricsOption
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        let count = workers ?? availableProcessors()
        guard (1...Limits.workersMax).contains(count) else {
            throw ValidationError("--workers: expected 1 to \(Limits.workersMax), found \(count)")
        }
        let share = try sampleShare(sample)
        var options = CoordinatorOptions(index: out)
        options.local = LocalWorkers(count: count)
        options.checkPartsPerMillion = try checkShare(check)
        options.chunks = chunks
        options.metrics = try metrics.address(allowsInsecure: false)
        try ScanRun(
            store: store, model: model, options: options, snapshot: snapshot, sample: share,
            format: format
        )
        .run()
    }
}

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Runs a scan's coordinator alone; workers connect by themselves.",
        discussion: """
            klean coordinator store --model model --out index --bind tcp://127.0.0.1:5555
            klean worker --connect tcp://127.0.0.1:5555 --name a

            With --keys every worker must have a key of its own that is listed; see `klean keys`.
            With --chunks path, workers that see the store read chunks there; others are sent them.
            """)

    @Argument(help: "The store.") var store: String
    @Option(help: "The model folder.") var model: String
    @Option(help: "The index folder to write.") var out: String
    @Option(help: "A snapshot: its number or the first digits of its digest; else the current one.")
    var snapshot: String?
    @Option(help: "Score only such a share of the listings, drawn by id: 1%, 0.05%.")
    var sample: String?
    @Option(help: "Shards scored twice, on different workers: 1%, 0% to 100%.")
    var check = "1%"
    @Option(
        help: "How workers get chunks: send, or path: they read the store by themselves.")
    var chunks: ChunkDelivery = .send
    @Option(help: "Where workers connect: tcp://ADDRESS:PORT or ipc://PATH.")
    var bind = "tcp://127.0.0.1:*"
    @Option(help: "The key folder of `klean keys`: encrypts, admits only listed workers.")
    var keys: String?
    @Flag(help: "Accept unencrypted workers and readers of metrics from other machines.")
    var insecure = false
    @OptionGroup var metrics: MetricsOption
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        var options = CoordinatorOptions(index: out)
        options.endpoint = bind
        options.checkPartsPerMillion = try checkShare(check)
        options.chunks = chunks
        options.allowsInsecureAddress = insecure
        options.metrics = try metrics.address(allowsInsecure: insecure)
        if let keys {
            let folder = KeyFolder(keys)
            options.security = CoordinatorKeys(
                own: try KeyPair.load(folder.secret(KeyFolder.coordinator)),
                allowed: try AllowList(path: folder.allowed))
        }
        try ScanRun(
            store: store, model: model, options: options, snapshot: snapshot,
            sample: try sampleShare(sample), format: format
        )
        .run()
    }
}

extension ChunkDelivery: ExpressibleByArgument {}

/// - Throws: `ValidationError` for what is no share of a catalog.
private func sampleShare(_ text: String?) throws -> SampleShare? {
    guard let text else { return nil }
    guard let share = SampleShare(text) else {
        throw ValidationError(
            "--sample: expected a percentage above 0% and below 100%, of at most four decimals, "
                + "such as 1%; found \(text)")
    }
    return share
}

/// - Returns: Parts per million.
private func checkShare(_ text: String) throws -> UInt32 {
    if ["0%", "100%"].contains(text) { return text == "0%" ? 0 : 1_000_000 }
    guard let share = SampleShare(text) else {
        throw ValidationError("--check: expected 0% to 100%, such as 1%; found \(text)")
    }
    return share.partsPerMillion
}

/// One run of a coordinator, from plan to closing report.
private struct ScanRun {
    let store: String
    let model: String
    var options: CoordinatorOptions
    let snapshot: String?
    let sample: SampleShare?
    let format: Format

    func run() throws {
        guard FileSystem.exists(model) else {
            throw CommandError("\(model): no such folder; build a model first", .notFound)
        }
        let plan = try ScanPlan(
            store: store, model: model, index: out, snapshot: snapshot, sample: sample)
        var options = options
        let screen = ScanScreen()
        options.onProgress = { screen.show($0) }
        options.onEvent = { screen.tell($0) }
        let start = ContinuousClock.now
        let coordinator = Coordinator(plan: try plan.jobPlan(), options: options)
        let control = coordinator.control
        Signals.onInterrupt {
            Console.error("\nklean: finishing what runs; Ctrl-C again aborts\n")
            control.drain()
        }
        let report: RunReport
        do { report = try coordinator.run() } catch {
            screen.finish()
            let told = ErrorReport(error)
            guard told.code == .diskFull else { throw error }
            throw CommandError(
                "\(told.message); free some and run the same command again: "
                    + "what is committed is not scanned again", .diskFull)
        }
        screen.finish()
        let seconds = NumberText.seconds(ContinuousClock.now - start)
        switch report.outcome {
        case .drained:
            Console.error("klean: drained; run the same command again to resume\n")
            leave(.interrupted)
        case .complete:
            let index = try SuspicionIndex(path: out)
            let text = ScanReport(
                report, index.manifest,
                floods: try FloodTable(profilePath: index.profilePath), banks: plan.model.banks,
                seconds: seconds)
            Console.output(format == .json ? text.json.text + "\n" : text.table)
            if !report.quarantined.isEmpty {
                let names = report.quarantined.map { "\($0.name) (\($0.reason))" }
                Console.error(
                    "klean: complete, \(names.count) shards quarantined: "
                        + names.joined(separator: "; ") + "; run again to retry them\n")
                if report.quarantined.contains(where: {
                    $0.reason.hasPrefix(ScanReport.corruptChunk)
                }) {
                    Console.error("klean: \(ScanReport.corruptAdvice)\n")
                }
                leave(.quarantined)
            }
        }
    }

    private var out: String { options.index }
}
