internal import KleanColumns
import KleanCore
internal import KleanTransport
internal import KleanWire

/// What a worker holds over its sessions: leases under way and results nobody has acknowledged.
struct WorkerDesk {
    /// A lease and where it stands.
    struct Item {
        let errand: ComputeThread.Errand
        /// Its cost in the credit of the session it came in; 0 when taken over from an earlier one.
        var creditBytes: UInt64
        var rows: UInt32
        /// Taken back while it waits or runs.
        var isCancelled = false
        /// Set when done.
        var result: (header: ResultHeader, bytes: SharedBytes)?

        var lease: Lease { errand.lease }
    }

    let options: WorkerOptions
    let compute: ComputeThread
    let vitals: WorkerVitals
    let incarnation = UInt64.random(in: .min ... .max)
    /// In the order received.
    private(set) var items: [Item] = []
    private var taken: UInt64 = 0
    private(set) var shardsDone: UInt64 = 0
    /// What the engine was last told; orders behind it on the compute thread run under it.
    private(set) var inputs: EngineInputs?
    /// Whether the engine has once prepared, so that a new session may issue credit at once.
    var isPrepared = false
    /// Seconds without an answer, over sessions.
    var missedSeconds = 0.0

    init(options: WorkerOptions, compute: ComputeThread, vitals: WorkerVitals) {
        self.options = options
        self.compute = compute
        self.vitals = vitals
    }

    var holding: [Hello.Holding] {
        items.filter { !$0.isCancelled }.prefix(WireLimits.holdingsMax).map {
            Hello.Holding(lease: $0.lease, isDone: $0.result != nil)
        }
    }

    /// Something waits or runs.
    var hasWork: Bool { items.contains { $0.result == nil } }

    var results: [(header: ResultHeader, bytes: SharedBytes)] { items.compactMap(\.result) }

    /// A new session counts credit from zero.
    mutating func beginSession() {
        for index in items.indices { items[index].creditBytes = 0 }
    }

    mutating func prepare(_ inputs: EngineInputs) {
        self.inputs = inputs
        compute.order(.prepare(inputs))
    }

    /// Takes a shard in, unless it is here already and wanted.
    mutating func take(_ order: ComputeThread.ShardOrder) {
        guard place(of: order.header.lease) == nil else { return }
        var order = order
        taken += 1
        order.number = taken
        items.append(
            Item(
                errand: order.errand, creditBytes: order.header.creditBytes,
                rows: order.header.rows))
        compute.order(.shard(order))
    }

    /// The coordinator has the result, or does not want it: nothing of it stays.
    mutating func forget(_ lease: Lease) {
        guard let place = place(of: lease) else { return }
        if items[place].result != nil {
            items.remove(at: place)
        } else {
            items[place].isCancelled = true
            compute.cancel(items[place].errand)
        }
    }

    private func place(of lease: Lease) -> Int? {
        items.firstIndex { $0.lease == lease && !$0.isCancelled }
    }

    /// Whether the coordinator still waits for what a shard comes to.
    func isWanted(_ errand: ComputeThread.Errand) -> Bool {
        items.contains { $0.errand == errand && !$0.isCancelled }
    }

    /// A shard is computed. - Returns: the message to send; `nil` if nobody wants it any more.
    mutating func finish(
        _ errand: ComputeThread.Errand, _ output: ShardOutput, nanoseconds: UInt64
    ) -> (header: ResultHeader, bytes: SharedBytes)? {
        guard let place = items.firstIndex(where: { $0.errand == errand }) else { return nil }
        shardsDone += 1
        vitals.computed(rows: Int(items[place].rows), output)
        guard !items[place].isCancelled else { return nil }
        let bytes = SharedBytes(output.bytes)
        let header = ResultHeader(
            lease: errand.lease, rows: items[place].rows, byteCount: UInt64(bytes.count),
            checksum: Checksum.xxh3(bytes.unsafeBytes), nanoseconds: nanoseconds,
            peakBytes: UInt64(Machine.peakBytes),
            stages: output.stages.prefix(WireLimits.stagesMax).map {
                ResultHeader.Stage(
                    name: $0.name, nanoseconds: $0.nanoseconds)
            })
        items[place].result = (header, bytes)
        return (header, bytes)
    }

    /// A shard ended on the compute thread; without a result it is forgotten.
    ///
    /// - Returns: the credit that is free again.
    mutating func release(_ errand: ComputeThread.Errand) -> UInt64 {
        guard let place = items.firstIndex(where: { $0.errand == errand }) else { return 0 }
        let creditBytes = items[place].creditBytes
        items[place].creditBytes = 0
        if items[place].result == nil { items.remove(at: place) }
        return creditBytes
    }
}
