import KleanCore
import KleanSchedule
import Testing

/// Who is blamed when workers that never committed anything are lost with shards in hand.
@Suite struct StrangerTests {
    typealias Bench = ScheduleTests.Bench

    static func refusals(_ effects: [ScheduleEffect]) -> [String] {
        effects.compactMap {
            guard case .alarm(.refused(let name, _)) = $0 else { return nil }
            return name
        }
    }

    /// One name that joins, takes shards and vanishes is refused after five losses; no shard is
    /// given up, and an honest worker then finishes the job.
    @Test func aNameThatOnlyVanishesIsRefused() {
        var bench = Bench(shards: 10)
        var effects: [ScheduleEffect] = []
        var session: UInt32 = 1
        while bench.schedule.refusal(name: "v", identity: "v") == nil, session < 50 {
            bench.join(session, "v")
            effects += bench.send(.lost(WorkerID(session), .disconnected))
            session += 1
        }
        #expect(session == 6)
        #expect(Self.refusals(effects) == ["v"])
        #expect(bench.schedule.refusedWorkers.map(\.name) == ["v"])
        #expect(ScheduleTests.quarantines(effects).isEmpty)
        #expect(bench.violation == nil)
        finish(&bench, "honest", 60)
        bench.send(.trust(name: "v"))
        #expect(bench.schedule.refusal(name: "v", identity: "v") == nil)
    }

    /// A new name each time: nothing is given up however many they are, a person is called, and
    /// once an honest worker is known the suspects are its.
    @Test(arguments: [2, 10]) func newNamesThatVanishGetNoShardGivenUp(shards: Int) {
        var bench = Bench(shards: shards)
        var effects: [ScheduleEffect] = []
        for session in 1...1_000 as ClosedRange<UInt32> {
            bench.join(session, "v\(session)")
            effects += bench.send(.lost(WorkerID(session), .disconnected))
        }
        #expect(ScheduleTests.quarantines(effects).isEmpty)
        #expect(bench.schedule.refusedWorkers.isEmpty)
        #expect(bench.violation == nil)
        let alarms = effects.compactMap { effect -> Int? in
            guard case .alarm(.fruitless(let losses)) = effect else { return nil }
            return losses
        }
        #expect(alarms == [12, 24, 48, 96, 192, 384, 768])
        finish(&bench, "honest", 1_001)
    }

    /// With keys a key is refused too, whatever the names behind it, and nobody else's name is.
    @Test func aKeyThatOnlyVanishesIsRefused() {
        var bench = Bench(shards: 100)
        var session: UInt32 = 1
        while bench.schedule.refusal(name: "new", identity: "K") == nil, session < 100 {
            let worker = WorkerID(session)
            bench.send(
                .joined(
                    worker, name: "v\(session)", incarnation: UInt64(session), holding: [],
                    identity: "K"))
            bench.send(.credit(worker, totalBytes: 30))
            bench.send(.lost(worker, .left))
            session += 1
        }
        #expect(session == 26)
        #expect(bench.schedule.refusal(name: "v1", identity: "another key") == nil)
    }

    /// Whoever committed something is never refused, and its losses count against the shard.
    @Test func aKnownWorkersLossesCountAgainstTheShard() {
        var bench = Bench(shards: 2)
        let held = ScheduleTests.leases(bench.join(1, "w1"))
        #expect(held.map(\.shard) == [0, 1])
        bench.commit(held[0], 1)
        var given = ScheduleTests.quarantines(bench.send(.lost(WorkerID(1), .exited)))
        for session in 2...4 as ClosedRange<UInt32> {
            #expect(given.isEmpty)
            #expect(ScheduleTests.solos(bench.join(session, "w1")) == [1])
            given = ScheduleTests.quarantines(bench.send(.lost(WorkerID(session), .exited)))
        }
        #expect(given == [1])
        #expect(bench.schedule.refusedWorkers.isEmpty)
        #expect(bench.violation == nil)
    }

    /// A stranger that was seen at work on a shard blames it: three of them end it.
    @Test func aBeatAtWorkBlamesTheShard() {
        var bench = Bench(shards: 4)
        for session in 1...4 as ClosedRange<UInt32> { bench.join(session, "w\(session)") }
        var effects = bench.send(.lost(WorkerID(1), .disconnected))
        var given: [UInt32] = []
        for _ in 0..<3 {
            guard
                let place = effects.lastIndex(where: {
                    if case .lease(_, _, true, _) = $0 { true } else { false }
                }), case .lease(let lease, let worker, _, _) = effects[place]
            else {
                // Whoever is picked has to be emptied first.
                break
            }
            bench.send(.beat(worker, running: lease, rowsDone: 1))
            effects = bench.send(.lost(worker, .disconnected))
            given += ScheduleTests.quarantines(effects)
        }
        #expect(given.count <= 1)
        #expect(bench.violation == nil)
    }

    /// A stranger that lost something gets one shard that nobody lost, alone; its first commit ends
    /// that, and then what it lost is held against the shards.
    @Test func probationEndsWithACommit() {
        var bench = Bench(shards: 12)
        #expect(ScheduleTests.leases(bench.join(1, "w1")).map(\.shard) == [0, 1, 2])
        bench.send(.lost(WorkerID(1), .exited))
        let first = ScheduleTests.leases(bench.join(2, "w1"))
        #expect(first.map(\.shard) == [3])
        let more = ScheduleTests.leases(bench.commit(first[0], 2))
        #expect(more.map(\.shard) == [0])
        #expect(bench.violation == nil)
    }

    /// The only worker, and all that is left kills it at once: the job ends.
    @Test func aLoneStrangerWithOnePoisonShardEnds() {
        var bench = Bench(shards: 1)
        var given: [UInt32] = []
        for session in 1...4 as ClosedRange<UInt32> {
            #expect(bench.join(session, "w1").count > 0)
            given += ScheduleTests.quarantines(bench.send(.lost(WorkerID(session), .exited)))
        }
        #expect(given == [0])
        #expect(bench.schedule.stage == .merging)
    }

    /// A second run with only poison left and workers of new names: the job ends.
    @Test func whatKillsEveryStrangerIsGivenUpAtLast() {
        var bench = Bench(shards: 3, committed: [0])
        bench.schedule = Schedule(
            shards: Array(repeating: ScheduleShard(surveyBytes: 10, scoreBytes: 20), count: 3),
            rules: ScheduleRules(), basis: 7,
            start: PhaseStart(committed: [0], committers: ["of the first run"]))
        var given: [UInt32] = []
        for session in 1...15 as ClosedRange<UInt32> {
            let name = "w\(session % 3)"
            guard bench.schedule.refusal(name: name, identity: name) == nil else { break }
            bench.join(session, name)
            given += ScheduleTests.quarantines(bench.send(.lost(WorkerID(session), .exited)))
        }
        #expect(given.isEmpty, "those of the first run may still come")
        given = ScheduleTests.quarantines(bench.send(.tick, after: 60_000))
        #expect(given.sorted() == [1, 2])
        #expect(bench.schedule.stage == .merging)
        #expect(bench.violation == nil)
    }

    /// A process whose connection broke and that comes back with what it had was not lost.
    @Test func aBrokenConnectionIsNoLoss() {
        var bench = Bench(shards: 10)
        var held = ScheduleTests.leases(bench.join(1, "w1", credit: 10, incarnation: 7))
        for session in 2...8 as ClosedRange<UInt32> {
            bench.send(.lost(WorkerID(session - 1), .disconnected))
            bench.join(session, "w1", credit: 0, incarnation: 7, holding: held)
            held = bench.schedule.workerViews.flatMap { $0.leases.map(\.lease) }
            #expect(held.count == 1)
        }
        #expect(bench.schedule.refusedWorkers.isEmpty)
        #expect(bench.violation == nil)
    }

    /// The list is bounded: the oldest is forgotten.
    @Test func theListIsBounded() {
        var bench = Bench(shards: 10_000)
        for session in 1...1_100 as ClosedRange<UInt32> {
            let name = "v\(session)"
            for loss in 0..<5 as Range<UInt32> {
                bench.schedule.step(
                    .joined(
                        WorkerID(session * 8 + loss), name: name, incarnation: 1, holding: []))
                bench.schedule.step(.credit(WorkerID(session * 8 + loss), totalBytes: 10))
                bench.schedule.step(.lost(WorkerID(session * 8 + loss), .disconnected))
            }
        }
        #expect(bench.schedule.refusedWorkers.count == 1_024)
        #expect(bench.schedule.refusedWorkers.first?.name == "v77")
        #expect(bench.schedule.violation == nil)
    }

    /// An honest worker joins and finishes everything that is open.
    private func finish(_ bench: inout Bench, _ name: String, _ session: UInt32) {
        var leases = ScheduleTests.leases(bench.join(session, name, credit: 100_000))
        var rounds = 0
        while bench.schedule.stage == .survey, rounds < 100, !leases.isEmpty {
            leases = leases.flatMap { ScheduleTests.leases(bench.commit($0, session)) }
            rounds += 1
        }
        #expect(bench.schedule.stage == .merging)
        #expect(bench.violation == nil)
    }
}

extension Schedule {
    /// An event whose effects do not matter.
    fileprivate mutating func step(_ event: ScheduleEvent) { _ = handle(event, now: 0) }
}
