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

    mutating func add(_ pair: JoinPair) {
        counts[Int(pair.entry)] &+= 1
        kept.append(pair)
        if kept.count >= pruneAt {
            prune()
            pruneAt = max(pruneAt, 2 * kept.count)
        }
    }

    /// The kept pairs by query, bank, distance and entry. The counts stay, also for another join.
    mutating func finish() -> [JoinPair] {
        prune()
        defer { kept = [] }
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
