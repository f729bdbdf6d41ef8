internal import KleanColumns
import KleanCore
internal import KleanTransport
internal import KleanWire
internal import Synchronization

/// The thread that owns an engine and does one order after the other, while the worker's own
/// thread talks to the coordinator.
final class ComputeThread: Sendable {
    enum Order: Sendable {
        case prepare(EngineInputs)
        case shard(ShardOrder)
    }

    /// A lease as it was taken in. The same lease may come again after it was taken back: a
    /// coordinator that begins anew knows nothing of checks that were under way.
    struct Errand: Hashable, Sendable {
        var lease: Lease
        var number: UInt64
    }

    /// A leased shard as it arrived.
    struct ShardOrder: Sendable {
        /// Given by the desk that takes it in.
        var number: UInt64 = 0
        var header: ShardHeader
        var chunk: ContainerPart
        var pairs: ContainerPart?
        /// Where the rest of the chunk is read, and in which store.
        var file: (store: String, chunk: ChunkFile)?

        var errand: Errand { Errand(lease: header.lease, number: number) }
    }

    enum Outcome: Sendable {
        case prepared
        case unprepared(String)
        case done(Errand, ShardOutput, nanoseconds: UInt64)
        case failed(Errand, FailureCode, String)
        /// Was taken back before it began.
        case skipped(Errand)
    }

    private struct Running: Sendable {
        var lease: Lease
        var progress: ShardProgress
    }

    private let orders = Mailbox<Order>()
    private let outcomes = Mailbox<Outcome>()
    private let cancelled = Mutex<Set<Errand>>([])
    private let running = Mutex<Running?>(nil)
    private let bell = Mutex<Bell?>(nil)
    let crash: CrashPoint

    init(crash: CrashPoint) { self.crash = crash }

    /// Starts the thread; it ends when ``close()`` was called and the orders are done.
    func start(_ makeEngine: @escaping @Sendable () -> any ShardEngine) -> OSThread {
        OSThread { self.run(makeEngine()) }
    }

    func order(_ order: Order) { orders.put(order) }
    func close() { orders.close() }
    func takeOutcomes() -> [Outcome] { outcomes.poll() }

    /// Whom to wake when an outcome is there.
    func ring(_ bell: Bell) { self.bell.withLock { $0 = bell } }

    func cancel(_ errand: Errand) { cancelled.withLock { _ = $0.insert(errand) } }

    /// The shard at hand and its rows done so far.
    var atHand: (lease: Lease, rowsDone: UInt64)? {
        running.withLock { $0 }.map { ($0.lease, $0.progress.rowsDone) }
    }

    private func run(_ engine: any ShardEngine) {
        var engine = engine
        while let order = orders.take() {
            switch order {
            case .prepare(let inputs):
                do {
                    try engine.prepare(inputs)
                    tell(.prepared)
                } catch {
                    tell(.unprepared("\(error)"))
                }
            case .shard(let shard):
                let batch = batch(shard, engine.shardsPerJoin)
                for outcome in outcomes(of: batch, &engine) { tell(outcome) }
            }
        }
    }

    private func tell(_ outcome: Outcome) {
        outcomes.put(outcome)
        bell.withLock { $0 }?.ring()
    }

    /// A shard and those queued right behind it whose hashes are joined with its own: surveys, none
    /// of which is to run alone.
    private func batch(_ first: ShardOrder, _ shardsMax: Int) -> [ShardOrder] {
        func joins(_ shard: ShardOrder) -> Bool {
            shard.header.lease.phase == .survey && !shard.header.isSolo
        }
        var batch = [first]
        guard joins(first) else { return batch }
        var rows = Int(first.header.rows)
        while batch.count < min(shardsMax, Limits.shardsPerJoinMax) {
            let next = orders.take { order in
                guard case .shard(let shard) = order else { return false }
                return joins(shard) && rows + Int(shard.header.rows) <= Limits.rowsPerJoinMax
            }
            guard case .shard(let shard) = next else { break }
            rows += Int(shard.header.rows)
            batch.append(shard)
        }
        return batch
    }

    /// Computes shards. - Returns: how each of them ended.
    private func outcomes(
        of batch: [ShardOrder], _ engine: inout any ShardEngine
    ) -> [Outcome] {
        let start = Machine.nanoseconds
        defer {
            running.withLock { $0 = nil }
            cancelled.withLock { for order in batch { $0.remove(order.errand) } }
        }
        var outcomes: [Outcome] = []
        var read: [(order: ShardOrder, input: ShardInput, reading: [StageTime])] = []
        for order in batch {
            let lease = order.header.lease
            if cancelled.withLock({ $0.remove(order.errand) }) != nil {
                outcomes.append(.skipped(order.errand))
                continue
            }
            let progress = ShardProgress()
            running.withLock { if $0 == nil { $0 = Running(lease: lease, progress: progress) } }
            crash.reach(lease.phase.name, "compute")
            do {
                let (input, reading) = try self.read(order, progress)
                read.append((order, input, reading))
            } catch {
                outcomes.append(ComputeThread.failure(of: order.errand, error))
            }
        }
        let inputs = read.map(\.input)
        guard let first = read.first else { return outcomes }
        let outputs =
            first.order.header.lease.phase == .survey
            ? engine.survey(inputs) : inputs.map { input in Result { try engine.score(input) } }
        // By rows: what each would have taken alone is not known.
        let elapsed = Machine.nanoseconds - start
        let rows = max(1, inputs.reduce(0) { $0 + $1.rows })
        for (part, output) in zip(read, outputs) {
            let errand = part.order.errand
            switch output {
            case .success(var output):
                output.stages = part.reading + output.stages
                let share = Double(part.input.rows) / Double(rows)
                let nanoseconds = UInt64(Double(elapsed) * share)
                outcomes.append(.done(errand, output, nanoseconds: nanoseconds))
            case .failure(let error): outcomes.append(ComputeThread.failure(of: errand, error))
            }
        }
        return outcomes
    }

    private func read(
        _ order: ShardOrder, _ progress: ShardProgress
    ) throws -> (input: ShardInput, reading: [StageTime]) {
        var input = ShardInput(
            shard: Int(order.header.lease.shard), rows: Int(order.header.rows), chunk: order.chunk,
            pairs: order.pairs, progress: progress)
        guard let file = order.file else { return (input, []) }
        let start = Machine.nanoseconds
        input.chunk.segments += try file.chunk.read(in: file.store)
        return (input, [StageTime("read", nanoseconds: Machine.nanoseconds - start)])
    }

    private static func failure(of errand: Errand, _ error: any Error) -> Outcome {
        switch error {
        case let fault as ChunkUnread: .failed(errand, .chunkUnread, fault.description)
        case ShardFault.corruptChunk(let detail): .failed(errand, .corruptChunk, detail)
        case ShardFault.outOfMemory(let detail): .failed(errand, .outOfMemory, detail)
        default: .failed(errand, .scorerError, "\(error)")
        }
    }
}
