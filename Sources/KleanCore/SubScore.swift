/// The five scorers, in the order in which their columns stand everywhere.
package enum Scorer: Int, CaseIterable, Sendable {
    case image, logo, name, price, seller
}

/// Why a scorer had nothing to say. Abstaining is not zero: it enters fusion as "missing".
package enum AbstainReason: UInt8, CaseIterable, Sendable {
    case none = 0  // scored
    case noImage, lowQuality, noLogo, noBrand, accessory, noPrice, noReference, ambiguousModel
    case unknownCurrency, conditionUnknown, noSeller, noOrders, emptyTitle
}

/// One scorer's word on one listing. `raw` ranks; `state` says why it is absent, if it is.
package struct SubScore: Hashable, Sendable {
    package var raw: Fixed
    package var state: AbstainReason

    @inlinable package init(raw: Fixed, state: AbstainReason = .none) {
        self.raw = raw
        self.state = state
    }

    @inlinable package static func abstain(_ reason: AbstainReason) -> SubScore {
        SubScore(raw: .zero, state: reason)
    }

    @inlinable package var isScored: Bool { state == .none }
}

/// The terms of the fusion, in their one fixed order: a listing's contributions, in log-odds,
/// plus the model's intercept add up to its score exactly, in ``Fixed`` raw units.
package enum Term: Int, CaseIterable, Sendable {
    case image, logo, name, price, seller
    case imageMissing, logoMissing, nameMissing, priceMissing, sellerMissing
    case officialImageLowPrice, nearMissBrandEmpty, slangWithBrand
    case fakeImageNewSeller, maskedLogoLowPrice, clusterRemoved

    /// How `model.yaml` and `klean features` spell it.
    package var name: String { String(describing: self) }
}
