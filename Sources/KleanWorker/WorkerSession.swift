internal import KleanColumns
import KleanCore
internal import KleanTransport
internal import KleanWire
internal import Synchronization

/// One routing id's conversation with a coordinator.
struct WorkerSession {
    enum End { case again, drained, stopped }

    static let beatMs: UInt64 = 1_000
    static let helloMs: UInt64 = 2_000
    static let silenceMs: UInt64 = 15_000

    private var desk: WorkerDesk
    private var heardMs = Machine.milliseconds
    private var spokenMs: UInt64 = 0
    private var welcome: Welcome?
    /// Artifacts of the welcome that are not here yet; shards wait behind them.
    private var fetches: [ArtifactFetch] = []
    private var waiting: [ComputeThread.ShardOrder] = []
    /// Where chunks are read that are not sent.
    private var store = ""
    private var consumedBytes: UInt64 = 0
    /// What is asked for in advance, and the total asked for so far: it never goes back.
    private var window: CreditWindow?
    private var creditTotal: UInt64 = 0
    /// Since when nothing is in hand, after shards of this basis.
    private var idleSince: (ms: UInt64, basis: UInt64)?
    private var isPrepared = false
    private let crash: CrashPoint

    /// Talks until the session ends. What the worker holds goes back into `desk`.
    static func run(
        _ link: borrowing Link, _ desk: inout WorkerDesk, until stop: borrowing Atomic<Bool>
    ) throws -> End {
        var session = WorkerSession(desk: desk)
        defer { desk = session.desk }
        return try session.talk(link, stop)
    }

    private init(desk: WorkerDesk) {
        self.desk = desk
        self.desk.beginSession()
        crash = desk.compute.crash
    }

    private mutating func talk(
        _ link: borrowing Link, _ stop: borrowing Atomic<Bool>
    ) throws -> End {
        desk.compute.ring(link.bell)
        while true {
            if stop.load(ordering: .relaxed) { return .stopped }
            try speak(link)
            desk.vitals.turned(
                isReady: isPrepared, heardMs: welcome == nil ? nil : heardMs,
                holding: desk.items.count)
            let wasCut = link.wait(milliseconds: 50).wasCut
            while let incoming = try link.receive() {
                if let end = try hear(incoming.frames, link) { return end }
            }
            for outcome in desk.compute.takeOutcomes() { try report(outcome, link) }
            // A shard or a result may have gone with the connection: what is held is said again.
            if wasCut, welcome != nil { return .again }
            let silence = Machine.milliseconds - heardMs
            if silence > WorkerSession.silenceMs {
                desk.missedSeconds += Double(silence) / 1_000
                guard desk.missedSeconds < desk.options.reconnectSecondsMax else {
                    throw WorkerError.coordinatorLost(
                        endpoint: desk.options.endpoint, seconds: Int(desk.missedSeconds))
                }
                return .again
            }
        }
    }

    // MARK: - What the worker says by itself

    /// Hello until there is a welcome, then beats and credit, once a second.
    private mutating func speak(_ link: borrowing Link) throws {
        let now = Machine.milliseconds
        if welcome == nil {
            guard now - spokenMs >= WorkerSession.helloMs else { return }
            spokenMs = now
            let hello = Hello(
                scorerVersion: desk.options.scorerVersion, incarnation: desk.incarnation,
                pid: UInt32(Machine.pid), name: desk.options.name, host: Machine.hostName,
                holding: desk.holding)
            return try send(.hello(hello), on: link)
        }
        guard now - spokenMs >= WorkerSession.beatMs else { return }
        spokenMs = now
        let atHand = desk.compute.atHand
        let beat = Beat(
            peakBytes: UInt64(Machine.peakBytes), rowsDone: atHand?.rowsDone ?? 0,
            shardsDone: desk.shardsDone, running: atHand?.lease)
        try send(.beat(beat), on: link)
        try sendCredit(link)
    }

    private mutating func sendCredit(_ link: borrowing Link) throws {
        guard let window, isPrepared else { return }
        creditTotal = max(creditTotal, consumedBytes + window.bytes)
        try send(.credit(totalBytes: creditTotal), on: link)
    }

    /// A shard is here: says how long the worker had none.
    private mutating func noteArrival(_ basis: UInt64) {
        defer { idleSince = nil }
        guard !desk.hasWork else { return window?.arrived(afterIdleMs: 0) ?? () }
        guard let idleSince, idleSince.basis == basis else { return }
        window?.arrived(afterIdleMs: Machine.milliseconds - idleSince.ms)
    }

    private mutating func noteEnd(_ lease: Lease) {
        if !desk.hasWork { idleSince = (Machine.milliseconds, lease.basis) }
    }

    /// A message that cannot be handed over now is repeated in some form: beats and credit come
    /// again, results when the session is renewed.
    private func send(
        _ message: Message, _ payload: [SharedBytes] = [], on link: borrowing Link
    ) throws {
        do throws(TransportError) {
            try link.send([SharedBytes(message.header)] + payload)
        } catch .full, .unreachable {
            return
        }
    }

    // MARK: - What the coordinator says

    private mutating func hear(
        _ frames: [SharedBytes], _ link: borrowing Link
    ) throws -> End? {
        guard let head = frames.first else { return nil }
        let payload = Array(frames.dropFirst())
        let message: Message
        do throws(WireError) {
            message = try Message(header: head.array, payloadBytes: payload.map(\.count))
        } catch .version(let expected, let found) {
            throw WorkerError.protocolVersion(expected: expected, found: found)
        } catch {
            desk.options.onEvent("a message of the coordinator was not understood: \(error)")
            return nil
        }
        heardMs = Machine.milliseconds
        desk.vitals.received(frames.reduce(0) { $0 + $1.count })
        desk.missedSeconds = 0
        switch message {
        case .welcome(let welcome):
            // Another coordinator process took over: it counts credit from zero.
            if let known = self.welcome, known.coordinator != welcome.coordinator {
                return .again
            }
            try begin(welcome, link)
        case .refused(let refusal):
            guard refusal.code == .unknownSession else { throw WorkerError.refused(refusal) }
            return .again
        case .shard(let header): return take(header, nil, payload)
        case .fileShard(let header, let file): return take(header, file, payload)
        case .storeOffer(let path): try answer(desk.options.store ?? path, link)
        case .modelPart(let part): try accept(part, payload, link)
        case .committed(let lease):
            crash.reach(lease.phase.name, "committed")
            desk.forget(lease)
        case .cancel(let lease, _): desk.forget(lease)
        case .drain:
            try send(.bye(Bye(code: .finished, detail: "")), on: link)
            return .drained
        case .beat, .hello, .modelGet, .credit, .result, .failed, .bye, .storeAnswer: break
        }
        return nil
    }

    /// A welcome opens a session or a phase: what it names must be here before shards run.
    private mutating func begin(_ welcome: Welcome, _ link: borrowing Link) throws {
        guard welcome != self.welcome else { return }
        let isFirst = self.welcome == nil
        self.welcome = welcome
        if isFirst {
            window = CreditWindow(
                shardBytesMax: welcome.shardBytesMax, memoryBytes: desk.options.memoryBytes)
        }
        fetches = try welcome.artifacts.filter { path(of: $0) == nil }.map {
            try ArtifactFetch(
                $0, cache: desk.options.cache, incarnation: desk.incarnation)
        }
        try advance(link)
        if isFirst {
            for result in desk.results {
                try send(.result(result.header), [result.bytes], on: link)
            }
        }
    }

    /// Looks for the store that was offered, so that what is not there is sent instead.
    private mutating func answer(_ path: String, _ link: borrowing Link) throws {
        guard desk.options.readsByPath else { return }
        store = path
        let isSeen = FileSystem.isDirectory(path)
        try send(
            .storeAnswer(
                StoreAnswer(
                    isSeen: isSeen,
                    detail: isSeen ? path : "\(path): expected the store, found no folder")),
            on: link)
    }

    private mutating func take(
        _ header: ShardHeader, _ file: ChunkFile?, _ payload: [SharedBytes]
    ) -> End? {
        crash.reach(header.lease.phase.name, "receive")
        // A shard of another phase than the welcome's: the welcome it belongs to was lost.
        guard header.lease.basis == welcome?.basis else { return .again }
        var frames = payload[...]
        let chunk = WorkerSession.part(header.chunk, &frames)
        let pairs = header.pairs.map { WorkerSession.part($0, &frames) }
        let order = ComputeThread.ShardOrder(
            header: header, chunk: chunk, pairs: pairs, file: file.map { (store, $0) })
        noteArrival(header.lease.basis)
        if fetches.isEmpty { desk.take(order) } else { waiting.append(order) }
        return nil
    }

    /// The message was checked: frames are there, and of the announced sizes.
    private static func part(
        _ part: ShardHeader.Part, _ frames: inout ArraySlice<SharedBytes>
    ) -> ContainerPart {
        let directory = frames.removeFirst().array
        return ContainerPart(
            directory: directory,
            segments: part.segments.map {
                ContainerPart.Segment(column: $0.column, bytes: frames.removeFirst())
            })
    }

    // MARK: - Model and profile

    private func path(of artifact: Artifact) -> String? {
        if desk.options.readsByPath, WorkerSession.isWhole(artifact, at: artifact.path) {
            return artifact.path
        }
        let cached = ArtifactFetch.cached(artifact, in: desk.options.cache)
        return WorkerSession.isWhole(artifact, at: cached) ? cached : nil
    }

    /// Whether every file is there in its size; the engine checks the digest when it loads.
    private static func isWhole(_ artifact: Artifact, at path: String) -> Bool {
        artifact.files.allSatisfy { file in
            do {
                let full = file.name.isEmpty ? path : "\(path)/\(file.name)"
                return try FileSystem.size(full) == file.byteCount
            } catch {
                return false  // Not visible from here: it will be fetched.
            }
        }
    }

    /// Asks for parts, or has the engine prepare when all is here.
    private mutating func advance(_ link: borrowing Link) throws {
        while let fetch = fetches.first, fetch.isDone {
            try fetch.finish()
            fetches.removeFirst()
        }
        if !fetches.isEmpty {
            for request in fetches[0].requests() { try send(.modelGet(request), on: link) }
            return
        }
        guard let welcome else { return }
        var inputs = EngineInputs(
            modelPath: "", modelDigest: welcome.jobID, profilePath: nil, profileDigest: nil,
            parameters: welcome.parameters)
        for artifact in welcome.artifacts {
            guard let path = path(of: artifact) else {
                throw WorkerError.unprepared("\(artifact.digest.short) went away while it was read")
            }
            switch artifact.kind {
            case .model:
                inputs.modelPath = path
                inputs.modelDigest = artifact.digest
            case .profile:
                inputs.profilePath = path
                inputs.profileDigest = artifact.digest
            }
        }
        if inputs == desk.inputs {
            isPrepared = desk.isPrepared
            try sendCredit(link)
        } else {
            desk.prepare(inputs)
        }
        for order in waiting { desk.take(order) }
        waiting = []
    }

    private mutating func accept(
        _ part: ArtifactPart, _ payload: [SharedBytes], _ link: borrowing Link
    ) throws {
        guard !fetches.isEmpty, let bytes = payload.first else { return }
        try fetches[0].accept(part, bytes.array)
        try advance(link)
    }

    // MARK: - What the compute thread says

    private mutating func report(
        _ outcome: ComputeThread.Outcome, _ link: borrowing Link
    ) throws {
        switch outcome {
        case .prepared:
            desk.isPrepared = true
            isPrepared = true
            try sendCredit(link)
        case .unprepared(let detail):
            try send(.bye(Bye(code: .unprepared, detail: detail)), on: link)
            throw WorkerError.unprepared(detail)
        case .done(let errand, let output, let nanoseconds):
            let result = desk.finish(errand, output, nanoseconds: nanoseconds)
            consumedBytes += desk.release(errand)
            noteEnd(errand.lease)
            guard let result, welcome != nil else { return }
            crash.reach(errand.lease.phase.name, "result")
            try send(.result(result.header), [result.bytes], on: link)
            try sendCredit(link)
        case .failed(let errand, let code, let detail):
            desk.vitals.failed(code)
            let isWanted = desk.isWanted(errand)
            consumedBytes += desk.release(errand)
            noteEnd(errand.lease)
            if isWanted {
                try send(
                    .failed(Failure(lease: errand.lease, code: code, detail: detail)), on: link)
            }
            try sendCredit(link)
        case .skipped(let errand):
            consumedBytes += desk.release(errand)
            try sendCredit(link)
        }
    }
}
