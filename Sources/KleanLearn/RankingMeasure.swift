/// How well scores tell fakes from genuine listings. Weights say how many listings each stands for.
///
/// **Order**: by score descending; equal scores count as one step, so no order among ties shows.
package struct RankingMeasure: Sendable {
    private let order: [Int]
    private let scores: [Double]
    private let labels: [Double]
    private let weights: [Double]

    /// - Complexity: O(n log n).
    package init(scores: [Double], labels: [Double], weights: [Double]) {
        precondition(scores.count == labels.count && scores.count == weights.count, "by row")
        order = scores.indices.sorted {
            scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
        }
        self.scores = scores
        self.labels = labels
        self.weights = weights
    }

    package var count: Int { scores.count }

    /// Area under precision over recall, by steps (average precision); 0 without positives.
    /// - Parameter times: How often each row counts, for the bootstrap.
    package func averagePrecision(_ times: [Double]? = nil) -> Double {
        var (hits, passed, area) = (0.0, 0.0, 0.0)
        forEachStep(times) { positive, negative in
            hits += positive
            passed += positive + negative
            if passed > 0 { area += positive * hits / passed }
        }
        return hits > 0 ? area / hits : 0
    }

    /// The chance that a fake scores above a genuine listing; 0.5 without both.
    package func areaUnderROC(_ times: [Double]? = nil) -> Double {
        var (hits, misses, area) = (0.0, 0.0, 0.0)
        forEachStep(times) { positive, negative in
            area += negative * (hits + positive / 2)
            hits += positive
            misses += negative
        }
        return hits > 0 && misses > 0 ? area / (hits * misses) : 0.5
    }

    /// Labelled rows among the first `count`, and the fakes of them.
    package func hits(first count: Int) -> (hits: Int, of: Int) {
        let first = order.prefix(count)
        return (first.count { labels[$0] > 0.5 }, first.count)
    }

    private func forEachStep(_ times: [Double]?, _ body: (Double, Double) -> Void) {
        var (positive, negative) = (0.0, 0.0)
        for (place, index) in order.enumerated() {
            let weight = weights[index] * (times?[index] ?? 1)
            if labels[index] > 0.5 { positive += weight } else { negative += weight }
            let isLast = place == order.count - 1 || scores[order[place + 1]] != scores[index]
            if isLast {
                body(positive, negative)
                (positive, negative) = (0, 0)
            }
        }
    }
}

/// How alike two rankings are.
package enum RankOverlap {
    /// Rank-biased overlap of two rankings, extrapolated from their common depth.
    ///
    /// - Parameter persistence: Chance that a reader goes on to the next entry.
    /// - Returns: `0...1`; 1 for two empty rankings.
    /// - Complexity: O(n).
    ///
    /// **Source**: Webber, Moffat, Zobel, "A similarity measure for indefinite rankings" (2010),
    /// equation 32 for equal depths.
    package static func biased<ID: Hashable>(
        _ left: [ID], _ right: [ID], persistence: Double = 0.98
    ) -> Double {
        let depth = min(left.count, right.count)
        guard depth > 0 else { return left.isEmpty && right.isEmpty ? 1 : 0 }
        var seenLeft: Set<ID> = []
        var seenRight: Set<ID> = []
        var common = 0
        var power = 1.0
        var sum = 0.0
        for place in 0..<depth {
            let (one, other) = (left[place], right[place])
            if one == other {
                common += 1
            } else {
                if seenRight.contains(one) { common += 1 }
                if seenLeft.contains(other) { common += 1 }
            }
            seenLeft.insert(one)
            seenRight.insert(other)
            power *= persistence
            sum += Double(common) / Double(place + 1) * power
        }
        let end = Double(common) / Double(depth) * power
        return end + (1 - persistence) / persistence * sum
    }
}
