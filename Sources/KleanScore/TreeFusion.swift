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

    init?(_ trees: FusionTrees) {
        guard let shap = TreeShap(trees.ensemble) else { return nil }
        self.shap = shap
        ensemble = trees.ensemble
        terms = trees.terms
        scale = trees.scale
        features = Term.allCases.map { trees.terms.firstIndex(of: $0) ?? -1 }
    }

    func values(_ verdict: RowVerdict) -> [Double] { terms.map { Fusion.value($0, verdict) } }

    /// - Parameter values: Of one row, or row by row of several.
    func score(_ values: [Double]) -> Fixed { scores(values, count: 1)[0] }

    private func scores(_ values: [Double], count: Int) -> [Fixed] {
        ensemble.predict(values, count: count, isRaw: true).map { Fixed($0 * scale) }
    }

    /// Most rows of a block have the features of an earlier one: those are judged once.
    ///
    /// - Complexity: O(rows x features + distinct rows x trees x depth).
    func score(_ verdicts: [RowVerdict], into scores: inout [Int32]) {
        var distinct: [Double] = []
        var count = 0
        var numbers: [Int] = []
        numbers.reserveCapacity(verdicts.count)
        var known = [Int32](repeating: -1, count: TreeFusion.slots)
        let width = terms.count
        for verdict in verdicts {
            let first = distinct.count
            var key: UInt64 = 0
            for term in terms {
                let value = Fusion.value(term, verdict)
                key = (key ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15
                key ^= key >> 32
                distinct.append(value)
            }
            let slot = Int(key >> 20) & (TreeFusion.slots - 1)
            let other = Int(known[slot])
            if other >= 0, TreeFusion.areEqual(distinct, other * width, first, width) {
                distinct.removeLast(width)
                numbers.append(other)
            } else {
                known[slot] = Int32(count)
                numbers.append(count)
                count += 1
            }
        }
        let found = self.scores(distinct, count: count)
        for number in numbers { scores.append(found[number].raw) }
    }

    private static let slots = 4_096

    private static func areEqual(
        _ values: [Double], _ left: Int, _ right: Int, _ width: Int
    ) -> Bool {
        for place in 0..<width
        where values[left + place].bitPattern != values[right + place].bitPattern {
            return false
        }
        return true
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
