import KleanCore
import KleanModel
import KleanScore
import Testing

/// What a listing's options do to the price that is judged (SCORING d).
@Suite struct OptionRuleTests {
    static func watch(
        _ won: Int64?, _ options: String, title: String = "삼성 갤럭시 워치6 스마트워치"
    ) -> TestListing {
        TestListing(
            title: title, brand: "삼성", category: "스마트워치", won: won, options: options)
    }

    static func judge() throws -> Judge {
        var model = try ModelSource.load(Judge.shippedSource).model
        let brand = try #require(
            (0..<model.brands.count).first { model.brands.keys.string($0) == "samsung" })
        model.prices = [
            PriceRow(
                brand: UInt32(brand), categoryKey: Model.anyKey, category: "@any", model: "",
                level: .r3, condition: .new, referenceWon: 400_000, spread: 0.3, votes: 40,
                source: "test", date: "2026-01-01")
        ]
        model.patterns.removeAll { $0.kind == .priceModel }
        return try Judge(model)
    }

    func raw(_ judged: Judged) -> Double {
        judged.entry.subScores[Scorer.price.rawValue].raw.double
    }

    /// 9,900 is the film's price: the watch costs 450,000, which nobody suspects. The film is a
    /// reason by itself, and a small one.
    @Test func baitIsNotTheGoodsPrice() throws {
        let judge = try Self.judge()
        let bare = try judge.judge(Self.watch(9_900, ""))
        #expect(bare.has(.priceExtreme) && raw(bare) > 4)
        let found = try judge.judge(
            Self.watch(9_900, "보호필름:9900|삼성 갤럭시 워치6:450000|워치6 실버:460000"))
        #expect(!found.has(.priceExtreme) && !found.has(.priceCaution) && !found.has(.priceLow))
        let bait = try #require(found.entry.evidence.first { $0.code == .priceOptionBait })
        #expect(bait.a == 9_900 && bait.b == 450_000 && bait.slot == 0)
        let price = try #require(found.entry.evidence.first { $0.code == .priceOfOption })
        #expect(price.a == 450_000 && price.b == 9_900 && price.slot == 1)
        #expect(raw(found) == 0.5)
        #expect(found.entry.score < bare.entry.score)
    }

    /// A cheap copy among the options is no bait: it is what the brand's goods cost here.
    @Test func cheapestBrandedOptionIsJudged() throws {
        let judge = try Self.judge()
        let found = try judge.judge(Self.watch(450_000, "삼성 워치6 A급:45000|삼성 워치6:450000"))
        #expect(!found.has(.priceOptionBait))
        let price = try #require(found.entry.evidence.first { $0.code == .priceExtreme })
        #expect(price.a == 45_000)
        #expect(raw(found) == raw(try judge.judge(Self.watch(45_000, ""))))
        // Without the brand's name in any: the cheapest that is no accessory.
        let plain = try judge.judge(Self.watch(450_000, "실버:45000|블랙:450000|시계줄:9000"))
        #expect(plain.entry.evidence.first { $0.code == .priceExtreme }?.a == 45_000)
        // The branded one counts though another is cheaper.
        let named = try judge.judge(Self.watch(450_000, "사은품:1000|삼성 워치6:450000"))
        #expect(!named.has(.priceExtreme) && raw(named) == 0)
    }

    /// 30 % of the median is no bait, a won less is.
    @Test func baitIsUnderThirtyPercentOfTheMedian() throws {
        let judge = try Self.judge()
        func isBait(_ film: Int, _ options: String) throws -> Bool {
            try judge.judge(Self.watch(450_000, "보호필름:\(film)|\(options)")).has(.priceOptionBait)
        }
        #expect(try !isBait(135_000, "블랙:450000|실버:460000"))
        #expect(try isBait(134_999, "블랙:450000|실버:460000"))
        // Of two options the median is their mean: 0.3 * (x + 450,000) / 2.
        #expect(try isBait(79_411, "블랙:450000"))
        #expect(try !isBait(79_412, "블랙:450000"))
    }

    /// Where nothing says what the goods should cost, bait is still a reason; accessories and
    /// listings whose options are all accessories stay what they were.
    @Test func baitWithoutAReference() throws {
        var model = try ModelSource.load(Judge.shippedSource).model
        model.prices = []
        model.patterns.removeAll { $0.kind == .priceModel }
        let judge = try Judge(model)
        let found = try judge.judge(Self.watch(9_900, "보호필름:9900|워치6:450000"))
        #expect(found.has(.priceOptionBait) && raw(found) == 0.5)
        let straps = try judge.judge(
            Self.watch(9_900, "시계줄:9900|메탈 시계줄:99000", title: "삼성 갤럭시 워치6 호환 시계줄"))
        #expect(!straps.has(.priceOptionBait) && raw(straps) == 0)
        let all = try Self.judge().judge(Self.watch(9_900, "시계줄:9900|보호필름:12000"))
        #expect(all.has(.priceExtreme) && !all.has(.priceOfOption))
    }

    /// A catalog with prices in its options only.
    @Test func missingPriceIsTheOptions() throws {
        let found = try Self.judge().judge(Self.watch(nil, "실버:45,000원|블랙:450,000원"))
        #expect(found.entry.evidence.first { $0.code == .priceExtreme }?.a == 45_000)
    }
}
