import KleanCore
import KleanLedger
import KleanSchedule
import KleanWire

/// The coordinator's side: what ``KleanCoordinator`` does, on the virtual disk.
extension SimulatedCluster {
    static let surveyBytes = 10
    static let scoreBytes = 12

    mutating func startCoordinator() {
        guard coordinator == nil else { return }
        let ledger: DiskLedger
        do throws(VirtualDisk.Failure) { ledger = try DiskLedger(disk) } catch {
            return plan(.startCoordinator, in: 1_000)  // No room even for an empty ledger.
        }
        checkDisk(ledger)
        var rules = ScheduleRules()
        rules.stallAlarmMs = 10_000
        rules.stallEvictMs = 20_000
        if liar != nil {
            // Detection must be certain: no check is given up.
            rules.checkWaitMs = Self.patienceMs
            rules.checkTriesMax = 1_000
            rules.workersExpected = Self.workerCount
        }
        let released = ledger.quarantined().map {
            LedgerRecord.released($0.phase, shard: $0.shard)
        }
        do throws(LedgerError) { try ledger.append(released) } catch {
            return plan(.startCoordinator, in: 1_000)
        }
        let schedule = Schedule(
            shards: Array(
                repeating: ScheduleShard(
                    surveyBytes: Self.surveyBytes, scoreBytes: Self.scoreBytes),
                count: Self.shardCount), rules: rules, basis: SimulatedJob.jobBasis,
            start: start(.survey, SimulatedJob.jobBasis, ledger, []))
        coordinator = SimulatedCoordinator(schedule: schedule, ledger: ledger)
        record("coordinator starts")
        plan(.tick(epoch: epoch), in: 250)
        decide(.tick)
    }

    func start(
        _ phase: Phase, _ basis: UInt64, _ ledger: DiskLedger, _ quarantined: Set<UInt32>
    ) -> PhaseStart {
        let last = ledger.lastAttempts(phase)
        return PhaseStart(
            committed: ledger.committed(phase, basis: basis).map(\.shard),
            quarantined: quarantined.sorted(),
            attempts: (0..<UInt32(Self.shardCount)).map { last[$0] ?? 0 },
            committers: ledger.committed(phase, basis: basis).map(\.identity),
            checks: checkedShards(phase).filter { shard in
                !ledger.committed(phase, basis: basis).contains {
                    $0.shard == shard && $0.isChecked
                }
            })
    }

    private func checkedShards(_ phase: Phase) -> [UInt32] {
        (0..<UInt32(Self.shardCount)).filter {
            Fingerprint.mix(seed ^ UInt64($0) << 8 ^ UInt64(phase.rawValue)) % 10 < checkedInTen
        }
    }

    mutating func crashCoordinator(_ why: String) {
        count(.coordinatorCrash)
        record("coordinator ends: \(why)")
        coordinator = nil
        epoch += 1
        disk.disk.crash(&random)
        plan(.startCoordinator, in: 300 + random.next() % 2_000)
    }

    // MARK: - Messages

    mutating func hear(_ packet: Packet) {
        guard coordinator != nil, coordinator?.gone.contains(packet.routing) == false else {
            return
        }
        let message: Message
        do throws(WireError) {
            message = try Message(
                header: packet.header, payloadBytes: packet.payload.map(\.count))
        } catch {
            tell(packet.worker, packet.routing, refusal(.malformed))
            if let session = coordinator?.byRouting[packet.routing] {
                decide(.lost(session, .disconnected))
            }
            return
        }
        if case .hello(let hello) = message { return greet(hello, packet) }
        guard let session = coordinator?.byRouting[packet.routing] else {
            return tell(packet.worker, packet.routing, refusal(.unknownSession))
        }
        switch message {
        case .credit(let total): decide(.credit(session, totalBytes: total))
        case .beat(let beat):
            decide(.beat(session, running: beat.running, rowsDone: beat.rowsDone))
        case .result(let header):
            coordinator?.results[.init(session: session, lease: header.lease)] =
                (header, packet.payload[0])
            decide(.result(session, header.lease))
        case .failed(let failure):
            if failure.code == .chunkUnread { countUnread(failure.lease.shard, session) }
            decide(.failed(session, failure.lease, failure.code, detail: failure.detail))
        case .storeAnswer(let answer):
            coordinator?.sessions[session]?.readsChunks = answer.isSeen
        default: break
        }
    }

    private func refusal(_ code: Refusal.Code) -> Message {
        .refused(Refusal(code: code, expected: "", found: ""))
    }

    private mutating func greet(_ hello: Hello, _ packet: Packet) {
        if coordinator?.byRouting[packet.routing] != nil {
            return tell(packet.worker, packet.routing, welcome)
        }
        if coordinator?.ended.contains(packet.routing) == true {
            return tell(packet.worker, packet.routing, refusal(.unknownSession))
        }
        if coordinator?.ledger.distrusted().contains(where: { $0.identity == hello.name }) == true {
            return tell(packet.worker, packet.routing, refusal(.evicted))
        }
        if coordinator?.schedule.refusal(name: hello.name, identity: hello.name) != nil {
            return tell(packet.worker, packet.routing, refusal(.evicted))
        }
        for id in coordinator?.roster ?? []
        where coordinator?.sessions[id]?.incarnation == hello.incarnation {
            decide(.lost(id, .disconnected))
        }
        guard let number = coordinator?.nextSession else { return }
        let id = WorkerID(number)
        coordinator?.nextSession += 1
        coordinator?.sessions[id] = .init(
            routing: packet.routing, worker: packet.worker, incarnation: hello.incarnation)
        coordinator?.byRouting[packet.routing] = id
        coordinator?.roster.append(id)
        if blind != nil { tell(packet.worker, packet.routing, .storeOffer(path: "/store")) }
        tell(packet.worker, packet.routing, welcome)
        decide(
            .joined(
                id, name: hello.name, incarnation: hello.incarnation,
                holding: hello.holding.map(\.lease)))
    }

    private var welcome: Message {
        let schedule = coordinator?.schedule
        let phase = schedule?.phase ?? .survey
        let artifacts = coordinator?.profile.map {
            [Artifact(kind: .profile, digest: $0, path: "", files: [])]
        }
        return .welcome(
            Welcome(
                coordinator: UInt64(epoch), jobID: SimulatedJob.profile([]), phase: phase,
                basis: schedule?.basis ?? 0, shardBytesMax: UInt64(Self.scoreBytes),
                parameters: "", artifacts: phase == .score ? artifacts ?? [] : []))
    }

    private mutating func tell(
        _ worker: Int, _ routing: UInt64, _ message: Message, _ payload: [[UInt8]] = []
    ) { transmit(message, payload, worker: worker, routing: routing, up: false) }

    /// Hands a message over; a session whose connection broke is lost.
    private mutating func tell(_ id: WorkerID, _ message: Message, _ payload: [[UInt8]] = []) {
        guard let session = coordinator?.sessions[id] else { return }
        if coordinator?.gone.contains(session.routing) == true {
            coordinator?.events.append(.lost(id, .disconnected))
        } else {
            tell(session.worker, session.routing, message, payload)
        }
    }

    mutating func tick() {
        plan(.tick(epoch: epoch), in: 250)
        decide(.tick)
        guard now % 1_000 < 250 else { return }
        for id in coordinator?.roster ?? [] { tell(id, .beat(Beat())) }
        settle()
    }

    // MARK: - Deciding

    mutating func decide(_ event: ScheduleEvent) {
        guard coordinator != nil else { return }
        if bug == .blameWaiting, case .lost(let id, _) = event { blameWaiting(id) }
        coordinator?.events.append(event)
        settle()
    }

    private mutating func settle() {
        while let event = coordinator?.events.first, problem == nil {
            coordinator?.events.removeFirst()
            let effects = coordinator?.schedule.handle(event, now: now) ?? []
            if keepsLog { record("\(event)") }
            if let violation = coordinator?.schedule.violation {
                fail("\(violation) after \(event)")
            }
            for effect in effects {
                trace = Fingerprint.mix(trace ^ Fingerprint.of("\(effect)"))
                perform(effect)
            }
        }
    }

    private mutating func perform(_ effect: ScheduleEffect) {
        switch effect {
        case .lease(let lease, let id, let isSolo, let credit):
            sendShard(lease, id, isSolo, credit)
        case .store(let lease, let id):
            guard
                let result = coordinator?.results.removeValue(
                    forKey: .init(session: id, lease: lease))
            else { return }
            order(.store(id, result.header, result.bytes, identity: name(id)))
        case .compare(let lease, let id):
            guard
                let result = coordinator?.results.removeValue(
                    forKey: .init(session: id, lease: lease))
            else { return }
            order(.compare(id, result.header, result.bytes))
        case .judge(let lease): plan(.judged(epoch: epoch, lease), in: 40)
        case .distrust(let liars):
            if liars.contains(where: { $0.identity != liar.map { "w\($0)" } }) {
                fail("\(liars.map(\.identity)) did not lie")
            }
            order(
                .distrust(
                    liars.map {
                        LedgerDistrust(identity: $0.identity, name: $0.name, reason: "lied")
                    }))
        case .revoke(let phase, let shard): order(.record(.revoked(phase, shard: shard)))
        case .acknowledge(let lease, let id): tell(id, .committed(lease))
        case .cancel(let lease, let id, _):
            coordinator?.results[.init(session: id, lease: lease)] = nil
            tell(id, .cancel(lease, .lost))
        case .drop(let lease, let id):
            let result = coordinator?.results.removeValue(
                forKey: .init(session: id, lease: lease))
            if bug == .commitTwice, let result {
                order(.store(id, result.header, result.bytes, identity: name(id)))
            }
            tell(id, .cancel(lease, .lost))
        case .ended(let end): ended(end)
        case .recheck(let phase, let shard):
            plan(.rechecked(epoch: epoch, phase, shard), in: 20)
        case .quarantine(let phase, let shard, let reason):
            if shard != poison, shard != corrupt, !guilty.contains(shard),
                coordinator?.honestLosses[shard] ?? 0 < 3
            {
                fail("shard \(shard) is given up though nothing is wrong with it: \(reason)")
            }
            coordinator?.quarantined.append((phase, shard))
            order(.record(.quarantined(phase, shard: shard, reason: reason)))
        case .forget(let id, _, _): coordinator?.remove(id)
        case .announce: for id in coordinator?.roster ?? [] { tell(id, welcome) }
        case .mergeSurvey: plan(.merged(epoch: epoch), in: 30)
        case .publish: plan(.published(epoch: epoch), in: 30)
        case .finish(let finish): finished(finish)
        case .alarm, .dismiss: break
        }
    }

    private mutating func sendShard(
        _ lease: Lease, _ id: WorkerID, _ isSolo: Bool, _ credit: Int
    ) {
        let chunk = SimulatedJob.chunk(lease.shard)
        let isInFile = coordinator?.sessions[id]?.readsChunks == true
        var payload = isInFile ? [[]] : [[], chunk]
        var pairs: ShardHeader.Part?
        if lease.phase == .score {
            guard let survey = disk.disk.read(file(.survey, lease.shard)) else {
                return fail("shard \(lease.shard) is scored without its survey")
            }
            payload += [[], survey]
            pairs = .init(
                directoryBytes: 0, segments: [.init(column: 9, byteCount: UInt64(survey.count))])
        }
        let segments = [ShardHeader.Segment(column: 3, byteCount: UInt64(chunk.count))]
        let part = ShardHeader.Part(directoryBytes: 0, segments: isInFile ? [] : segments)
        let header = ShardHeader(
            lease: lease, isSolo: isSolo, rows: 1, creditBytes: UInt64(credit), chunk: part,
            pairs: pairs)
        let file = ChunkFile(
            name: "\(lease.shard)",
            segments: [
                .init(
                    column: 3, offset: 0, byteCount: UInt64(chunk.count),
                    checksum: Fingerprint.of(chunk))
            ])
        tell(id, isInFile ? .fileShard(header, file) : .shard(header), payload)
    }

    /// A session says that it cannot read a chunk; after the first look at one it must be sent
    /// them.
    private mutating func countUnread(_ shard: UInt32, _ id: WorkerID) {
        coordinator?.unread[shard, default: []].insert(id)
        coordinator?.sessions[id]?.chunksUnread += 1
        if let count = coordinator?.sessions[id]?.chunksUnread, count > Self.unreadMax {
            fail("\(id) could not read \(count) chunks and is still not sent them")
        }
    }

    mutating func settleUnread(_ shard: UInt32, isIntact: Bool) {
        guard let sessions = coordinator?.unread.removeValue(forKey: shard), isIntact else {
            return
        }
        for id in coordinator?.roster ?? [] where sessions.contains(id) {
            coordinator?.sessions[id]?.readsChunks = false
        }
    }

    /// Blame is only for what ran: a failure that a worker really had, or the one lease of a lost
    /// worker.
    private mutating func ended(_ end: AttemptEnd) {
        order(
            .record(
                .attempt(
                    LedgerAttempt(
                        lease: end.lease, worker: end.worker, incarnation: end.incarnation,
                        startMs: 0, endMs: 0, outcome: end.outcome.name, detail: ""))))
        switch end.outcome {
        case .lostSolo:
            if end.worker.hasPrefix("w") {
                coordinator?.honestLosses[end.lease.shard, default: 0] += 1
            }
        case .scorerError, .outOfMemory, .corruptChunk:
            if !reallyFailed.contains(end.lease) {
                fail("\(end.lease) is blamed for a failure it did not have")
            }
        default: break
        }
    }

    private mutating func blameWaiting(_ id: WorkerID) {
        let views = coordinator?.schedule.workerViews ?? []
        for lease in views.first(where: { $0.id == id })?.leases.dropFirst() ?? [] {
            coordinator?.events.append(.failed(id, lease.lease, .scorerError, detail: "planted"))
        }
    }

    private mutating func finished(_ finish: Finish) {
        guard finish == .complete, let coordinator else {
            return fail("finished with \(finish)")
        }
        isDone = true
        quarantined = coordinator.quarantined.count
        let oracle = SimulatedJob.oracle(
            shards: Self.shardCount, surveyLost: coordinator.given(.survey),
            scoreLost: coordinator.given(.score))
        let isHonest = coordinator.ledger.published() == oracle
        if !isHonest, liar == nil || checkedInTen == 10 { fail("the index is not the oracle's") }
        if liar != nil { checkSampled(coordinator) }
    }

    /// Where a shard was scored twice, no lie is left.
    private mutating func checkSampled(_ coordinator: SimulatedCoordinator) {
        for phase in Phase.allCases {
            let lost = coordinator.given(.survey).union(coordinator.given(phase))
            for shard in checkedShards(phase) where !lost.contains(shard) {
                if disk.disk.read(file(phase, shard)) != truth(phase, shard, coordinator.profile) {
                    fail("shard \(shard) was scored twice in \(phase) and is wrong")
                }
            }
        }
    }

    /// What an honest scorer makes of a shard, given what was committed before.
    private func truth(_ phase: Phase, _ shard: UInt32, _ profile: Digest?) -> [UInt8] {
        let chunk = SimulatedJob.chunk(shard)
        return phase == .survey
            ? SimulatedJob.survey(chunk)
            : SimulatedJob.score(
                chunk, pairs: disk.disk.read(file(.survey, shard)) ?? [],
                profile: profile ?? SimulatedJob.profile([]))
    }

    private func name(_ id: WorkerID) -> String {
        coordinator?.sessions[id].map { workers[$0.worker].name } ?? ""
    }

    mutating func judged(_ lease: Lease) {
        guard let found = coordinator?.disputes.removeValue(forKey: lease) else { return }
        let truth = truth(lease.phase, lease.shard, coordinator?.profile)
        decide(
            .judged(
                lease,
                .wrong(committer: found.committed != truth, checker: found.checker != truth)))
    }
}
