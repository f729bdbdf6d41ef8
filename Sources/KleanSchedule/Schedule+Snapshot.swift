package import KleanCore

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

    /// One session as a person sees it.
    package struct WorkerView: Equatable, Sendable {
        package var id: WorkerID
        package var name: String
        package var heardMs: UInt64
        package var progressMs: UInt64
        package var running: Lease?
        package var rowsDone: UInt64
        package var creditTotal: UInt64
        package var creditUsed: UInt64
        package var isSilent: Bool
        package var isStalled: Bool
        package var isDraining: Bool
        package var leases: [LeaseView]
    }

    /// One attempt under way.
    package struct LeaseView: Equatable, Sendable {
        package var lease: Lease
        package var startMs: UInt64
        package var isSolo: Bool
        /// Its result is here and on its way to the disk.
        package var isStoring: Bool
        /// The shard is committed and scored a second time.
        package var isCheck: Bool
    }

    /// All sessions in order of joining. - Complexity: O(workers + leases).
    package var workerViews: [WorkerView] {
        roster.compactMap { worker in
            guard let state = workers[worker] else { return nil }
            let leases = state.leases.compactMap { lease -> LeaseView? in
                guard
                    let holder = states[Int(lease.shard)].holders.first(where: {
                        $0.worker == worker
                    })
                else { return nil }
                return LeaseView(
                    lease: lease, startMs: holder.startMs, isSolo: holder.isSolo,
                    isStoring: holder.isStoring, isCheck: holder.isCheck)
            }
            return WorkerView(
                id: worker, name: state.name, heardMs: state.heardMs,
                progressMs: state.progressMs, running: state.running, rowsDone: state.rowsDone,
                creditTotal: state.creditTotal, creditUsed: state.creditUsed,
                isSilent: state.isSilent, isStalled: state.isStalled,
                isDraining: state.isDraining, leases: leases)
        }
    }

    /// Age past which an attempt counts as slow.
    package var slowMs: UInt64 {
        guard durations.count >= 3 else { return rules.stallAlarmMs }
        let median = durations.sorted()[durations.count / 2]
        return max(rules.stragglerFloorMs, median * rules.stragglerMedians)
    }

    /// Whether a shard of the present phase is given up.
    package func isQuarantined(_ shard: UInt32) -> Bool {
        states.indices.contains(Int(shard)) && states[Int(shard)].status == .quarantined
    }

    /// Whether a shard of the present phase is done.
    package func isCommitted(_ shard: UInt32) -> Bool {
        states.indices.contains(Int(shard)) && states[Int(shard)].status == .committed
    }

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
            let checking = state.holders.filter(\.isCheck)
            if let fault = checkViolation(UInt32(shard), checking) { return fault }
            if state.holders.count > 2 {
                return "shard \(shard) has \(state.holders.count) holders"
            }
            if state.status != .checking {
                let needs = state.status == .leased || state.status == .storing
                if needs == (state.holders.count == checking.count) {
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
        var onProbation = 0
        for worker in roster {
            guard let state = workers[worker] else { return "\(worker) is listed and gone" }
            if state.isOnProbation { onProbation += 1 }
            if state.creditUsed > state.creditTotal { return "\(worker) is over its credit" }
            let leases = state.leases.sorted { $0.shard < $1.shard }
            if leases != (held[worker] ?? []).sorted(by: { $0.shard < $1.shard }) {
                return "\(worker) holds \(leases.count), the shards say otherwise"
            }
            if state.isSolo, state.leases.count != 1 {
                return "\(worker) runs \(state.leases.count) shards alone"
            }
        }
        if onProbation != probations { return "\(probations) on probation, \(onProbation) are" }
        return nil
    }
}
