package import KleanCore

/// Decides which worker scans which shard, who is dead and what is given up (DESIGN §6). The same
/// events at the same times always give the same effects.
///
/// - The first result of a shard wins; any other is dropped.
/// - A worker that is lost with several shards blames none of them: they come back as *suspects*
///   and each runs alone on a worker. A lost worker counts against a shard only when it ran it
///   alone; errors and lack of memory count because the worker named the shard.
/// - Workers that never committed anything answer for their losses themselves, see ``Strangers``.
/// - A shard is quarantined when ``ScheduleRules/blamesMax`` different workers failed it for one
///   cause. With fewer than that many workers alive, different incarnations count, or for causes
///   that a worker survives, tries.
/// - Near the end of a phase an attempt that takes too long gets one rival on an idle worker.
/// - Some shards are scored twice, on workers of different identity. When the two disagree and the
///   coordinator's own scorer has said who is wrong, all that the liar ever committed is taken
///   back and the job starts again from what is left.
///
/// Time is in milliseconds on any clock that never runs backward.
package struct Schedule: Sendable {
    package enum Stage: Equatable, Sendable {
        case survey, merging, score, publishing, finished
        /// Waits until what liars committed is taken back.
        case revoking
    }

    let rules: ScheduleRules
    let shards: [ScheduleShard]
    /// Of the largest shard.
    let bytesMax: (survey: Int, score: Int)

    package internal(set) var stage: Stage = .survey
    package internal(set) var isDraining = false
    package internal(set) var isPaused = false
    /// The merge or publication was ordered and its answer is due.
    var isOrdered = false
    package internal(set) var basis: UInt64
    var states: [ShardState]

    /// Ordinary work: first what came back, last in first out, then fresh shards in order.
    /// Entries whose shard is no longer pending are skipped when they come up.
    var returned: [UInt32] = []
    var nextFresh: UInt32 = 0
    /// Shards that must run alone; the last one comes first, so that one at a time is settled.
    var suspects: [UInt32] = []
    /// Ordinary shards still pending.
    var pendingCount = 0
    /// Shards neither committed nor quarantined.
    var openCount = 0
    /// Attempts out or being stored.
    var outstanding = 0

    // Hash order is random: look up, never iterate. `roster` is in order of joining.
    var workers: [WorkerID: WorkerState] = [:]
    var roster: [WorkerID] = []
    var ready = WorkerQueue()
    /// Gets nothing ordinary until it is empty and can run a suspect alone.
    var reserved: WorkerID?

    /// Shards of the phase to be checked once they are committed, and the checks that are open.
    var sampled: Set<UInt32> = []
    var checks: [UInt32: CheckState] = [:]
    /// Open checks that nobody works on; the last one comes first.
    var dueChecks: [UInt32] = []
    /// Since when nothing but due checks is left.
    var checksAloneMs: UInt64?
    /// Different identities that ever joined or committed, and how many when a wait was last in
    /// vain.
    var identities: Set<String> = []
    var identitiesWaitedWith: Int?
    package internal(set) var checkCounts = CheckCounts()

    /// The last durations in this phase, in milliseconds: a ring.
    var durations: [UInt64] = []
    var durationsSeen = 0
    var deathsWithoutProgress = 0
    /// Keys and names that committed something in this job.
    var known: Set<String> = []
    var strangers = Strangers()
    /// Losses before anybody committed, and how many next call a person.
    var fruitlessLosses = 0
    var fruitlessLossesNext = 12
    /// When a known worker was last here, if none is.
    var knownMs: UInt64?
    /// Sessions on probation.
    var probations = 0
    var commitsInPhase = 0
    /// Worker processes that a person drains, in order of the wish.
    var drainingIncarnations: [UInt64] = []
    var startMs: UInt64?
    var hasGathered = false
    package internal(set) var resultsDropped = 0
    package internal(set) var attemptsFailed = 0

    /// - Parameters:
    ///   - basis: what survey leases carry.
    ///   - start: what is done of the survey.
    package init(
        shards: [ScheduleShard], rules: ScheduleRules, basis: UInt64,
        start: PhaseStart = PhaseStart()
    ) {
        self.shards = shards
        self.rules = rules
        self.basis = basis
        bytesMax = (
            shards.map(\.surveyBytes).max() ?? 0, shards.map(\.scoreBytes).max() ?? 0
        )
        states = []
        beginPhase(start)
    }

    /// The one way in.
    package mutating func handle(_ event: ScheduleEvent, now: UInt64) -> [ScheduleEffect] {
        var effects: [ScheduleEffect] = []
        if startMs == nil { startMs = now }
        apply(event, now, &effects)
        settle(now, &effects)
        return effects
    }

    /// The phase that leases belong to.
    package internal(set) var phase: Phase = .survey

    private mutating func apply(
        _ event: ScheduleEvent, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        switch event {
        case .joined(let worker, let name, let incarnation, let holding, let identity):
            join(
                worker, name, identity.isEmpty ? name : identity, incarnation, holding, now,
                &effects)
        case .heard(let worker): hear(worker, now, &effects)
        case .credit(let worker, let totalBytes):
            hear(worker, now, &effects)
            credit(worker, totalBytes)
        case .beat(let worker, let running, let rowsDone):
            hear(worker, now, &effects)
            beat(worker, running, rowsDone, now)
        case .result(let worker, let lease):
            hear(worker, now, &effects)
            progress(worker, now)
            receive(lease, from: worker, &effects)
        case .stored(let lease, let worker): commit(lease, from: worker, now, &effects)
        case .spoiled(let lease, let worker, let detail):
            spoil(lease, from: worker, detail, now, &effects)
        case .failed(let worker, let lease, let code, let detail):
            hear(worker, now, &effects)
            fail(lease, on: worker, code, detail, now, &effects)
        case .rechecked(let phase, let shard, let fault):
            recheck(phase, shard, fault, &effects)
        case .compared(let lease, let worker, let agrees):
            compare(lease, from: worker, agrees, now, &effects)
        case .judged(let lease, let verdict): judge(lease, verdict, now, &effects)
        case .revoked(let basis, let start): restart(basis, start, &effects)
        case .lost(let worker, let reason): lose(worker, reason, now, &effects)
        case .died: deathsWithoutProgress += 1
        case .profileReady(let basis, var start):
            guard stage == .merging else { return }
            stage = .score
            phase = .score
            isOrdered = false
            self.basis = basis
            // What was given up in the survey has no pairs and cannot be scored.
            start.quarantined += states.indices.compactMap {
                states[$0].status == .quarantined ? UInt32($0) : nil
            }
            beginPhase(start)
            effects.append(.announce(.score))
        case .published:
            guard stage == .publishing else { return }
            finish(.complete, &effects)
        case .drain: isDraining = true
        case .retry(let shard): retry(shard, now, &effects)
        case .skip(let shard, let reason): skip(shard, reason, now, &effects)
        case .drainWorker(let name): drain(name)
        case .evict(let name): evict(name, now, &effects)
        case .trust(let name): trust(name)
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .tick: tick(now, &effects)
        }
    }

    /// Turns whatever the event made possible into effects.
    private mutating func settle(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        guard stage != .finished else { return }
        if let most = rules.deathsWithoutProgressMax, deathsWithoutProgress >= most {
            return finish(.workersKeepDying(deaths: deathsWithoutProgress), &effects)
        }
        if isScanning, openCount == 0, !checks.isEmpty { settleChecks(now, &effects) }
        if isScanning, openCount == 0, checks.isEmpty {
            stage = stage == .survey ? .merging : .publishing
            isOrdered = !isDraining
            if isOrdered { effects.append(stage == .merging ? .mergeSurvey : .publish) }
        }
        if isScanning, !isDraining, !isPaused { lease(now, &effects) }
        if !drainingIncarnations.isEmpty { dismissEmpty(&effects) }
        if isDraining, isQuiet { finish(.drained, &effects) }
    }

    package var isScanning: Bool { stage == .survey || stage == .score }

    /// Nothing is under way that a drain would have to wait for.
    private var isQuiet: Bool {
        guard isScanning else { return !isOrdered }
        return outstanding == 0 && !states.contains { $0.status == .checking }
    }

    private mutating func finish(_ finish: Finish, _ effects: inout [ScheduleEffect]) {
        stage = .finished
        effects.append(.finish(finish))
    }
}
