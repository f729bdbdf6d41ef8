internal import Glibc
internal import KleanColumns
import KleanCore
internal import KleanLedger
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// What two workers made of one shard, as content digests; `nil` for what is no result at all.
struct ComparedResults: Sendable {
    var committed: Digest?
    var checker: Digest?

    var agree: Bool { committed != nil && committed == checker }

    func verdict(_ truth: Digest) -> Verdict {
        .wrong(committer: committed != truth, checker: checker != truth)
    }
}

extension CommitThread.Outcome {
    fileprivate var isDistrust: Bool {
        if case .distrusted = self { true } else { false }
    }
}

/// The thread that makes results durable: checks their bytes, writes and renames their files,
/// flushes the folder once a batch, then records the batch in one ledger transaction. A batch is
/// whatever has piled up while the last one was written.
final class CommitThread: Sendable {
    enum Order: Sendable {
        case store(WorkerID, ResultHeader, SharedBytes, identity: String)
        /// A second result of a committed shard.
        case compare(WorkerID, ResultHeader, SharedBytes)
        case distrust([LedgerDistrust])
        case record(LedgerRecord)
    }

    enum Outcome: Sendable {
        case stored(WorkerID, Lease)
        case compared(WorkerID, Lease, ComparedResults)
        case distrusted
        /// The bytes are not those that the header announced.
        case spoiled(WorkerID, Lease, String)
        /// Nothing more can be made durable; says why.
        case broken(any Error)
    }

    private let orders = Mailbox<Order>()
    private let outcomes: Mailbox<Outcome>
    private let plan: JobPlan
    private let folder: JobFolder
    private let ledger: Ledger
    private let bell: Bell
    private let crash: CrashPoint
    private let vitals: Vitals

    init(
        plan: JobPlan, folder: JobFolder, ledger: Ledger, outcomes: Mailbox<Outcome>, bell: Bell,
        crash: CrashPoint, vitals: Vitals
    ) {
        self.plan = plan
        self.folder = folder
        self.ledger = ledger
        self.outcomes = outcomes
        self.bell = bell
        self.crash = crash
        self.vitals = vitals
    }

    func start() -> OSThread { OSThread { self.run() } }
    func order(_ order: Order) { orders.put(order) }
    func close() { orders.close() }
    var waiting: Int { orders.count }

    private func run() {
        while true {
            vitals.set(.commit, "waiting")
            let batch = orders.takeAll()
            if batch.isEmpty { return }
            vitals.set(.commit, "making \(batch.count) records durable")
            do {
                for outcome in try commit(batch) { outcomes.put(outcome) }
            } catch {
                outcomes.put(.broken(error))
                bell.ring()
                return
            }
            bell.ring()
        }
    }

    private func commit(_ batch: [Order]) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        var records: [LedgerRecord] = []
        var written: [String] = []  // One file of each folder touched.
        var committed: [Lease] = []
        for order in batch {
            switch order {
            case .record(let record): records.append(record)
            case .distrust(let liars):
                records += liars.map { .distrusted($0) }
                outcomes.append(.distrusted)
            case .compare(let worker, let header, let bytes):
                let lease = header.lease
                if let fault = CommitThread.fault(header, bytes) {
                    outcomes.append(.spoiled(worker, lease, fault))
                    continue
                }
                // A result of the same batch is in place already, though not in the ledger.
                let found = ComparedResults(
                    committed: content(
                        lease.phase,
                        try FileSystem.read(folder.result(lease.phase, Int(lease.shard)))),
                    checker: content(lease.phase, bytes.array))
                if found.agree {
                    records.append(.checked(lease.phase, shard: lease.shard, basis: lease.basis))
                }
                outcomes.append(.compared(worker, lease, found))
            case .store(let worker, let header, let bytes, let identity):
                let lease = header.lease
                if let fault = CommitThread.fault(header, bytes) {
                    outcomes.append(.spoiled(worker, lease, fault))
                    continue
                }
                crash.reach(lease.phase.name, "received")
                let path = folder.result(lease.phase, Int(lease.shard))
                try CommitThread.place(bytes, at: path)
                crash.reach(lease.phase.name, "written")
                let directory = folder.results(lease.phase)
                if !written.contains(where: { $0.hasPrefix(directory) }) { written.append(path) }
                records.append(
                    .committed(
                        CommittedShard(
                            phase: lease.phase, shard: lease.shard, attempt: lease.attempt,
                            basis: lease.basis, byteCount: header.byteCount,
                            checksum: header.checksum, identity: identity)))
                committed.append(lease)
                outcomes.append(.stored(worker, lease))
            }
        }
        for path in written { try FileSystem.syncDirectory(of: path) }
        try ledger.append(records)
        for case .compared(_, let lease, _) in outcomes { crash.reach(lease.phase.name, "compare") }
        if outcomes.contains(where: \.isDistrust) { crash.reach("distrust", "done") }
        for lease in committed { crash.reach(lease.phase.name, "commit") }
        return outcomes
    }

    /// What is wrong with a result's bytes, if they are not those that its header announced.
    private static func fault(_ header: ResultHeader, _ bytes: SharedBytes) -> String? {
        let found = Checksum.xxh3(bytes.unsafeBytes)
        return found == header.checksum
            ? nil : "result checksum: expected \(header.checksum), found \(found)"
    }

    /// - Returns: `nil` for bytes that are no result: they equal nothing.
    private func content(_ phase: Phase, _ bytes: [UInt8]) -> Digest? {
        do { return try plan.contentDigest(phase, bytes) } catch { return nil }
    }

    /// Writes a file whole: temporary, flushed, renamed; the folder is flushed by the caller.
    private static func place(_ bytes: SharedBytes, at path: String) throws(FileError) {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "create") }
        do throws(FileError) {
            defer { Glibc.close(descriptor) }
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { raw in
                    Glibc.write(
                        descriptor, raw.baseAddress?.advanced(by: done),
                        min(raw.count - done, 1 << 26))
                }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw FileError(path, "write")
                }
                done += count
            }
            if fdatasync(descriptor) != 0 { throw FileError(path, "flush") }
        } catch {
            unlink(temporary)
            throw error
        }
        try FileSystem.rename(temporary, to: path)
    }
}
