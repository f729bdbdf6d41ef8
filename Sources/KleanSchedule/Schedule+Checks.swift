import KleanCore

/// Double scoring: a shard that is committed and to be checked is leased once more, to a worker of
/// another identity; the lease looks like any other. Equal results settle the check. Unequal ones
/// are decided by the coordinator's own scorer, and who was wrong is distrusted: the phase is
/// given up, all that the liar ever committed is taken back, and the job goes on from what is
/// left of the survey.
///
/// A check waits for another worker only ``ScheduleRules/checkWaitMs`` after everything else is
/// done, and not at all where only one worker was ever seen or expected; then it stays unmade, and
/// is due again in a later run.
extension Schedule {
    /// Checks of this run, both phases.
    package struct CheckCounts: Equatable, Sendable {
        /// Second scorings that were compared, and those that differed.
        package var made = 0
        package var disputed = 0
        /// Left unmade by phase, because there was no other worker...
        package var unmadeAlone = [0, 0]
        /// ...or because workers failed at it again and again.
        package var unmadeFailed = [0, 0]
    }

    /// Checks of the present phase that are still open.
    package var checksOpen: Int { checks.count }

    mutating func openCheck(_ shard: UInt32, committer: String, name: String) {
        checks[shard] = CheckState(committer: committer, committerName: name)
        dueChecks.append(shard)
    }

    /// Hands due checks to workers with room that are not to be checked themselves.
    ///
    /// - Parameter isLastResort: Strangers get some, too, though two known identities are here.
    mutating func leaseChecks(
        _ now: UInt64, isLastResort: Bool = false, _ effects: inout [ScheduleEffect]
    ) {
        guard !dueChecks.isEmpty else { return }
        let isForKnown = !isLastResort && areTwoKnown
        var passed: [WorkerID] = []
        while outstanding < outstandingMax, !dueChecks.isEmpty, let worker = ready.popFirst() {
            workers[worker]?.isQueued = false
            guard let state = workers[worker], state.isOpen, worker != reserved else { continue }
            let place = dueChecks.lastIndex { shard in
                checks[shard]?.committer != state.identity && fits(shard, state)
                    && !(isForKnown && isStranger(state.identity))
            }
            guard let place, state.leases.count < leasesMax else {
                passed.append(worker)
                continue
            }
            let shard = dueChecks.remove(at: place)
            grantNew(shard, to: worker, isSolo: false, isCheck: true, now, &effects)
            checks[shard]?.stage = .leased
            enqueue(worker)
        }
        for worker in passed { enqueue(worker) }
    }

    /// Whether two known identities are here: strangers, who may come only to lose checks, get
    /// none then.
    private var areTwoKnown: Bool {
        var first: String?
        for worker in roster {
            guard let identity = workers[worker]?.identity, !isStranger(identity) else { continue }
            if let first, first != identity { return true }
            first = identity
        }
        return false
    }

    /// Nothing but checks is left: leases them, or gives up waiting for somebody to make them.
    mutating func settleChecks(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        if isDraining || isPaused { return checksAloneMs = nil }
        if gather(now) {
            leaseChecks(now, &effects)
            // Nobody known has room, and nothing under way will make any.
            if outstanding == 0 { leaseChecks(now, isLastResort: true, &effects) }
        }
        guard outstanding == 0, dueChecks.count == checks.count else {
            return checksAloneMs = nil
        }
        let since = checksAloneMs ?? now
        checksAloneMs = since
        // Whoever was waited for in vain once is not waited for again.
        let isAlone =
            identities.count <= 1 && rules.workersExpected <= 1
            || identities.count == identitiesWaitedWith
        guard isAlone || now - min(now, since) >= rules.checkWaitMs else { return }
        identitiesWaitedWith = identities.count
        checkCounts.unmadeAlone[Int(phase.rawValue)] += checks.count
        checks = [:]
        dueChecks = []
    }

    /// Whether the result of a check's lease is what the schedule waits for.
    func isAwaitedCheck(_ lease: Lease, _ place: Int) -> Bool {
        let holder = states[Int(lease.shard)].holders[place]
        return holder.isCheck && !holder.isStoring
    }

    /// An attempt at a check came to nothing.
    mutating func missCheck(_ shard: UInt32) {
        guard var check = checks[shard] else { return }
        check.tries += 1
        check.stage = .due
        if check.tries < rules.checkTriesMax {
            checks[shard] = check
            dueChecks.append(shard)
        } else {
            checks[shard] = nil
            checkCounts.unmadeFailed[Int(phase.rawValue)] += 1
        }
    }

    mutating func compare(
        _ lease: Lease, from worker: WorkerID, _ agrees: Bool, _ now: UInt64,
        _ effects: inout [ScheduleEffect]
    ) {
        guard let place = holder(of: lease, worker), checks[lease.shard]?.stage == .leased,
            states[Int(lease.shard)].holders[place].isStoring
        else { return }
        let holder = states[Int(lease.shard)].holders[place]
        release(Int(lease.shard), holderAt: place)
        end(holder, agrees ? .agreed : .disagreed, "", now, &effects)
        if workers[worker] != nil { effects.append(.acknowledge(lease, to: worker)) }
        checkCounts.made += 1
        if agrees {
            checks[lease.shard] = nil
            sampled.remove(lease.shard)
        } else {
            checkCounts.disputed += 1
            checks[lease.shard]?.stage = .judging(lease, holder.identity, name: holder.name)
            effects.append(.judge(lease))
        }
    }

    mutating func judge(
        _ lease: Lease, _ verdict: Verdict, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard isScanning, let check = checks[lease.shard],
            case .judging(lease, let checker, let checkerName) = check.stage
        else { return }
        switch verdict {
        case .undecided(let reason):
            checks[lease.shard] = nil
            effects.append(.revoke(phase, shard: lease.shard))
            openCount += 1
            quarantine(
                Int(lease.shard),
                "two workers disagree and the coordinator cannot score it: \(reason)", &effects)
        case .wrong(let committer, let isChecker):
            var liars: [Distrusted] = []
            if committer {
                liars.append(
                    Distrusted(
                        identity: check.committer, name: check.committerName, lease: lease))
            }
            if isChecker {
                liars.append(Distrusted(identity: checker, name: checkerName, lease: lease))
            }
            distrust(liars, now, &effects)
        }
    }

    /// Ends the sessions of liars and everything under way; the job goes on with
    /// ``ScheduleEvent/revoked(basis:_:)``.
    private mutating func distrust(
        _ liars: [Distrusted], _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        for liar in liars { known.remove(liar.identity) }
        let attempts = states.map(\.attempt)
        for shard in states.indices {
            for holder in states[shard].holders {
                // What is being stored comes first in the ledger, before it is taken back.
                let isCommit = holder.isStoring && !holder.isCheck
                end(
                    holder, isCommit ? .committed : .returned, "a worker lied", now, &effects)
                if workers[holder.worker] != nil {
                    effects.append(.cancel(holder.lease, on: holder.worker, .stale))
                }
            }
        }
        beginPhase(PhaseStart(attempts: attempts))
        stage = .revoking
        isOrdered = true
        effects.append(.distrust(liars))
        for worker in roster {
            guard let identity = workers[worker]?.identity,
                liars.contains(where: { $0.identity == identity })
            else { continue }
            lose(worker, .distrusted, now, &effects)
        }
    }

    /// Begins again with the survey; where nothing of it was taken back that is over at once.
    mutating func restart(
        _ basis: UInt64, _ start: PhaseStart, _ effects: inout [ScheduleEffect]
    ) {
        guard stage == .revoking else { return }
        var start = start
        if phase == .survey {
            // No attempt number is used twice.
            var attempts = states.map(\.attempt)
            for (shard, attempt) in start.attempts.enumerated() {
                attempts[shard] = max(attempts[shard], attempt)
            }
            start.attempts = attempts
        }
        checkCounts.unmadeAlone[Int(Phase.survey.rawValue)] = 0
        checkCounts.unmadeFailed[Int(Phase.survey.rawValue)] = 0
        stage = .survey
        phase = .survey
        isOrdered = false
        self.basis = basis
        beginPhase(start)
        effects.append(.announce(.survey))
    }

    /// What does not hold of a shard's check.
    func checkViolation(_ shard: UInt32, _ holders: [ShardState.Holder]) -> String? {
        if holders.count > 1 { return "shard \(shard) is checked by \(holders.count) workers" }
        if let check = checks[shard], states[Int(shard)].status != .committed {
            return "shard \(shard) has a check at \(check.stage) and is not committed"
        }
        guard let holder = holders.first else { return nil }
        if checks[shard]?.stage != .leased {
            return "shard \(shard) is checked, no check is leased"
        }
        return checks[shard]?.committer == holder.identity
            ? "shard \(shard) is checked by \(holder.identity), who committed it" : nil
    }
}

/// What a schedule knows of one open check.
struct CheckState {
    enum Stage: Equatable {
        case due
        /// Another worker has it, or its result is being compared.
        case leased
        /// The coordinator scores the shard, because the checker disagrees.
        case judging(Lease, String, name: String)
    }

    /// Who committed the shard: identity, and name where it joined in this run.
    let committer: String
    let committerName: String
    var stage: Stage = .due
    var tries = 0
}
