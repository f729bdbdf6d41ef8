import KleanCore
import KleanModel
import Testing

/// References fitted from listings: one vote a seller, copies left out, conditions apart.
@Suite struct PriceFitterTests {
    static let category = "시계"

    static func model(list won: Int64? = nil) -> Model {
        var model = Model(name: "test", digest: Digest(bytes: Array(repeating: 0, count: 32)))
        model.brands.keys.append("rolex".utf8)
        guard let won else { return model }
        model.prices = [
            PriceRow(
                brand: 0, categoryKey: Model.nameKey(category.utf8), category: category,
                model: "Oyster", level: .r1, condition: .new, referenceWon: won, spread: 0.2,
                votes: 5, source: "list price", date: "2026-01-01")
        ]
        return model
    }

    /// Each of the sellers asks a price near `won`.
    static func add(
        _ fitter: inout PriceFitter, sellers: Range<UInt64>, won: Int64,
        condition: Condition = .new, priceRow: UInt32? = nil
    ) {
        for seller in sellers {
            let step = Int64(seller % 7) - 3
            fitter.add(
                PriceObservation(
                    brand: 0, category: category, won: won + won * step / 50, seller: seller,
                    condition: condition, priceRow: priceRow))
        }
    }

    static func cell(_ fit: PriceFit, _ condition: Condition) -> PriceRow? {
        fit.rows.first {
            $0.level == .r3 && $0.category == category && $0.condition == condition
        }
    }

    /// Two copies for each genuine watch: the list price tells which cluster is the genuine one.
    @Test func copiesAreLeftOutWhereAListPriceStandsAboveThem() throws {
        for (list, expected) in [(Int64?.none, Int64(60_000)), (300_000, 300_000)] {
            var fitter = PriceFitter(model: Self.model(list: list))
            Self.add(&fitter, sellers: 0..<35, won: 300_000)
            Self.add(&fitter, sellers: 100..<170, won: 60_000)
            let found = try #require(Self.cell(fitter.fit(source: "s", date: "d"), .new))
            #expect((expected * 9 / 10...expected * 11 / 10).contains(found.referenceWon))
        }
    }

    @Test func aSellerOfThousandsHasOneVote() throws {
        var fitter = PriceFitter(model: Self.model())
        Self.add(&fitter, sellers: 0..<30, won: 100_000)
        for _ in 0..<1_000 { Self.add(&fitter, sellers: 99..<100, won: 40_000) }
        let found = try #require(Self.cell(fitter.fit(source: "s", date: "d"), .new))
        #expect((95_000...105_000).contains(found.referenceWon))
        #expect(found.votes == 31)
    }

    /// A model that has a row for new goods only is named by used ones, too: their price is not
    /// the new ones'.
    @Test func usedGoodsDoNotRefreshTheListPriceOfNewOnes() throws {
        var fitter = PriceFitter(model: Self.model(list: 300_000))
        Self.add(&fitter, sellers: 0..<40, won: 150_000, condition: .used, priceRow: 0)
        let used = try #require(fitter.fit(source: "s", date: "d").rows.first { $0.level == .r1 })
        #expect(used.referenceWon == 300_000 && used.source == "list price")
        Self.add(&fitter, sellers: 0..<40, won: 280_000, priceRow: 0)
        let fit = fitter.fit(source: "s", date: "d")
        let new = try #require(fit.rows.first { $0.level == .r1 })
        #expect((270_000...290_000).contains(new.referenceWon) && new.source == "s")
        #expect((145_000...155_000).contains(try #require(Self.cell(fit, .used)).referenceWon))
    }
}
