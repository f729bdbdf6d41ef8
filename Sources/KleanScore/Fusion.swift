internal import KleanCore
internal import KleanModel

/// Adds sub-scores, missing flags and interactions up to a score (SCORING f).
///
/// Each contribution is rounded to ``Fixed`` first, so contributions and intercept add up to the
/// score exactly.
struct Fusion: Sendable {
    let intercept: Fixed
    let threshold: Fixed
    /// Coefficient times slope, by scorer.
    private let slopes: [Double]
    /// By term.
    private let coefficients: [Double]
    private let missing: [Fixed]
    private let missingSum: [Int32]

    init(_ weights: Weights) {
        intercept = Fixed(weights.intercept)
        threshold = Fixed(weights.threshold)
        coefficients = weights.coefficients
        slopes = Scorer.allCases.map { weights.coefficients[$0.rawValue] * weights[$0].slope }
        let flags: [Term] = [
            .imageMissing, .logoMissing, .nameMissing, .priceMissing, .sellerMissing,
        ]
        let missing = flags.map { Fixed(weights[$0]) }
        self.missing = missing
        missingSum = (0..<32).map { mask in
            (0..<5).reduce(Int32(0)) { $0 + (mask >> $1 & 1 == 1 ? missing[$1].raw : 0) }
        }
    }

    /// The score alone. - Complexity: a dozen operations, no allocation.
    @inline(__always)
    func score(_ verdict: RowVerdict) -> Fixed {
        var sum = Int64(intercept.raw)
        if verdict.image.raw != 0 { sum += Int64(part(.image, verdict.image).raw) }
        if verdict.logo.raw != 0 { sum += Int64(part(.logo, verdict.logo).raw) }
        if verdict.name.raw != 0 { sum += Int64(part(.name, verdict.name).raw) }
        if verdict.price.raw != 0 { sum += Int64(part(.price, verdict.price).raw) }
        if verdict.seller.raw != 0 { sum += Int64(part(.seller, verdict.seller).raw) }
        if verdict.states.packed != 0 { sum += Int64(missingSum[missingMask(verdict)]) }
        for term in Fusion.interactions {
            let value = Fusion.interaction(term, verdict)
            if value != 0 { sum += Int64(Fixed(coefficients[term.rawValue] * value).raw) }
        }
        return Fixed(raw: Int32(clamping: sum))
    }

    /// Every term's part, in the order of ``Term``.
    func contributions(_ verdict: RowVerdict) -> [Fixed] {
        Term.allCases.map { term in
            switch term {
            case .image: part(.image, verdict.image)
            case .logo: part(.logo, verdict.logo)
            case .name: part(.name, verdict.name)
            case .price: part(.price, verdict.price)
            case .seller: part(.seller, verdict.seller)
            case .imageMissing: flag(0, verdict)
            case .logoMissing: flag(1, verdict)
            case .nameMissing: flag(2, verdict)
            case .priceMissing: flag(3, verdict)
            case .sellerMissing: flag(4, verdict)
            default: Fixed(coefficients[term.rawValue] * Fusion.interaction(term, verdict))
            }
        }
    }

    @inline(__always)
    private func part(_ scorer: Scorer, _ raw: Fixed) -> Fixed {
        Fixed(slopes[scorer.rawValue] * raw.double)
    }

    private func flag(_ scorer: Int, _ verdict: RowVerdict) -> Fixed {
        verdict.states[scorer] == .none ? .zero : missing[scorer]
    }

    @inline(__always)
    private func missingMask(_ verdict: RowVerdict) -> Int {
        var mask = 0
        for scorer in 0..<5 where verdict.states.packed >> UInt32(4 * scorer) & 15 != 0 {
            mask |= 1 << scorer
        }
        return mask
    }

    private static let interactions: [Term] = [
        .officialImageLowPrice, .nearMissBrandEmpty, .slangWithBrand, .fakeImageNewSeller,
    ]

    /// The value of an interaction, 0...1. Masked logos and removed clusters await their data.
    @inline(__always)
    static func interaction(_ term: Term, _ verdict: RowVerdict) -> Double {
        switch term {
        case .officialImageLowPrice:
            if verdict.officialShare == 0 { return 0 }
            return verdict.officialShare * min(verdict.price.double / 4, 1)
        case .nearMissBrandEmpty: return verdict.isNearMissBrandEmpty ? 1 : 0
        case .slangWithBrand: return verdict.slangShare
        case .fakeImageNewSeller: return verdict.isNewSeller ? verdict.fakeShare : 0
        default: return 0
        }
    }

    /// Repeats the stronger part's reason under the interaction's code.
    static func addEvidence(_ verdict: RowVerdict, _ sink: inout EvidenceSink) {
        let repeats: [(Term, EvidenceCode, [EvidenceCode])] = [
            (
                .officialImageLowPrice, .officialImageLowPrice,
                [
                    .imageOfficialUnauthorised, .imageOfficialBrandMismatch,
                    .imageAuthorisedCopied,
                ]
            ),
            (.nearMissBrandEmpty, .nearMissBrandEmpty, [.nameNearMiss, .nameConfusable]),
            (.slangWithBrand, .slangWithBrand, [.nameSlang]),
            (.fakeImageNewSeller, .fakeImageNewSeller, [.imageConfirmedFake]),
        ]
        for (term, code, sources) in repeats where interaction(term, verdict) > 0 {
            guard var evidence = sink.strongest(of: sources) else { continue }
            evidence.code = code
            sink.add(interaction(term, verdict), evidence)
        }
    }
}
