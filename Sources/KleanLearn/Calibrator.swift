internal import KleanCore

/// Turns scores in log-odds into probabilities, fitted on scores that the fit has not seen.
package enum Calibrator: Equatable, Sendable {
    /// `sigmoid(offset + slope * score)`.
    case platt(offset: Double, slope: Double)
    /// Straight lines between ascending points, level beyond them.
    case isotonic(scores: [Double], probabilities: [Double])

    /// Below this many labels a curve with two numbers is all that they support.
    package static let isotonicLabelsMin = 1_000

    /// Platt's curve below ``isotonicLabelsMin`` labels, else centred isotonic regression.
    package init(scores: [Double], labels: [Double], weights: [Double]) {
        self =
            scores.count < Calibrator.isotonicLabelsMin
            ? Calibrator.platt(scores, labels, weights)
            : Calibrator.isotonic(scores, labels, weights)
    }

    package func probability(_ score: Double) -> Double {
        switch self {
        case .platt(let offset, let slope): Exact.sigmoid(offset + slope * score)
        case .isotonic(let scores, let probabilities):
            Calibrator.interpolated(score, scores, probabilities)
        }
    }

    /// Fits the curve; its slope is at least 0.
    ///
    /// **Source**: Platt (1999) with Lin, Lin, Weng's (2007) smoothed targets, written as two
    /// weighted rows a label, which minimises the same loss.
    package static func platt(
        _ scores: [Double], _ labels: [Double], _ weights: [Double]
    ) -> Calibrator {
        let positives = Double(labels.count { $0 > 0.5 })
        let high = (positives + 1) / (positives + 2)
        let low = 1 / (Double(labels.count) - positives + 2)
        var rows = LabelledRows(columns: ["score"])
        for index in scores.indices {
            let target = labels[index] > 0.5 ? high : low
            rows.append([scores[index]], isPositive: true, weight: weights[index] * target)
            rows.append([scores[index]], isPositive: false, weight: weights[index] * (1 - target))
        }
        let fit = LogisticFit(rows)
        return .platt(offset: fit.intercept, slope: fit.coefficients[0])
    }

    /// Fits steps that never fall, then joins the middles of the steps.
    ///
    /// **Source**: pool-adjacent-violators; Oron and Flournoy (2017) for the centring.
    package static func isotonic(
        _ scores: [Double], _ labels: [Double], _ weights: [Double]
    ) -> Calibrator {
        let order = scores.indices.sorted {
            scores[$0] != scores[$1] ? scores[$0] < scores[$1] : $0 < $1
        }
        var blocks: [Block] = []
        for index in order {
            let weight = weights[index]
            blocks.append(
                Block(
                    weight: weight, score: weight * scores[index], label: weight * labels[index],
                    first: scores[index], last: scores[index]))
            while blocks.count > 1 {
                let (left, right) = (blocks[blocks.count - 2], blocks[blocks.count - 1])
                guard left.mean >= right.mean || left.last == right.first else {
                    break
                }
                blocks.removeLast(2)
                blocks.append(left.joined(right))
            }
        }
        return .isotonic(
            scores: blocks.map { $0.score / $0.weight }, probabilities: blocks.map(\.mean))
    }

    private struct Block {
        var weight: Double
        var score: Double
        var label: Double
        var first: Double
        var last: Double
        var mean: Double { label / weight }

        func joined(_ right: Block) -> Block {
            Block(
                weight: weight + right.weight, score: score + right.score,
                label: label + right.label, first: first, last: right.last)
        }
    }

    private static func interpolated(
        _ score: Double, _ scores: [Double], _ probabilities: [Double]
    ) -> Double {
        guard let first = scores.first, let last = scores.last else { return 0.5 }
        if score <= first { return probabilities[0] }
        if score >= last { return probabilities[probabilities.count - 1] }
        var low = 0
        var high = scores.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if scores[middle] <= score { low = middle } else { high = middle }
        }
        let share = (score - scores[low]) / (scores[high] - scores[low])
        return probabilities[low] + share * (probabilities[high] - probabilities[low])
    }
}
