/// A signed fixed-point number with 16 fractional bits: how every score crosses every boundary.
///
/// **Range**: -32768 up to 32767.99998 in steps of 2^-16. Scores and contributions are log-odds.
public struct Fixed: Hashable, Comparable, Sendable {
    /// The value times 65,536.
    public var raw: Int32

    @inlinable public init(raw: Int32) { self.raw = raw }

    /// Rounds to nearest, ties to even; saturates at the ends of the range. NaN is 0.
    @inlinable public init(_ value: Double) {
        let scaled = (value * 65_536).rounded(.toNearestOrEven)
        if scaled >= 2_147_483_647 {
            raw = .max
        } else if scaled <= -2_147_483_648 {
            raw = .min
        } else {
            raw = scaled.isNaN ? 0 : Int32(scaled)
        }
    }

    @inlinable public static var zero: Fixed { Fixed(raw: 0) }

    @inlinable public var double: Double { Double(raw) / 65_536 }

    /// Saturating sum.
    @inlinable public static func + (left: Fixed, right: Fixed) -> Fixed {
        let (sum, overflow) = left.raw.addingReportingOverflow(right.raw)
        return Fixed(raw: overflow ? (left.raw < 0 ? .min : .max) : sum)
    }

    @inlinable public static func += (left: inout Fixed, right: Fixed) { left = left + right }

    @inlinable public static func < (left: Fixed, right: Fixed) -> Bool { left.raw < right.raw }
}
