import Foundation
import KleanCore
import Testing

/// Our elementary functions agree with libm to a few units in the last place over their range,
/// and are exact where an exact answer exists.
@Suite struct ExactTests {
    @Test(arguments: [
        1e-300, 1e-9, 0.15, 0.5, 0.7, 0.999_999, 1, 1.000_001, 1.5, 2, 200_000, 1e300,
    ])
    func logMatchesLibm(_ value: Double) {
        let expected = Foundation.log(value)
        #expect(abs(Exact.log(value) - expected) <= 4e-15 * max(abs(expected), 0.01))
    }

    @Test(arguments: [-744.0, -700, -20, -1.9, -0.1, 0, 1e-9, 0.3, 1, 12.5, 300, 709])
    func expMatchesLibm(_ value: Double) {
        let expected = Foundation.exp(value)
        #expect(abs(Exact.exp(value) - expected) <= 4e-14 * expected + 1e-300)
    }

    @Test func endsAreExact() {
        #expect(Exact.log(1) == 0)
        #expect(Exact.exp(0) == 1)
        #expect(Exact.sigmoid(0) == 0.5)
        #expect(Exact.exp(-800) == 0)
        #expect(Exact.exp(800) == .infinity)
        #expect(Exact.exp(.nan).isNaN && Exact.sigmoid(.nan).isNaN)
    }
}
