internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// Local workers, and the end of all workers.
extension CoordinatorRun {
    /// Starts workers that are due, if there is anything for them to do.
    mutating func startWorkers() throws {
        guard cluster != nil, schedule.stage != .publishing, schedule.stage != .finished else {
            return
        }
        for started in try cluster?.start(now: Machine.milliseconds) ?? [] {
            tally.joined(started.name, pid: started.pid, host: Machine.hostName)
            log.write(
                .info, "worker started",
                [("worker", started.name), ("pid", "\(started.pid)")])
        }
    }

    /// A child ended. Its sessions are over at once.
    mutating func bury(_ exit: ChildProcess.Exit, _ link: borrowing Link) throws {
        guard let name = cluster?.ended(exit, now: Machine.milliseconds) else { return }
        tally.peak(name, bytes: exit.peakBytes)
        guard cluster?.isEnding == false, cluster?.isRetired(name) == false else { return }
        if lastWords.isEmpty || exit.status.hasPrefix("signal") {
            lastWords = "\(name) (pid \(exit.pid)) ended with \(exit.status)"
        }
        log.write(
            .warning, "worker ended",
            [("worker", name), ("pid", "\(exit.pid)"), ("status", exit.status)])
        for worker in sessions.sessions(name: name, pid: Int(exit.pid)) {
            try send(.lost(worker, .exited), link)
        }
        try send(.died(name: name), link)
    }

    /// Tells every worker that there is no more work, and waits for those of ours.
    mutating func dismiss(_ link: borrowing Link) throws {
        options.onProgress(snapshot(Machine.milliseconds))
        cluster?.beginEnd()
        let reason = finish == .complete ? "the index is published" : "the run is drained"
        for worker in sessions.all { try tell(worker, .drain(reason: reason), link) }
        let now = Machine.milliseconds
        awaitChildren(link, untilMs: now + 2_000)
        cluster?.closeInputs()
        awaitChildren(link, untilMs: now + 5_000)
        cluster?.killAll()
        awaitChildren(link, untilMs: now + 10_000)
    }

    mutating func awaitChildren(_ link: borrowing Link, untilMs: UInt64) {
        while let isEmpty = cluster?.isEmpty, !isEmpty, Machine.milliseconds < untilMs {
            _ = link.wait(milliseconds: 20)
            for exit in exits.poll() {
                guard let name = cluster?.ended(exit, now: Machine.milliseconds) else { continue }
                tally.peak(name, bytes: exit.peakBytes)
            }
        }
    }

    func snapshot(_ now: UInt64) -> ProgressSnapshot {
        let counts = schedule.counts
        let activity: ProgressSnapshot.Activity =
            switch schedule.stage {
            case .survey: .survey
            case .merging, .revoking: .merge
            case .score: .score
            case .publishing: .publish
            case .finished: .done
            }
        return ProgressSnapshot(
            activity: activity, seconds: Double(now - startMs) / 1_000,
            shardsTotal: plan.shards.count, shardsCommitted: counts.committed,
            shardsRunning: counts.running, shardsQuarantined: counts.quarantined,
            attemptsFailed: schedule.attemptsFailed,
            rowsTotal: plan.shards.reduce(0) { $0 + $1.rows },
            rowsCommitted: tally.rowsOfPhase, rowsThisRun: tally.rowsThisRun,
            phaseSeconds: Double(now - min(now, stageMs)) / 1_000, bytesSent: tally.bytesSent,
            workers: schedule.workerCount, isDraining: schedule.isDraining)
    }
}
