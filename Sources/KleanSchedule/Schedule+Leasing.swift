import KleanCore

/// Who gets what next.
extension Schedule {
    /// Starts a phase with what is done already.
    mutating func beginPhase(_ start: PhaseStart) {
        states = Array(repeating: ShardState(), count: shards.count)
        for (shard, attempt) in start.attempts.enumerated() { states[shard].attempt = attempt }
        for shard in start.quarantined { states[Int(shard)].status = .quarantined }
        sampled = Set(start.checks)
        identities.formUnion(start.committers)
        known.formUnion(start.committers)
        checks = [:]
        dueChecks = []
        checksAloneMs = nil
        for (place, shard) in start.committed.enumerated()
        where states[Int(shard)].status == .pending {
            states[Int(shard)].status = .committed
            let committer = start.committers.isEmpty ? "" : start.committers[place]
            if sampled.contains(shard) { openCheck(shard, committer: committer, name: "") }
        }
        openCount = states.reduce(0) { $0 + ($1.isOpen ? 1 : 0) }
        pendingCount = openCount
        returned = []
        suspects = []
        nextFresh = 0
        outstanding = 0
        durations = []
        durationsSeen = 0
        commitsInPhase = 0
        for worker in roster {
            workers[worker]?.leases = []
            workers[worker]?.isSolo = false
            enqueue(worker)
        }
        reserve(nil)
    }

    /// Hands out suspects to empty workers, then ordinary shards to workers with room.
    mutating func lease(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        guard gather(now) else { return }
        leaseProbations(now, &effects)
        leaseSuspects(now, &effects)
        leaseChecks(now, &effects)
        while outstanding < outstandingMax, let shard = peekOrdinary() {
            guard let worker = ready.popFirst() else { return }
            workers[worker]?.isQueued = false
            guard let state = workers[worker], state.isOpen, worker != reserved,
                !state.isOnProbation, state.leases.count < leasesMax, fits(shard, state)
            else { continue }  // Comes back to the queue with credit or with its next result.
            _ = popOrdinary()
            grantNew(shard, to: worker, isSolo: false, now, &effects)
            enqueue(worker)
        }
    }

    /// At the start, waits until the expected workers have issued credit.
    mutating func gather(_ now: UInt64) -> Bool {
        if hasGathered { return true }
        let ready = roster.reduce(0) { $0 + ((workers[$1]?.creditTotal ?? 0) > 0 ? 1 : 0) }
        let waited = now - min(now, startMs ?? now)
        hasGathered = ready >= rules.workersExpected || waited >= rules.gatherMs
        return hasGathered
    }

    var outstandingMax: Int {
        max(1, rules.resultBudgetBytes / max(1, rules.resultBytesUsual[Int(phase.rawValue)]))
    }

    /// Fewer in advance when little is left, so that nobody sits on the last shards.
    var leasesMax: Int {
        let share = pendingCount / max(1, roster.count)
        let deep = min(rules.leasesPerWorkerDeepMax, share / 4)
        if roster.count == 1 { return max(rules.leasesPerWorkerMax, deep) }
        return max(1, min(rules.leasesPerWorkerMax, share), deep)
    }

    /// Suspects run alone: a worker is picked, emptied if need be, and gets one.
    private mutating func leaseSuspects(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        while let last = suspects.last, states[Int(last)].status != .pending {
            suspects.removeLast()
        }
        guard !suspects.isEmpty else { return reserve(nil) }
        var alone = roster.reduce(0) { $0 + (workers[$1]?.isSolo == true ? 1 : 0) }
        let aloneMax =
            deathsWithoutProgress >= 2
            ? 1 : peekOrdinary() == nil ? roster.count : max(1, roster.count / 2)
        while alone < aloneMax, outstanding < outstandingMax, let shard = popSuspect() {
            guard let worker = pick(for: Int(shard)) else {
                suspects.append(shard)
                return
            }
            if mayWait(shard, for: worker) {
                suspects.append(shard)
                return reserve(nil)
            }
            guard workers[worker]?.leases.isEmpty == true else {
                suspects.append(shard)
                reserve(worker)
                return makeRoom(worker, now, &effects)
            }
            if worker == reserved { reserved = nil }
            workers[worker]?.isSolo = true
            grantNew(shard, to: worker, isSolo: true, now, &effects)
            alone += 1
        }
    }

    /// Takes back from a worker that is to be emptied what it has not begun: a suspect waits for
    /// one shard, not for three. The first of its leases that is not stored yet may be running.
    private mutating func makeRoom(
        _ worker: WorkerID, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        let waiting = (workers[worker]?.leases ?? []).filter { lease in
            !states[Int(lease.shard)].holders.contains { $0.lease == lease && $0.isStoring }
        }
        for lease in waiting.dropFirst() {
            let shard = Int(lease.shard)
            guard let place = states[shard].holders.firstIndex(where: { $0.lease == lease }) else {
                continue
            }
            let holder = states[shard].holders[place]
            release(shard, holderAt: place)
            end(holder, .returned, "makes room for a shard that must run alone", now, &effects)
            effects.append(.cancel(lease, on: worker, .evicted))
            if holder.isCheck {
                checks[lease.shard]?.stage = .due
                dueChecks.append(lease.shard)
            } else if states[shard].status == .pending {
                states[shard].attemptsThisRun -= 1  // It never ran.
                putBack(shard, asSuspect: false, &effects)
            }
        }
    }

    /// Holds one worker free of ordinary work, or none.
    private mutating func reserve(_ worker: WorkerID?) {
        guard worker != reserved else { return }
        let earlier = reserved
        reserved = worker
        if let earlier { enqueue(earlier) }
    }

    /// The worker for a suspect: one that has not failed it if there is one, a known one if
    /// somebody has, then a reserved one, then the emptiest.
    private func pick(for shard: Int) -> WorkerID? {
        var best: (rank: Int, worker: WorkerID)?
        for worker in roster {
            guard let state = workers[worker], !state.isSilent, !state.isSolo,
                !state.isDraining, state.creditTotal > 0,
                state.leases.isEmpty ? fits(UInt32(shard), state) : true
            else { continue }
            let isBlamed = states[shard].blames.contains { $0.name == state.name }
            let isUnknown = !states[shard].blames.isEmpty && isStranger(state.identity)
            let rank =
                (isBlamed ? 1_000_000 : 0) + (isUnknown ? 10_000 : 0)
                + (worker == reserved ? 0 : 1_000) + state.leases.count
            if best == nil || rank < best?.rank ?? 0 { best = (rank, worker) }
        }
        return best?.worker
    }

    private mutating func popSuspect() -> UInt32? {
        while let shard = suspects.popLast() {
            if states[Int(shard)].status == .pending { return shard }
        }
        return nil
    }

    mutating func peekOrdinary() -> UInt32? {
        while let shard = returned.last {
            if isOrdinary(shard) { return shard }
            returned.removeLast()
        }
        while Int(nextFresh) < states.count {
            if isOrdinary(nextFresh) { return nextFresh }
            nextFresh += 1
        }
        return nil
    }

    mutating func popOrdinary() -> UInt32? {
        guard let shard = peekOrdinary() else { return nil }
        if returned.isEmpty { nextFresh += 1 } else { returned.removeLast() }
        return shard
    }

    private func isOrdinary(_ shard: UInt32) -> Bool {
        states[Int(shard)].status == .pending && !states[Int(shard)].isSuspect
    }

    private func creditBytes(_ shard: UInt32) -> Int {
        let plan = shards[Int(shard)]
        return phase == .survey ? plan.surveyBytes : plan.scoreBytes
    }

    /// What the largest shard of the phase takes of a worker's credit.
    var shardBytesMax: Int { phase == .survey ? bytesMax.survey : bytesMax.score }

    func fits(_ shard: UInt32, _ state: WorkerState) -> Bool {
        state.creditLeft >= UInt64(creditBytes(shard))
    }

    mutating func grantNew(
        _ shard: UInt32, to worker: WorkerID, isSolo: Bool, isCheck: Bool = false, _ now: UInt64,
        _ effects: inout [ScheduleEffect]
    ) {
        states[Int(shard)].attempt += 1
        if !isCheck { states[Int(shard)].attemptsThisRun += 1 }
        let lease = Lease(
            phase: phase, shard: shard, attempt: states[Int(shard)].attempt, basis: basis)
        let bytes = creditBytes(shard)
        grant(lease, to: worker, isSolo: isSolo, isCheck: isCheck, creditBytes: bytes, now)
        effects.append(.lease(lease, to: worker, isSolo: isSolo, creditBytes: bytes))
    }

    /// Writes a lease into the books.
    mutating func grant(
        _ lease: Lease, to worker: WorkerID, isSolo: Bool, isCheck: Bool = false,
        creditBytes: Int, _ now: UInt64
    ) {
        guard let state = workers[worker] else { return }
        let shard = Int(lease.shard)
        if states[shard].status == .pending, !states[shard].isSuspect { pendingCount -= 1 }
        if !isCheck { states[shard].status = .leased }
        states[shard].holders.append(
            .init(
                worker: worker, name: state.name, identity: state.identity,
                incarnation: state.incarnation, lease: lease, startMs: now, isSolo: isSolo,
                isCheck: isCheck))
        if state.leases.isEmpty { progress(worker, now) }
        workers[worker]?.leases.append(lease)
        workers[worker]?.creditUsed += UInt64(creditBytes)
        outstanding += 1
    }

    /// One rival attempt for what takes too long, on workers that have nothing else to do.
    mutating func speculate(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        let done = states.count - openCount
        guard openCount > 0, done * 100 >= states.count * rules.stragglerPastPercent,
            durations.count >= 3, peekOrdinary() == nil, suspects.isEmpty
        else { return }
        let median = durations.sorted()[durations.count / 2]
        let threshold = max(rules.stragglerFloorMs, median * rules.stragglerMedians)
        for worker in roster {
            for lease in workers[worker]?.leases ?? [] {
                let state = states[Int(lease.shard)]
                guard state.status == .leased, state.holders.count == 1, !state.isSuspect,
                    state.attemptsThisRun < rules.attemptsMax,
                    let holder = state.holders.first, outstanding < outstandingMax
                else { continue }
                let age = now - min(now, holder.startMs)
                guard age > threshold, let rival = idle(otherThan: holder.name, lease.shard)
                else { continue }
                effects.append(
                    .alarm(.straggler(lease, on: worker, ageMs: age, medianMs: median)))
                grantNew(lease.shard, to: rival, isSolo: false, now, &effects)
            }
        }
    }

    private func idle(otherThan name: String, _ shard: UInt32) -> WorkerID? {
        roster.first { worker in
            guard let state = workers[worker] else { return false }
            return state.isOpen && !state.isOnProbation && state.leases.isEmpty
                && state.name != name
                && fits(shard, state)
        }
    }
}
