import KleanCore
import KleanSchedule
import Testing

/// Drives the real schedule through a world that loses, repeats, delays and reorders messages,
/// freezes and kills workers and restarts the coordinator; every rule is checked after every
/// event. Each seed runs twice, so that hidden dependence on hash order shows.
@Suite struct SimulationTests {
    @Test(arguments: 1...60)
    func everyJobEndsAndKeepsTheRules(_ seed: Int) {
        var first = World(seed: UInt64(seed), poison: [])
        first.run()
        #expect(first.problem == nil, "seed \(seed): \(first.problem ?? "")")
        #expect(first.outcome == .complete, "seed \(seed)")
        var second = World(seed: UInt64(seed), poison: [])
        second.run()
        #expect(first.trace == second.trace, "seed \(seed) does not repeat itself")
    }

    @Test(arguments: 1...30)
    func poisonAloneIsQuarantined(_ seed: Int) {
        var world = World(seed: UInt64(seed), poison: [3, 4, 17], faultsPerMille: 0)
        world.run()
        #expect(world.problem == nil, "seed \(seed): \(world.problem ?? "")")
        #expect(world.outcome == .complete, "seed \(seed)")
        #expect(world.quarantined.sorted() == [3, 4, 17], "seed \(seed)")
    }
}

/// A job of 40 shards, four workers, a network and a ledger, in virtual milliseconds.
private struct World {
    enum Note {
        case toCoordinator(worker: Int, session: UInt32, ScheduleEvent)
        case toWorker(worker: Int, session: UInt32, ScheduleEffect)
        case finished(worker: Int, incarnation: UInt64, Lease)
        case stored(epoch: Int, Lease, WorkerID)
        case internalEvent(epoch: Int, ScheduleEvent)
        case beat, trouble
        case restart(worker: Int)
        case thaw(worker: Int)
    }

    struct Worker {
        var incarnation: UInt64 = 0
        var session: UInt32 = 0
        var isWelcome = false
        var isAlive = false
        var isFrozen = false
        var queue: [Lease] = []
        var running: Lease?
        var done: [Lease] = []
        var consumed: UInt64 = 0
        var waiting: [Note] = []
        var helloMs: UInt64 = 0
        var soloShards: Set<UInt32> = []
    }

    static let shardCount = 40
    static let window: UInt64 = 35
    var random: SplitMix64
    let poison: Set<UInt32>
    let faultsPerMille: Int
    var now: UInt64 = 0
    var sequence = 0
    var agenda: [(at: UInt64, sequence: Int, note: Note)] = []
    var workers = Array(repeating: Worker(), count: 4)
    var schedule: Schedule
    var epoch = 0
    var nextSession: UInt32 = 1
    var known: [UInt32: Int] = [:]
    var committed: [Set<UInt32>] = [[], []]
    var profile = false
    var quarantined: Set<UInt32> = []
    var outcome: Finish?
    var problem: String?
    var trace: UInt64 = 0

    init(seed: UInt64, poison: Set<UInt32>, faultsPerMille: Int = 30) {
        random = SplitMix64(seed: seed)
        self.poison = poison
        self.faultsPerMille = faultsPerMille
        schedule = World.schedule(committed: [])
    }

    static func schedule(committed: Set<UInt32>) -> Schedule {
        var rules = ScheduleRules()
        rules.stallAlarmMs = 10_000
        rules.stallEvictMs = 20_000
        return Schedule(
            shards: Array(
                repeating: ScheduleShard(surveyBytes: 10, scoreBytes: 12), count: shardCount),
            rules: rules, basis: 7, start: PhaseStart(committed: committed.sorted()))
    }

    /// Faults stop after two virtual minutes; then the job must end within ten.
    var isHealed: Bool { now > 120_000 }

    mutating func run() {
        for worker in workers.indices { start(worker) }
        plan(.beat, in: 250)
        plan(.trouble, in: 500)
        while outcome == nil, problem == nil, !agenda.isEmpty {
            let index = agenda.indices.min { left, right in
                (agenda[left].at, agenda[left].sequence)
                    < (agenda[right].at, agenda[right].sequence)
            }
            guard let index else { return }
            let item = agenda.remove(at: index)
            now = item.at
            handle(item.note)
            if now > 720_000 {
                problem = "not done: \(schedule.stage) \(schedule.counts)"
            }
        }
    }

    mutating func plan(_ note: Note, in ms: UInt64) {
        sequence += 1
        agenda.append((now + ms, sequence, note))
    }

    /// Puts a message on the network, which may lose, repeat or delay it.
    mutating func transmit(_ note: Note) {
        let bad = faultsPerMille > 0 && !isHealed
        if bad, random.chance(20) { return }
        plan(note, in: UInt64.random(in: 1...(bad ? 200 : 5), using: &random))
        if bad, random.chance(30) { plan(note, in: UInt64.random(in: 1...900, using: &random)) }
    }

    mutating func start(_ worker: Int) {
        workers[worker] = Worker()
        workers[worker].incarnation = random.next()
        workers[worker].isAlive = true
        hello(worker)
    }

    mutating func hello(_ worker: Int) {
        let session = nextSession
        nextSession += 1
        workers[worker].session = session
        workers[worker].isWelcome = false
        workers[worker].consumed = 0
        workers[worker].helloMs = now
        let holding =
            workers[worker].done + (workers[worker].running.map { [$0] } ?? [])
            + workers[worker].queue
        transmit(
            .toCoordinator(
                worker: worker, session: session,
                .joined(
                    WorkerID(session), name: "w\(worker)",
                    incarnation: workers[worker].incarnation, holding: holding)))
    }

    /// Gives an event to the schedule, checks it, and carries out what it wants.
    mutating func decide(_ event: ScheduleEvent) {
        let effects = schedule.handle(event, now: now)
        if let violation = schedule.violation, problem == nil {
            problem = "\(violation) after \(event)"
        }
        for effect in effects {
            trace = Fingerprint.mix(trace ^ Fingerprint.of("\(effect)"))
            carryOut(effect)
        }
    }

    mutating func carryOut(_ effect: ScheduleEffect) {
        switch effect {
        case .lease(_, let worker, _, _), .acknowledge(_, let worker), .cancel(_, let worker, _),
            .drop(_, let worker):
            guard let index = known[worker.raw] else { return }
            transmit(.toWorker(worker: index, session: worker.raw, effect))
        case .store(let lease, let worker):
            plan(
                .stored(epoch: epoch, lease, worker),
                in: UInt64.random(in: 1...20, using: &random))
        case .forget(let worker, _, _): known[worker.raw] = nil
        case .quarantine(_, let shard, _): quarantined.insert(shard)
        case .recheck(let phase, let shard):
            plan(
                .internalEvent(
                    epoch: epoch, .rechecked(phase, shard: shard, fault: nil)), in: 5)
        case .mergeSurvey:
            let done = committed[1].sorted()
            let event = ScheduleEvent.profileReady(basis: 9, PhaseStart(committed: done))
            plan(.internalEvent(epoch: epoch, event), in: 50)
        case .publish: plan(.internalEvent(epoch: epoch, .published), in: 50)
        case .finish(let finish): outcome = finish
        // Nobody drains a worker here, and nothing is scored twice.
        case .ended, .alarm, .announce, .dismiss, .compare, .judge, .distrust, .revoke: break
        }
    }

    mutating func handle(_ note: Note) {
        switch note {
        case .toCoordinator(let worker, let session, let event):
            if case .joined = event {
                if known[session] == nil, workers[worker].session == session {
                    known[session] = worker
                    workers[worker].isWelcome = true
                    decide(event)
                    reoffer(worker)
                }
            } else if known[session] != nil {
                decide(event)
            } else if workers[worker].session == session, workers[worker].isWelcome {
                hello(worker)  // Refused: unknown session.
            }
        case .toWorker(let worker, let session, let effect):
            guard workers[worker].isAlive, workers[worker].session == session else { return }
            if workers[worker].isFrozen {
                workers[worker].waiting.append(note)
            } else {
                obey(effect, worker)
            }
        case .finished(let worker, let incarnation, let lease):
            guard workers[worker].incarnation == incarnation, workers[worker].isAlive else {
                return
            }
            if workers[worker].isFrozen {
                workers[worker].waiting.append(note)
            } else {
                finish(lease, worker)
            }
        case .stored(let epoch, let lease, let worker):
            guard epoch == self.epoch else { return }
            let phase = Int(lease.phase.rawValue)
            if !committed[phase].insert(lease.shard).inserted {
                problem = "shard \(lease.shard) was committed twice"
            }
            decide(.stored(lease, from: worker))
        case .internalEvent(let epoch, let event):
            if epoch == self.epoch { decide(event) }
        case .beat: beat()
        case .trouble: trouble()
        case .restart(let worker): if !workers[worker].isAlive { start(worker) }
        case .thaw(let worker):
            workers[worker].isFrozen = false
            let waiting = workers[worker].waiting
            workers[worker].waiting = []
            for note in waiting { plan(note, in: 1) }
        }
    }

    /// After a welcome: credit, and results that nobody has acknowledged.
    mutating func reoffer(_ worker: Int) {
        let session = workers[worker].session
        let credit = ScheduleEvent.credit(WorkerID(session), totalBytes: Self.window)
        transmit(.toCoordinator(worker: worker, session: session, credit))
        for lease in workers[worker].done {
            transmit(
                .toCoordinator(
                    worker: worker, session: session, .result(WorkerID(session), lease)))
        }
    }

    mutating func obey(_ effect: ScheduleEffect, _ worker: Int) {
        switch effect {
        case .lease(let lease, _, _, _):
            let has = workers[worker].queue + workers[worker].done
            guard !has.contains(lease), workers[worker].running != lease else { return }
            workers[worker].queue.append(lease)
            work(worker)
        case .acknowledge(let lease, _), .cancel(let lease, _, _), .drop(let lease, _):
            workers[worker].queue.removeAll { $0 == lease }
            workers[worker].done.removeAll { $0 == lease }
        default: break
        }
    }

    mutating func work(_ worker: Int) {
        guard workers[worker].running == nil, !workers[worker].queue.isEmpty else { return }
        let lease = workers[worker].queue.removeFirst()
        workers[worker].running = lease
        plan(
            .finished(worker: worker, incarnation: workers[worker].incarnation, lease),
            in: UInt64.random(in: 100...600, using: &random))
    }

    mutating func finish(_ lease: Lease, _ worker: Int) {
        if poison.contains(lease.shard) { return kill(worker) }
        workers[worker].running = nil
        workers[worker].done.append(lease)
        workers[worker].consumed += lease.phase == .survey ? 10 : 12
        let session = workers[worker].session
        transmit(
            .toCoordinator(
                worker: worker, session: session, .result(WorkerID(session), lease)))
        transmit(
            .toCoordinator(
                worker: worker, session: session,
                .credit(
                    WorkerID(session), totalBytes: workers[worker].consumed + Self.window)))
        work(worker)
    }

    mutating func kill(_ worker: Int) {
        workers[worker].isAlive = false
        let session = workers[worker].session
        // The connection usually breaks at once; else only silence tells.
        if isHealed || faultsPerMille == 0 || random.chance(800) {
            plan(
                .toCoordinator(
                    worker: worker, session: session,
                    .lost(WorkerID(session), .disconnected)), in: 10)
        }
        plan(.restart(worker: worker), in: 200)
    }

    mutating func beat() {
        plan(.beat, in: 1_000)
        for worker in workers.indices where workers[worker].isAlive && !workers[worker].isFrozen {
            let session = workers[worker].session
            if !workers[worker].isWelcome, now - workers[worker].helloMs > 2_000 {
                hello(worker)
                continue
            }
            transmit(
                .toCoordinator(
                    worker: worker, session: session,
                    .beat(WorkerID(session), running: workers[worker].running, rowsDone: 0)))
            let credit = workers[worker].consumed + Self.window
            transmit(
                .toCoordinator(
                    worker: worker, session: session,
                    .credit(WorkerID(session), totalBytes: credit)))
        }
        decide(.tick)
    }

    mutating func trouble() {
        guard faultsPerMille > 0, !isHealed else { return }
        plan(.trouble, in: 500)
        for worker in workers.indices where workers[worker].isAlive {
            if random.chance(faultsPerMille) { kill(worker) }
            if random.chance(faultsPerMille / 2), !workers[worker].isFrozen {
                workers[worker].isFrozen = true
                plan(
                    .thaw(worker: worker),
                    in: UInt64.random(in: 1_000...25_000, using: &random))
            }
        }
        if random.chance(faultsPerMille) {  // kill -9 of the coordinator
            epoch += 1
            known = [:]
            quarantined = []
            schedule = World.schedule(committed: committed[0])
        }
    }
}
