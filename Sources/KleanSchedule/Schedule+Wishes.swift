import KleanCore

/// What a person may ask of a running schedule.
extension Schedule {
    mutating func retry(
        _ shard: UInt32, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard isScanning, states.indices.contains(Int(shard)) else { return }
        let shard = Int(shard)
        switch states[shard].status {
        case .quarantined:
            openCount += 1
            forgive(shard)
            // Whatever was wrong with it may be so still: it runs alone.
            putBack(shard, asSuspect: true, &effects)
        case .leased:
            takeBack(shard, "retried by hand", now, &effects)
            forgive(shard)
            putBack(shard, asSuspect: false, &effects)
        case .pending: forgive(shard)  // Stands in its queue already.
        case .storing, .checking, .committed: return
        }
    }

    mutating func skip(
        _ shard: UInt32, _ reason: String, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        guard isScanning, states.indices.contains(Int(shard)) else { return }
        let shard = Int(shard)
        switch states[shard].status {
        case .leased, .checking: takeBack(shard, reason, now, &effects)
        case .pending: if !states[shard].isSuspect { pendingCount -= 1 }
        case .storing, .committed, .quarantined: return
        }
        quarantine(shard, reason, &effects)
    }

    mutating func drain(_ name: String) {
        for worker in roster where workers[worker]?.name == name {
            guard let incarnation = workers[worker]?.incarnation else { continue }
            workers[worker]?.isDraining = true
            if reserved == worker { reserved = nil }
            if !drainingIncarnations.contains(incarnation) {
                drainingIncarnations.append(incarnation)
            }
        }
    }

    mutating func evict(_ name: String, _ now: UInt64, _ effects: inout [ScheduleEffect]) {
        for worker in roster where workers[worker]?.name == name {
            for lease in workers[worker]?.leases ?? [] {
                effects.append(.cancel(lease, on: worker, .evicted))
            }
            lose(worker, .evicted, now, &effects)
        }
    }

    /// Lets go who drains and holds nothing.
    mutating func dismissEmpty(_ effects: inout [ScheduleEffect]) {
        for worker in roster {
            guard let state = workers[worker], state.isDraining, !state.isDismissed,
                state.leases.isEmpty
            else { continue }
            workers[worker]?.isDismissed = true
            effects.append(.dismiss(worker))
        }
    }

    private mutating func forgive(_ shard: Int) {
        states[shard].blames = []
        states[shard].attemptsThisRun = 0
    }

    /// Ends all attempts at a shard; nobody is blamed. The shard is in no queue then.
    private mutating func takeBack(
        _ shard: Int, _ reason: String, _ now: UInt64, _ effects: inout [ScheduleEffect]
    ) {
        while let holder = states[shard].holders.first {
            end(holder, .returned, reason, now, &effects)
            release(shard, holderAt: 0)
            effects.append(.cancel(holder.lease, on: holder.worker, .evicted))
        }
    }
}
