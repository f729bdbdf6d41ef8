internal import KleanCore

/// The beta distribution, from + - x / and ``Exact`` only, so its bits are the same everywhere.
package enum Beta {
    /// `P(X <= x)` for `X ~ Beta(alpha, beta)`: the regularised incomplete beta function.
    ///
    /// - Parameters: `alpha`, `beta` above 0.
    /// - Complexity: O(sqrt(alpha + beta)), no allocation.
    /// - Source: continued fraction by Lentz's method (DLMF 8.17.22), absolute error below 1e-12.
    package static func cumulative(_ x: Double, alpha: Double, beta: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let scale = logBeta(alpha, beta)
        return cumulative(x, alpha, beta, scale)
    }

    /// The value below which a share of the distribution lies.
    ///
    /// - Parameter share: inside 0...1.
    /// - Returns: to a relative error of 1e-9.
    package static func quantile(_ share: Double, alpha: Double, beta: Double) -> Double {
        guard share > 0 else { return 0 }
        guard share < 1 else { return 1 }
        let scale = logBeta(alpha, beta)
        var low = 0.0
        var high = 1.0
        var x = alpha / (alpha + beta)
        for _ in 0..<200 {
            let miss = cumulative(x, alpha, beta, scale) - share
            if miss > 0 { high = x } else { low = x }
            let density = Exact.exp(
                (alpha - 1) * Exact.log(x) + (beta - 1) * Exact.log(1 - x) - scale)
            var next = x - miss / density
            // Newton where it stays inside the bracket, else halve; small x by the geometric mean.
            if !(next > low && next < high) {
                next = low > 0 && high / low > 4 ? (low * high).squareRoot() : (low + high) / 2
            }
            if (next - x).magnitude <= x * 1e-10 { return next }
            x = next
            if high - low <= high * 1e-12 { return x }
        }
        return x
    }

    /// `ln B(alpha, beta)`.
    static func logBeta(_ alpha: Double, _ beta: Double) -> Double {
        logGamma(alpha) + logGamma(beta) - logGamma(alpha + beta)
    }

    /// `ln Gamma(value)`, `value > 0`. - Source: Stirling's series past 12 (DLMF 5.11.1).
    static func logGamma(_ value: Double) -> Double {
        var value = value
        var product = 1.0
        while value < 12 {
            product *= value
            value += 1
        }
        let inverse = 1 / value
        let square = inverse * inverse
        var series = -691.0 / 360_360
        series = series * square + 1.0 / 1_188
        series = series * square - 1.0 / 1_680
        series = series * square + 1.0 / 1_260
        series = series * square - 1.0 / 360
        series = series * square + 1.0 / 12
        let halfLogTwoPi = 0.9189385332046727
        return (value - 0.5) * Exact.log(value) - value + halfLogTwoPi + series * inverse
            - Exact.log(product)
    }

    private static func cumulative(_ x: Double, _ alpha: Double, _ beta: Double, _ scale: Double)
        -> Double
    {
        let front = Exact.exp(alpha * Exact.log(x) + beta * Exact.log(1 - x) - scale)
        // The fraction converges fast on one side of the mean; the other side by symmetry.
        if x < (alpha + 1) / (alpha + beta + 2) {
            return front * fraction(x, alpha, beta) / alpha
        }
        return 1 - front * fraction(1 - x, beta, alpha) / beta
    }

    private static func fraction(_ x: Double, _ alpha: Double, _ beta: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (alpha + beta) * x / (alpha + 1)
        d = 1 / (d.magnitude < tiny ? tiny : d)
        var result = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (beta - m) * x / ((alpha + 2 * m - 1) * (alpha + 2 * m))
            d = 1 + even * d
            d = 1 / (d.magnitude < tiny ? tiny : d)
            c = 1 + even / c
            if c.magnitude < tiny { c = tiny }
            result *= d * c
            let odd =
                -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1))
            d = 1 + odd * d
            d = 1 / (d.magnitude < tiny ? tiny : d)
            c = 1 + odd / c
            if c.magnitude < tiny { c = tiny }
            let factor = d * c
            result *= factor
            if (factor - 1).magnitude < 1e-15 { break }
        }
        return result
    }
}
