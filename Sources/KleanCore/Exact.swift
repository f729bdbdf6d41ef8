/// Elementary functions whose bits are the same on every machine.
///
/// Built from + - x / and exponent manipulation in one fixed order, so no libm (whose `log` and
/// `exp` differ with and without FMA) feeds an index byte. Swift never contracts `a * b + c`.
public enum Exact {
    /// 33 bits of ln 2: k * ln2High is exact.
    private static var ln2High: Double { 0.6931471803691238 }
    private static var ln2Low: Double { 1.9082149292705877e-10 }

    /// Natural logarithm. Positive finite input; relative error below 1e-15 away from 1.
    ///
    /// **Source**: range reduction to `sqrt(1/2)...sqrt(2)`, then the series of
    /// `2 atanh(s), s = f / (2 + f)`, terms to s^27 (FreeBSD `e_log.c` describes the method).
    public static func log(_ value: Double) -> Double {
        precondition(value > 0 && value.isFinite, "log needs a positive finite value")
        var exponent = Int(value.exponent)
        var significand = value.significand
        if significand > 1.4142135623730951 {
            significand *= 0.5
            exponent += 1
        }
        let fraction = significand - 1
        let ratio = fraction / (2 + fraction)
        let square = ratio * ratio
        // Written out: the divisions are then the compiler's, to the same bits.
        var series = (0.0 + 1 / 27.0) * square
        series = (series + 1 / 25.0) * square
        series = (series + 1 / 23.0) * square
        series = (series + 1 / 21.0) * square
        series = (series + 1 / 19.0) * square
        series = (series + 1 / 17.0) * square
        series = (series + 1 / 15.0) * square
        series = (series + 1 / 13.0) * square
        series = (series + 1 / 11.0) * square
        series = (series + 1 / 9.0) * square
        series = (series + 1 / 7.0) * square
        series = (series + 1 / 5.0) * square
        series = (series + 1 / 3.0) * square
        let scale = Double(exponent)
        return scale * ln2High + (2 * ratio + (2 * ratio * series + scale * ln2Low))
    }

    /// `e` to the power of `value`; 0 below -745, +infinity above 709.78; a NaN stays one.
    ///
    /// **Source**: `e^r` by Taylor to r^14 with `|r| <= ln2 / 2`, scaled by a power of two.
    public static func exp(_ value: Double) -> Double {
        guard value > -745 else { return value.isNaN ? value : 0 }
        guard value < 709.78 else { return .infinity }
        let scale = (value * 1.4426950408889634).rounded(.toNearestOrEven)
        let remainder = (value - scale * ln2High) - scale * ln2Low
        var series = 1.0
        for term in stride(from: 14.0, through: 1, by: -1) {
            series = 1 + remainder / term * series
        }
        let exponent = Int(scale)
        if exponent < -1000 {
            return series * Double(sign: .plus, exponent: -1000, significand: 1)
                * Double(sign: .plus, exponent: exponent + 1000, significand: 1)
        }
        return Double(sign: .plus, exponent: exponent / 2, significand: 1) * series
            * Double(sign: .plus, exponent: exponent - exponent / 2, significand: 1)
    }

    /// `1 / (1 + e^-value)`, in `0...1`.
    public static func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

    /// `log(1 + value)` for `value >= 0`, to the accuracy of ``log(_:)``.
    public static func log1p(_ value: Double) -> Double { log(1 + value) }
}
