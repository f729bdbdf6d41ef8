internal import KleanCore

/// 95 % confidence intervals.
package enum Interval {
    private static let z = 1.959963984540054

    /// Wilson's interval of a share seen in so many rows. **Range**: `0...1`.
    package static func wilson(share: Double, of count: Double) -> ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        let square = z * z / count
        let middle = (share + square / 2) / (1 + square)
        let spread = share * (1 - share) / count + square / (4 * count)
        let reach = z * spread.squareRoot() / (1 + square)
        return max(0, middle - reach)...min(1, middle + reach)
    }

    package static func wilson(hits: Int, of count: Int) -> ClosedRange<Double> {
        wilson(share: count > 0 ? Double(hits) / Double(count) : 0, of: Double(count))
    }

    /// Percentile bootstrap: the statistic of rows drawn again and again.
    ///
    /// - Parameter statistic: Told how often each row was drawn.
    /// - Complexity: `rounds` times the statistic.
    package static func bootstrap(
        rows: Int, rounds: Int = 200, seed: UInt64, _ statistic: ([Double]) -> Double
    ) -> ClosedRange<Double> {
        guard rows > 0, rounds > 1 else { return 0...0 }
        var state = seed
        var found: [Double] = []
        for _ in 0..<rounds {
            var drawn = [Double](repeating: 0, count: rows)
            for _ in 0..<rows {
                state &+= 0x9E37_79B9_7F4A_7C15
                drawn[Int(Fingerprint.mix(state).multipliedFullWidth(by: UInt64(rows)).high)] += 1
            }
            found.append(statistic(drawn))
        }
        found.sort()
        let tail = Int(0.025 * Double(rounds))
        return found[tail]...found[rounds - 1 - tail]
    }
}
