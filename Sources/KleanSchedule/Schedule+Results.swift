import KleanCore

/// How attempts end.
extension Schedule {
    mutating func receive(
        _ lease: Lease, from worker: WorkerID, _ effects: inout [ScheduleEffect]
    ) {
        if let place = holder(of: lease, worker), isAwaitedCheck(lease, place) {
            states[Int(lease.shard)].holders[place].isStoring = true
            effects.append(.compare(lease, from: worker))
            return
        }
        guard let place = holder(of: lease, worker),
            [.leased, .checking].contains(states[Int(lease.shard)].status)
        else {
            resultsDropped += 1
            effects.append(.drop(lease, from: worker))
            return
        }
        states[Int(lease.shard)].status = .storing
        states[Int(lease.shard)].holders[place].isStoring = true
        effects.append(.store(lease, from: worker))
    }

    mutating func commit(
        _ lease: Lease, from worker: WorkerID, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard holder(of: lease, worker) != nil, states[Int(lease.shard)].status == .storing
        else { return }
        let shard = Int(lease.shard)
        if let place = holder(of: lease, worker) { know(states[shard].holders[place]) }
        states[shard].status = .committed
        openCount -= 1
        commitsInPhase += 1
        deathsWithoutProgress = 0
        while let holder = states[shard].holders.first {
            release(shard, holderAt: 0)
            if holder.worker == worker {
                if sampled.contains(lease.shard) {
                    openCheck(lease.shard, committer: holder.identity, name: holder.name)
                }
                record(duration: now - min(now, holder.startMs))
                end(holder, .committed, "", now, &effects)
                if workers[worker] != nil { effects.append(.acknowledge(lease, to: worker)) }
            } else {
                end(holder, .superseded, "", now, &effects)
                effects.append(.cancel(holder.lease, on: holder.worker, .lost))
            }
        }
        states[shard].blames = []
    }

    mutating func spoil(
        _ lease: Lease, from worker: WorkerID, _ detail: String, _ now: UInt64,
        _ effects: inout [ScheduleEffect]
    ) {
        guard let place = holder(of: lease, worker),
            states[Int(lease.shard)].holders[place].isStoring
        else { return }
        if !states[Int(lease.shard)].holders[place].isCheck {
            states[Int(lease.shard)].status = .leased
        }
        states[Int(lease.shard)].holders[place].isStoring = false
        fail(lease, on: worker, .scorerError, detail, now, &effects)
        if workers[worker] != nil { effects.append(.cancel(lease, on: worker, .lost)) }
    }

    mutating func fail(
        _ lease: Lease, on worker: WorkerID, _ code: FailureCode, _ detail: String,
        _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard let place = holder(of: lease, worker) else { return }
        let shard = Int(lease.shard)
        let holder = states[shard].holders[place]
        guard !holder.isStoring else { return }
        release(shard, holderAt: place)
        attemptsFailed += 1
        end(holder, AttemptOutcome(code), detail, now, &effects)
        if holder.isCheck {
            if code == .chunkUnread { effects.append(.recheck(phase, shard: lease.shard)) }
            return missCheck(lease.shard)
        }
        let cause = ShardState.Cause(code)
        if let cause {
            states[shard].blames.append(
                .init(
                    cause: cause, name: holder.name, identity: holder.identity,
                    incarnation: holder.incarnation))
            states[shard].isSuspect = true
        } else {
            states[shard].attemptsThisRun -= 1  // It never ran.
        }
        guard states[shard].status == .pending || states[shard].status == .leased else { return }
        if code == .corruptChunk || code == .chunkUnread {
            states[shard].status = .checking
            effects.append(.recheck(phase, shard: lease.shard))
        } else if states[shard].status == .pending, let cause {
            if isSpent(shard, cause, namesAlive) {
                quarantine(shard, "\(reasonText(shard)) failed it: \(detail)", &effects)
            } else {
                putBack(shard, asSuspect: true, &effects)
            }
        }
    }

    mutating func recheck(
        _ phase: Phase, _ shard: UInt32, _ fault: String?, _ effects: inout [ScheduleEffect]
    ) {
        guard isScanning, phase == self.phase, states.indices.contains(Int(shard)),
            states[Int(shard)].status == .checking
        else { return }
        let shard = Int(shard)
        if let fault {
            quarantine(shard, "corrupt chunk: \(fault)", &effects)
        } else if !states[shard].holders.isEmpty {
            states[shard].status = .leased
        } else if isSpent(shard, .corruptChunk, namesAlive) {
            quarantine(
                shard, "\(reasonText(shard)) called it corrupt, though it is intact here",
                &effects)
        } else {
            putBack(shard, asSuspect: false, &effects)
        }
    }

    /// Where a session stands among a shard's holders, if it holds exactly this lease.
    func holder(of lease: Lease, _ worker: WorkerID) -> Int? {
        guard isScanning, lease.phase == phase, lease.basis == basis,
            states.indices.contains(Int(lease.shard))
        else { return nil }
        return states[Int(lease.shard)].holders.firstIndex {
            $0.worker == worker && $0.lease == lease
        }
    }

    /// Takes a lease out of the books. A shard without holders is pending again, in no queue.
    mutating func release(_ shard: Int, holderAt place: Int) {
        let holder = states[shard].holders.remove(at: place)
        outstanding -= 1
        if states[shard].holders.isEmpty, states[shard].status == .leased {
            states[shard].status = .pending
        }
        guard workers[holder.worker] != nil else { return }
        workers[holder.worker]?.leases.removeAll { $0 == holder.lease }
        if holder.isSolo { workers[holder.worker]?.isSolo = false }
        enqueue(holder.worker)
    }

    /// Puts a pending shard without holders where it will be found, or gives it up when it has
    /// been tried too often; a suspect comes next, or after all others.
    mutating func putBack(
        _ shard: Int, asSuspect: Bool, isLast: Bool = false, _ effects: inout [ScheduleEffect]
    ) {
        states[shard].status = .pending
        if asSuspect { states[shard].isSuspect = true }
        if states[shard].attemptsThisRun >= rules.attemptsMax {
            quarantine(shard, "\(states[shard].attemptsThisRun) attempts ended badly", &effects)
        } else if states[shard].isSuspect {
            suspects.insert(UInt32(shard), at: isLast ? 0 : suspects.count)
        } else {
            pendingCount += 1
            returned.append(UInt32(shard))
        }
    }

    /// Gives a shard up for this run.
    mutating func quarantine(_ shard: Int, _ reason: String, _ effects: inout [ScheduleEffect]) {
        while let holder = states[shard].holders.first {
            release(shard, holderAt: 0)
            effects.append(.cancel(holder.lease, on: holder.worker, .evicted))
        }
        states[shard].status = .quarantined
        openCount -= 1
        if commitsInPhase > 0 { deathsWithoutProgress = 0 }
        effects.append(.quarantine(phase, shard: UInt32(shard), reason: reason))
    }

    /// Whether a shard's budget for a cause is used up.
    func isSpent(
        _ shard: Int, _ cause: ShardState.Cause, _ namesAlive: Int, countsStrangers: Bool = false
    ) -> Bool {
        var blames = states[shard].blames.filter { $0.cause == cause }
        if cause == .workerLost, !countsStrangers { blames = blames.filter(isSound) }
        if Set(blames.map(\.name)).count >= rules.blamesMax { return true }
        guard namesAlive < rules.blamesMax else { return false }
        // Too few workers to ask: incarnations count, and tries where the worker survives.
        return cause == .workerLost
            ? Set(blames.map(\.incarnation)).count >= rules.blamesMax
            : blames.count >= rules.blamesMax
    }

    /// "3 attempts on w0, w1", for the quarantine's reason.
    func reasonText(_ shard: Int) -> String {
        var names: [String] = []
        for blame in states[shard].blames where !names.contains(blame.name) {
            names.append(blame.name)
        }
        let count = states[shard].blames.count
        return "\(count) attempts on \(names.sorted().joined(separator: ", "))"
    }

    func end(
        _ holder: ShardState.Holder, _ outcome: AttemptOutcome, _ detail: String, _ now: UInt64,
        _ effects: inout [ScheduleEffect], _ lost: WorkerState? = nil
    ) {
        let worker = lost ?? workers[holder.worker]
        let isAtHand = worker?.running == holder.lease
        effects.append(
            .ended(
                AttemptEnd(
                    lease: holder.lease, worker: holder.name, incarnation: holder.incarnation,
                    startMs: holder.startMs, endMs: now,
                    progressMs: isAtHand ? worker?.progressMs ?? now : holder.startMs,
                    rowsDone: isAtHand ? worker?.rowsDone ?? 0 : 0, outcome: outcome,
                    detail: detail)))
    }

    /// Keeps the last 255 durations.
    private mutating func record(duration: UInt64) {
        if durations.count < 255 {
            durations.append(duration)
        } else {
            durations[durationsSeen % 255] = duration
        }
        durationsSeen += 1
    }
}

extension AttemptOutcome {
    init(_ code: FailureCode) {
        switch code {
        case .scorerError: self = .scorerError
        case .outOfMemory: self = .outOfMemory
        case .corruptChunk: self = .corruptChunk
        case .chunkUnread: self = .chunkUnread
        }
    }
}

extension ShardState.Cause {
    /// `nil` for what is no fault of the shard.
    init?(_ code: FailureCode) {
        switch code {
        case .scorerError: self = .scorerError
        case .outOfMemory: self = .outOfMemory
        case .corruptChunk: self = .corruptChunk
        case .chunkUnread: return nil
        }
    }
}
