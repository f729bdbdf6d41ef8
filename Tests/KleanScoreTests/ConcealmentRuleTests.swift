import KleanCore
import KleanScore
import Testing

/// Rule L4: a concealed place on a picture of a brand's goods.
@Suite struct ConcealmentRuleTests {
    static let judge = Result { try Judge.shipped() }

    private func judged(_ change: (inout TestListing) -> Void = { _ in }) throws -> Judged {
        var listing = TestListing(
            title: "나이키 에어포스 1 새상품", brand: "Nike", category: "운동화", won: 21_000,
            logo: "#mosaic")
        change(&listing)
        return try Self.judge.get().judge(listing)
    }

    private func part(_ judged: Judged, _ term: Term) -> Fixed {
        judged.entry.contributions[term.rawValue]
    }

    /// Whether a logo stood there is not known: half the weight. The low price adds its share.
    @Test func concealedPlaceCountsHalf() throws {
        let found = try judged()
        let evidence = try #require(found.entry.evidence.first { $0.code == .logoMasked })
        #expect(evidence.a == Int64(Concealment.mosaic.rawValue) && evidence.c == 0)
        #expect(found.entry.subScores[Scorer.logo.rawValue].raw == Fixed(1))
        #expect(part(found, .logo) > .zero && part(found, .maskedLogoLowPrice) > .zero)
        #expect(found.has(.maskedLogoLowPrice))
    }

    @Test func fairPriceMakesNoInteraction() throws {
        let found = try judged { $0.won = 139_000 }
        #expect(found.has(.logoMasked))
        #expect(part(found, .maskedLogoLowPrice) == .zero)
    }

    /// Owners who sell what they wore hide faces and addresses.
    @Test func usedGoodsCountLess() throws {
        let used = try judged { $0.condition = .used }
        #expect(part(used, .logo) > .zero)
        #expect(part(used, .logo) < part(try judged(), .logo))
    }

    /// Nobody's goods, and a label that only looks like one of ours.
    @Test func nothingIsHiddenOfNoBrand() throws {
        #expect(
            !(try judged {
                $0.title = "남성 운동화 새상품"
                $0.brand = ""
            }).has(.logoMasked))
        #expect(!(try judged { $0.logo = "mosaic" }).has(.logoMasked))
    }
}
