import Foundation
import KleanCore
import KleanModel
import Testing

/// Sales weeks learned from sellers' own earlier prices, and kept by a model.
@Suite struct PriceEventTests {
    /// Sellers with three bags and three pairs of shoes each, at 90,000 to 110,000 won before.
    static func fitter(
        sellers: Int = 40, bag: (Int) -> Int64, shoe: (Int) -> Int64
    ) -> PriceEventFitter {
        var fitter = PriceEventFitter()
        for place in 0..<UInt64(sellers * 3) {
            for price in [90_000, 100_000, 110_000] as [Int64] {
                fitter.addEarlier(place, won: price)
                fitter.addEarlier(place + 100_000, won: price)
            }
        }
        for place in 0..<UInt64(sellers * 3) {
            let seller = place / 3
            fitter.addCurrent(place, won: bag(Int(seller)), seller: seller, category: "가방")
            fitter.addCurrent(
                place + 100_000, won: shoe(Int(seller)), seller: seller, category: "신발")
            // Never seen before: says nothing of a move.
            fitter.addCurrent(place + 900_000, won: 1_000, seller: seller, category: "신발")
        }
        return fitter
    }

    @Test func everybodysMoveIsAnEvent() throws {
        let events = Self.fitter(bag: { _ in 80_000 }, shoe: { _ in 100_000 })
            .fit(source: "test", date: "2026-11-11")
        let event = try #require(events.first)
        #expect(events.count == 1 && event.category == "가방")
        #expect(event.ratio == 0.8 && event.sellers == 40)
        #expect(event.categoryKey == Model.nameKey("가방".utf8))
    }

    /// A third of the sellers giving everything away moves nothing, nor do too few sellers.
    @Test func fewSellersMoveNothing() {
        let some = Self.fitter(
            bag: { $0 % 3 == 0 ? 10_000 : 100_000 }, shoe: { _ in 99_000 })
        #expect(some.fit(source: "test", date: "2026-11-11").isEmpty)
        let few = Self.fitter(sellers: 29, bag: { _ in 50_000 }, shoe: { _ in 50_000 })
        #expect(few.fit(source: "test", date: "2026-11-11").isEmpty)
    }

    /// What is written can be read again: two spellings of a category are one row, and nothing in a
    /// name parts fields.
    @Test func spellingsOfACategoryAreOneRow() throws {
        var fitter = PriceEventFitter()
        for listing in 0..<UInt64(60) {
            fitter.addEarlier(listing, won: 100_000)
            fitter.addCurrent(
                listing, won: 80_000, seller: listing % 30,
                category: listing < 30 ? "여성\t의류" : "여성의류")
        }
        let events = fitter.fit(source: "test", date: "2026-11-11")
        #expect(events.count == 1 && events.first?.sellers == 30)
        let lines = String(decoding: PriceEvent.table(events), as: UTF8.self)
            .split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.last == "여성 의류\t0.8\t30\ttest\t2026-11-11")
    }

    @Test func modelKeepsEvents() throws {
        var model = Model(name: "events", digest: Digest(bytes: [UInt8](repeating: 0, count: 32)))
        let plain = model.contentDigest
        model.events = Self.fitter(bag: { _ in 80_000 }, shoe: { _ in 70_000 })
            .fit(source: "test", date: "2026-11-11")
        #expect(model.events.count == 2 && model.contentDigest != plain)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "klean-events-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ModelBuilder.build(model, to: path)
        #expect(try Model.load(path).events == model.events)
    }
}
