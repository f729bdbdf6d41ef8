internal import KleanCore
internal import KleanLearn
internal import KleanModel

/// A LightGBM model at work on rows.
///
/// Comparisons and one sum in a fixed order: the same bits on any machine.
struct TreeFusion: Sendable {
    private let ensemble: TreeEnsemble
    private let shap: TreeShap
    private let terms: [Term]
    private let scale: Double
    /// By term: its feature, or -1.
    private let features: [Int]
    /// By feature, ascending: values between two cuts are alike to every tree. `nil` where no two
    /// values are, as for linear leaves and categories.
    private let cuts: [[Double]]?

    init?(_ trees: FusionTrees) {
        guard let shap = TreeShap(trees.ensemble) else { return nil }
        self.shap = shap
        ensemble = trees.ensemble
        terms = trees.terms
        scale = trees.scale
        features = Term.allCases.map { trees.terms.firstIndex(of: $0) ?? -1 }
        cuts = trees.ensemble.cuts
    }

    func values(_ verdict: RowVerdict) -> [Double] { terms.map { Fusion.value($0, verdict) } }

    /// - Parameter values: Of one row, or row by row of several.
    func score(_ values: [Double]) -> Fixed { scores(values, count: 1)[0] }

    private func scores(_ values: [Double], count: Int) -> [Fixed] {
        ensemble.predict(values, count: count, isRaw: true).map { Fixed($0 * scale) }
    }

    /// Rows that the trees cannot tell apart are judged once.
    ///
    /// - Complexity: O(rows x features) and O(trees x depth) for each row that differs from all
    ///   before it.
    func score(_ verdicts: [RowVerdict], into scores: inout [Int32], _ memory: TreeMemory) {
        var values = [Double](repeating: 0, count: terms.count)
        for verdict in verdicts {
            for (place, term) in terms.enumerated() {
                values[place] = Fusion.value(term, verdict)
            }
            let (slot, isNew) = memory.slot(values, cuts)
            if isNew { memory.scores[slot] = score(values).raw }
            scores.append(memory.scores[slot])
        }
    }

    /// As ``contributions(_:_:)``, each once.
    func contributions(
        _ verdict: RowVerdict, _ intercept: Fixed, _ memory: TreeMemory
    ) -> [Fixed] {
        let values = values(verdict)
        let (slot, isNew) = memory.slot(values, cuts)
        if isNew { memory.scores[slot] = score(values).raw }
        if let known = memory.contributions[slot] { return known }
        let parts = contributions(verdict, intercept)
        memory.contributions[slot] = parts
        return parts
    }

    /// By ``Term``; what rounding leaves goes to the greatest, so that they add up exactly.
    func contributions(_ verdict: RowVerdict, _ intercept: Fixed) -> [Fixed] {
        let values = values(verdict)
        var parts = Term.allCases.map { _ in Fixed.zero }
        for (term, part) in zip(terms, shap.contributions(values)) {
            parts[term.rawValue] = Fixed(part * scale)
        }
        var rest = score(values).raw &- intercept.raw
        var greatest = 0
        for (place, part) in parts.enumerated() {
            rest = rest &- part.raw
            if part.raw.magnitude > parts[greatest].raw.magnitude { greatest = place }
        }
        parts[greatest].raw = parts[greatest].raw &+ rest
        return parts
    }

    /// The score with each term at zero, all else equal; unchanged where no tree asks for it.
    func scoresWithout(_ verdict: RowVerdict) -> [Fixed] {
        let values = values(verdict)
        let score = score(values)
        return features.map { feature in
            guard feature >= 0, !values[feature].isNaN else { return score }
            var other = values
            other[feature] = 0
            return self.score(other)
        }
    }

    var priceSteps: [(term: Term, value: Double)]? {
        guard !ensemble.hasLinearTrees else { return nil }
        var steps: [(term: Term, value: Double)] = []
        for term in [Term.price, .officialImageLowPrice] where features[term.rawValue] >= 0 {
            for value in ensemble.thresholds(ofFeature: features[term.rawValue]) {
                steps.append((term, value))
            }
        }
        return steps
    }
}

/// What trees said of the rows of a chunk, by what they can tell of a row.
///
/// A class for the reason that ``NameScorer`` is one.
final class TreeMemory {
    var scores: [Int32] = []
    /// Of ranked rows only.
    var contributions: [Int: [Fixed]] = [:]
    /// Slots, or -1; a power of two of them, at most half in use.
    private var table = [Int32](repeating: -1, count: 1_024)
    private var keys: [UInt64] = []
    private var key: [UInt64] = []

    /// Past it nothing is remembered: one slot serves all that are new.
    private static let slotsMax = 1 << 16

    /// The slot of a row, and whether its score is still to be put there.
    func slot(_ values: [Double], _ cuts: [[Double]]?) -> (slot: Int, isNew: Bool) {
        key.removeAll(keepingCapacity: true)
        for (feature, value) in values.enumerated() {
            key.append(cuts.map { TreeMemory.place(value, $0[feature]) } ?? value.bitPattern)
        }
        var at = first(key[...])
        while table[at] >= 0 {
            let slot = Int(table[at])
            if isEqual(slot) { return (slot, false) }
            at = (at + 1) & (table.count - 1)
        }
        if scores.count > TreeMemory.slotsMax {
            contributions[TreeMemory.slotsMax] = nil
            return (TreeMemory.slotsMax, true)
        }
        table[at] = scores.count < TreeMemory.slotsMax ? Int32(scores.count) : -1
        scores.append(0)
        keys += key
        if scores.count * 2 > table.count { grow() }
        return (scores.count - 1, true)
    }

    /// NaN has a place of its own.
    private static func place(_ value: Double, _ cuts: [Double]) -> UInt64 {
        if value.isNaN { return .max }
        var low = 0
        var high = cuts.count
        while low < high {
            let middle = (low + high) / 2
            if cuts[middle] < value { low = middle + 1 } else { high = middle }
        }
        return UInt64(low)
    }

    /// Where to begin to look for a key.
    private func first(_ key: ArraySlice<UInt64>) -> Int {
        let hash = key.reduce(0) { Fingerprint.mix($0 ^ $1) }
        return Int(truncatingIfNeeded: hash) & (table.count - 1)
    }

    private func isEqual(_ slot: Int) -> Bool {
        let first = slot * key.count
        for place in key.indices where keys[first + place] != key[place] { return false }
        return true
    }

    private func grow() {
        table = Array(repeating: -1, count: table.count * 2)
        for slot in 0..<min(scores.count, TreeMemory.slotsMax) {
            var at = first(keys[slot * key.count..<(slot + 1) * key.count])
            while table[at] >= 0 { at = (at + 1) & (table.count - 1) }
            table[at] = Int32(slot)
        }
    }
}
