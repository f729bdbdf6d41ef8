import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// On-call's orders, and what on-call sees.
extension CoordinatorRun {
    mutating func obeyOrders(_ link: borrowing Link) throws {
        for order in control.takeOrders() {
            let reply = try obey(order.request, link)
            publishBoard(link.endpoint)
            order.answer.put(reply)
        }
    }

    private mutating func obey(
        _ request: ControlRequest, _ link: borrowing Link
    ) throws -> ControlReply {
        log.write(.info, "order", [("request", "\(request)")])
        switch request {
        case .status, .dump: return ControlReply(board: vitals.board)
        case .retry(let shards): return try retry(shards, evenSkipped: false, link)
        case .retryQuarantined:
            return try retry(quarantined.map(\.shard), evenSkipped: false, link)
        case .release(let shards): return try retry(shards, evenSkipped: true, link)
        case .skip(let shards, let reason): return try skip(shards, reason, link)
        case .drain(let worker, let reason): return try drain(worker, reason, link)
        case .evict(let worker): return try evict(worker, link)
        case .trust(let worker): return try trust(worker, link)
        case .pause:
            control.pause()
            try obeyWishes(link)
            return ControlReply(lines: ["paused: nothing new is leased; what runs goes on"])
        case .resume:
            control.resume()
            try obeyWishes(link)
            return ControlReply(lines: ["resumed"])
        case .cancel:
            control.drain()
            try obeyWishes(link)
            return ControlReply(
                lines: ["draining: what is leased finishes; the same command resumes"])
        }
    }

    private mutating func retry(
        _ numbers: [Int], evenSkipped: Bool, _ link: borrowing Link
    ) throws -> ControlReply {
        if let error = unknown(numbers) { return ControlReply(error: error) }
        var lines: [String] = []
        for number in numbers {
            if skipped.contains(number), !evenSkipped {
                lines.append(
                    "shard \(number): skipped by a person; `klean shards release` ends that")
                continue
            }
            let given = quarantined.filter { $0.shard == number }
            skipped.remove(number)
            for shard in given {
                commits.order(.record(.released(shard.phase, shard: UInt32(number))))
            }
            if given.contains(where: { $0.phase != schedule.phase }) {
                lines.append(
                    "shard \(number): released; the next run of the same command surveys it, "
                        + "re-makes the profile and scores again")
                continue
            }
            quarantined.removeAll { $0.shard == number }
            if schedule.isCommitted(UInt32(number)) {
                lines.append("shard \(number): committed already, nothing to do")
                continue
            }
            try send(.retry(shard: UInt32(number)), link)
            lines.append("shard \(number): tried again")
        }
        return ControlReply(lines: lines.isEmpty ? ["nothing is quarantined"] : lines)
    }

    private mutating func skip(
        _ numbers: [Int], _ reason: String, _ link: borrowing Link
    ) throws -> ControlReply {
        if let error = unknown(numbers) { return ControlReply(error: error) }
        var lines: [String] = []
        for number in numbers {
            let shard = UInt32(number)
            if schedule.isCommitted(shard) {
                lines.append("shard \(number): committed already, nothing to skip")
                continue
            }
            let text = "skipped by hand: \(reason)"
            skipped.insert(number)
            if schedule.isQuarantined(shard) {
                commits.order(.record(.skipped(schedule.phase, shard: shard, reason: text)))
            } else {
                try send(.skip(shard: shard, reason: text), link)
            }
            if schedule.isQuarantined(shard) {
                lines.append("shard \(number): skipped, also in later runs until released")
            } else {
                skipped.remove(number)
                lines.append("shard \(number): its result is being stored, nothing to skip")
            }
        }
        return ControlReply(lines: lines)
    }

    private mutating func drain(
        _ name: String, _ reason: String, _ link: borrowing Link
    ) throws -> ControlReply {
        guard sessions.all.contains(where: { sessions[$0]?.name == name }) else {
            return ControlReply(error: "no worker named \(name) is here")
        }
        drainReasons[name] = reason
        cluster?.retire(name)
        try send(.drainWorker(name: name), link)
        return ControlReply(
            lines: ["\(name): gets nothing new and is let go when it holds nothing: \(reason)"])
    }

    private mutating func evict(_ name: String, _ link: borrowing Link) throws -> ControlReply {
        let incarnations = sessions.all.compactMap { id in
            sessions[id].flatMap { $0.name == name ? $0.incarnation : nil }
        }
        guard !incarnations.isEmpty || cluster?.isLocal(name) == true else {
            return ControlReply(error: "no worker named \(name) is here")
        }
        evicted.formUnion(incarnations)
        try send(.evict(name: name), link)
        cluster?.kill(name)
        return ControlReply(lines: [
            "\(name): evicted; its shards run elsewhere, without blame",
            "this process is not let in again; a new one of the name is: to keep it out, "
                + "stop what starts it or revoke its key",
        ])
    }

    private mutating func trust(_ name: String, _ link: borrowing Link) throws -> ControlReply {
        guard schedule.refusedWorkers.contains(where: { $0.name == name }) else {
            let isLiar = distrusted.contains { $0.name == name }
            return ControlReply(
                error: isLiar
                    ? "\(name) lied: only the next run can let it in"
                    : "no worker named \(name) is refused")
        }
        try send(.trust(name: name), link)
        return ControlReply(lines: ["\(name): let in again; its losses are forgotten"])
    }

    private func unknown(_ shards: [Int]) -> String? {
        shards.first { !plan.shards.indices.contains($0) }.map {
            "no shard \($0): the job has shards 0 to \(plan.shards.count - 1)"
        }
    }

    // MARK: - What on-call sees

    /// - Complexity: O(shards + workers), five times a second.
    func publishBoard(_ endpoint: String) {
        let now = Machine.milliseconds
        let progress = snapshot(now)
        let counts = schedule.counts
        var board = JobBoard()
        board.job = plan.jobID.hex
        board.pid = Machine.pid
        board.host = Machine.hostName
        board.endpoint = endpoint
        board.activity = progress.activity.rawValue
        board.isPaused = schedule.isPaused
        board.isDraining = schedule.isDraining
        board.startedMs = wall(startMs)
        board.saidMs = wall(now)
        board.shards = JobBoard.ShardCounts(
            total: plan.shards.count, pending: counts.pending, running: counts.running,
            checking: counts.checking, committed: counts.committed,
            quarantined: counts.quarantined)
        board.rowsTotal = progress.rowsTotal
        board.rowsCommitted = progress.rowsCommitted
        board.rowsThisRun = progress.rowsThisRun
        board.phaseSeconds = progress.phaseSeconds
        board.listings = Phase.allCases.map {
            JobBoard.Count(name: $0.name, count: tally.rowsByPhase[Int($0.rawValue)])
        }
        board.bytesSent = tally.bytesSent
        board.bytesReceived = tally.bytesReceived
        board.attemptsFailed = schedule.attemptsFailed
        board.resultsDropped = schedule.resultsDropped
        board.checksMade = schedule.checkCounts.made
        board.checksDisputed = schedule.checkCounts.disputed
        board.checksOpen = schedule.checksOpen
        board.retries = tally.retries.map { JobBoard.Count(name: $0.reason, count: $0.count) }
        board.stages = tally.stages.map { JobBoard.Seconds(name: $0.name, seconds: $0.seconds) }
        board.quarantined = quarantined.map {
            JobBoard.GivenUp(
                phase: $0.phase.name, shard: $0.shard, chunk: $0.name, reason: $0.reason)
        }
        let slowMs = schedule.slowMs
        for view in schedule.workerViews {
            board.workers.append(worker(view))
            board.running += view.leases.map { running($0, view, slowMs, now) }
        }
        board.refused = schedule.refusedWorkers.map {
            JobBoard.RefusedWorker(name: $0.name, reason: $0.reason)
        }
        vitals.publish(board)
    }

    private func wall(_ ms: UInt64) -> Int64 { Int64(ms) + wallOffsetMs }

    private func worker(_ view: Schedule.WorkerView) -> JobBoard.WorkerStatus {
        let session = sessions[view.id]
        let report = tally.worker(view.name)
        return JobBoard.WorkerStatus(
            name: view.name, host: session?.host ?? "", pid: session?.pid ?? 0,
            state: view.isSilent
                ? "silent"
                : view.isDraining
                    ? "draining"
                    : view.isStalled ? "stalled" : view.leases.isEmpty ? "idle" : "busy",
            shards: view.leases.map { Int($0.lease.shard) }, heardMs: wall(view.heardMs),
            progressMs: wall(view.progressMs), creditTotal: view.creditTotal,
            creditUsed: view.creditUsed, committed: report?.shardsCommitted ?? 0,
            failures: report?.attemptsLost ?? 0, peakBytes: report?.peakBytes ?? 0)
    }

    private func running(
        _ lease: Schedule.LeaseView, _ worker: Schedule.WorkerView, _ slowMs: UInt64, _ now: UInt64
    ) -> JobBoard.RunningShard {
        let shard = plan.shards[Int(lease.lease.shard)]
        let isAtHand = worker.running == lease.lease
        return JobBoard.RunningShard(
            phase: lease.lease.phase.name, shard: Int(lease.lease.shard), chunk: shard.name,
            attempt: Int(lease.lease.attempt), worker: worker.name,
            host: sessions[worker.id]?.host ?? "", startedMs: wall(lease.startMs),
            progressMs: wall(worker.progressMs), rowsDone: isAtHand ? Int(worker.rowsDone) : 0,
            rows: shard.rows, isSolo: lease.isSolo,
            isSlow: now - min(now, lease.startMs) > slowMs,
            step: lease.isCheck
                ? "checking" : lease.isStoring ? "storing" : isAtHand ? "running" : "waiting")
    }
}
