import KleanCore
import KleanSchedule
import Testing

/// Tables of events and the effects they must have, one rule each.
@Suite struct ScheduleTests {
    /// A schedule, a clock that the test moves, and workers that join with ample credit.
    struct Bench {
        var schedule: Schedule
        var now: UInt64 = 0
        var violation: String?

        init(
            shards: Int, committed: [UInt32] = [], quarantined: [UInt32] = [],
            rules: ScheduleRules = ScheduleRules()
        ) {
            schedule = Schedule(
                shards: Array(
                    repeating: ScheduleShard(surveyBytes: 10, scoreBytes: 20), count: shards),
                rules: rules, basis: 7,
                start: PhaseStart(committed: committed, quarantined: quarantined))
        }

        @discardableResult
        mutating func send(_ event: ScheduleEvent, after ms: UInt64 = 0) -> [ScheduleEffect] {
            now += ms
            let effects = schedule.handle(event, now: now)
            if violation == nil { violation = schedule.violation }
            return effects
        }

        @discardableResult
        mutating func join(
            _ raw: UInt32, _ name: String, credit: UInt64 = 1_000, incarnation: UInt64? = nil,
            holding: [Lease] = []
        ) -> [ScheduleEffect] {
            let worker = WorkerID(raw)
            let first = send(
                .joined(
                    worker, name: name, incarnation: incarnation ?? UInt64(raw),
                    holding: holding))
            return first + send(.credit(worker, totalBytes: credit))
        }

        /// Result and commit of one lease.
        @discardableResult
        mutating func commit(_ lease: Lease, _ worker: UInt32) -> [ScheduleEffect] {
            send(.result(WorkerID(worker), lease))
                + send(.stored(lease, from: WorkerID(worker)), after: 1)
        }
    }

    static func leases(_ effects: [ScheduleEffect], to raw: UInt32? = nil) -> [Lease] {
        effects.compactMap {
            guard case .lease(let lease, let worker, _, _) = $0 else { return nil }
            return raw == nil || worker.raw == raw ? lease : nil
        }
    }

    static func solos(_ effects: [ScheduleEffect]) -> [UInt32] {
        effects.compactMap {
            guard case .lease(let lease, _, true, _) = $0 else { return nil }
            return lease.shard
        }
    }

    static func quarantines(_ effects: [ScheduleEffect]) -> [UInt32] {
        effects.compactMap {
            guard case .quarantine(_, let shard, _) = $0 else { return nil }
            return shard
        }
    }

    func lease(_ shard: UInt32, attempt: UInt32 = 1, basis: UInt64 = 7) -> Lease {
        Lease(phase: .survey, shard: shard, attempt: attempt, basis: basis)
    }

    @Test func shardsGoOutInOrderWithinCredit() {
        var bench = Bench(shards: 5)
        #expect(bench.join(1, "w1", credit: 25).count == 2)  // Two shards of 10 bytes fit.
        #expect(bench.send(.credit(WorkerID(1), totalBytes: 25)).isEmpty)  // Repeated: harmless.
        let more = bench.send(.credit(WorkerID(1), totalBytes: 30))
        #expect(Self.leases(more).map(\.shard) == [2])
        #expect(bench.violation == nil)
    }

    @Test func twoPhasesEndInPublication() {
        var bench = Bench(shards: 1)
        let first = Self.leases(bench.join(1, "w1"))
        #expect(first == [lease(0)])
        #expect(
            bench.send(.result(WorkerID(1), first[0])) == [.store(first[0], from: WorkerID(1))])
        let done = bench.send(.stored(first[0], from: WorkerID(1)), after: 5)
        #expect(done.contains(.acknowledge(first[0], to: WorkerID(1))))
        #expect(done.last == .mergeSurvey)
        let scoring = bench.send(.profileReady(basis: 9, PhaseStart()))
        #expect(scoring.first == .announce(.score))
        let second = Self.leases(scoring)
        #expect(second == [Lease(phase: .score, shard: 0, attempt: 1, basis: 9)])
        #expect(bench.commit(second[0], 1).last == .publish)
        #expect(bench.send(.published) == [.finish(.complete)])
        #expect(bench.violation == nil)
    }

    @Test func firstCommitWins() {
        var rules = ScheduleRules()
        rules.stragglerFloorMs = 100
        var bench = Bench(shards: 20, rules: rules)
        var pending = Self.leases(bench.join(1, "w1", credit: 100_000))
        var last: [Lease] = []
        while let next = pending.first {
            pending.removeFirst()
            if next.shard == 19 {
                last.append(next)
            } else {
                pending += Self.leases(bench.commit(next, 1))
            }
        }
        #expect(last.count == 1)
        #expect(Self.leases(bench.join(2, "w2")).isEmpty)
        bench.send(.tick, after: 50)
        let effects = bench.send(.tick, after: 100)
        let rival = Self.leases(effects, to: 2)
        #expect(rival.map(\.shard) == [19])
        let won = bench.commit(rival[0], 2)
        #expect(won.contains(.cancel(last[0], on: WorkerID(1), .lost)))
        #expect(won.contains(.acknowledge(rival[0], to: WorkerID(2))))
        #expect(bench.send(.result(WorkerID(1), last[0])) == [.drop(last[0], from: WorkerID(1))])
        #expect(bench.schedule.resultsDropped == 1)
        #expect(bench.violation == nil)
    }

    @Test func noRivalWhileWorkIsLeftOrOnTheSameWorker() {
        var rules = ScheduleRules()
        rules.stragglerFloorMs = 100
        var bench = Bench(shards: 10, rules: rules)
        bench.join(1, "w1", credit: 30)
        #expect(Self.leases(bench.send(.tick, after: 1_000)).isEmpty)
    }

    @Test func lostBatchComesBackAloneAndUnblamed() {
        var bench = Bench(shards: 3)
        #expect(Self.leases(bench.join(1, "w1")).count == 3)
        let lost = bench.send(.lost(WorkerID(1), .exited))
        let outcomes = lost.compactMap { effect -> AttemptOutcome? in
            guard case .ended(let end) = effect else { return nil }
            return end.outcome
        }
        #expect(outcomes == [.lostUnblamed, .lostUnblamed, .lostUnblamed])
        let again = bench.join(2, "w1")
        #expect(Self.solos(again) == [0])  // One at a time, what ran comes first.
        let next = bench.commit(Self.leases(again)[0], 2)
        #expect(Self.solos(next) == [1])
        #expect(bench.violation == nil)
    }

    /// Shard 0 kills whoever runs it alone. A worker that nobody knows is tried on shard 1 then,
    /// so that it is clear which of them is to blame.
    @Test func poisonIsQuarantinedAfterThreeIncarnationsOfALoneWorker() {
        var bench = Bench(shards: 2)
        bench.join(1, "w1")
        bench.send(.lost(WorkerID(1), .exited))
        #expect(Self.solos(bench.join(2, "w1")) == [0])
        bench.send(.lost(WorkerID(2), .exited))
        let other = bench.join(3, "w1")
        #expect(Self.solos(other) == [1])
        #expect(Self.solos(bench.commit(Self.leases(other)[0], 3)) == [0])
        #expect(Self.quarantines(bench.send(.lost(WorkerID(3), .exited))).isEmpty)
        #expect(Self.solos(bench.join(4, "w1")) == [0])
        #expect(Self.quarantines(bench.send(.lost(WorkerID(4), .exited))) == [0])
        #expect(bench.violation == nil)
    }

    @Test func poisonNeedsThreeDifferentWorkersWhenThreeAreAlive() {
        var bench = Bench(shards: 1)
        for raw in 1...4 { bench.join(UInt32(raw), "w\(raw)") }
        // Worker 1 has it first, unblamed.
        var effects = bench.send(.lost(WorkerID(1), .disconnected))
        var victims: [UInt32] = []
        var raw: UInt32 = 10
        for _ in 0..<3 {
            guard case .lease(_, let worker, true, _)? = effects.last else { break }
            victims.append(worker.raw)
            bench.join(raw, "w\(raw)")
            raw += 1
            effects = bench.send(.lost(worker, .disconnected))
        }
        #expect(victims.count == 3)
        #expect(Set(victims).count == 3)
        #expect(Self.quarantines(effects) == [0])
        #expect(bench.violation == nil)
    }

    @Test func errorsHaveABudgetOfThreeTriesOnALoneWorker() {
        var bench = Bench(shards: 1)
        var lease = Self.leases(bench.join(1, "w1"))[0]
        for attempt in 1...2 {
            let again = bench.send(.failed(WorkerID(1), lease, .scorerError, detail: "boom"))
            lease = Self.leases(again)[0]
            #expect(lease.attempt == UInt32(attempt + 1))
        }
        let last = bench.send(.failed(WorkerID(1), lease, .scorerError, detail: "boom"))
        #expect(Self.quarantines(last) == [0])
        #expect(last.last == .mergeSurvey)
        #expect(bench.violation == nil)
    }

    @Test func anErrorIsTriedOnAnotherWorkerFirst() {
        var bench = Bench(shards: 1)
        let first = Self.leases(bench.join(1, "w1"))[0]
        bench.join(2, "w2")
        let again = bench.send(.failed(WorkerID(1), first, .outOfMemory, detail: "64 GB"))
        #expect(Self.leases(again, to: 2).map(\.shard) == [0])
    }

    @Test func corruptChunkIsCheckedAndGivenUpAtOnce() {
        var bench = Bench(shards: 1)
        let first = Self.leases(bench.join(1, "w1"))[0]
        let asked = bench.send(.failed(WorkerID(1), first, .corruptChunk, detail: "title"))
        #expect(asked.contains(.recheck(.survey, shard: 0)))
        let judged = bench.send(.rechecked(.survey, shard: 0, fault: "column title"))
        #expect(Self.quarantines(judged) == [0])
        #expect(bench.violation == nil)
    }

    @Test func intactChunkBlamesTheReporter() {
        var bench = Bench(shards: 1)
        var lease = Self.leases(bench.join(1, "w1"))[0]
        for _ in 0..<2 {
            bench.send(.failed(WorkerID(1), lease, .corruptChunk, detail: "title"))
            lease = Self.leases(bench.send(.rechecked(.survey, shard: 0, fault: nil)))[0]
        }
        bench.send(.failed(WorkerID(1), lease, .corruptChunk, detail: "title"))
        let last = bench.send(.rechecked(.survey, shard: 0, fault: nil))
        #expect(Self.quarantines(last) == [0])
        #expect(bench.violation == nil)
    }

    /// However often: the worker's store is at fault, not the chunk.
    @Test func unreadChunkIsCheckedAndBlamesNobody() {
        var bench = Bench(shards: 1)
        var lease = Self.leases(bench.join(1, "w1", credit: 10_000))[0]
        for _ in 0..<100 {
            let asked = bench.send(.failed(WorkerID(1), lease, .chunkUnread, detail: "no file"))
            #expect(asked.contains(.recheck(.survey, shard: 0)))
            lease = Self.leases(bench.send(.rechecked(.survey, shard: 0, fault: nil)))[0]
        }
        bench.send(.failed(WorkerID(1), lease, .chunkUnread, detail: "checksum"))
        let judged = bench.send(.rechecked(.survey, shard: 0, fault: "column title"))
        #expect(Self.quarantines(judged) == [0])
        #expect(bench.violation == nil)
    }

    @Test func silenceMakesSuspectThenDead() {
        var bench = Bench(shards: 2)
        bench.join(1, "w1", credit: 10)
        #expect(
            bench.send(.tick, after: 5_000)
                == [.alarm(.suspect(WorkerID(1), name: "w1"))])
        #expect(bench.send(.tick, after: 9_000).isEmpty)
        let dead = bench.send(.tick, after: 1_000)
        #expect(dead.contains(.forget(WorkerID(1), name: "w1", .silent)))
        #expect(bench.violation == nil)
    }

    @Test func aSuspectWorkerGetsNothingUntilItSpeaks() {
        var bench = Bench(shards: 2)
        bench.join(1, "w1", credit: 10)
        bench.send(.tick, after: 5_000)
        #expect(bench.send(.tick, after: 10).isEmpty)
        let spoke = bench.send(.credit(WorkerID(1), totalBytes: 20))
        #expect(spoke.first == .alarm(.recovered(WorkerID(1), name: "w1")))
        #expect(Self.leases(spoke).map(\.shard) == [1])
    }

    @Test func lateResultOfADeadWorkerIsDropped() {
        var bench = Bench(shards: 1)
        let first = Self.leases(bench.join(1, "w1"))[0]
        bench.send(.tick, after: 15_000)
        bench.join(2, "w2")
        #expect(bench.send(.result(WorkerID(1), first)) == [.drop(first, from: WorkerID(1))])
        #expect(bench.violation == nil)
    }

    @Test func beatsWithoutProgressRaiseTheAlarmThenEvict() {
        var rules = ScheduleRules()
        rules.stallAlarmMs = 2_000
        rules.stallEvictMs = 4_000
        var bench = Bench(shards: 1, rules: rules)
        let held = Self.leases(bench.join(1, "w1"))[0]
        var seen: [ScheduleEffect] = []
        for _ in 0..<5 {
            bench.send(.beat(WorkerID(1), running: held, rowsDone: 5), after: 1_000)
            seen += bench.send(.tick)
        }
        #expect(seen.contains(.alarm(.stalled(WorkerID(1), name: "w1", held))))
        #expect(seen.contains(.forget(WorkerID(1), name: "w1", .stalled)))
        #expect(bench.violation == nil)
    }

    /// A shard that is called off before it arrives leaves its credit used for good: the session
    /// of a worker that has no room for anything is begun anew, one that has room stays.
    @Test(arguments: [(credit: UInt64(10), isRenewed: true), (20, false)])
    func sessionWithoutCreditIsRenewed(_ credit: UInt64, isRenewed: Bool) {
        var rules = ScheduleRules()
        rules.stallEvictMs = 4_000
        var bench = Bench(shards: 1, rules: rules)
        let held = Self.leases(bench.join(1, "w1", credit: credit))[0]
        var seen = bench.send(.skip(shard: held.shard, reason: "not today"))
        #expect(seen.contains(.cancel(held, on: WorkerID(1), .evicted)))
        for _ in 0..<6 {
            seen += bench.send(.beat(WorkerID(1), running: nil, rowsDone: 0), after: 1_000)
            seen += bench.send(.tick)
        }
        #expect(seen.contains(.forget(WorkerID(1), name: "w1", .stalled)) == isRenewed)
        #expect(bench.schedule.refusedWorkers.isEmpty)
        #expect(bench.violation == nil)
    }

    @Test func restartedCoordinatorAdoptsWhatWorkersHold() {
        var bench = Bench(shards: 3, committed: [0])
        let effects = bench.join(
            1, "w1", holding: [lease(1), lease(0), lease(2, basis: 8)])
        #expect(effects.contains(.cancel(lease(0), on: WorkerID(1), .stale)))
        #expect(effects.contains(.cancel(lease(2, basis: 8), on: WorkerID(1), .stale)))
        #expect(Self.leases(effects).map(\.shard) == [2])
        #expect(bench.commit(lease(1), 1).contains(.acknowledge(lease(1), to: WorkerID(1))))
        #expect(bench.violation == nil)
    }

    @Test func resultsKeepWithinTheirBudget() {
        var rules = ScheduleRules()
        rules.resultBudgetBytes = 100
        rules.resultBytesUsual = [50, 50]
        rules.leasesPerWorkerMax = 10
        var bench = Bench(shards: 30, rules: rules)
        #expect(Self.leases(bench.join(1, "w1")).count == 2)
    }

    /// A worker that asks for more than three shards gets them while there are plenty for all.
    @Test func muchCreditTakesManyShardsWhileManyArePending() {
        var rules = ScheduleRules()
        rules.resultBytesUsual = [1 << 20, 1 << 20]
        var bench = Bench(shards: 200, rules: rules)
        #expect(Self.leases(bench.join(1, "w1", credit: 100)).count == 10)
        #expect(Self.leases(bench.join(2, "w2", credit: 100_000)).count == 21)
        var few = Bench(shards: 40)
        #expect(Self.leases(few.join(1, "w1")).count == 8)
        #expect(Self.leases(few.join(2, "w2")).count == 3)
        #expect(bench.violation == nil && few.violation == nil)
    }

    @Test func drainWaitsForWhatRuns() {
        var bench = Bench(shards: 5)
        let first = Self.leases(bench.join(1, "w1", credit: 10))[0]
        #expect(bench.send(.drain).isEmpty)
        bench.send(.credit(WorkerID(1), totalBytes: 100))
        #expect(bench.commit(first, 1).last == .finish(.drained))
        #expect(bench.violation == nil)
    }

    @Test func pauseHoldsWorkBack() {
        var bench = Bench(shards: 2)
        bench.send(.pause)
        #expect(bench.join(1, "w1").isEmpty)
        #expect(Self.leases(bench.send(.resume)).count == 2)
    }

    @Test func fiveDeathsWithoutProgressEndTheRun() {
        var rules = ScheduleRules()
        rules.deathsWithoutProgressMax = 5
        var bench = Bench(shards: 5, rules: rules)
        for _ in 0..<4 { #expect(bench.send(.died(name: "w1")).isEmpty) }
        #expect(bench.send(.died(name: "w1")) == [.finish(.workersKeepDying(deaths: 5))])
    }

    @Test func aCommitForgivesDeaths() {
        var rules = ScheduleRules()
        rules.deathsWithoutProgressMax = 2
        var bench = Bench(shards: 5, rules: rules)
        let first = Self.leases(bench.join(1, "w1", credit: 10))[0]
        bench.send(.died(name: "w2"))
        bench.commit(first, 1)
        #expect(bench.send(.died(name: "w2")).isEmpty)
    }

    @Test func leasingWaitsForExpectedWorkersButNotForEver() {
        var rules = ScheduleRules()
        rules.workersExpected = 2
        var bench = Bench(shards: 4, rules: rules)
        #expect(bench.join(1, "w1").isEmpty)
        #expect(!Self.leases(bench.join(2, "w2")).isEmpty)
        var late = Bench(shards: 4, rules: rules)
        #expect(late.join(1, "w1").isEmpty)
        late.send(.heard(WorkerID(1)), after: 4_900)
        #expect(!Self.leases(late.send(.tick, after: 100)).isEmpty)
    }

    /// A lost worker's shard waits for one shard of another worker, not for all that it holds;
    /// what is taken back for it was not tried.
    @Test func aSuspectWaitsForOneShardOnly() {
        var bench = Bench(shards: 12)
        let held = Self.leases(bench.join(1, "w1"))
        let lost = Self.leases(bench.join(2, "w2"))
        #expect(held.count == 3 && lost.count == 3)
        let effects = bench.send(.lost(WorkerID(2), .disconnected))
        for lease in held.dropFirst() {
            #expect(effects.contains(.cancel(lease, on: WorkerID(1), .evicted)))
        }
        let next = bench.commit(held[0], 1)
        #expect(Self.solos(next) == [lost[0].shard], "what ran on the lost worker comes first")
        #expect(bench.violation == nil)
        var left = next
        var rounds = 0
        while bench.schedule.stage == .survey, rounds < 50 {
            let leases = Self.leases(left, to: 1)
            left = leases.flatMap { bench.commit($0, 1) }
            rounds += 1
        }
        #expect(bench.schedule.stage == .merging && bench.violation == nil)
    }

    /// A silent worker is dead after 15 s, at the next tick; its shard runs at once where a worker
    /// is idle.
    @Test func aSilentWorkersShardMovesInTime() {
        var bench = Bench(shards: 1)
        let lost = Self.leases(bench.join(1, "w1"))[0]
        bench.join(2, "w2")
        for _ in 0..<59 {
            bench.send(.beat(WorkerID(2), running: nil, rowsDone: 0), after: 250)
            #expect(Self.leases(bench.send(.tick)).isEmpty)
        }
        let effects = bench.send(.tick, after: 250)
        #expect(Self.solos(effects) == [lost.shard] && bench.now <= 15_250)
        #expect(bench.violation == nil)
    }

    @Test func leavingReturnsShardsWithoutSuspicion() {
        var bench = Bench(shards: 2)
        bench.join(1, "w1")
        bench.send(.lost(WorkerID(1), .left))
        let again = bench.join(2, "w2")
        #expect(Self.leases(again).count == 2)
        #expect(Self.solos(again).isEmpty)
        #expect(bench.violation == nil)
    }
}
