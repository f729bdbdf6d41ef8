package import KleanCore
package import KleanLedger

/// A disk that several owners look at; the simulation has one thread.
package final class SharedDisk {
    var disk = VirtualDisk()

    package init() {}

    /// While set, every write fails.
    package var isFull: Bool {
        get { disk.isFull }
        set { disk.isFull = newValue }
    }

    /// The power goes: what was not flushed is there in part or not at all.
    package func crash(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        disk.crash(&random)
    }
}

/// The ledger's contract kept by a journal on a ``VirtualDisk``: a batch is its byte count u32, its
/// records and a fingerprint u64; the first batch that is not whole ends the journal.
package final class DiskLedger: LedgerStore {
    static let name = "ledger"

    private let shared: SharedDisk
    private var committedShards: [Key: CommittedShard] = [:]
    private var attempts: [Key: UInt32] = [:]
    private var given: [Key: LedgerQuarantine] = [:]
    private var liars: [String: LedgerDistrust] = [:]
    private var madeProfile: (digest: Digest, basis: UInt64)?
    private var index: Digest?

    private struct Key: Hashable {
        var phase: Phase
        var shard: UInt32
        var basis: UInt64 = 0
    }

    /// Opens the journal, or makes it; cuts a torn tail.
    init(_ shared: SharedDisk) throws(VirtualDisk.Failure) {
        self.shared = shared
        if let bytes = shared.disk.read(DiskLedger.name) {
            var reader = JournalReader(bytes)
            while let batch = reader.next() { for record in batch { apply(record) } }
            shared.disk.truncate(DiskLedger.name, to: reader.offset)
        } else {
            try shared.disk.create(DiskLedger.name)
            shared.disk.flushNames()
        }
    }

    package convenience init(on disk: SharedDisk) throws(LedgerError) {
        do throws(VirtualDisk.Failure) { try self.init(disk) } catch {
            throw .diskFull(path: DiskLedger.name)
        }
    }

    @discardableResult
    package func append(_ records: [LedgerRecord]) throws(LedgerError) -> [CommittedShard] {
        do {
            try shared.disk.append(Journal.encode(records), to: DiskLedger.name)
        } catch { throw .diskFull(path: DiskLedger.name) }
        shared.disk.flush(DiskLedger.name)
        return records.compactMap { apply($0) }
    }

    package func committed(_ phase: Phase, basis: UInt64) -> [CommittedShard] {
        committedShards.values.filter { $0.phase == phase && $0.basis == basis }
            .sorted { $0.shard < $1.shard }
    }

    package func quarantined() -> [LedgerQuarantine] {
        given.values.sorted { ($0.phase.rawValue, $0.shard) < ($1.phase.rawValue, $1.shard) }
    }

    package func distrusted() -> [LedgerDistrust] {
        liars.values.sorted { $0.identity < $1.identity }
    }

    package func lastAttempts(_ phase: Phase) -> [UInt32: UInt32] {
        var last: [UInt32: UInt32] = [:]
        for (key, attempt) in attempts where key.phase == phase { last[key.shard] = attempt }
        return last
    }

    package func profile() -> (digest: Digest, basis: UInt64)? { madeProfile }
    package func published() -> Digest? { index }

    /// - Returns: a first commit.
    @discardableResult
    private func apply(_ record: LedgerRecord) -> CommittedShard? {
        switch record {
        case .committed(let shard):
            let key = Key(phase: shard.phase, shard: shard.shard, basis: shard.basis)
            guard committedShards[key] == nil else { return nil }
            committedShards[key] = shard
            if shard.phase == .survey { madeProfile = nil }
            return shard
        case .attempt(let attempt):
            let key = Key(phase: attempt.lease.phase, shard: attempt.lease.shard)
            attempts[key] = max(attempts[key] ?? 0, attempt.lease.attempt)
        case .quarantined(let phase, let shard, let reason):
            given[Key(phase: phase, shard: shard)] = LedgerQuarantine(
                phase: phase, shard: shard, reason: reason, isSkipped: false)
        case .skipped(let phase, let shard, let reason):
            given[Key(phase: phase, shard: shard)] = LedgerQuarantine(
                phase: phase, shard: shard, reason: reason, isSkipped: true)
        case .released(let phase, let shard): given[Key(phase: phase, shard: shard)] = nil
        case .checked(let phase, let shard, let basis):
            committedShards[Key(phase: phase, shard: shard, basis: basis)]?.isChecked = true
        case .revoked(let phase, let shard):
            takeBack([shard], from: phase)
        case .distrusted(let liar):
            liars[liar.identity] = liar
            for phase in Phase.allCases {
                let its = committedShards.values.filter {
                    $0.phase == phase && $0.identity == liar.identity
                }
                takeBack(Set(its.map(\.shard)), from: phase)
            }
        case .trusted(let identity): liars[identity] = nil
        case .profile(let digest, let basis):
            madeProfile = (digest, basis)
            committedShards = committedShards.filter {
                $0.key.phase != .score || $0.key.basis == basis
            }
        case .published(let digest): index = digest
        }
        return nil
    }

    /// A score was made from its shard's survey, so it goes with it.
    private func takeBack(_ shards: Set<UInt32>, from phase: Phase) {
        for key in committedShards.keys
        where key.phase.rawValue >= phase.rawValue && shards.contains(key.shard) {
            committedShards[key] = nil
            if key.phase == .survey { madeProfile = nil }
        }
    }
}

/// The journal's bytes.
enum Journal {
    static func encode(_ records: [LedgerRecord]) -> [UInt8] {
        var body: [UInt8] = []
        for record in records {
            switch record {
            case .committed(let shard):
                put(1, shard.phase, shard.shard, &body)
                for word in [
                    UInt64(shard.attempt), shard.basis, shard.byteCount, shard.checksum,
                ] { put(word, &body) }
                put(shard.identity, &body)
            case .attempt(let attempt):
                put(2, attempt.lease.phase, attempt.lease.shard, &body)
                for word in [UInt64(attempt.lease.attempt), attempt.lease.basis] {
                    put(word, &body)
                }
            case .quarantined(let phase, let shard, let reason):
                put(3, phase, shard, &body)
                put(reason, &body)
            case .skipped(let phase, let shard, let reason):
                put(4, phase, shard, &body)
                put(reason, &body)
            case .released(let phase, let shard): put(5, phase, shard, &body)
            case .checked(let phase, let shard, let basis):
                put(8, phase, shard, &body)
                put(basis, &body)
            case .revoked(let phase, let shard): put(9, phase, shard, &body)
            case .distrusted(let liar):
                put(10, .survey, 0, &body)
                for text in [liar.identity, liar.name, liar.reason] { put(text, &body) }
            case .trusted(let identity):
                put(11, .survey, 0, &body)
                put(identity, &body)
            case .profile(let digest, let basis):
                put(6, .survey, 0, &body)
                body += digest.bytes
                put(basis, &body)
            case .published(let digest):
                put(7, .score, 0, &body)
                body += digest.bytes
            }
        }
        var bytes: [UInt8] = []
        put(UInt64(body.count), &bytes)
        bytes += body
        put(Fingerprint.of(body), &bytes)
        return bytes
    }

    private static func put(
        _ kind: UInt8, _ phase: Phase, _ shard: UInt32, _ bytes: inout [UInt8]
    ) {
        bytes += [kind, phase.rawValue]
        put(UInt64(shard), &bytes)
    }

    private static func put(_ text: String, _ bytes: inout [UInt8]) {
        put(UInt64(text.utf8.count), &bytes)
        bytes += text.utf8
    }

    static func put(_ word: UInt64, _ bytes: inout [UInt8]) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift))) }
    }
}

/// Reads whole batches from the front of a journal.
struct JournalReader {
    private let bytes: [UInt8]
    /// Where the next batch begins.
    private(set) var offset = 0
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: `nil` at the end or at the first batch that is not whole.
    mutating func next() -> [LedgerRecord]? {
        place = offset
        guard let count = word(), count <= UInt64(bytes.count - place) else { return nil }
        let end = place + Int(count)
        let body = bytes[place..<end]
        var records: [LedgerRecord] = []
        while place < end {
            guard let record = record() else { return nil }
            records.append(record)
        }
        guard place == end, word() == Fingerprint.of(body) else { return nil }
        offset = place
        return records
    }

    private mutating func record() -> LedgerRecord? {
        guard place + 2 <= bytes.count, let phase = Phase(rawValue: bytes[place + 1]) else {
            return nil
        }
        let kind = bytes[place]
        place += 2
        guard let number = word() else { return nil }
        let shard = UInt32(truncatingIfNeeded: number)
        switch kind {
        case 1:
            guard let attempt = word(), let basis = word(), let count = word(),
                let checksum = word(), let identity = text()
            else { return nil }
            return .committed(
                CommittedShard(
                    phase: phase, shard: shard, attempt: UInt32(truncatingIfNeeded: attempt),
                    basis: basis, byteCount: count, checksum: checksum, identity: identity))
        case 2:
            guard let attempt = word(), let basis = word() else { return nil }
            let lease = Lease(
                phase: phase, shard: shard, attempt: UInt32(truncatingIfNeeded: attempt),
                basis: basis)
            return .attempt(
                LedgerAttempt(
                    lease: lease, worker: "", incarnation: 0, startMs: 0, endMs: 0, outcome: "",
                    detail: ""))
        case 3: return text().map { .quarantined(phase, shard: shard, reason: $0) }
        case 4: return text().map { .skipped(phase, shard: shard, reason: $0) }
        case 5: return .released(phase, shard: shard)
        case 6:
            guard let digest = digest(), let basis = word() else { return nil }
            return .profile(digest, basis: basis)
        case 7: return digest().map { .published(index: $0) }
        case 8: return word().map { .checked(phase, shard: shard, basis: $0) }
        case 9: return .revoked(phase, shard: shard)
        case 10:
            guard let identity = text(), let name = text(), let reason = text() else { return nil }
            return .distrusted(LedgerDistrust(identity: identity, name: name, reason: reason))
        case 11: return text().map { .trusted(identity: $0) }
        default: return nil
        }
    }

    private mutating func word() -> UInt64? {
        guard place + 8 <= bytes.count else { return nil }
        defer { place += 8 }
        return (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) }
    }

    private mutating func text() -> String? {
        guard let count = word(), count <= UInt64(bytes.count - place) else { return nil }
        defer { place += Int(count) }
        return String(decoding: bytes[place..<place + Int(count)], as: UTF8.self)
    }

    private mutating func digest() -> Digest? {
        guard place + 32 <= bytes.count else { return nil }
        defer { place += 32 }
        return Digest(bytes: Array(bytes[place..<place + 32]))
    }
}
