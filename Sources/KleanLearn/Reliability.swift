/// How far probabilities are from what happened, in bins of equal weight.
package struct Reliability: Equatable, Sendable {
    package struct Bin: Equatable, Sendable {
        package var count = 0
        package var weight = 0.0
        /// Mean probability, and share of positives.
        package var predicted = 0.0
        package var observed = 0.0
        /// Of ``observed``.
        package var interval = 0.0...1.0
    }

    package var bins: [Bin] = []

    /// - Parameter binCount: Bins of about the same weight; fewer when there are fewer rows.
    /// - Complexity: O(rows log rows).
    package init(
        probabilities: [Double], labels: [Double], weights: [Double], binCount: Int = 15
    ) {
        let order = probabilities.indices.sorted {
            probabilities[$0] != probabilities[$1]
                ? probabilities[$0] < probabilities[$1] : $0 < $1
        }
        let share = weights.reduce(0, +) / Double(binCount)
        var bin = Bin()
        var squares = 0.0
        var passed = 0.0
        for (place, index) in order.enumerated() {
            bin.count += 1
            bin.weight += weights[index]
            squares += weights[index] * weights[index]
            bin.predicted += weights[index] * probabilities[index]
            bin.observed += weights[index] * labels[index]
            let isFull = passed + bin.weight >= share * Double(bins.count + 1) * (1 - 1e-12)
            if isFull || place == order.count - 1 {
                passed += bin.weight
                bins.append(Reliability.finished(bin, squares))
                (bin, squares) = (Bin(), 0)
            }
        }
    }

    private static func finished(_ bin: Bin, _ squares: Double) -> Bin {
        var bin = bin
        bin.predicted /= bin.weight
        bin.observed /= bin.weight
        // Weighted rows count as fewer equal ones (Kish).
        let effective = bin.weight * bin.weight / squares
        bin.interval = Interval.wilson(share: bin.observed, of: effective)
        return bin
    }

    /// Expected calibration error: the weighted mean distance of the bins.
    package var error: Double {
        let total = bins.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return 0 }
        return bins.reduce(0) { $0 + $1.weight * ($1.predicted - $1.observed).magnitude } / total
    }
}
