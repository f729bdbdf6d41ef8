/// The five scorers, in the order in which their columns stand everywhere.
public enum Scorer: Int, CaseIterable, Sendable {
    case image, logo, name, price, seller
}

/// Why a scorer had nothing to say. Abstaining is not zero: it enters fusion as "missing".
public enum AbstainReason: UInt8, CaseIterable, Sendable {
    case none = 0  // scored
    case noImage, lowQuality, noLogo, noBrand, accessory, noPrice, noReference, ambiguousModel
    case unknownCurrency, conditionUnknown, noSeller, noOrders, emptyTitle
}

/// One scorer's word on one listing. `raw` ranks; `state` says why it is absent, if it is.
public struct SubScore: Hashable, Sendable {
    public var raw: Fixed
    public var state: AbstainReason

    @inlinable public init(raw: Fixed, state: AbstainReason = .none) {
        self.raw = raw
        self.state = state
    }

    @inlinable public static func abstain(_ reason: AbstainReason) -> SubScore {
        SubScore(raw: .zero, state: reason)
    }

    @inlinable public var isScored: Bool { state == .none }
}

/// The terms of the fusion, in their one fixed order: a listing's contributions, in log-odds,
/// plus the model's intercept add up to its score exactly, in ``Fixed`` raw units.
public enum Term: Int, CaseIterable, Sendable {
    case image, logo, name, price, seller
    case imageMissing, logoMissing, nameMissing, priceMissing, sellerMissing
    case officialImageLowPrice, nearMissBrandEmpty, slangWithBrand
    case fakeImageNewSeller, maskedLogoLowPrice, clusterRemoved
    // What a listing is, 0 or 1: only trees make use of it.
    case mentioned, authorised, accessory, newSeller

    /// Those that have a weight: all but the facts.
    package static let weighted = Array(allCases.prefix(clusterRemoved.rawValue + 1))

    /// How `model.yaml` and `klean features` spell it.
    public var name: String { String(describing: self) }
}
