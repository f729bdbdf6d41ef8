import KleanCore

/// Sessions: how they begin, live, and are lost.
extension Schedule {
    mutating func join(
        _ worker: WorkerID, _ name: String, _ identity: String, _ incarnation: UInt64,
        _ holding: [Lease], _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard workers[worker] == nil else { return }
        if identities.count < Limits.workersMax { identities.insert(identity) }
        var state = WorkerState(
            name: name, identity: identity, standing: Self.standing(name, identity),
            incarnation: incarnation, heardMs: now, progressMs: now)
        if !holding.isEmpty { comeBack(state) }
        state.isOnProbation = isOnProbation(state)
        if state.isOnProbation { probations += 1 }
        workers[worker] = state
        roster.append(worker)
        workers[worker]?.isDraining = drainingIncarnations.contains(incarnation)
        for lease in holding {
            if adopt(lease, worker, now) { continue }
            effects.append(.cancel(lease, on: worker, .stale))
        }
    }

    /// Takes over a lease that an earlier session or coordinator granted, if nobody else has the
    /// shard. The process lives, so its earlier loss blames nothing.
    private mutating func adopt(_ lease: Lease, _ worker: WorkerID, _ now: UInt64) -> Bool {
        guard isScanning, lease.phase == phase, lease.basis == basis,
            states.indices.contains(Int(lease.shard)), let state = workers[worker],
            states[Int(lease.shard)].status == .pending, lease.attempt <= Self.attemptsMax,
            states[Int(lease.shard)].attemptsThisRun < rules.attemptsMax
        else { return false }
        let shard = Int(lease.shard)
        states[shard].attemptsThisRun += 1
        states[shard].blames.removeAll {
            $0.cause == .workerLost && $0.incarnation == state.incarnation
        }
        states[shard].attempt = max(states[shard].attempt, lease.attempt)
        grant(lease, to: worker, isSolo: false, creditBytes: 0, now)
        return true
    }

    /// A number that no shard's attempts come near; a peer that presents a larger one made it up.
    private static let attemptsMax: UInt32 = 1 << 31

    mutating func hear(_ worker: WorkerID, _ now: UInt64, _ effects: inout [ScheduleEffect]) {
        guard let state = workers[worker] else { return }
        workers[worker]?.heardMs = now
        if state.isSilent {
            workers[worker]?.isSilent = false
            effects.append(.alarm(.recovered(worker, name: state.name)))
            enqueue(worker)
        }
    }

    mutating func credit(_ worker: WorkerID, _ totalBytes: UInt64) {
        guard let state = workers[worker], totalBytes > state.creditTotal else { return }
        workers[worker]?.creditTotal = totalBytes
        enqueue(worker)
    }

    mutating func beat(_ worker: WorkerID, _ running: Lease?, _ rowsDone: UInt64, _ now: UInt64) {
        guard let state = workers[worker] else { return }
        workers[worker]?.running = running
        workers[worker]?.rowsDone = rowsDone
        if running != state.running || rowsDone != state.rowsDone { progress(worker, now) }
    }

    mutating func progress(_ worker: WorkerID, _ now: UInt64) {
        workers[worker]?.progressMs = now
        workers[worker]?.isStalled = false
    }

    /// Puts a worker that may have room at the end of the queue.
    mutating func enqueue(_ worker: WorkerID) {
        guard let state = workers[worker], state.isOpen, !state.isQueued, worker != reserved
        else { return }
        workers[worker]?.isQueued = true
        ready.append(worker)
    }

    /// Ends a session: what it ran alone is blamed, everything it held comes back.
    mutating func lose(
        _ worker: WorkerID, _ reason: LossReason, _ now: UInt64,
        _ effects: inout [ScheduleEffect]
    ) {
        guard let state = workers[worker] else { return }
        let namesAlive = namesAlive
        workers[worker] = nil
        roster.removeAll { $0 == worker }
        if reserved == worker { reserved = nil }
        if state.isOnProbation { probations -= 1 }
        if !isStranger(state.identity) { knownMs = now }
        effects.append(.forget(worker, name: state.name, reason))
        let isAsked = [.evicted, .distrusted].contains(reason)
        if !isAsked, !isWaitingForDisk(state) { countLoss(state, &effects) }
        // A worker takes its shards in the order granted; what ran comes up again first.
        for lease in state.leases.reversed() {
            let shard = Int(lease.shard)
            guard let place = states[shard].holders.firstIndex(where: { $0.worker == worker })
            else { continue }
            let holder = states[shard].holders[place]
            if holder.isStoring { continue }  // The result is here; the worker is not needed.
            release(shard, holderAt: place)
            let isUnforced = [.left, .evicted, .distrusted].contains(reason)
            if !isUnforced { attemptsFailed += 1 }
            let isBlamed = holder.isSolo && !isUnforced
            end(
                holder,
                isUnforced ? .returned : isBlamed ? .lostSolo : .lostUnblamed,
                reason.name, now, &effects, state)
            if holder.isCheck {
                missCheck(lease.shard)
                continue
            }
            let blame = ShardState.Blame(
                cause: .workerLost, name: holder.name, identity: holder.identity,
                incarnation: holder.incarnation, isSeen: state.running == lease)
            if isUnforced || !isSound(blame) {
                states[shard].attemptsThisRun -= 1  // Not the shard's fault as far as we know.
            }
            if isBlamed, states[shard].blames.count < ShardState.blamesKept {
                states[shard].blames.append(blame)
            }
            guard states[shard].status == .pending else { continue }
            if isBlamed,
                isSpent(shard, .workerLost, namesAlive, countsStrangers: isLastResort(now))
            {
                quarantine(shard, "\(reasonText(shard)) were lost running it alone", &effects)
            } else {
                putBack(
                    shard, asSuspect: !isUnforced || states[shard].isSuspect,
                    isLast: isBlamed && !isSound(blame), &effects)
            }
        }
    }

    /// Begins the session anew of a worker that has long held nothing and had no room either: a
    /// shard was called off and never reached it, and it gives back the credit of what it got.
    private mutating func renewStarved(
        _ worker: WorkerID, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard let state = workers[worker], state.leases.isEmpty, state.creditUsed > 0,
            state.creditLeft < UInt64(shardBytesMax)
        else {
            workers[worker]?.starvedMs = nil
            return
        }
        let since = state.starvedMs ?? now
        workers[worker]?.starvedMs = since
        if now - min(now, since) >= rules.stallEvictMs { lose(worker, .stalled, now, &effects) }
    }

    /// Different names among the sessions, bounded by what the rules care about.
    var namesAlive: Int {
        var names: [String] = []
        for worker in roster {
            guard let name = workers[worker]?.name, !names.contains(name) else { continue }
            names.append(name)
            if names.count >= rules.blamesMax { break }
        }
        return names.count
    }

    /// Holds nothing, or nothing but results that are on their way to the disk.
    func isWaitingForDisk(_ state: WorkerState) -> Bool {
        state.leases.allSatisfy { lease in
            states[Int(lease.shard)].holders.contains { $0.lease == lease && $0.isStoring }
        }
    }

    /// Declares silent workers suspect, then dead; looks for stalls and stragglers.
    mutating func tick(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        for worker in roster {
            guard let state = workers[worker] else { continue }
            let silence = now - min(now, state.heardMs)
            if silence >= rules.deadMs {
                lose(worker, .silent, now, &effects)
            } else if silence >= rules.suspectMs, !state.isSilent {
                workers[worker]?.isSilent = true
                effects.append(.alarm(.suspect(worker, name: state.name)))
            } else if isWaitingForDisk(state) {
                progress(worker, now)
                renewStarved(worker, now, &effects)
            } else {
                let stall = now - min(now, state.progressMs)
                if stall >= rules.stallEvictMs {
                    for lease in state.leases {
                        effects.append(.cancel(lease, on: worker, .evicted))
                    }
                    lose(worker, .stalled, now, &effects)
                } else if stall >= rules.stallAlarmMs, !state.isStalled {
                    workers[worker]?.isStalled = true
                    effects.append(.alarm(.stalled(worker, name: state.name, state.running)))
                }
            }
        }
        if isScanning, !isDraining, !isPaused {
            giveUpStrangersShards(now, &effects)
            speculate(now, &effects)
        }
    }
}
