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

    /// A leased shard as it arrived.
    struct ShardOrder: Sendable {
        var header: ShardHeader
        var chunk: ContainerPart
        var pairs: ContainerPart?
        /// Where the rest of the chunk is read, and in which store.
        var file: (store: String, chunk: ChunkFile)?
    }

    enum Outcome: Sendable {
        case prepared
        case unprepared(String)
        case done(Lease, ShardOutput, nanoseconds: UInt64)
        case failed(Lease, FailureCode, String)
        /// Was taken back before it began.
        case skipped(Lease)
    }

    private struct Running: Sendable {
        var lease: Lease
        var progress: ShardProgress
    }

    private let orders = Mailbox<Order>()
    private let outcomes = Mailbox<Outcome>()
    private let cancelled = Mutex<Set<Lease>>([])
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

    func cancel(_ lease: Lease) { cancelled.withLock { _ = $0.insert(lease) } }

    /// The shard at hand and its rows done so far.
    var atHand: (lease: Lease, rowsDone: UInt64)? {
        running.withLock { $0 }.map { ($0.lease, $0.progress.rowsDone) }
    }

    private func run(_ engine: any ShardEngine) {
        var engine = engine
        while let order = orders.take() {
            let outcome: Outcome
            switch order {
            case .prepare(let inputs):
                do {
                    try engine.prepare(inputs)
                    outcome = .prepared
                } catch {
                    outcome = .unprepared("\(error)")
                }
            case .shard(let shard): outcome = compute(shard, &engine)
            }
            outcomes.put(outcome)
            bell.withLock { $0 }?.ring()
        }
    }

    private func compute(_ order: ShardOrder, _ engine: inout any ShardEngine) -> Outcome {
        let lease = order.header.lease
        if cancelled.withLock({ $0.remove(lease) }) != nil { return .skipped(lease) }
        let progress = ShardProgress()
        running.withLock { $0 = Running(lease: lease, progress: progress) }
        defer {
            running.withLock { $0 = nil }
            cancelled.withLock { _ = $0.remove(lease) }
        }
        crash.reach(lease.phase.name, "compute")
        var input = ShardInput(
            shard: Int(lease.shard), rows: Int(order.header.rows), chunk: order.chunk,
            pairs: order.pairs, progress: progress)
        let start = Machine.nanoseconds
        do {
            var reading: [StageTime] = []
            if let file = order.file {
                input.chunk.segments += try file.chunk.read(in: file.store)
                reading = [StageTime("read", nanoseconds: Machine.nanoseconds - start)]
            }
            var output =
                lease.phase == .survey ? try engine.survey(input) : try engine.score(input)
            output.stages = reading + output.stages
            return .done(lease, output, nanoseconds: Machine.nanoseconds - start)
        } catch let fault as ChunkUnread {
            return .failed(lease, .chunkUnread, fault.description)
        } catch let fault as ShardFault {
            switch fault {
            case .corruptChunk(let detail): return .failed(lease, .corruptChunk, detail)
            case .outOfMemory(let detail): return .failed(lease, .outOfMemory, detail)
            }
        } catch {
            return .failed(lease, .scorerError, "\(error)")
        }
    }
}
