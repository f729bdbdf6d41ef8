import KleanCore

extension Schedule {
    /// Shards of the present phase by what became of them; the five add up to all.
    package struct Counts: Equatable, Sendable {
        package var pending = 0
        package var running = 0
        package var checking = 0
        package var committed = 0
        package var quarantined = 0
    }

    /// - Complexity: O(shards).
    package var counts: Counts {
        var counts = Counts()
        for state in states {
            switch state.status {
            case .pending: counts.pending += 1
            case .leased, .storing: counts.running += 1
            case .checking: counts.checking += 1
            case .committed: counts.committed += 1
            case .quarantined: counts.quarantined += 1
            }
        }
        return counts
    }

    package var workerCount: Int { roster.count }

    /// Names the first rule of the books that does not hold; `nil` when all do. For simulations.
    ///
    /// - Complexity: O(shards + workers).
    package var violation: String? {
        var held: [WorkerID: [Lease]] = [:]
        var holders = 0
        var open = 0
        var ordinary = 0
        for (shard, state) in states.enumerated() {
            if state.isOpen { open += 1 }
            if state.status == .pending, !state.isSuspect { ordinary += 1 }
            holders += state.holders.count
            if state.holders.count > 2 {
                return "shard \(shard) has \(state.holders.count) holders"
            }
            if state.status != .checking {
                let needs = state.status == .leased || state.status == .storing
                if needs == state.holders.isEmpty {
                    return "shard \(shard) is \(state.status) with \(state.holders.count) holders"
                }
            }
            if state.attemptsThisRun > rules.attemptsMax {
                return "shard \(shard) was tried \(state.attemptsThisRun) times"
            }
            for holder in state.holders where workers[holder.worker] != nil {
                held[holder.worker, default: []].append(holder.lease)
            }
            for holder in state.holders where workers[holder.worker] == nil && !holder.isStoring {
                return "shard \(shard) is held by a worker that is gone"
            }
        }
        if holders != outstanding { return "\(outstanding) attempts counted, \(holders) held" }
        if open != openCount { return "\(openCount) shards counted open, \(open) are" }
        if ordinary != pendingCount { return "\(pendingCount) counted pending, \(ordinary) are" }
        for worker in roster {
            guard let state = workers[worker] else { return "\(worker) is listed and gone" }
            if state.creditUsed > state.creditTotal { return "\(worker) is over its credit" }
            let leases = state.leases.sorted { $0.shard < $1.shard }
            if leases != (held[worker] ?? []).sorted(by: { $0.shard < $1.shard }) {
                return "\(worker) holds \(leases.count), the shards say otherwise"
            }
            if state.isSolo, state.leases.count != 1 {
                return "\(worker) runs \(state.leases.count) shards alone"
            }
        }
        return nil
    }
}
