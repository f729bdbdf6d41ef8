internal import KleanColumns
import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// One run of a coordinator, on the thread that owns the socket: messages, answers of the other
/// threads and the passing of time become events; the schedule's effects become messages, orders
/// to the other threads and log lines. Decides nothing itself.
struct CoordinatorRun {
    static let tickMs: UInt64 = 250
    /// A broken connection shows when something is sent into it, so this bounds how long the end
    /// of a worker's process goes unseen.
    static let beatMs: UInt64 = 500
    /// Ended sessions after which freed memory goes back to the system.
    static let sessionsPerTrim = 256
    static let progressMs: UInt64 = 200
    static let messagesPerTurnMax = 256

    /// A result that arrived and waits for the schedule's word.
    struct ResultKey: Hashable {
        let worker: WorkerID
        let lease: Lease
    }

    let plan: JobPlan
    let options: CoordinatorOptions
    let folder: JobFolder
    let ledger: Ledger
    let log: RunLog
    let control: CoordinatorControl
    let commits: CommitThread
    let tasks: TaskThread
    let commitOutcomes = Mailbox<CommitThread.Outcome>()
    let taskOutcomes = Mailbox<TaskThread.Outcome>()
    let exits = Mailbox<ChildProcess.Exit>()
    let crash: CrashPoint
    /// Random per coordinator process.
    let epoch = UInt64.random(in: .min ... .max)
    /// Milliseconds since 1970 at the zero of the monotonic clock.
    let wallOffsetMs: Int64

    var schedule: Schedule
    var events: [ScheduleEvent] = []
    var sessions = SessionTable()
    var results: [ResultKey: (header: ResultHeader, bytes: SharedBytes)] = [:]
    var headers: [Lease: ResultHeader] = [:]
    var shelf = ArtifactShelf()
    var cluster: LocalCluster?
    var tally = RunTally()
    /// Log lines that peers cause: of messages that are none, and of sessions that come and go.
    var refusals = Complaints()
    var comings = Complaints(perPeerMax: 2, linesMax: 2 * Limits.workersMax)
    var quarantined: [QuarantinedShard] = []
    var profile: Digest?
    var index: Digest?
    var finish: Finish?
    /// The last thing a worker said or how it ended, for the error that ends a run.
    var lastWords = ""
    /// What on-call wished: shards skipped, processes not let in again, why workers drain.
    var skipped: Set<Int> = []
    var evicted: Set<UInt64> = []
    var drainReasons: [String: String] = [:]
    var listFault: KeyError?
    /// Barred workers by identity, and what results of disputed checks were.
    var distrusted: [LedgerDistrust] = []
    var disputes: [Lease: ComparedResults] = [:]
    /// Disputes wait for one another: most verdicts settle those behind them.
    var judgesWaiting: [Lease] = []
    var isJudging = false
    /// Who could not read a chunk's file, by shard, until the chunk is looked at.
    var unread: [UInt32: Set<WorkerID>] = [:]
    let checks: CheckSample
    let vitals: Vitals

    let startMs = Machine.milliseconds
    var stageMs = Machine.milliseconds
    private var tickedMs: UInt64 = 0
    private var beatenMs: UInt64 = 0
    private var endedWhenTrimmed = 0
    private var shownMs: UInt64 = 0
    private var wishes = CoordinatorControl.Wishes()

    init(
        plan: JobPlan, options: CoordinatorOptions, folder: JobFolder, ledger: Ledger,
        log: RunLog, control: CoordinatorControl, vitals: Vitals, bell: Bell
    ) throws {
        self.plan = plan
        self.options = options
        self.folder = folder
        self.ledger = ledger
        self.log = log
        self.control = control
        self.vitals = vitals
        crash = CrashPoint(environment: "KLEAN_CRASH_AT")
        commits = CommitThread(
            plan: plan, folder: folder, ledger: ledger, outcomes: commitOutcomes, bell: bell,
            crash: crash,
            vitals: vitals)
        tasks = TaskThread(
            plan: plan, outcomes: taskOutcomes, bell: bell, crash: crash, vitals: vitals)
        wallOffsetMs = Machine.wallMilliseconds - Int64(Machine.milliseconds)
        control.ring(bell)

        let old = try ledger.quarantined()
        let kept = old.filter { $0.isSkipped || !options.retriesQuarantined }
        if options.retriesQuarantined {
            try ledger.append(
                old.filter { !$0.isSkipped }.map { .released($0.phase, shard: $0.shard) })
        }
        skipped = Set(kept.filter(\.isSkipped).map { Int($0.shard) })
        quarantined = kept.map {
            QuarantinedShard(
                phase: $0.phase, shard: Int($0.shard), name: plan.shards[Int($0.shard)].name,
                reason: $0.reason)
        }
        distrusted = try ledger.distrusted()
        checks = CheckSample(
            secret: try ledger.secret(), shards: plan.shards.count,
            partsPerMillion: plan.judge == nil ? 0 : options.checkPartsPerMillion)
        let basis = CoordinatorRun.surveyBasis(plan)
        let start = try CoordinatorRun.start(.survey, basis, plan, ledger, quarantined, checks)
        schedule = Schedule(
            shards: plan.shards.map {
                ScheduleShard(surveyBytes: $0.surveyBytes, scoreBytes: $0.scoreBytes)
            },
            rules: CoordinatorRun.rules(plan, options), basis: basis, start: start)
        tally.beganPhase(
            rowsDone: start.committed.reduce(0) { $0 + plan.shards[Int($1)].rows },
            shardsDone: start.committed.count)
        try shelf.add(.model, plan.model, path: plan.modelPath)
    }

    /// Runs to the end; threads and children are gone when this returns or throws.
    mutating func work(_ link: borrowing Link) throws -> RunReport {
        let threads = [commits.start(), tasks.start()]
        let (commits, tasks, control) = (commits, tasks, control)
        vitals.watch(
            commits: { commits.waiting }, tasks: { tasks.waiting },
            orders: { control.ordersWaiting })
        if let local = options.local {
            cluster = LocalCluster(local, endpoint: link.endpoint, exits: exits, bell: link.bell)
            for liar in distrusted { cluster?.retire(liar.name) }
        }
        log.write(
            .info, "run started",
            [
                ("job", plan.jobID.hex), ("endpoint", link.endpoint),
                ("shards", "\(plan.shards.count)"), ("resumed", "\(tally.shardsResumed)"),
                ("pid", "\(Machine.pid)"), ("host", Machine.hostName),
            ])
        do {
            try turn(link)
            try dismiss(link)
        } catch {
            log.write(.error, "run ended", [("error", "\(error)")])
            cluster?.beginEnd()
            cluster?.killAll()
            awaitChildren(link, untilMs: Machine.milliseconds + 5_000)
            stop(threads)
            throw error
        }
        stop(threads)
        for case .broken(let error) in commitOutcomes.poll() { throw error }
        sumUp(isLast: true)
        let report = tally.report(
            finish == .complete ? .complete : .drained, index: index, profile: profile,
            quarantined: quarantined, resultsDropped: schedule.resultsDropped, trust: trust)
        log.write(
            .info, "run ended",
            [
                ("outcome", "\(report.outcome)"), ("index", index?.hex ?? ""),
                ("quarantined", "\(quarantined.count)"),
            ])
        return report
    }

    private func stop(_ threads: [OSThread]) {
        commits.close()
        tasks.close()
        for thread in threads { thread.join() }
    }

    // MARK: - The loop

    private mutating func turn(_ link: borrowing Link) throws {
        try send(.tick, link)
        publishBoard(link.endpoint)
        while finish == nil {
            try startWorkers()
            try requireTrustedWorkers()
            vitals.endTurn()
            _ = link.wait(milliseconds: 50)
            vitals.beginTurn()
            try obeyWishes(link)
            try obeyOrders(link)
            for _ in 0..<CoordinatorRun.messagesPerTurnMax {
                guard let incoming = try link.receive() else { break }
                try hear(incoming, link)
            }
            try collect(link)
            try passTime(link)
        }
        if case .workersKeepDying(let deaths)? = finish {
            throw CoordinatorError.workersKeepDying(deaths: deaths, lastWords: lastWords)
        }
    }

    /// Gives an event to the schedule and carries out all that follows from it. Not to be called
    /// from ``perform(_:_:)``, which appends to ``events`` instead.
    mutating func send(_ event: ScheduleEvent, _ link: borrowing Link) throws {
        events.append(event)
        try settle(link)
    }

    /// Works off the events that are there and those that follow from them.
    private mutating func settle(_ link: borrowing Link) throws {
        while !events.isEmpty {
            let next = events.removeFirst()
            let stage = schedule.stage
            let effects = schedule.handle(next, now: Machine.milliseconds)
            if schedule.stage != stage {
                let now = Machine.milliseconds
                tally.spent(Double(now - stageMs) / 1_000, in: stage)
                stageMs = now
            }
            for effect in effects { try perform(effect, link) }
        }
    }

    mutating func obeyWishes(_ link: borrowing Link) throws {
        let now = control.wishes
        if now.isAborted { throw CoordinatorError.aborted }
        if now.drains > wishes.drains {
            log.write(.info, "draining")
            try send(.drain, link)
        }
        if now.isPaused != wishes.isPaused {
            log.write(.info, now.isPaused ? "paused" : "resumed")
            try send(now.isPaused ? .pause : .resume, link)
        }
        wishes = now
    }

    /// Answers of the other threads, and children that ended.
    private mutating func collect(_ link: borrowing Link) throws {
        for outcome in commitOutcomes.poll() {
            switch outcome {
            case .stored(let worker, let lease):
                crash.reach(lease.phase.name, "stored")
                try send(.stored(lease, from: worker), link)
            case .compared(let worker, let lease, let found):
                disputes[lease] = found.agree ? nil : found
                try send(.compared(lease, from: worker, agrees: found.agree), link)
            case .distrusted: try takeUp(link)
            case .spoiled(let worker, let lease, let detail):
                try send(.spoiled(lease, from: worker, detail: detail), link)
            case .broken(let error): throw error
            }
        }
        for outcome in taskOutcomes.poll() {
            switch outcome {
            case .merged(let digest, _):
                log.write(.info, "profile made", [("digest", digest.hex)])
                commits.order(
                    .record(.profile(digest, basis: CoordinatorRun.scoreBasis(plan, digest))))
                try beginScore(digest)
                try settle(link)
            case .rechecked(let phase, let shard, let fault):
                settleUnread(shard, isIntact: fault == nil)
                try send(.rechecked(phase, shard: shard, fault: fault), link)
            case .judged(let lease, let verdict):
                isJudging = false
                try send(.judged(lease, verdict), link)
                judgeNext()
            case .published(let digest, _):
                index = digest
                commits.order(.record(.published(index: digest)))
                try send(.published, link)
            case .broken(let error): throw error
            }
        }
        for exit in exits.poll() { try bury(exit, link) }
    }

    /// After many sessions: about 30 KiB of buffers of each were freed and stay with malloc.
    private mutating func giveBackMemory() {
        guard sessions.endedCount - endedWhenTrimmed >= CoordinatorRun.sessionsPerTrim else {
            return
        }
        endedWhenTrimmed = sessions.endedCount
        ProcessMemory.giveBack()
    }

    private mutating func passTime(_ link: borrowing Link) throws {
        let now = Machine.milliseconds
        if now - tickedMs >= CoordinatorRun.tickMs {
            tickedMs = now
            try send(.tick, link)
        }
        if now - beatenMs >= CoordinatorRun.beatMs {
            beatenMs = now
            sumUp()
            try cutRevoked(link)
            for worker in sessions.all { try tell(worker, .beat(Beat()), link) }
            try settle(link)  // Whoever could not be reached is lost.
            giveBackMemory()
        }
        if now - shownMs >= CoordinatorRun.progressMs {
            shownMs = now
            options.onProgress(snapshot(now))
            publishBoard(link.endpoint)
        }
    }

    /// One line for the many that peers caused and that were not written.
    private mutating func sumUp(isLast: Bool = false) {
        let now = Machine.milliseconds
        if let count = refusals.sumUp(now: now, isLast: isLast) {
            log.write(.warning, "more refusals", [("count", "\(count)")])
        }
        if let count = comings.sumUp(now: now, isLast: isLast) {
            log.write(.warning, "more workers joined and lost", [("count", "\(count)")])
        }
    }

    /// What the plan's survey results depend on: the job.
    static func surveyBasis(_ plan: JobPlan) -> UInt64 {
        Fingerprint.of(plan.jobID.bytes)
    }

    /// What score results depend on: the job and its profile.
    static func scoreBasis(_ plan: JobPlan, _ profile: Digest) -> UInt64 {
        Fingerprint.of(plan.jobID.bytes + profile.bytes)
    }

    /// What the ledger knows of a phase.
    static func start(
        _ phase: Phase, _ basis: UInt64, _ plan: JobPlan, _ ledger: Ledger,
        _ quarantined: [QuarantinedShard], _ checks: CheckSample
    ) throws -> PhaseStart {
        let last = try ledger.lastAttempts(phase)
        let committed = try ledger.committed(phase, basis: basis)
        let checked = Set(committed.filter(\.isChecked).map(\.shard))
        return PhaseStart(
            committed: committed.map(\.shard),
            quarantined: quarantined.filter { $0.phase == phase }.map { UInt32($0.shard) },
            attempts: plan.shards.indices.map { last[UInt32($0)] ?? 0 },
            committers: committed.map(\.identity),
            checks: checks.shards(phase).filter { !checked.contains($0) })
    }

    private static func rules(_ plan: JobPlan, _ options: CoordinatorOptions) -> ScheduleRules {
        var rules = ScheduleRules()
        rules.resultBudgetBytes = options.resultBudgetBytes
        rules.resultBytesUsual = Phase.allCases.map { plan.resultBytesUsual($0) }
        if let local = options.local {
            rules.deathsWithoutProgressMax = max(5, local.count + 3)
            rules.strangerLossesMax = nil  // They are ours; the run ends when they keep dying.
        }
        rules.workersExpected = options.workersExpected ?? options.local?.count ?? 0
        return rules
    }
}
