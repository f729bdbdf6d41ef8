internal import KleanCore
internal import KleanModel

/// Keeps what matters of a join's pairs while they stream by: how many hashes each entry matched,
/// and of each hash and bank the nearest entries.
struct PairCollector {
    /// Nearest entries kept of one hash in one bank; the rest would say the same again.
    static let perBankMax = 4

    private(set) var counts: [UInt32]
    private var kept: [JoinPair] = []
    private var pruneAt = 1 << 20
    private let bankOfEntry: [UInt16]

    init(_ table: BankTable) {
        counts = Array(repeating: 0, count: table.entryCount)
        var banks = [UInt16](repeating: 0, count: table.entryCount)
        for (number, bank) in table.banks.enumerated() {
            for entry in bank.entries { banks[Int(entry)] = UInt16(clamping: number) }
        }
        bankOfEntry = banks
    }

    /// - Parameter isDead: Whether a hash belongs to a superseded listing.
    mutating func add(_ pairs: UnsafeBufferPointer<JoinPair>, isDead: (UInt32) -> Bool) {
        for pair in pairs where !isDead(pair.query) {
            counts[Int(pair.entry)] &+= 1
            kept.append(pair)
        }
        if kept.count >= pruneAt {
            prune()
            pruneAt = max(pruneAt, 2 * kept.count)
        }
    }

    /// Adds the counts of another join with the same banks.
    mutating func absorb(counts other: [UInt32]) {
        for (entry, count) in other.enumerated() where count > 0 { counts[entry] &+= count }
    }

    /// The kept pairs by query, bank, distance and entry.
    mutating func finish() -> [JoinPair] {
        prune()
        return kept
    }

    private mutating func prune() {
        let banks = bankOfEntry
        kept.sort { left, right in
            if left.query != right.query { return left.query < right.query }
            let leftBank = banks[Int(left.entry)]
            let rightBank = banks[Int(right.entry)]
            if leftBank != rightBank { return leftBank < rightBank }
            if left.distance != right.distance { return left.distance < right.distance }
            return left.entry < right.entry
        }
        var settled: [JoinPair] = []
        settled.reserveCapacity(kept.count)
        var ofBank = 0
        for pair in kept {
            if let last = settled.last, last.query == pair.query,
                banks[Int(last.entry)] == banks[Int(pair.entry)]
            {
                ofBank += 1
            } else {
                ofBank = 0
            }
            if ofBank < PairCollector.perBankMax { settled.append(pair) }
        }
        kept = settled
    }
}
