import KleanCore
import KleanLedger
import KleanSchedule
import KleanWire

/// What the coordinator's commit thread and its merges do to the disk, whose power may go.
extension SimulatedCluster {
    mutating func order(_ order: SimulatedCoordinator.Order) {
        coordinator?.orders.append(order)
        guard coordinator?.isCommitPlanned == false else { return }
        coordinator?.isCommitPlanned = true
        plan(.commit(epoch: epoch), in: 1 + random.next() % 20)
    }

    /// What the commit thread does with one batch; the power may go at every step.
    mutating func commit() {
        guard let orders = coordinator?.orders, let ledger = coordinator?.ledger else { return }
        coordinator?.orders = []
        coordinator?.isCommitPlanned = false
        var records: [LedgerRecord] = []
        var outcomes: [ScheduleEvent] = []
        var isRevoked = false
        for order in orders {
            switch order {
            case .record(let record): records.append(record)
            case .distrust(let liars):
                records += liars.map { .distrusted($0) }
                isRevoked = true
            case .compare(let id, let header, let bytes):
                let lease = header.lease
                guard Fingerprint.of(bytes) == header.checksum else {
                    outcomes.append(.spoiled(lease, from: id, detail: "checksum"))
                    continue
                }
                let committed = disk.disk.read(file(lease.phase, lease.shard)) ?? []
                if committed == bytes {
                    records.append(.checked(lease.phase, shard: lease.shard, basis: lease.basis))
                } else {
                    coordinator?.disputes[lease] = (committed, bytes)
                }
                outcomes.append(.compared(lease, from: id, agrees: committed == bytes))
            case .store(let id, let header, let bytes, let identity):
                let lease = header.lease
                guard Fingerprint.of(bytes) == header.checksum else {
                    outcomes.append(.spoiled(lease, from: id, detail: "checksum"))
                    continue
                }
                if crashes("received") { return }
                do throws(VirtualDisk.Failure) {
                    try place(bytes, lease)
                } catch { return crashCoordinator("full disk") }
                if crashes("written") { return }
                records.append(
                    .committed(
                        CommittedShard(
                            phase: lease.phase, shard: lease.shard, attempt: lease.attempt,
                            basis: lease.basis, byteCount: header.byteCount,
                            checksum: header.checksum, identity: identity)))
                outcomes.append(.stored(lease, from: id))
            }
        }
        disk.disk.flushNames()
        if crashes("flushed") { return }
        guard write(records, ledger) else { return }
        if crashes("committed") { return }
        if isRevoked { checkDisk(ledger) }
        for outcome in outcomes { decide(outcome) }
        guard isRevoked, let lost = coordinator?.given(.survey) else { return }
        let start = start(.survey, SimulatedJob.jobBasis, ledger, lost)
        decide(.revoked(basis: SimulatedJob.jobBasis, start))
    }

    private mutating func place(_ bytes: [UInt8], _ lease: Lease) throws(VirtualDisk.Failure) {
        let name = file(lease.phase, lease.shard)
        try disk.disk.create(name + ".tmp")
        try disk.disk.append(bytes, to: name + ".tmp")
        disk.disk.flush(name + ".tmp")
        disk.disk.rename(name + ".tmp", to: name)
    }

    /// - Returns: whether the coordinator lives on.
    private mutating func write(_ records: [LedgerRecord], _ ledger: DiskLedger) -> Bool {
        if happens(10) {
            // The power goes between write and flush: a torn tail.
            do throws(VirtualDisk.Failure) {
                try disk.disk.append(Journal.encode(records), to: DiskLedger.name)
                count(.tornWrite)
            } catch { record("full disk") }
            crashCoordinator("torn write")
            return false
        }
        do throws(LedgerError) { try ledger.append(records) } catch {
            crashCoordinator("\(error)")
            return false
        }
        for case .committed(let shard) in records where !committedKeys.insert(key(shard)).inserted {
            fail("shard \(shard.shard) of \(shard.phase) was committed twice")
        }
        return true
    }

    private mutating func crashes(_ step: String) -> Bool {
        guard happens(15) else { return false }
        crashCoordinator("power went at \(step)")
        return true
    }

    mutating func merged() {
        guard let coordinator else { return }
        let ledger = coordinator.ledger
        if let found = ledger.profile() { return beginScore(found.digest) }
        let lost = coordinator.given(.survey)
        let surveys = (0..<UInt32(Self.shardCount)).filter { !lost.contains($0) }
            .compactMap { disk.disk.read(file(.survey, $0)) }
        let profile = SimulatedJob.profile(surveys)
        order(.record(.profile(profile, basis: SimulatedJob.scoreBasis(profile))))
        beginScore(profile)
    }

    private mutating func beginScore(_ profile: Digest) {
        guard let ledger = coordinator?.ledger else { return }
        coordinator?.profile = profile
        let basis = SimulatedJob.scoreBasis(profile)
        decide(
            .profileReady(
                basis: basis, start(.score, basis, ledger, coordinator?.given(.score) ?? [])))
    }

    mutating func published() {
        guard let coordinator, let ledger = self.coordinator?.ledger else { return }
        let lost = coordinator.given(.survey).union(coordinator.given(.score))
        let scores = (0..<UInt32(Self.shardCount)).filter { !lost.contains($0) }
            .compactMap { disk.disk.read(file(.score, $0)) }
        guard write([.published(index: SimulatedJob.index(scores))], ledger) else { return }
        decide(.published)
    }

    /// After a crash: what the ledger says is committed is there, whole.
    mutating func checkDisk(_ ledger: DiskLedger) {
        committedKeys = []
        var bases: [(Phase, UInt64)] = [(.survey, SimulatedJob.jobBasis)]
        if let profile = ledger.profile() { bases.append((.score, profile.basis)) }
        for (phase, basis) in bases {
            for shard in ledger.committed(phase, basis: basis) {
                committedKeys.insert(key(shard))
                let bytes = disk.disk.read(file(phase, shard.shard))
                if bytes.map({ Fingerprint.of($0) }) != shard.checksum {
                    fail("shard \(shard.shard) is committed in \(phase), its file is not whole")
                }
            }
        }
    }

    private func key(_ shard: CommittedShard) -> [UInt64] {
        [UInt64(shard.phase.rawValue), shard.basis, UInt64(shard.shard)]
    }

    func file(_ phase: Phase, _ shard: UInt32) -> String { "\(phase.name)/\(shard)" }
}
