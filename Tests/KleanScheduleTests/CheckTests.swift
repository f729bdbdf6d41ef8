import KleanCore
import KleanSchedule
import Testing

/// Double scoring, rule by rule: who checks, what agreement and dispute lead to, and when a check
/// is given up.
@Suite struct CheckTests {
    typealias Bench = ScheduleTests.Bench

    static func bench(
        _ shards: Int, checks: [UInt32], expected: Int = 0, committed: [UInt32] = [],
        committers: [String] = []
    ) -> Bench {
        var rules = ScheduleRules()
        rules.workersExpected = expected
        var bench = Bench(shards: 0)
        bench.schedule = Schedule(
            shards: Array(
                repeating: ScheduleShard(surveyBytes: 10, scoreBytes: 20), count: shards),
            rules: rules, basis: 7,
            start: PhaseStart(committed: committed, committers: committers, checks: checks))
        return bench
    }

    func lease(_ shard: UInt32, attempt: UInt32) -> Lease {
        Lease(phase: .survey, shard: shard, attempt: attempt, basis: 7)
    }

    /// Brings one shard to the point where w2 has delivered a second result for it.
    func compared() throws -> (bench: Bench, check: Lease) {
        var bench = Self.bench(1, checks: [0])
        let first = try #require(ScheduleTests.leases(bench.join(1, "w1")).first)
        bench.join(2, "w2")
        let check = try #require(ScheduleTests.leases(bench.commit(first, 1), to: 2).first)
        #expect(check == lease(0, attempt: 2))
        let effects = bench.send(.result(WorkerID(2), check))
        #expect(effects == [.compare(check, from: WorkerID(2))])
        return (bench, check)
    }

    @Test func anotherWorkerChecksAndAgreementEndsThePhase() throws {
        var (bench, check) = try compared()
        let done = bench.send(.compared(check, from: WorkerID(2), agrees: true))
        #expect(done.contains(.acknowledge(check, to: WorkerID(2))))
        #expect(done.last == .mergeSurvey)
        #expect(bench.schedule.checkCounts.made == 1)
        #expect(bench.violation == nil)
    }

    /// Two known workers without room for a check, and nothing under way that would make some: a
    /// stranger makes it.
    @Test func strangersCheckWhereNobodyKnownCan() throws {
        var bench = Self.bench(2, checks: [0])
        bench.join(1, "w1", credit: 10)
        bench.join(2, "w2", credit: 10)
        for (shard, worker) in [(0, 1), (1, 2)] as [(UInt32, UInt32)] {
            bench.commit(lease(shard, attempt: 1), worker)
        }
        let check = try #require(ScheduleTests.leases(bench.join(3, "w3"), to: 3).first)
        #expect(check == lease(0, attempt: 2))
        #expect(bench.violation == nil)
    }

    @Test(arguments: [true, false])
    func aLiarLosesEverything(_ isCommitter: Bool) throws {
        var (bench, check) = try compared()
        #expect(
            bench.send(.compared(check, from: WorkerID(2), agrees: false)).last == .judge(check))
        let verdict = Verdict.wrong(committer: isCommitter, checker: !isCommitter)
        let effects = bench.send(.judged(check, verdict))
        let name = isCommitter ? "w1" : "w2"
        #expect(
            effects.contains(
                .distrust([Distrusted(identity: name, name: name, lease: check)])))
        #expect(
            effects.contains(
                .forget(WorkerID(isCommitter ? 1 : 2), name: name, .distrusted)))
        #expect(bench.schedule.stage == .revoking)
        #expect(bench.schedule.workerCount == 1)
        // The ledger has nothing of the shard left: who is honest scans it again.
        let again = bench.send(.revoked(basis: 7, PhaseStart(checks: [0])))
        #expect(again.first == .announce(.survey))
        let leases = ScheduleTests.leases(again, to: isCommitter ? 2 : 1)
        #expect(leases == [lease(0, attempt: 3)], "attempt numbers are never used twice")
        #expect(bench.violation == nil)
    }

    @Test func aLieFoundInTheScorePhaseTakesTheSurveyBack() throws {
        var bench = Self.bench(1, checks: [])
        bench.commit(ScheduleTests.leases(bench.join(1, "w1"))[0], 1)
        bench.join(2, "w2")
        let score = ScheduleTests.leases(
            bench.send(.profileReady(basis: 9, PhaseStart(checks: [0]))))[0]
        let scorer: UInt32 = 1
        let check = try #require(ScheduleTests.leases(bench.commit(score, scorer)).first)
        bench.send(.result(WorkerID(2), check))
        bench.send(.compared(check, from: WorkerID(2), agrees: false))
        bench.send(.judged(check, .wrong(committer: true, checker: false)))
        let again = bench.send(.revoked(basis: 7, PhaseStart()))
        #expect(ScheduleTests.leases(again, to: 2).map(\.phase) == [.survey])
        #expect(bench.schedule.phase == .survey && bench.violation == nil)
    }

    @Test func whatNobodyCanDecideIsQuarantined() throws {
        var (bench, check) = try compared()
        bench.send(.compared(check, from: WorkerID(2), agrees: false))
        let effects = bench.send(.judged(check, .undecided("no memory")))
        #expect(effects.contains(.revoke(.survey, shard: 0)))
        #expect(ScheduleTests.quarantines(effects) == [0])
        #expect(effects.last == .mergeSurvey && bench.violation == nil)
    }

    /// A lost or failing checker blames nobody; after some tries the check stays unmade.
    @Test func aCheckIsGivenUpAfterThreeFailures() throws {
        var bench = Self.bench(1, checks: [0])
        let first = ScheduleTests.leases(bench.join(1, "w1"))[0]
        bench.join(2, "w2")
        var effects = bench.commit(first, 1)
        for _ in 0..<3 {
            let check = try #require(ScheduleTests.leases(effects, to: 2).first)
            effects = bench.send(.failed(WorkerID(2), check, .scorerError, detail: "no"))
        }
        #expect(effects.last == .mergeSurvey)
        #expect(bench.schedule.checkCounts.unmadeFailed == [1, 0])
        #expect(ScheduleTests.quarantines(effects).isEmpty && bench.violation == nil)
    }

    @Test func oneWorkerIsNotWaitedFor() {
        var bench = Self.bench(1, checks: [0])
        let effects = bench.commit(ScheduleTests.leases(bench.join(1, "w1"))[0], 1)
        #expect(effects.last == .mergeSurvey)
        #expect(bench.schedule.checkCounts.unmadeAlone == [1, 0])
    }

    @Test func anExpectedWorkerIsWaitedForSoLong() {
        var bench = Self.bench(1, checks: [0], expected: 2)
        bench.join(1, "w1")
        bench.send(.heard(WorkerID(1)), after: 4_900)
        let first = ScheduleTests.leases(bench.send(.tick, after: 100))[0]
        #expect(bench.commit(first, 1).last != .mergeSurvey)
        let wait = ScheduleRules().checkWaitMs
        #expect(bench.send(.tick, after: wait - 1_000).isEmpty)
        #expect(bench.send(.tick, after: 2_000).last == .mergeSurvey)
        #expect(bench.schedule.checkCounts.unmadeAlone == [1, 0])
        #expect(bench.violation == nil)
    }

    /// What was due when a coordinator died is due for the next one, and not for who committed.
    @Test func aDueCheckStaysDue() {
        var bench = Self.bench(1, checks: [0], expected: 2, committed: [0], committers: ["w1"])
        #expect(ScheduleTests.leases(bench.join(1, "w1")).isEmpty)
        #expect(ScheduleTests.leases(bench.join(2, "w2")) == [lease(0, attempt: 1)])
        #expect(bench.violation == nil)
    }

    /// A coordinator that starts again when only checks are left waits for those who were there,
    /// though nobody has joined yet and nobody was announced.
    @Test func checksOutliveACoordinatorThatExpectsNobody() {
        var bench = Self.bench(2, checks: [0], committed: [0, 1], committers: ["w1", "w2"])
        #expect(bench.send(.tick).isEmpty)
        #expect(ScheduleTests.leases(bench.join(1, "w1")).isEmpty)
        #expect(ScheduleTests.leases(bench.join(2, "w2")) == [lease(0, attempt: 1)])
        #expect(bench.violation == nil)
    }

    /// Two names behind one key are one worker.
    @Test func oneKeyDoesNotCheckItself() {
        var bench = Self.bench(1, checks: [0], expected: 2, committed: [0], committers: ["K"])
        for raw in [1, 2] as [UInt32] {
            bench.send(
                .joined(
                    WorkerID(raw), name: "w\(raw)", incarnation: UInt64(raw), holding: [],
                    identity: "K"))
            #expect(
                ScheduleTests.leases(bench.send(.credit(WorkerID(raw), totalBytes: 99))).isEmpty)
        }
    }
}
