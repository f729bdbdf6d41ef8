import KleanCore
import KleanWire

/// A worker process as the simulation keeps it: what ``KleanWorker`` does, without threads.
struct SimulatedWorker {
    struct Item {
        var lease: Lease
        var credit: UInt64
        var rows: UInt32
        var chunk: [UInt8]
        var pairs: [UInt8]
        /// The chunk is to be read from the store.
        var isInFile = false
        /// What the worker had loaded when it took the shard in.
        var profile: Digest?
        var isCancelled = false
    }

    static let silenceMs: UInt64 = 15_000
    static let helloMs: UInt64 = 2_000
    /// Bytes it takes in advance: two shards, one less than the schedule would give.
    static let window: UInt64 = 24

    let name: String
    /// No worker: takes a lease and is gone.
    let vanishes: SimulatedFault?
    var incarnation: UInt64 = 0
    var routing: UInt64 = 0
    var isAlive = false
    var isFrozen = false
    var slowness: UInt64 = 1
    var welcome: Welcome?
    var profile: Digest?
    /// Leases that came in this session: one that comes again is a repetition.
    var taken: Set<Lease> = []
    var queue: [Item] = []
    var running: Item?
    var done: [(header: ResultHeader, bytes: [UInt8])] = []
    var consumed: UInt64 = 0
    var heardMs: UInt64 = 0
    var saidHelloMs: UInt64 = 0
    var frozenNotes: [SimulatedCluster.Note] = []

    init(name: String, vanishes: SimulatedFault? = nil) {
        self.name = name
        self.vanishes = vanishes
    }

    var holding: [Hello.Holding] {
        done.map { .init(lease: $0.header.lease, isDone: true) }
            + ((running.map { [$0] } ?? []) + queue).filter { !$0.isCancelled }
            .map { .init(lease: $0.lease, isDone: false) }
    }

    /// Credit bytes of what it holds and has not computed yet.
    var inFlight: UInt64 {
        queue.reduce(running?.credit ?? 0) { $0 + $1.credit }
    }

    /// Whether it holds a lease and means to answer it.
    func has(_ lease: Lease) -> Bool {
        running.map { $0.lease == lease && !$0.isCancelled } == true
            || queue.contains { $0.lease == lease }
            || done.contains { $0.header.lease == lease }
    }

    /// The coordinator has it or does not want it.
    mutating func forget(_ lease: Lease) {
        done.removeAll { $0.header.lease == lease }
        if running?.lease == lease { running?.isCancelled = true }
        if let place = queue.firstIndex(where: { $0.lease == lease }) {
            consumed += queue.remove(at: place).credit
        }
    }
}
