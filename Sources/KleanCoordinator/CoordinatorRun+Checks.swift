import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// Shards that are scored twice, and what follows when two workers disagree.
extension CoordinatorRun {
    mutating func compare(_ lease: Lease, _ worker: WorkerID) {
        guard let result = takeResult(lease, worker) else { return }
        commits.order(.compare(worker, result.header, result.bytes))
    }

    /// Two workers differ: this process scores the shard.
    mutating func judge(_ lease: Lease) {
        guard let found = disputes[lease] else { return }
        log.write(
            .error, "two workers disagree",
            [
                ("phase", lease.phase.name), ("shard", "\(lease.shard)"),
                ("committed", found.committed?.hex ?? "no result"),
                ("checker", found.checker?.hex ?? "no result"),
            ])
        judgesWaiting.append(lease)
        judgeNext()
    }

    mutating func judgeNext() {
        guard !isJudging, let lease = judgesWaiting.first else { return }
        judgesWaiting.removeFirst()
        guard let found = disputes.removeValue(forKey: lease) else { return }
        isJudging = true
        let isScore = lease.phase == .score
        let order = JudgeOrder(
            phase: lease.phase, shard: Int(lease.shard),
            profilePath: isScore ? folder.profile : nil, profile: isScore ? profile : nil)
        tasks.order(.judge(lease, order, found))
    }

    mutating func distrust(_ liars: [Distrusted]) {
        let records = liars.map { liar in
            LedgerDistrust(
                identity: liar.identity, name: liar.name.isEmpty ? liar.identity : liar.name,
                reason: "\(liar.lease.phase.name) of shard \(liar.lease.shard) was not what the "
                    + "coordinator's own scorer finds")
        }
        for liar in records {
            log.write(
                .error, "worker lied, all it did is taken back",
                [("worker", liar.name), ("identity", liar.identity), ("reason", liar.reason)])
        }
        distrusted += records
        disputes = [:]
        judgesWaiting = []
        commits.order(.distrust(records))
    }

    /// Tells a liar's session that it is over. A refused worker ends.
    mutating func bar(_ worker: WorkerID, _ link: borrowing Link) throws {
        guard let session = sessions[worker] else { return }
        try refuse(.evicted, "a trusted worker", "one that lied", session.peer, link)
    }

    /// The liars' work is out of the ledger: goes on with what is left of the survey.
    mutating func takeUp(_ link: borrowing Link) throws {
        let basis = CoordinatorRun.surveyBasis(plan)
        let start = try CoordinatorRun.start(.survey, basis, plan, ledger, quarantined, checks)
        tally.isRestarted = true
        tally.beganPhase(
            rowsDone: start.committed.reduce(0) { $0 + plan.shards[Int($1)].rows }, shardsDone: 0)
        log.write(
            .warning, "job begins again",
            [("surveysLeft", "\(start.committed.count) of \(plan.shards.count)")])
        try send(.revoked(basis: basis, start), link)
    }

    /// Ends a run whose every local worker lied: nobody would ever come.
    func requireTrustedWorkers() throws {
        guard let cluster, cluster.isRetired, cluster.isEmpty, sessions.all.isEmpty,
            !distrusted.isEmpty, schedule.isScanning
        else { return }
        throw CoordinatorError.nobodyTrusted(names: distrusted.map(\.name))
    }

    var trust: TrustReport {
        let counts = schedule.checkCounts
        return TrustReport(
            checksMade: counts.made, disputes: counts.disputed,
            unmadeAlone: counts.unmadeAlone.reduce(0, +),
            unmadeFailed: counts.unmadeFailed.reduce(0, +),
            liars: distrusted.map { ($0.name, $0.reason) })
    }
}
