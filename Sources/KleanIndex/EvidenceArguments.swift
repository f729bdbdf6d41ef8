package import KleanCore

/// What the arguments of an evidence item are, see ``EvidenceCode``.
package enum EvidenceArguments: Sendable {
    /// a: distance, b: bank entry, c: quality, d: brand of the entry.
    case picture
    /// a: ``Concealment``, c: 1 where the brand's logo is expected, d: claimed brand.
    case concealment
    /// a: brand, b: pattern.
    case mention
    /// a: brand or -1, b: lexicon entry.
    case slang
    /// a: brand in the text, b: brand in the brand field or -1.
    case brandPair
    /// a: price, b: reference, c: z, d: reference row.
    case price
    /// a: events, b: orders, c: lower quantile, d: category rate.
    case rate
    case none
}

extension Evidence {
    /// Interactions repeat the arguments of their stronger part; the field says which that was.
    package var argumentKind: EvidenceArguments {
        switch code {
        case .imageConfirmedFake, .imageOfficialUnauthorised, .imageOfficialBrandMismatch,
            .imageAuthorisedCopied, .logoBrandEmpty, .logoBrandMismatch, .logoUnauthorised,
            .logoAbsent:
            .picture
        case .logoMasked: .concealment
        case .nameMention, .nameNearMiss, .nameConfusable, .nameAccessory,
            .nameOfficialStoreClaim:
            .mention
        case .nameSlang, .nameSlangDenied: .slang
        case .nameClaimMismatch: .brandPair
        case .priceCaution, .priceExtreme, .priceLow, .priceTypo: .price
        case .sellerComplaints, .sellerRefunds: .rate
        case .sellerLagNotApplied, .priceEvent, .priceOptionBait, .priceOfOption: .none
        case .maskedLogoLowPrice: field == .price ? .price : .concealment
        case .officialImageLowPrice, .fakeImageNewSeller, .clusterRemoved:
            field == .price ? .price : field == .counters ? .rate : .picture
        case .nearMissBrandEmpty: .mention
        case .slangWithBrand: .slang
        }
    }
}
