/// A seeded generator of random words: the same seed gives the same words on every machine.
///
/// **Source**: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable package init(seed: UInt64) { state = seed }

    /// An independent stream: the same `seed` and `stream` always give the same words.
    @inlinable package init(seed: UInt64, stream: UInt64) {
        var mixer = SplitMix64(seed: seed ^ stream &* 0xD6E8_FEB8_6659_FD93)
        _ = mixer.next()
        state = mixer.next() ^ stream
    }

    @inlinable package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Uniform in `0..<bound`, to within 2^-32. - Precondition: `bound` in `1...2^32`.
    @inlinable package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    /// Uniform in `0..<1`, with 53 bits.
    @inlinable package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// True in `perMille` of 1,000 cases.
    @inlinable package mutating func chance(_ perMille: Int) -> Bool {
        next() >> 32 < UInt64(truncatingIfNeeded: perMille) &* 4_294_967
    }

    /// Roughly normal, mean 0 and deviation 1, within ±3.5: the sum of four uniforms (no libm).
    @inlinable package mutating func normal() -> Double {
        let word = next()
        let sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + word >> 48
        return (Double(sum) - 131_070) * (1.7320508075688772 / 65_536)
    }
}

extension UInt64 {
    /// The 16 bits from `shift` on, scaled to `0..<bound`: several small draws from one word.
    @inline(__always) func draw(_ shift: UInt64, below bound: Int) -> Int {
        Int(
            truncatingIfNeeded: ((self >> shift & 0xFFFF) &* UInt64(truncatingIfNeeded: bound))
                >> 16)
    }

    /// Scales a 32-bit share to `0..<bound`.
    @inline(__always) func scaled(to bound: Int) -> Int {
        Int(truncatingIfNeeded: (self &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }
}

extension Array where Element: FixedWidthInteger {
    /// `count` random elements over the whole range of the type.
    package static func random(count: Int, using random: inout SplitMix64) -> [Element] {
        (0..<count).map { _ in Element(truncatingIfNeeded: random.next()) }
    }
}
