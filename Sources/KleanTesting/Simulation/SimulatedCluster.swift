import KleanCore
import KleanLedger
import KleanSchedule
import KleanWire

/// A coordinator, some workers, a network and a disk in virtual milliseconds. The schedule and the
/// wire code are the real ones: every message is encoded, perhaps garbled, and decoded. What is
/// simulated is the shell around them and the world. Everything follows from the seed.
///
/// After every event the rules are checked: each shard in one state, at most one commit of a
/// shard, bytes in flight within credit, attempts bounded, nobody blamed for what did not run,
/// committed files whole. After the faults stop the job must end, with the oracle's index.
///
/// In every third seed two peers join again and again, take a lease and vanish, one of them under a
/// new name each time: no shard may be given up for that. In every fifth seed chunks are read by
/// path and one worker's store is empty: no shard may be given up for that either, and the worker
/// must be sent its chunks soon.
///
/// In every sixth seed one worker lies: about half its results are wrong, with the right digest.
/// Half of those seeds score every shard twice, and then the index must be the oracle's all the
/// same; the others score three in ten twice, and then none of those may be wrong at the end.
struct SimulatedCluster {
    struct Packet {
        var worker: Int
        var routing: UInt64
        /// A coordinator's end breaks its connections: what was under way to it is lost.
        var epoch: Int
        var header: [UInt8]
        var payload: [[UInt8]]
    }

    enum Note {
        case toCoordinator(Packet), toWorker(Packet)
        case disconnected(routing: UInt64)
        case computed(worker: Int, incarnation: UInt64)
        case commit(epoch: Int)
        case merged(epoch: Int), published(epoch: Int)
        case judged(epoch: Int, Lease)
        case rechecked(epoch: Int, Phase, UInt32)
        case tick(epoch: Int)
        case beat(worker: Int, incarnation: UInt64)
        case trouble
        case restart(worker: Int), thaw(worker: Int), speedUp(worker: Int), heal(worker: Int)
        case spaceOnDisk
        case operate
        case startCoordinator
    }

    /// What stands between a worker and the coordinator.
    struct Road {
        var isCutUp = false
        var isCutDown = false
        var clogMs: UInt64 = 0
    }

    static let shardCount = 16
    static let workerCount = 4
    /// Chunks that a session may say it cannot read before they are sent to it.
    static let unreadMax = 8
    /// Faults stop here; then the job must end within ``patienceMs``.
    static let healMs: UInt64 = 40_000
    static let patienceMs: UInt64 = 600_000

    let seed: UInt64
    let bug: PlantedBug?
    let keepsLog: Bool
    var random: SplitMix64
    var now: UInt64 = 0
    var agenda = Agenda<Note>()
    var workers: [SimulatedWorker]
    var roads: [Road]
    var disk = SharedDisk()
    var coordinator: SimulatedCoordinator?
    var epoch = 0
    let poison: UInt32?
    let corrupt: UInt32?
    /// The worker that lies, and how many shards in ten are scored twice.
    let liar: Int?
    let checkedInTen: UInt64
    /// Chunks are read by path, which this worker cannot.
    let blind: Int?

    var problem: String?
    var isDone = false
    var events = 0
    var faults = [Int](repeating: 0, count: SimulatedFault.allCases.count)
    var trace: UInt64
    var log: [String] = []
    /// What the ledger has of commits, to see that none is written twice.
    var committedKeys: Set<[UInt64]> = []
    /// Attempts that really failed at a worker: the only ones that may be blamed.
    var reallyFailed: Set<Lease> = []
    /// Shards that failed at a worker otherwise than by its store.
    var guilty: Set<UInt32> = []
    var quarantined: Int = 0

    private init(seed: UInt64, bug: PlantedBug?, keepsLog: Bool) {
        self.seed = seed
        self.bug = bug
        self.keepsLog = keepsLog
        random = SplitMix64(seed: seed)
        trace = seed
        workers = (0..<Self.workerCount).map { SimulatedWorker(name: "w\($0)") }
        if seed % 3 == 2 {
            workers += [.vanishNewName, .vanishSameName].map {
                SimulatedWorker(name: "v", vanishes: $0)
            }
        }
        roads = Array(repeating: Road(), count: workers.count)
        blind = seed % 5 == 1 ? Int(seed / 5 % UInt64(Self.workerCount)) : nil
        let count = UInt32(Self.shardCount)
        poison = seed % 4 == 0 ? UInt32.random(in: 0..<count, using: &random) : nil
        liar = seed % 6 == 0 ? Int(seed / 12 % UInt64(Self.workerCount)) : nil
        checkedInTen = liar == nil ? 1 : seed % 12 == 0 ? 10 : 3
        corrupt = seed % 5 == 0 ? UInt32.random(in: 0..<count, using: &random) : nil
    }

    /// Runs one seed to its end.
    static func run(
        seed: UInt64, bug: PlantedBug? = nil, keepsLog: Bool = false
    ) -> SimulationOutcome {
        var cluster = SimulatedCluster(seed: seed, bug: bug, keepsLog: keepsLog)
        cluster.run()
        return SimulationOutcome(
            seed: seed, problem: cluster.problem, virtualMs: cluster.now, events: cluster.events,
            faults: cluster.faults, quarantined: cluster.quarantined, trace: cluster.trace,
            log: cluster.log)
    }

    var isHealed: Bool { now > Self.healMs }

    private mutating func run() {
        startCoordinator()
        for worker in workers.indices { start(worker) }
        plan(.trouble, in: 300)
        plan(.operate, in: Self.healMs)
        while !isDone, problem == nil, let (at, note) = agenda.next() {
            now = at
            events += 1
            handle(note)
            if now > Self.healMs + Self.patienceMs {
                fail("not done: \(coordinator.map { "\($0.schedule.counts)" } ?? "no coordinator")")
            }
        }
        if !isDone, problem == nil { fail("nothing left to happen") }
    }

    mutating func plan(_ note: Note, in ms: UInt64) { agenda.plan(note, at: now + ms) }

    mutating func fail(_ text: String) {
        if problem == nil { problem = "at \(now) ms: \(text)" }
    }

    mutating func record(_ text: String) {
        if keepsLog { log.append("\(now) \(text)") }
    }

    mutating func count(_ fault: SimulatedFault) { faults[fault.rawValue] += 1 }

    /// Whether something of so many in ten thousand happens; nothing does after the healing.
    mutating func happens(_ perTenThousand: UInt64) -> Bool {
        !isHealed && random.next() % 10_000 < perTenThousand
    }

    private mutating func handle(_ note: Note) {
        switch note {
        case .toCoordinator(let packet): if packet.epoch == epoch { hear(packet) }
        case .toWorker(let packet):
            let worker = packet.worker
            guard workers[worker].isAlive, workers[worker].routing == packet.routing else { return }
            if workers[worker].isFrozen {
                workers[worker].frozenNotes.append(note)
            } else {
                obey(packet, worker)
            }
        case .disconnected(let routing): coordinator?.gone.insert(routing)
        case .computed(let worker, let incarnation):
            guard workers[worker].isAlive, workers[worker].incarnation == incarnation else {
                return
            }
            if workers[worker].isFrozen {
                workers[worker].frozenNotes.append(note)
            } else {
                finish(worker)
            }
        case .commit(let epoch): if epoch == self.epoch { commit() }
        case .merged(let epoch): if epoch == self.epoch { merged() }
        case .judged(let epoch, let lease): if epoch == self.epoch { judged(lease) }
        case .published(let epoch): if epoch == self.epoch { published() }
        case .rechecked(let epoch, let phase, let shard):
            guard epoch == self.epoch else { return }
            let fault = shard == corrupt ? "checksum" : nil
            settleUnread(shard, isIntact: fault == nil)
            decide(.rechecked(phase, shard: shard, fault: fault))
        case .tick(let epoch): if epoch == self.epoch { tick() }
        case .beat(let worker, let incarnation): beat(worker, incarnation)
        case .trouble: trouble()
        case .restart(let worker):
            let isGone = workers[worker].vanishes != nil && isHealed
            if !workers[worker].isAlive, !isGone { start(worker) }
        case .thaw(let worker): thaw(worker)
        case .speedUp(let worker): workers[worker].slowness = 1
        case .heal(let worker): roads[worker] = Road()
        case .spaceOnDisk: disk.disk.isFull = false
        case .operate: operate()
        case .startCoordinator: startCoordinator()
        }
    }

    /// Puts a message on the road, which may lose, repeat, delay, reorder or garble it.
    mutating func transmit(
        _ message: Message, _ payload: [[UInt8]], worker: Int, routing: UInt64, up: Bool
    ) {
        let road = roads[worker]
        if up ? road.isCutUp : road.isCutDown { return }
        if happens(150) { return count(.loss) }
        var packet = Packet(
            worker: worker, routing: routing, epoch: epoch, header: message.header, payload: payload
        )
        if happens(8) {
            count(.garbledHeader)
            let place = Int(random.next() % UInt64(packet.header.count))
            packet.header[place] ^= UInt8(1 << (random.next() % 8))
        }
        var delay = 1 + random.next() % 5
        if happens(500) {
            count(.delay)
            delay += random.next() % 1_000
        } else if happens(1_000) {
            count(.reorder)
            delay += random.next() % 60
        }
        delay += road.clogMs
        plan(up ? .toCoordinator(packet) : .toWorker(packet), in: delay)
        if happens(200) {
            count(.duplicate)
            plan(
                up ? .toCoordinator(packet) : .toWorker(packet), in: delay + random.next() % 900)
        }
    }

    /// Machines are mended: on-call lets in who was refused.
    private mutating func operate() {
        plan(.operate, in: 5_000)
        for refused in coordinator?.schedule.refusedWorkers ?? [] {
            decide(.trust(name: refused.name))
        }
    }

    // MARK: - Trouble

    private mutating func trouble() {
        guard !isHealed else { return }
        plan(.trouble, in: 300)
        for worker in workers.indices {
            if workers[worker].isAlive, happens(120) { kill(worker, .workerCrash) }
            if workers[worker].isAlive, !workers[worker].isFrozen, happens(120) {
                count(.workerFreeze)
                workers[worker].isFrozen = true
                record("w\(worker) freezes")
                plan(.thaw(worker: worker), in: 500 + random.next() % 22_000)
            }
            if happens(80) {
                count(.workerSlow)
                workers[worker].slowness = 20
                plan(.speedUp(worker: worker), in: 5_000)
            }
            if !roads[worker].isCutUp, !roads[worker].isCutDown, happens(150) { cut(worker) }
        }
        if coordinator != nil, happens(150) { crashCoordinator("killed") }
        if !disk.disk.isFull, happens(40) {
            count(.fullDisk)
            record("disk full")
            disk.disk.isFull = true
            plan(.spaceOnDisk, in: 500 + random.next() % 4_000)
        }
    }

    private mutating func cut(_ worker: Int) {
        switch random.next() % 4 {
        case 0:
            count(.oneWayPartition)
            roads[worker].isCutUp = true
        case 1:
            count(.oneWayPartition)
            roads[worker].isCutDown = true
        case 2:
            count(.partition)
            roads[worker].isCutUp = true
            roads[worker].isCutDown = true
        default:
            count(.delay)
            roads[worker].clogMs = 200 + random.next() % 3_000
        }
        record("road of w\(worker): \(roads[worker])")
        plan(.heal(worker: worker), in: 500 + random.next() % 25_000)
    }
}
