import KleanCatalog
import KleanCore
import KleanModel
import KleanScore
import Testing

/// References, shrinkage and the guards of the price scorer (SCORING d), one listing at a time.
@Suite struct PriceRuleTests {
    /// A model with one brand's rows in place of the shipped ones.
    static func judge(
        _ rows: [PriceRow], honestSellers: [String] = [], events: [PriceEvent] = []
    ) throws -> Judge {
        var model = try ModelSource.load(Judge.shippedSource).model
        model.prices = rows
        model.events = events
        model.patterns.removeAll { $0.kind == .priceModel }
        return try Judge(model, honestSellers: honestSellers)
    }

    static func brand(_ key: String) throws -> UInt32 {
        let brands = try ModelSource.load(Judge.shippedSource).model.brands
        let row = try #require((0..<brands.count).first { brands.keys.string($0) == key })
        return UInt32(row)
    }

    static func row(
        _ category: String, won: Int64, spread: Double = 0.3, votes: UInt32 = 40,
        condition: Condition = .new
    ) throws -> PriceRow {
        let key =
            category == "@any"
            ? Model.anyKey
            : category.hasPrefix("@")
                ? Model.domainKey(try #require(ProductDomains(name: category.dropFirst())))
                : Model.nameKey(category.utf8)
        return PriceRow(
            brand: try brand("nike"), categoryKey: key, category: category, model: "",
            level: .r3, condition: condition, referenceWon: won, spread: spread, votes: votes,
            source: "test", date: "2026-01-01")
    }

    static func shoe(
        _ won: Int64, _ condition: Condition = .new, title: String = "나이키 운동화",
        seller: String = ""
    ) -> TestListing {
        TestListing(
            title: title, brand: "나이키", category: "스니커즈", seller: seller, won: won,
            condition: condition)
    }

    func raw(_ judged: Judged) -> Double {
        judged.entry.subScores[Scorer.price.rawValue].raw.double
    }

    /// In a sales week everybody's shoes are cheaper: a price that was low is not, one that is far
    /// below the week's still is, and used shoes and other categories have no sale.
    @Test func saleMovesTheReference() throws {
        let rows = [try Self.row("스니커즈", won: 100_000), try Self.row("운동복", won: 100_000)]
        let sale = PriceEvent(
            categoryKey: Model.nameKey("스니커즈".utf8), category: "스니커즈", ratio: 0.6,
            sellers: 41, source: "test", date: "2026-11-11")
        let usual = try Self.judge(rows)
        let week = try Self.judge(rows, events: [sale])
        #expect(try usual.judge(Self.shoe(38_000)).has(.priceCaution))
        #expect(try week.judge(Self.shoe(38_000)).entry.evidence.allSatisfy { $0.field != .price })
        let low = try week.judge(Self.shoe(9_000))
        let price = try #require(low.entry.evidence.first { $0.code == .priceExtreme })
        #expect((59_990...60_010).contains(price.b), "\(price.b)")
        let event = try #require(low.entry.evidence.first { $0.code == .priceEvent })
        #expect(event.a == 600 && event.b == 41)
        var shirt = Self.shoe(38_000)
        shirt.category = "운동복"
        #expect(try week.judge(shirt).has(.priceCaution))
        #expect(
            try raw(week.judge(Self.shoe(20_000, .used)))
                == raw(usual.judge(Self.shoe(20_000, .used))))
    }

    /// Category, then domain, then all of the brand's goods.
    @Test func nearestCellIsTheReference() throws {
        let all = try Self.row("@any", won: 80_000, spread: 0.7)
        let shoes = try Self.row("@shoes", won: 120_000, spread: 0.4)
        let own = try Self.row("스니커즈", won: 130_000)
        for (rows, reference) in [([all], 80_000), ([all, shoes], 120_000)] {
            let found = try Self.judge(rows).judge(Self.shoe(12_000))
            let price = try #require(found.entry.evidence.first { $0.field == .price })
            #expect(price.b == Int64(reference))
        }
        // Drawn towards the wider cell by 8 votes in 48.
        let found = try Self.judge([all, shoes, own]).judge(Self.shoe(12_000))
        let price = try #require(found.entry.evidence.first { $0.field == .price })
        #expect((128_000...129_000).contains(price.b), "\(price.b)")
    }

    /// The fewer votes, the nearer to the parent.
    @Test func thinCellIsDrawnToItsParent() throws {
        let parent = try Self.row("@shoes", won: 100_000)
        var last: Int64 = 0
        for votes: UInt32 in [1, 8, 80, 800] {
            let own = try Self.row("스니커즈", won: 200_000, votes: votes)
            let found = try Self.judge([parent, own]).judge(Self.shoe(10_000))
            let price = try #require(found.entry.evidence.first { $0.field == .price })
            #expect(price.b > last)
            last = price.b
        }
        #expect((195_000...200_000).contains(last))
    }

    /// Used goods are cheap for good reasons: a cell of new ones says nothing about them.
    @Test func secondHandIsNotSuspiciousForBeingCheap() throws {
        let new = try Self.row("@shoes", won: 120_000)
        let judge = try Self.judge([new])
        #expect(raw(try judge.judge(Self.shoe(15_000))) > 3)
        #expect(raw(try judge.judge(Self.shoe(15_000, .used))) == 0)
        let used = try Self.row("@shoes", won: 40_000, condition: .used)
        #expect(raw(try Self.judge([new, used]).judge(Self.shoe(30_000, .used))) < 1)
        #expect(raw(try Self.judge([new, used]).judge(Self.shoe(3_900, .used))) > 0)
    }

    /// 55,000 listed as 1,650 among a seller's honest rows is a typing error; 7,900 is an offer,
    /// and so is 1,650 from somebody unknown.
    @Test func lostDigitIsATypingError() throws {
        let judge = try Self.judge(
            [try Self.row("@shoes", won: 55_000, spread: 0.4)], honestSellers: ["동네가게"])
        let typo = try judge.judge(Self.shoe(1_650, seller: "동네가게"))
        let unknown = try judge.judge(Self.shoe(1_650, seller: "처음보는집"))
        #expect(unknown.has(.priceExtreme) && !unknown.has(.priceTypo))
        #expect(typo.has(.priceTypo) && !typo.has(.priceExtreme))
        let offer = try judge.judge(Self.shoe(7_900))
        #expect(offer.has(.priceExtreme) && !offer.has(.priceTypo))
        #expect(raw(typo) < raw(offer) / 2)
        #expect(typo.entry.score < offer.entry.score)
    }

    /// Three pairs for the price of two are compared by the pair, in cells of one kind of goods.
    @Test func packIsComparedByThePiece() throws {
        let judge = try Self.judge([try Self.row("스니커즈", won: 60_000)])
        let one = try judge.judge(Self.shoe(60_000))
        let three = try judge.judge(Self.shoe(60_000, title: "나이키 운동화 [1+1+1]"))
        #expect(raw(one) == 0)
        #expect(raw(three) > 2)
    }
}
