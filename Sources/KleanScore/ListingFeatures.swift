package import KleanCatalog
package import KleanCore
internal import KleanModel

/// One listing as fusion sees it: what a fusion is trained on, whatever its kind.
package struct ListingFeatures: Sendable, Equatable {
    package var row: UInt32
    package var score: Fixed
    /// By ``Term``: a scorer's raw value, NaN where it abstains; a missing flag or fact 0 or 1; an
    /// interaction 0 to 1.
    package var values: [Double]
    /// The brand that the listing claims or resembles.
    package var brand: UInt32?
}

extension ShardScorer {
    /// Hands out the features of a chunk's live rows, in order.
    ///
    /// - Parameters: As of ``score(_:pairs:deadRows:rankedMax:)``.
    /// - Complexity: As scoring, and one array a row.
    package func forEachFeatures(
        _ columns: HotColumns, pairs: [ListingPair], deadRows: [UInt32] = [],
        _ body: (ListingFeatures) throws -> Void
    ) throws {
        try check(pairs, columns.rowCount)
        var clock = StageClock()
        var judge = ChunkJudge(self, columns, pairs)
        let isDead = DeadRows(deadRows, rowCount: columns.rowCount)
        for first in stride(from: 0, to: columns.rowCount, by: ShardScorer.blockRows) {
            let rows = first..<min(first + ShardScorer.blockRows, columns.rowCount)
            judge.judge(rows, &clock)
            for row in rows where !isDead[row] {
                let verdict = judge.verdicts[row - first]
                try body(
                    ListingFeatures(
                        row: UInt32(row), score: Fixed(raw: judge.scores[row - first]),
                        values: Term.allCases.map { Fusion.value($0, verdict) },
                        brand: verdict.brand == Missing.uint32 ? nil : verdict.brand))
            }
        }
    }
}

extension Fusion {
    /// The value of a term; a scorer that abstains has none (NaN), which is not zero.
    static func value(_ term: Term, _ verdict: RowVerdict) -> Double {
        let scorers = Scorer.allCases.count
        if term.rawValue < scorers, let scorer = Scorer(rawValue: term.rawValue) {
            let sub = verdict.sub(scorer)
            return sub.isScored ? sub.raw.double : .nan
        }
        if term.rawValue < 2 * scorers {
            return verdict.states[term.rawValue - scorers] == .none ? 0 : 1
        }
        switch term {
        case .mentioned: return verdict.isMentioned ? 1 : 0
        case .authorised: return verdict.isAuthorised ? 1 : 0
        case .accessory: return verdict.isAccessory ? 1 : 0
        case .newSeller: return verdict.isNewSeller ? 1 : 0
        default: return interaction(term, verdict)
        }
    }
}
