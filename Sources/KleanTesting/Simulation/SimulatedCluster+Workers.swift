import KleanCore
import KleanWire

/// The workers' side.
extension SimulatedCluster {
    mutating func start(_ worker: Int) {
        if workers[worker].incarnation != 0 { count(.rejoin) }
        let vanishes = workers[worker].vanishes
        let name = vanishes == .vanishNewName ? "v\(random.next())" : workers[worker].name
        workers[worker] = SimulatedWorker(name: name, vanishes: vanishes)
        workers[worker].incarnation = random.next() | 1
        workers[worker].isAlive = true
        record("w\(worker) starts")
        greet(worker)
        plan(.beat(worker: worker, incarnation: workers[worker].incarnation), in: 1_000)
    }

    mutating func kill(_ worker: Int, _ fault: SimulatedFault) {
        count(fault)
        record("w\(worker) dies of \(fault)")
        workers[worker].isAlive = false
        workers[worker].isFrozen = false
        workers[worker].frozenNotes = []
        // The connection usually breaks at once; else only silence tells.
        if isHealed || random.next() % 5 > 0 {
            plan(.disconnected(routing: workers[worker].routing), in: 10)
        }
        plan(.restart(worker: worker), in: 200 + random.next() % 3_000)
    }

    mutating func thaw(_ worker: Int) {
        guard workers[worker].isFrozen else { return }
        workers[worker].isFrozen = false
        let notes = workers[worker].frozenNotes
        workers[worker].frozenNotes = []
        if !notes.isEmpty { count(.lateResult) }
        for note in notes { plan(note, in: 1) }
    }

    /// A new session.
    private mutating func greet(_ worker: Int) {
        workers[worker].routing = random.next() | 1
        workers[worker].welcome = nil
        workers[worker].taken = []
        workers[worker].consumed = 0
        workers[worker].heardMs = now
        if workers[worker].running != nil { workers[worker].running?.credit = 0 }
        for place in workers[worker].queue.indices { workers[worker].queue[place].credit = 0 }
        sayHello(worker)
    }

    private mutating func sayHello(_ worker: Int) {
        workers[worker].saidHelloMs = now
        say(
            .hello(
                Hello(
                    scorerVersion: ScorerVersion.current, incarnation: workers[worker].incarnation,
                    pid: UInt32(worker), name: workers[worker].name, host: "simulated",
                    holding: workers[worker].holding)), worker)
    }

    private mutating func say(_ message: Message, _ worker: Int, _ payload: [[UInt8]] = []) {
        transmit(
            message, payload, worker: worker, routing: workers[worker].routing, up: true)
    }

    private mutating func sayCredit(_ worker: Int) {
        guard workers[worker].welcome != nil else { return }
        var total = workers[worker].consumed + SimulatedWorker.window
        if bug == .creditLeak { total += workers[worker].running?.credit ?? 0 }
        say(.credit(totalBytes: total), worker)
    }

    mutating func beat(_ worker: Int, _ incarnation: UInt64) {
        guard workers[worker].isAlive, workers[worker].incarnation == incarnation else { return }
        plan(.beat(worker: worker, incarnation: incarnation), in: 1_000)
        guard !workers[worker].isFrozen else { return }
        if now - workers[worker].heardMs > SimulatedWorker.silenceMs { return greet(worker) }
        if workers[worker].welcome == nil {
            if now - workers[worker].saidHelloMs >= SimulatedWorker.helloMs { sayHello(worker) }
            return
        }
        say(.beat(Beat(running: workers[worker].running?.lease)), worker)
        sayCredit(worker)
    }

    mutating func obey(_ packet: Packet, _ worker: Int) {
        let message: Message
        do throws(WireError) {
            message = try Message(
                header: packet.header, payloadBytes: packet.payload.map(\.count))
        } catch { return }
        workers[worker].heardMs = now
        switch message {
        case .welcome(let welcome):
            guard welcome != workers[worker].welcome else { return }
            if let known = workers[worker].welcome, known.coordinator != welcome.coordinator {
                return greet(worker)
            }
            let isFirst = workers[worker].welcome == nil
            workers[worker].welcome = welcome
            workers[worker].profile = welcome.artifacts.first { $0.kind == .profile }?.digest
            sayCredit(worker)
            if isFirst {
                for result in workers[worker].done {
                    say(.result(result.header), worker, [result.bytes])
                }
            }
        case .refused(let refusal):
            if refusal.code == .unknownSession {
                greet(worker)
            } else if refusal.code == .evicted, worker == liar {
                record("w\(worker) is barred")
                workers[worker].isAlive = false  // For good.
            } else if refusal.code == .evicted {
                record("w\(worker) is refused")
                workers[worker].isAlive = false
                plan(.restart(worker: worker), in: 3_000)
            } else {
                kill(worker, .garbledHeader)
            }
        case .shard(let header): take(header, packet.payload, isInFile: false, worker)
        case .fileShard(let header, _): take(header, packet.payload, isInFile: true, worker)
        case .storeOffer:
            say(.storeAnswer(StoreAnswer(isSeen: true, detail: "")), worker)
        case .committed(let lease), .cancel(let lease, _): workers[worker].forget(lease)
        default: break
        }
    }

    private mutating func take(
        _ header: ShardHeader, _ payload: [[UInt8]], isInFile: Bool, _ worker: Int
    ) {
        guard header.lease.basis == workers[worker].welcome?.basis else {
            return greet(worker)  // The welcome it belongs to was lost.
        }
        guard !workers[worker].has(header.lease),
            workers[worker].taken.insert(header.lease).inserted
        else { return }
        if let vanishes = workers[worker].vanishes { return kill(worker, vanishes) }
        let hasPairs = header.lease.phase == .score
        workers[worker].queue.append(
            .init(
                lease: header.lease, credit: header.creditBytes, rows: header.rows,
                chunk: isInFile ? SimulatedJob.chunk(header.lease.shard) : payload[1],
                pairs: hasPairs ? payload.last ?? [] : [], isInFile: isInFile,
                profile: workers[worker].profile))
        if workers[worker].inFlight > SimulatedWorker.window {
            fail("w\(worker) holds \(workers[worker].inFlight) bytes, its window is smaller")
        }
        work(worker)
    }

    private mutating func work(_ worker: Int) {
        guard workers[worker].running == nil, !workers[worker].queue.isEmpty else { return }
        workers[worker].running = workers[worker].queue.removeFirst()
        let ms = (200 + random.next() % 1_500) * workers[worker].slowness
        plan(.computed(worker: worker, incarnation: workers[worker].incarnation), in: ms)
    }

    mutating func finish(_ worker: Int) {
        guard let item = workers[worker].running else { return }
        if item.lease.shard == poison { return kill(worker, .poisonShard) }
        workers[worker].running = nil
        workers[worker].consumed += item.credit
        defer {
            sayCredit(worker)
            work(worker)
        }
        guard !item.isCancelled else { return }
        if item.lease.shard == corrupt {
            count(.corruptChunk)
            return sayFailed(item.lease, .corruptChunk, worker)
        }
        if item.isInFile, worker == blind {
            count(.chunkUnread)
            return say(
                .failed(Failure(lease: item.lease, code: .chunkUnread, detail: "no file")), worker)
        }
        if happens(100) {
            count(.outOfMemory)
            guilty.insert(item.lease.shard)
            return sayFailed(item.lease, .outOfMemory, worker)
        }
        var bytes =
            item.lease.phase == .survey
            ? SimulatedJob.survey(item.chunk)
            : SimulatedJob.score(
                item.chunk, pairs: item.pairs,
                profile: item.profile ?? SimulatedJob.profile([]))
        if worker == liar, random.next() % 2 == 0 {
            count(.wrongScore)
            bytes[0] ^= 0x80
        }
        let header = ResultHeader(
            lease: item.lease, rows: item.rows, byteCount: UInt64(bytes.count),
            checksum: Fingerprint.of(bytes), nanoseconds: 1, peakBytes: 1, stages: [])
        if happens(60) {
            count(.wrongDigest)
            guilty.insert(item.lease.shard)
            reallyFailed.insert(item.lease)
            bytes[0] ^= 1
        }
        workers[worker].done.append((header, bytes))
        say(.result(header), worker, [bytes])
    }

    private mutating func sayFailed(_ lease: Lease, _ code: FailureCode, _ worker: Int) {
        reallyFailed.insert(lease)
        say(.failed(Failure(lease: lease, code: code, detail: "\(code)")), worker)
    }
}
