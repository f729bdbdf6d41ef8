import KleanCore
import KleanInspection
import Testing

/// What stands on the screen adds up: the reader may check the sum with a pencil.
@Suite struct ExactSumTests {
    @Test(arguments: 0..<200) func roundedPartsAddUp(_ seed: Int) {
        var state = Fingerprint.mix(UInt64(seed))
        let values = (0..<16).map { _ in
            state = Fingerprint.mix(state &+ 1)
            return Fixed(raw: Int32(truncatingIfNeeded: state) >> 10)
        }
        let (rounded, total) = ExactSum.rounded(values, digits: 3)
        #expect(rounded.reduce(0, +) == total)
        for (value, units) in zip(values, rounded) {
            #expect(abs(Double(units) / 1_000 - value.double) < 0.001)
        }
        let sum = values.reduce(0.0) { $0 + $1.double }
        #expect(abs(Double(total) / 1_000 - sum) <= 0.0005)
    }

    @Test func unitsReadAsNumbers() {
        #expect(ExactSum.text(1_234, digits: 3) == "+1.234")
        #expect(ExactSum.text(-50, digits: 3) == "−0.050")
        #expect(ExactSum.text(0, digits: 3) == "0.000")
        #expect(ExactSum.text(-7, digits: 0) == "−7")
    }
}
