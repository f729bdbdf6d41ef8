internal import KleanCore

/// What the brand field of a listing says.
enum BrandFieldState: UInt8 {
    /// Nothing, or a word for "none".
    case empty
    /// A brand of the registry.
    case known
    /// Some other name.
    case other
}

/// All that the scorers found out about one row; a plain value, reused from block to block.
struct RowVerdict {
    // Who made it, as claimed.
    /// The brand that the listing claims or resembles, or `Missing.uint32`.
    var brand = Missing.uint32
    var fieldBrand = Missing.uint32
    /// The brand that the pictures show, where title and field name none.
    var shownBrand = Missing.uint32
    var field = BrandFieldState.empty
    /// A title mention, not only the brand field or a resemblance, names the brand.
    var isMentioned = false
    /// Made for the brand, not of it.
    var isAccessory = false
    /// The seller or shop is on the brand's list.
    var isAuthorised = false
    /// Kinds of goods that category or title name, ``ProductDomains`` bits.
    var goods: UInt32 = 0
    /// Kinds of goods that category or title name, whoever sells them.
    var seenDomains: UInt32 = 0

    // What the price needs.
    /// R1 row whose alias the title holds, or -1.
    var priceRow: Int32 = -1
    var isModelAmbiguous = false

    // Sub-scores, by scorer.
    var image = Fixed.zero
    var logo = Fixed.zero
    var name = Fixed.zero
    var price = Fixed.zero
    var seller = Fixed.zero
    var states = SubScoreStates()

    // What interactions need, each 0...1.
    var officialShare = 0.0
    var fakeShare = 0.0
    var removedShare = 0.0
    var concealedShare = 0.0
    var slangShare = 0.0
    var isNearMissBrandEmpty = false
    var isNewSeller = false
    var isPriceLow = false
    /// What an accessory among the options adds to the price's score.
    var optionBait = Fixed.zero

    /// Whose goods these are or copy: the claimed brand's, else the pictured one's.
    var knownBrand: UInt32 { brand != Missing.uint32 ? brand : shownBrand }

    func sub(_ scorer: Scorer) -> SubScore {
        let raw =
            switch scorer {
            case .image: image
            case .logo: logo
            case .name: name
            case .price: price
            case .seller: seller
            }
        return SubScore(raw: raw, state: states[scorer.rawValue])
    }

    mutating func take(_ finding: PriceFinding) {
        price = Fixed(raw: finding.raw.raw + optionBait.raw)
        isPriceLow = finding.isLow
    }

    /// A bait is a reason by itself, also where the price cannot be judged.
    mutating func settleBait() {
        guard optionBait > .zero, states[Scorer.price.rawValue] != .none else { return }
        price = optionBait
        states[Scorer.price.rawValue] = .none
    }

    /// Silences a scorer.
    mutating func abstain(_ scorer: Scorer, _ reason: AbstainReason) {
        states[scorer.rawValue] = reason
    }
}
