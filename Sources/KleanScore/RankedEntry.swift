package import KleanCore

/// One listing over the threshold, with everything a reader needs to say why.
package struct RankedEntry: Hashable, Sendable {
    /// Row in the chunk; ordinal once the chunk's first ordinal is added.
    package var row: UInt32
    /// Log-odds: the model's intercept plus ``contributions``, exactly.
    package var score: Fixed
    /// One per ``Term``, in its order.
    package var contributions: [Fixed]
    /// One per ``Scorer``, in its order.
    package var subScores: [SubScore]
    /// Strongest first, at most ``Limits/evidencePerListingMax``.
    package var evidence: [Evidence]

    package init(
        row: UInt32, score: Fixed, contributions: [Fixed], subScores: [SubScore],
        evidence: [Evidence]
    ) {
        self.row = row
        self.score = score
        self.contributions = contributions
        self.subScores = subScores
        self.evidence = evidence
    }

    /// Ranks before: higher score first, then lower row. The order of every ranking.
    package static func precedes(_ left: RankedEntry, _ right: RankedEntry) -> Bool {
        left.score != right.score ? left.score > right.score : left.row < right.row
    }
}

/// Ranked entries in columns: how they are stored, sent and merged without an object per row.
///
/// **Shape**: `count` rows; `contributions` is `count x Term.count`, row-major; `subScores` is
/// `count x Scorer.count`; `states` packs the five abstain reasons, see ``SubScoreStates``;
/// evidence of row `i` is `evidence[evidenceOffsets[i]..<evidenceOffsets[i + 1]]`.
package struct RankedTable: Equatable, Sendable {
    package var rows: [UInt32] = []
    package var scores: [Int32] = []
    package var contributions: [Int32] = []
    package var subScores: [Int32] = []
    package var states: [UInt32] = []
    package var evidenceOffsets: [UInt32] = [0]
    package var evidence: [Evidence] = []

    package init() {}

    package var count: Int { rows.count }

    /// Row `index` as one value. - Complexity: O(terms + evidence), allocates three arrays.
    package subscript(index: Int) -> RankedEntry {
        let terms = Term.allCases.count
        let scorers = Scorer.allCases.count
        let reasons = Int(evidenceOffsets[index])..<Int(evidenceOffsets[index + 1])
        return RankedEntry(
            row: rows[index], score: Fixed(raw: scores[index]),
            contributions: contributions[index * terms..<(index + 1) * terms].map(Fixed.init(raw:)),
            subScores: (0..<scorers).map { scorer in
                SubScore(
                    raw: Fixed(raw: subScores[index * scorers + scorer]),
                    state: SubScoreStates(packed: states[index])[scorer])
            },
            evidence: Array(evidence[reasons]))
    }

    package mutating func append(_ entry: RankedEntry) {
        precondition(entry.contributions.count == Term.allCases.count, "one per term")
        precondition(entry.subScores.count == Scorer.allCases.count, "one per scorer")
        rows.append(entry.row)
        scores.append(entry.score.raw)
        contributions.append(contentsOf: entry.contributions.lazy.map(\.raw))
        subScores.append(contentsOf: entry.subScores.lazy.map(\.raw.raw))
        var packed = SubScoreStates()
        for (scorer, sub) in entry.subScores.enumerated() { packed[scorer] = sub.state }
        states.append(packed.packed)
        evidence.append(contentsOf: entry.evidence)
        evidenceOffsets.append(UInt32(evidence.count))
    }
}

/// The five sub-score states of a listing in one word: scorer `i` in bits `4 i ..< 4 i + 4`.
package struct SubScoreStates: Hashable, Sendable {
    package var packed: UInt32

    @inlinable package init(packed: UInt32 = 0) { self.packed = packed }

    /// The state of a scorer. A number that no reason has reads as ``AbstainReason/none``.
    @inlinable package subscript(scorer: Int) -> AbstainReason {
        get {
            AbstainReason(rawValue: UInt8(truncatingIfNeeded: packed >> UInt32(4 * scorer)) & 15)
                ?? .none
        }
        set {
            let shift = UInt32(4 * scorer)
            packed = packed & ~(15 << shift) | UInt32(newValue.rawValue) << shift
        }
    }
}
