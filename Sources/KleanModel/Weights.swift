package import KleanCore

/// Turns a scorer's raw value into a probability: `sigmoid(offset + slope * raw)` (Platt).
package struct Calibration: Equatable, Sendable {
    package var offset: Double
    /// At least 0.
    package var slope: Double

    package init(offset: Double, slope: Double) {
        self.offset = offset
        self.slope = slope
    }

    /// - Returns: `0...1`.
    package func probability(_ raw: Double) -> Double { Exact.sigmoid(offset + slope * raw) }
}

/// How sub-scores become one score, in log-odds.
///
/// A term's contribution is `coefficient * value`. The value of a scored sub-score is
/// `slope * raw` (its calibrated log-odds above those of raw 0), of an abstaining one 0; of a
/// missing flag 0 or 1; of an interaction 0 to 1. The score is the intercept plus the
/// contributions, each rounded to ``Fixed`` first, so that they add up exactly.
package struct Weights: Equatable, Sendable {
    package var intercept: Double
    /// Listings that score at least this are ranked.
    package var threshold: Double
    /// By `Term.rawValue`; never negative; 0 for those that are not weighted.
    package var coefficients: [Double]
    /// By `Scorer.rawValue`.
    package var calibrations: [Calibration]
    /// By `Parameter.rawValue`.
    package var parameters: [Double]

    package init() {
        intercept = -5
        threshold = 0
        coefficients = Term.allCases.map(\.defaultCoefficient)
        calibrations = Scorer.allCases.map { _ in Calibration(offset: -4, slope: 1) }
        parameters = Parameter.allCases.map(\.defaultValue)
    }

    package subscript(term: Term) -> Double { coefficients[term.rawValue] }
    package subscript(scorer: Scorer) -> Calibration { calibrations[scorer.rawValue] }
    package subscript(parameter: Parameter) -> Double { parameters[parameter.rawValue] }
}

extension Term {
    /// The starting weight of SCORING f, used where `model.yaml` gives none.
    package var defaultCoefficient: Double {
        switch self {
        case .image, .logo, .name, .seller: 1
        case .price: 0.8
        case .imageMissing, .logoMissing, .nameMissing, .priceMissing, .sellerMissing: 0
        case .mentioned, .authorised, .accessory, .newSeller: 0
        case .officialImageLowPrice: 2
        case .nearMissBrandEmpty: 1
        case .slangWithBrand: 2.5
        case .fakeImageNewSeller: 1
        case .maskedLogoLowPrice: 1.5
        case .clusterRemoved: 1.5
        }
    }
}

/// Every number that the scorers read from a model, beside the weights. The raw value is its
/// place in ``Weights/parameters``; `model.yaml` spells it `scorer.parameter`.
package enum Parameter: Int, CaseIterable, Sendable {
    // Image (SCORING a): what a match is worth by kind, times the band, times the quality.
    case imageConfirmedFake, imageOfficialUnauthorised, imageOfficialMismatch
    case imageAuthorisedCopied, imageSecondHandFactor
    case imageStrongBits, imageGoodBits, imageStrongFactor, imageGoodFactor, imagePossibleFactor
    case imageQualityMin, imageQualityFull, imageQualityWeakFactor, imageRepeatGain
    /// A hash is stop-listed when seen in more listings than both of these (count, share) ...
    case imageStopListings, imageStopShare, imageStopSellers, imageStopBrands
    /// ... and a bank entry floods when it matches more listings than this share.
    case imageFloodShare
    // Logo (SCORING b).
    case logoBrandEmpty, logoBrandMismatch, logoUnauthorised, logoMasked, logoAbsent
    case logoRadiusBits, logoQualityMin
    // Name (SCORING c): the weight of each code, counted once.
    case nameNearMiss, nameConfusable, nameSlangHigh, nameSlangMedium, nameSlangLow
    case nameClaimMismatch, nameOfficialStoreClaim, nameNearMissSellersMax
    // Price (SCORING d): raw is `-zScale * z - ratioScale * ln ratio` below the reference, else 0.
    case priceZScale, priceRatioScale, priceCautionRatio, priceExtremeRatio
    case priceSpreadFloor, priceParentSpread, priceShrinkVotes, priceLowZ
    case priceCellSellersMin, priceCellListingsMin, priceUsedFactor
    // Seller (SCORING e).
    case sellerPriorMin, sellerPriorMax, sellerQuantile, sellerScale, sellerRateMultiple
    case sellerListingStrength, sellerOrdersMin, sellerRawMax, sellerNewDays

    /// `image.confirmedFake`: the scorer, a dot, the rest with a small first letter.
    package var name: String {
        let words = String(describing: self)
        guard let capital = words.firstIndex(where: \.isUppercase) else { return words }
        let rest = words[capital...]
        return words[..<capital] + "." + rest.prefix(1).lowercased() + rest.dropFirst()
    }

    /// The starting value of SCORING, used where `model.yaml` gives none.
    package var defaultValue: Double {
        switch self {
        case .imageConfirmedFake: 6.5
        case .imageOfficialUnauthorised: 1.5
        case .imageOfficialMismatch: 3
        case .imageAuthorisedCopied: 1.5
        case .imageSecondHandFactor: 0.4
        case .imageStrongBits: 10
        case .imageGoodBits: 20
        case .imageStrongFactor: 1
        case .imageGoodFactor: 0.7
        case .imagePossibleFactor: 0.4
        case .imageQualityMin: 50
        case .imageQualityFull: 80
        case .imageQualityWeakFactor: 0.6
        case .imageRepeatGain: 0.3
        case .imageStopListings: 200
        case .imageStopShare: 0.0001
        case .imageStopSellers: 50
        case .imageStopBrands: 5
        case .imageFloodShare: 0.01
        case .logoBrandEmpty: 2.5
        case .logoBrandMismatch: 3
        case .logoUnauthorised: 0.3
        case .logoMasked: 2
        case .logoAbsent: 0.5
        case .logoRadiusBits: 24
        case .logoQualityMin: 50
        case .nameNearMiss: 2
        case .nameConfusable: 3.5
        case .nameSlangHigh: 3
        case .nameSlangMedium: 1.5
        case .nameSlangLow: 0.4
        case .nameClaimMismatch: 1.5
        case .nameOfficialStoreClaim: 2.5
        case .nameNearMissSellersMax: 20
        case .priceZScale: 0.6
        case .priceRatioScale: 1.5
        case .priceCautionRatio: 0.4
        case .priceExtremeRatio: 0.15
        case .priceSpreadFloor: 0.12
        case .priceParentSpread: 0.35
        case .priceShrinkVotes: 8
        case .priceLowZ: -3
        case .priceCellSellersMin: 10
        case .priceCellListingsMin: 30
        case .priceUsedFactor: 0.5
        case .sellerPriorMin: 20
        case .sellerPriorMax: 100
        case .sellerQuantile: 0.05
        case .sellerScale: 1
        case .sellerRateMultiple: 3
        case .sellerListingStrength: 20
        case .sellerOrdersMin: 10
        case .sellerRawMax: 4
        case .sellerNewDays: 30
        }
    }
}

extension Parameter {
    /// What `model.yaml` may set it to.
    var range: ClosedRange<Double> {
        switch self {
        case .priceLowZ: -100...0
        case .imageStopShare, .imageFloodShare, .imageStrongFactor, .imageGoodFactor,
            .imagePossibleFactor, .imageQualityWeakFactor, .imageSecondHandFactor,
            .priceUsedFactor, .priceCautionRatio, .priceExtremeRatio, .sellerQuantile:
            0...1
        case .imageStrongBits, .imageGoodBits, .logoRadiusBits:
            0...Double(Limits.matchRadiusBits)
        case .imageQualityMin, .imageQualityFull, .logoQualityMin: 0...100
        case .priceSpreadFloor, .priceParentSpread: 0.001...10
        default: 0...1_000_000_000
        }
    }
}
