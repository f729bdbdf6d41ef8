import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// What workers say.
extension CoordinatorRun {
    mutating func hear(
        _ incoming: Link.Incoming, _ link: borrowing Link
    ) throws {
        guard let peer = incoming.peer, isWelcome(incoming.key) else { return }
        let frames = incoming.frames
        guard let head = frames.first else { return }
        let payload = Array(frames.dropFirst())
        tally.bytesReceived += frames.reduce(0) { $0 + $1.count }
        let message: Message
        do throws(WireError) {
            guard head.count <= WireLimits.headerBytesMax else {
                throw .outOfRange(
                    field: "header", max: UInt64(WireLimits.headerBytesMax),
                    found: UInt64(head.count))
            }
            message = try Message(header: head.array, payloadBytes: payload.map(\.count))
        } catch {
            return try reject(error, peer, link)
        }
        if case .hello(let hello) = message { return try greet(hello, peer, incoming.key, link) }
        guard let worker = sessions.id(of: peer), sessions[worker]?.key == incoming.key else {
            return try refuse(.unknownSession, "hello", "\(message.type)", peer, link)
        }
        switch message {
        case .credit(let totalBytes):
            try send(.credit(worker, totalBytes: totalBytes), link)
        case .beat(let beat):
            if let name = sessions[worker]?.name {
                tally.peak(name, bytes: Int(clamping: beat.peakBytes))
            }
            try send(.beat(worker, running: beat.running, rowsDone: beat.rowsDone), link)
        case .result(let header):
            guard let bytes = payload.first else { return }
            results[ResultKey(worker: worker, lease: header.lease)] = (header, bytes)
            try send(.result(worker, header.lease), link)
        case .failed(let failure):
            let code = blamed(failure, worker)
            try send(.failed(worker, failure.lease, code, detail: failure.detail), link)
        case .modelGet(let request):
            try send(.heard(worker), link)
            try serve(request, worker, link)
        case .storeAnswer(let answer):
            take(answer, worker)
            try send(.heard(worker), link)
        case .bye(let bye):
            if bye.code == .unprepared {
                lastWords = bye.detail
                log.write(
                    .error, "worker unprepared",
                    [("worker", sessions[worker]?.name ?? ""), ("detail", bye.detail)])
            }
            try send(.lost(worker, .left), link)
        case .hello, .welcome, .refused, .modelPart, .shard, .committed, .cancel, .drain,
            .storeOffer, .fileShard:
            try refuse(.malformed, "a worker's message", "\(message.type)", peer, link)
        }
    }

    /// Opens a session, or repeats the welcome of one.
    private mutating func greet(
        _ hello: Hello, _ peer: RoutingID, _ key: PublicKey?, _ link: borrowing Link
    ) throws {
        if let known = sessions.id(of: peer), sessions[known]?.key == key {
            try offerStore(known, link)
            return try tell(known, .welcome(welcome), link)
        }
        guard !sessions.isEnded(peer) else {
            return try refuse(.unknownSession, "a new routing id", "an ended one", peer, link)
        }
        guard hello.scorerVersion == plan.scorerVersion else {
            return try refuse(
                .scorerVersion, "\(plan.scorerVersion)", "\(hello.scorerVersion)", peer, link)
        }
        guard !evicted.contains(hello.incarnation) else {
            return try refuse(.evicted, "another process", "one that was evicted", peer, link)
        }
        let identity = key?.text ?? hello.name
        guard !distrusted.contains(where: { $0.identity == identity }) else {
            return try refuse(.evicted, "a trusted worker", "one that lied", peer, link)
        }
        if let reason = schedule.refusal(name: hello.name, identity: identity) {
            return try refuse(.evicted, "a worker that commits", reason, peer, link)
        }
        guard sessions.all.count < Limits.workersMax else {
            return try refuse(.tooManyWorkers, "\(Limits.workersMax)", "more", peer, link)
        }
        // A process has one session: an earlier one is over, though nothing said so yet.
        for earlier in sessions.sessions(incarnation: hello.incarnation) {
            try send(.lost(earlier, .disconnected), link)
        }
        let session = sessions.add(
            peer: peer, name: hello.name, pid: Int(hello.pid), host: hello.host,
            incarnation: hello.incarnation, key: key)
        tally.joined(hello.name, pid: Int(hello.pid), host: hello.host)
        if comings.mayWrite(peer, now: Machine.milliseconds) {
            log.write(
                .info, "worker joined",
                [
                    ("worker", hello.name), ("pid", "\(hello.pid)"), ("host", hello.host),
                    ("holding", "\(hello.holding.count)"),
                    ("key", key.flatMap { options.security?.allowed.name(of: $0) } ?? ""),
                ])
        }
        try offerStore(session.id, link)
        try tell(session.id, .welcome(welcome), link)
        try send(
            .joined(
                session.id, name: hello.name, incarnation: hello.incarnation,
                holding: hello.holding.map(\.lease), identity: identity), link)
    }

    /// Whether a peer may be listened to: without keys anyone who could connect, with keys only
    /// who is on the list at this moment.
    private func isWelcome(_ key: PublicKey?) -> Bool {
        guard let allowed = options.security?.allowed else { return true }
        return key.flatMap { allowed.name(of: $0) } != nil
    }

    /// Looks at the allow-list again and cuts the sessions of keys that left it: they are told
    /// once and nothing more, and nothing they send is read.
    mutating func cutRevoked(_ link: borrowing Link) throws {
        guard let allowed = options.security?.allowed else { return }
        if let fault = allowed.refresh(), fault != listFault {
            log.write(.error, "allow-list unusable, nobody is admitted", [("error", "\(fault)")])
        }
        listFault = allowed.refresh()
        for id in sessions.all {
            guard let session = sessions[id], !isWelcome(session.key) else { continue }
            log.write(
                .warning, "key revoked",
                [("worker", session.name), ("key", session.key?.text ?? "")])
            try refuse(.evicted, "a listed key", "a revoked one", session.peer, link)
            try send(.lost(id, .evicted), link)
        }
    }

    /// What the present phase is about.
    var welcome: Welcome {
        Welcome(
            coordinator: epoch, jobID: plan.jobID, phase: schedule.phase, basis: schedule.basis,
            shardBytesMax: UInt64(
                plan.shards.reduce(0) { max($0, $1.surveyBytes, $1.scoreBytes) }),
            parameters: plan.parameters,
            artifacts: shelf.artifacts.filter {
                $0.kind == .model || schedule.phase == .score
            })
    }

    private mutating func serve(
        _ request: ArtifactRequest, _ worker: WorkerID, _ link: borrowing Link
    ) throws {
        guard let bytes = try shelf.part(request) else { return }
        let part = ArtifactPart(
            digest: request.digest, file: request.file, offset: request.offset,
            byteCount: request.byteCount)
        try tell(worker, .modelPart(part), [bytes], link)
    }

    /// Bytes that are no message end their session.
    private mutating func reject(
        _ error: WireError, _ peer: RoutingID, _ link: borrowing Link
    ) throws {
        if refusals.mayWrite(peer, now: Machine.milliseconds) {
            log.write(.warning, "message not understood", [("error", "\(error)")])
        }
        if case .version(let expected, let found) = error {
            try refuse(.protocolVersion, "\(expected)", "\(found)", peer, link)
        } else {
            try refuse(.malformed, "a message", "\(error)", peer, link)
        }
        if let worker = sessions.id(of: peer) { try send(.lost(worker, .disconnected), link) }
    }

    mutating func refuse(
        _ code: Refusal.Code, _ expected: String, _ found: String, _ peer: RoutingID,
        _ link: borrowing Link
    ) throws {
        let refusal = Refusal(code: code, expected: expected, found: found)
        if code != .unknownSession, refusals.mayWrite(peer, now: Machine.milliseconds) {
            log.write(
                .warning, "worker refused",
                [("code", "\(code)"), ("expected", expected), ("found", found)])
        }
        do throws(TransportError) {
            try link.send([SharedBytes(Message.refused(refusal).header)], to: peer)
        } catch {
            // Gone already is as good as refused.
            guard error == .unreachable || error == .full else { throw error }
        }
    }

    mutating func tell(
        _ worker: WorkerID, _ message: Message, _ link: borrowing Link
    ) throws {
        try tell(worker, message, [], link)
    }

    /// Hands a message over; a worker that cannot be reached is lost.
    mutating func tell(
        _ worker: WorkerID, _ message: Message, _ payload: [SharedBytes], _ link: borrowing Link
    ) throws {
        guard let session = sessions[worker] else { return }
        let head = SharedBytes(message.header)
        do throws(TransportError) {
            try link.send([head] + payload, to: session.peer)
            tally.bytesSent += payload.reduce(head.count) { $0 + $1.count }
        } catch {
            guard error == .unreachable || error == .full else { throw error }
            events.append(.lost(worker, .disconnected))
        }
    }
}
