internal import KleanCore
internal import KleanModel

/// Adds sub-scores, missing flags and interactions up to a score (SCORING f), or lets the model's
/// trees judge them.
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
    private let trees: TreeFusion?

    init(_ model: Model) {
        let weights = model.weights
        intercept = Fixed(model.startingScore)
        trees = model.trees.flatMap { TreeFusion($0) }
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

    /// The scores of a block of rows, appended.
    func score(_ verdicts: [RowVerdict], into scores: inout [Int32], _ memory: TreeMemory) {
        if let trees { return trees.score(verdicts, into: &scores, memory) }
        for verdict in verdicts { scores.append(sum(verdict).raw) }
    }

    /// The score alone.
    func score(_ verdict: RowVerdict) -> Fixed {
        trees.map { $0.score($0.values(verdict)) } ?? sum(verdict)
    }

    /// The weighted sum. - Complexity: a dozen operations, no allocation.
    @inline(__always)
    private func sum(_ verdict: RowVerdict) -> Fixed {
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

    /// As ``contributions(_:)``; trees remember them.
    func contributions(_ verdict: RowVerdict, _ memory: TreeMemory) -> [Fixed] {
        trees.map { $0.contributions(verdict, intercept, memory) } ?? contributions(verdict)
    }

    /// Every term's part, in the order of ``Term``.
    func contributions(_ verdict: RowVerdict) -> [Fixed] {
        if let trees { return trees.contributions(verdict, intercept) }
        return Term.allCases.map { term in
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

    /// The score without each term, all else equal.
    func scoresWithout(_ verdict: RowVerdict) -> [Fixed] {
        if let trees { return trees.scoresWithout(verdict) }
        let score = score(verdict)
        return contributions(verdict).map { Fixed(raw: score.raw &- $0.raw) }
    }

    /// Whether a higher price may raise the score: only trees can be so.
    var mayRiseWithPrice: Bool { trees != nil }

    /// Values of price terms at which the score may change; `nil` where it changes everywhere.
    var priceSteps: [(term: Term, value: Double)]? { trees?.priceSteps }

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
        .maskedLogoLowPrice, .clusterRemoved,
    ]

    /// The value of an interaction, 0...1.
    @inline(__always)
    static func interaction(_ term: Term, _ verdict: RowVerdict) -> Double {
        switch term {
        case .officialImageLowPrice:
            guard verdict.officialShare > 0, verdict.isPriceLow else { return 0 }
            return verdict.officialShare * min(verdict.price.double / 4, 1)
        case .nearMissBrandEmpty: return verdict.isNearMissBrandEmpty ? 1 : 0
        case .slangWithBrand: return verdict.slangShare
        case .fakeImageNewSeller: return verdict.isNewSeller ? verdict.fakeShare : 0
        case .maskedLogoLowPrice:
            guard verdict.concealedShare > 0, verdict.isPriceLow else { return 0 }
            return verdict.concealedShare * min(verdict.price.double / 4, 1)
        case .clusterRemoved: return verdict.removedShare
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
            (.maskedLogoLowPrice, .maskedLogoLowPrice, [.logoMasked]),
        ]
        for (term, code, sources) in repeats where interaction(term, verdict) > 0 {
            guard var evidence = sink.strongest(of: sources) else { continue }
            evidence.code = code
            sink.add(interaction(term, verdict), evidence)
        }
    }
}
