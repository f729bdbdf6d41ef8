import Glibc
import KleanColumns
import KleanCore
import KleanLedger
import KleanSchedule
import KleanTransport
import KleanWire

/// A coordinator's own work for one survey, without network, hashing and files: the real schedule,
/// every message encoded and decoded, every commit in the real ledger, and workers that answer at
/// once.
struct ClusterBench {
    /// CPU microseconds a shard, by part, and the memory of what is pending.
    struct Run {
        var scheduleMicros: Double
        var wireMicros: Double
        var ledgerMicros: Double
        var bytesPerPendingShard: Int
        var eventMicrosMax: Double

        var microsPerShard: Double { scheduleMicros + wireMicros + ledgerMicros }
    }

    private static let shardBytes = 10 << 20
    /// Shards in one commit; what piles up while the last one is written.
    private static let batch = 64

    let shards: Int
    let workers: Int

    private struct Clock {
        var nanoseconds: UInt64 = 0
        var max: UInt64 = 0

        mutating func time<Value>(_ body: () throws -> Value) rethrows -> Value {
            let start = Machine.threadNanoseconds
            defer {
                let spent = Machine.threadNanoseconds - start
                nanoseconds += spent
                max = Swift.max(max, spent)
            }
            return try body()
        }
    }

    private struct State {
        var schedule: Schedule
        let ledger: Ledger
        var now: UInt64 = 0
        var scheduling = Clock()
        var wiring = Clock()
        var writing = Clock()
        /// Leased, in order; and results that wait for the ledger.
        var leased: [(lease: Lease, worker: WorkerID)] = []
        var done: [(lease: Lease, worker: WorkerID)] = []
        var records: [LedgerRecord] = []
        var committed = 0
    }

    /// - Parameter folder: Where the ledger stands; it must be empty.
    func run(folder: String) throws -> Run {
        try FileSystem.createDirectory(folder)
        let before = ClusterBench.residentBytes
        var rules = ScheduleRules()
        rules.resultBudgetBytes = workers * 3 * (16 << 20)
        let schedule = Schedule(
            shards: Array(
                repeating: ScheduleShard(
                    surveyBytes: ClusterBench.shardBytes, scoreBytes: ClusterBench.shardBytes),
                count: shards), rules: rules, basis: 7)
        let pending = (ClusterBench.residentBytes - before) / shards
        let digest = Digest(bytes: [UInt8](repeating: 1, count: 32))
        var state = State(
            schedule: schedule,
            ledger: try Ledger(
                path: folder + "/ledger.sqlite",
                job: LedgerJob(
                    id: digest, snapshot: digest, model: digest, parameters: "", scorerVersion: 1,
                    shardCount: shards)))
        for number in 1...UInt32(workers) {
            let worker = WorkerID(number)
            try handle(
                .joined(worker, name: "w\(number)", incarnation: UInt64(number), holding: []),
                &state)
            try handle(
                .credit(worker, totalBytes: UInt64(3 * ClusterBench.shardBytes)), &state)
        }
        var credit = [UInt64](repeating: UInt64(3 * ClusterBench.shardBytes), count: workers + 1)
        var next = 0
        while next < state.leased.count {
            let (lease, worker) = state.leased[next]
            next += 1
            try answer(lease, worker, &state)
            credit[Int(worker.raw)] += UInt64(ClusterBench.shardBytes)
            let said = try pass(.credit(totalBytes: credit[Int(worker.raw)]), &state)
            guard case .credit(let total) = said else { continue }
            try handle(.credit(worker, totalBytes: total), &state)
            if state.done.count >= ClusterBench.batch || next == state.leased.count {
                try commit(&state)
            }
            // So many shards take a thousand workers about a second.
            if next % workers == 0 { try beat(&state) }
        }
        precondition(state.committed == shards, "every shard is committed")
        func micros(_ clock: Clock) -> Double { Double(clock.nanoseconds) / 1e3 / Double(shards) }
        return Run(
            scheduleMicros: micros(state.scheduling), wireMicros: micros(state.wiring),
            ledgerMicros: micros(state.writing), bytesPerPendingShard: pending,
            eventMicrosMax: Double(state.scheduling.max) / 1e3)
    }

    /// A message as it crosses the network.
    private func pass(
        _ message: Message, payload: [Int] = [], _ state: inout State
    ) throws -> Message {
        try state.wiring.time { try Message(header: message.header, payloadBytes: payload) }
    }

    private func answer(_ lease: Lease, _ worker: WorkerID, _ state: inout State) throws {
        let header = ResultHeader(
            lease: lease, rows: 262_144, byteCount: 4_000_000, checksum: 7, nanoseconds: 1,
            peakBytes: 1,
            stages: ["decode", "imageJoin", "title", "result"].map {
                ResultHeader.Stage(name: $0, nanoseconds: 1_000_000)
            })
        let said = try pass(.result(header), payload: [4_000_000], &state)
        guard case .result(let heard) = said else { return }
        try handle(.result(worker, heard.lease), &state)
    }

    private func handle(_ event: ScheduleEvent, _ state: inout State) throws {
        let effects = state.scheduling.time { state.schedule.handle(event, now: state.now) }
        for effect in effects {
            switch effect {
            case .lease(let lease, let worker, let isSolo, let bytes):
                let part = ShardHeader.Part(
                    directoryBytes: 1_000,
                    segments: (0..<20).map { ShardHeader.Segment(column: $0, byteCount: 500_000) })
                let header = ShardHeader(
                    lease: lease, isSolo: isSolo, rows: 262_144, creditBytes: UInt64(bytes),
                    chunk: part, pairs: nil)
                _ = try pass(
                    .shard(header), payload: [1_000] + Array(repeating: 500_000, count: 20),
                    &state)
                state.leased.append((lease, worker))
            case .store(let lease, let worker):
                state.done.append((lease, worker))
                state.records.append(
                    .committed(
                        CommittedShard(
                            phase: lease.phase, shard: lease.shard, attempt: lease.attempt,
                            basis: lease.basis, byteCount: 4_000_000, checksum: 7,
                            identity: "w\(worker.raw)")))
            case .acknowledge(let lease, _): _ = try pass(.committed(lease), &state)
            case .ended(let end):
                state.records.append(
                    .attempt(
                        LedgerAttempt(
                            lease: end.lease, worker: end.worker, incarnation: end.incarnation,
                            startMs: 0, endMs: 1, outcome: end.outcome.name, detail: "")))
            default: break
            }
        }
    }

    private func commit(_ state: inout State) throws {
        let records = state.records
        let done = state.done
        state.records = []
        state.done = []
        let ledger = state.ledger
        try state.writing.time { _ = try ledger.append(records) }
        state.committed += done.count
        for (lease, worker) in done { try handle(.stored(lease, from: worker), &state) }
    }

    /// A second passes: every worker beats and is beaten to, and the schedule looks at its clock.
    private func beat(_ state: inout State) throws {
        state.now += 1_000
        for number in 1...UInt32(workers) {
            _ = try pass(.beat(Beat(peakBytes: 1, rowsDone: 2, shardsDone: 3)), &state)
            _ = try pass(.beat(Beat()), &state)
            try handle(.beat(WorkerID(number), running: nil, rowsDone: 0), &state)
        }
        for _ in 0..<4 { try handle(.tick, &state) }
    }

    private static var residentBytes: Int {
        do {
            let words = try FileSystem.read("/proc/self/statm").split(separator: 0x20)
            return (Int(String(decoding: words[1], as: UTF8.self)) ?? 0) * Int(getpagesize())
        } catch { return 0 }
    }
}
