internal import KleanColumns
import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// What the schedule wants done.
extension CoordinatorRun {
    mutating func perform(_ effect: ScheduleEffect, _ link: borrowing Link) throws {
        switch effect {
        case .lease(let lease, let worker, let isSolo, let creditBytes):
            try sendShard(lease, worker, isSolo, creditBytes, link)
        case .store(let lease, let worker): store(lease, worker)
        case .compare(let lease, let worker): compare(lease, worker)
        case .judge(let lease): judge(lease)
        case .distrust(let liars): distrust(liars)
        case .revoke(let phase, let shard): commits.order(.record(.revoked(phase, shard: shard)))
        case .acknowledge(let lease, let worker):
            crash.reach(lease.phase.name, "acknowledge")
            try tell(worker, .committed(lease), link)
        case .cancel(let lease, let worker, let cause):
            results[ResultKey(worker: worker, lease: lease)] = nil
            try tell(worker, .cancel(lease, CancelReason(cause)), link)
        case .drop(let lease, let worker):
            results[ResultKey(worker: worker, lease: lease)] = nil
            try tell(worker, .cancel(lease, .lost), link)
        case .ended(let end): record(end)
        case .recheck(let phase, let shard): tasks.order(.recheck(phase, shard))
        case .quarantine(let phase, let shard, let reason): quarantine(phase, shard, reason)
        case .forget(let worker, let name, let reason): try forget(worker, name, reason, link)
        case .alarm(let alarm): raise(alarm)
        case .dismiss(let worker):
            let reason = drainReasons[sessions[worker]?.name ?? ""] ?? "drained"
            try tell(worker, .drain(reason: reason), link)
        case .mergeSurvey: try mergeSurvey()
        case .announce:
            let welcome = welcome
            for worker in sessions.all { try tell(worker, .welcome(welcome), link) }
        case .publish: publish()
        case .finish(let finish): self.finish = finish
        }
    }

    /// Maps a shard's segments and hands them over. A chunk that cannot even be opened counts as
    /// reported corrupt.
    private mutating func sendShard(
        _ lease: Lease, _ worker: WorkerID, _ isSolo: Bool, _ creditBytes: Int,
        _ link: borrowing Link
    ) throws {
        crash.reach(lease.phase.name, "lease")
        let shard = Int(lease.shard)
        let frames: ShardFrames
        do {
            frames = try plan.frames(lease.phase, shard)
        } catch {
            events.append(.failed(worker, lease, .corruptChunk, detail: "\(error)"))
            return
        }
        log.write(
            .info, "shard leased",
            [
                ("phase", lease.phase.name), ("shard", "\(shard)"),
                ("attempt", "\(lease.attempt)"), ("worker", sessions[worker]?.name ?? ""),
                ("solo", "\(isSolo)"), ("bytes", "\(creditBytes)"),
            ])
        let file = sessions[worker]?.readsChunks == true ? ChunkFile(frames.chunk) : nil
        let chunk = file == nil ? frames.chunk : frames.chunk.besidesFile
        let header = ShardHeader(
            lease: lease, isSolo: isSolo, rows: UInt32(plan.shards[shard].rows),
            creditBytes: UInt64(creditBytes), chunk: ShardHeader.Part(chunk),
            pairs: frames.pairs.map { ShardHeader.Part($0) })
        try tell(
            worker, file.map { .fileShard(header, $0) } ?? .shard(header),
            chunk.frames + (frames.pairs?.frames ?? []), link)
    }

    private mutating func store(_ lease: Lease, _ worker: WorkerID) {
        guard let result = takeResult(lease, worker) else { return }
        let identity = sessions[worker]?.identity ?? ""
        headers[lease] = result.header
        commits.order(.store(worker, result.header, result.bytes, identity: identity))
    }

    /// A result as it arrived, if it is of a size that its shard can have.
    mutating func takeResult(
        _ lease: Lease, _ worker: WorkerID
    ) -> (header: ResultHeader, bytes: SharedBytes)? {
        guard let result = results.removeValue(forKey: ResultKey(worker: worker, lease: lease))
        else { return nil }
        let most = plan.resultBytesMax(lease.phase)
        let rows = plan.shards[Int(lease.shard)].rows
        guard result.bytes.count <= most, Int(result.header.rows) == rows else {
            let detail =
                "result of \(result.bytes.count) bytes and \(result.header.rows) rows: "
                + "expected at most \(most) bytes and \(rows) rows"
            events.append(.spoiled(lease, from: worker, detail: detail))
            return nil
        }
        return result
    }

    private mutating func record(_ end: AttemptEnd) {
        tally.ended(end)
        let header = headers.removeValue(forKey: end.lease)
        commits.order(
            .record(
                .attempt(
                    LedgerAttempt(
                        lease: end.lease, worker: end.worker, incarnation: end.incarnation,
                        host: tally.worker(end.worker)?.host ?? "",
                        startMs: Int64(end.startMs) + wallOffsetMs,
                        endMs: Int64(end.endMs) + wallOffsetMs,
                        progressMs: Int64(end.progressMs) + wallOffsetMs,
                        rowsDone: Int64(clamping: end.rowsDone),
                        bytes: Int64(clamping: header?.byteCount ?? 0),
                        outcome: end.outcome.name, detail: end.detail))))
        if end.outcome == .committed, let header {
            tally.committed(header, by: end.worker)
            cluster?.forgive(end.worker)
        }
        let fields: [(name: String, value: String)] = [
            ("phase", end.lease.phase.name), ("shard", "\(end.lease.shard)"),
            ("attempt", "\(end.lease.attempt)"), ("worker", end.worker),
            ("outcome", end.outcome.name), ("ms", "\(end.endMs - end.startMs)"),
            ("bytes", "\(header?.byteCount ?? 0)"), ("detail", end.detail),
        ]
        let isGood = end.outcome == .committed || end.outcome == .agreed
        log.write(isGood ? .info : .warning, "attempt ended", fields)
    }

    private mutating func quarantine(_ phase: Phase, _ shard: UInt32, _ reason: String) {
        let name = plan.shards[Int(shard)].name
        quarantined.append(
            QuarantinedShard(phase: phase, shard: Int(shard), name: name, reason: reason))
        commits.order(
            .record(
                skipped.contains(Int(shard))
                    ? .skipped(phase, shard: shard, reason: reason)
                    : .quarantined(phase, shard: shard, reason: reason)))
        log.write(
            .error, "shard quarantined",
            [
                ("phase", phase.name), ("shard", "\(shard)"), ("chunk", name),
                ("reason", reason),
            ])
    }

    private mutating func forget(
        _ worker: WorkerID, _ name: String, _ reason: LossReason, _ link: borrowing Link
    ) throws {
        let session = sessions[worker]
        if reason == .distrusted { try bar(worker, link) }
        sessions.remove(worker)
        if let session, comings.mayWrite(session.peer, now: Machine.milliseconds) {
            log.write(
                reason == .left ? .info : .warning, "worker lost",
                [("worker", name), ("pid", "\(session.pid)"), ("reason", reason.name)])
        }
        // A wedged process of ours is of no use to anyone; its slot starts another.
        if reason == .stalled { cluster?.kill(name) }
        if reason == .distrusted {
            cluster?.retire(name)
            cluster?.kill(name)
        }
    }

    private func raise(_ alarm: Alarm) {
        switch alarm {
        case .suspect(_, let name):
            log.write(.warning, "worker silent", [("worker", name)])
        case .recovered(_, let name):
            log.write(.info, "worker speaks again", [("worker", name)])
        case .stalled(_, let name, let lease):
            let shard = lease.map { "\($0.shard)" } ?? "none"
            log.write(
                .error, "worker beats without progress", [("worker", name), ("shard", shard)])
        case .straggler(let lease, let worker, let ageMs, let medianMs):
            log.write(
                .warning, "straggler gets a rival",
                [
                    ("phase", lease.phase.name), ("shard", "\(lease.shard)"),
                    ("worker", sessions[worker]?.name ?? ""), ("ms", "\(ageMs)"),
                    ("medianMs", "\(medianMs)"),
                ])
        case .refused(let name, let losses):
            log.write(
                .error, "worker refused from now on",
                [("worker", name), ("lossesWithoutCommit", "\(losses)")])
        case .fruitless(let losses):
            log.write(
                .error, "workers are lost again and again and none commits",
                [("losses", "\(losses)")])
        }
    }

    // MARK: - Merge and publish

    private mutating func mergeSurvey() throws {
        // Quarantined shards change nothing: a profile stands until a survey shard is committed.
        if let found = try ledger.profile(), FileSystem.exists(folder.profile) {
            return try beginScore(found.digest)
        }
        tasks.order(
            .merge(
                ProfileOrder(
                    surveyFiles: files(.survey, except: [.survey]), output: folder.profile)))
    }

    /// The profile stands: says what of the score phase is done for it.
    mutating func beginScore(_ digest: Digest) throws {
        profile = digest
        try shelf.add(.profile, digest, path: folder.profile)
        let basis = CoordinatorRun.scoreBasis(plan, digest)
        let start = try CoordinatorRun.start(.score, basis, plan, ledger, quarantined, checks)
        tally.beganPhase(
            rowsDone: start.committed.reduce(0) { $0 + plan.shards[Int($1)].rows },
            shardsDone: tally.isRestarted ? 0 : start.committed.count)
        events.append(.profileReady(basis: basis, start))
    }

    private mutating func publish() {
        guard let profile else { return }
        quarantined.sort { ($0.shard, $0.phase.rawValue) < ($1.shard, $1.phase.rawValue) }
        tasks.order(
            .publish(
                PublicationOrder(
                    scoreFiles: files(.score, except: [.survey, .score]),
                    profilePath: folder.profile, profile: profile, quarantined: quarantined)))
    }

    /// Result files in catalog order, `nil` where a shard is given up in one of the phases.
    private func files(_ phase: Phase, except phases: [Phase]) -> [String?] {
        var files: [String?] = plan.shards.indices.map { folder.result(phase, $0) }
        for given in quarantined where phases.contains(given.phase) { files[given.shard] = nil }
        return files
    }
}

extension CancelReason {
    init(_ cause: CancelCause) {
        switch cause {
        case .lost: self = .lost
        case .stale: self = .stale
        case .evicted: self = .evicted
        }
    }
}

extension ShardHeader.Part {
    init(_ part: ContainerPart) {
        self.init(
            directoryBytes: UInt32(part.directory.count),
            segments: part.segments.map {
                ShardHeader.Segment(column: $0.column, byteCount: UInt64($0.bytes.count))
            })
    }
}

extension ContainerPart {
    /// In the order in which the header lists them.
    var frames: [SharedBytes] { [SharedBytes(directory)] + segments.map(\.bytes) }
}
