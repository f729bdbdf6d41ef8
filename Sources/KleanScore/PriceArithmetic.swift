package import KleanCore
package import KleanModel

/// A price held against its reference (SCORING d).
package struct PriceFinding: Sendable, Equatable {
    package var won: Int64
    package var reference: PriceReference
    /// Spread after shrinkage towards the parent's.
    package var spread: Double
    /// Standard scores below (negative) or above the reference.
    package var z: Fixed
    /// `ln(price / reference)`.
    package var logRatio: Fixed
    /// Reads as a price with lost digits rather than as one that somebody asks.
    package var isTypo: Bool
    /// What an unknown condition leaves of it: 1, 0.5 or 0.
    package var conditionFactor: Double
    package var raw: Fixed
    /// So far below the reference that it is evidence: within the caution band, or rare among
    /// honest prices.
    package var isLow: Bool
}

/// The arithmetic of the price scorer, for one price. ``PriceJoin`` does the same for many.
package struct PriceArithmetic: Sendable {
    private let parameters: ScoreParameters

    package init(_ weights: Weights) { self.init(ScoreParameters(weights)) }

    init(_ parameters: ScoreParameters) { self.parameters = parameters }

    /// No price, however absurd, adds more.
    static let rawMax = 12.0

    /// Below this nothing that bears a brand's name is made and sent.
    static let typoWonMax: Int64 = 5_000
    /// ln 0.04: not even copies are offered for so little of the price.
    static let typoLogMax = -3.2188758248682006
    /// What a typing error leaves of the suspicion.
    private static let typoFactor = 0.15

    /// One step of ``Fixed``: 30,000 of 200,000 is 15 %, not a hair above it.
    static let logStep = 2.0 / 65_536

    /// Won of which `log` is the ln, or up to 1/5,000 more; of 0 or less 1, of more than 2^64 that.
    ///
    /// **Source**: of `2^f` up to `f = 1`, the cubic whose relative error is the same at all its
    /// peaks, 1/13,000, raised by more than that.
    package static func won(above log: Double) -> Double {
        let power = min(max(log * 1.4426950408889634, 0), 64)
        let whole = power.rounded(.down)
        let part = power - whole
        let significand = 1.00003 + part * (0.69591 + part * (0.22609 + part * 0.078033))
        return significand * Double(bitPattern: UInt64(whole + 1_023) << 52)
    }

    /// What a price says beside its reference.
    ///
    /// - Parameters:
    ///   - won: Of one piece, above 0.
    ///   - condition: `Condition.rawValue`, or `Missing.uint8`.
    ///   - isOfHonestSeller: Among so many honest rows a lost digit is likelier than one fake.
    package func finding(
        _ won: Int64, _ reference: PriceReference, _ condition: UInt8,
        isOfHonestSeller: @autoclosure () -> Bool = false
    ) -> PriceFinding {
        let logRatio = Fixed(WonConverter.log(won).double - reference.center.double)
        let spread = parameters.priceSpread(reference)
        let z = Fixed(logRatio.double / spread)
        // Goods of unknown condition may be used: only a price below what used ones cost counts.
        var factor = parameters.priceFactor(condition)
        if factor < 1, logRatio.double > parameters.priceCautionLog { factor = 0 }
        var raw = 0.0
        if z.raw < 0 {
            raw =
                -parameters.priceZScale * z.double - parameters.priceRatioScale * logRatio.double
            raw = min(max(raw, 0), PriceArithmetic.rawMax) * factor
        }
        let isTypo =
            raw > 0 && won < PriceArithmetic.typoWonMax
            && logRatio.double <= PriceArithmetic.typoLogMax
            && isOfHonestSeller()
        if isTypo { raw *= PriceArithmetic.typoFactor }
        let isLow =
            raw > 0
            && (logRatio.double <= parameters.priceCautionLog + PriceArithmetic.logStep
                || z.double <= parameters.priceLowZ)
        return PriceFinding(
            won: won, reference: reference, spread: spread, z: z, logRatio: logRatio,
            isTypo: isTypo, conditionFactor: factor, raw: Fixed(raw), isLow: isLow)
    }
}
