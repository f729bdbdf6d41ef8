import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// The shared catalogs as people wrote them. Expected counts were made once with Python's csv and
/// json modules: records below the header, and those with a title.
@Suite(.enabled(if: Shared.isThere, "the shared catalogs are not beside the package"))
struct RealCatalogTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var read: UInt64
        var packed: UInt64
        /// Rows with a price, and the sum of their minor units.
        var priced: Int
        var sum: Int64
        var currency = ""
        /// What the file's own signs and columns say.
        var found = "KRW"
        var testDescription: String { file }
    }

    static let cases: [Case] = [
        Case(
            file: "catalogs/ably_data.csv", read: 10_000, packed: 10_000, priced: 10_000,
            sum: 1_040_382_560, currency: "KRW"),
        Case(
            file: "catalogs/musinsa_data_2026.csv", read: 10_000, packed: 10_000, priced: 10_000,
            sum: 669_489_220, currency: "KRW"),
        Case(
            file: "catalogs/vintage_sero.json", read: 4_417, packed: 4_417, priced: 4_417,
            sum: 17_901_420, currency: "KRW"),
        Case(
            file: "catalogs/oliveyoung_ranking.csv", read: 200, packed: 200, priced: 200,
            sum: 4_187_040),
        Case(
            file: "catalogs/coupang_2020a.csv", read: 110, packed: 110, priced: 103,
            sum: 6_504_140),
        Case(
            file: "catalogs/coupang_2020b.csv", read: 1_020, packed: 1_020, priced: 1_020,
            sum: 9_779_790, currency: "KRW"),
        Case(
            file: "catalogs/flipkart_price_20k.csv", read: 20_000, packed: 20_000, priced: 19_922,
            sum: 3_931_411_000, currency: "INR", found: "INR"),
        Case(
            file: "catalogs/flipkart_sub.csv", read: 4_994, packed: 999, priced: 995,
            sum: 395_052_600, currency: "INR", found: "INR"),
        Case(
            file: "catalogs/wish_summer_2020.csv", read: 1_573, packed: 1_341, priced: 1_341,
            sum: 1_134_247, found: "EUR"),
        Case(
            file: "catalogs/amazon_in_trimmed.csv", read: 10_930, packed: 10_930, priced: 10_836,
            sum: 3_384_027_296, found: "INR"),
        Case(
            file: "catalogs/aliexpress_ptbr.csv", read: 360, packed: 360, priced: 360,
            sum: 4_080_479, found: "BRL"),
        Case(
            file: "catalogs/godomall_DB-1-1-38.xls.csv", read: 459, packed: 459, priced: 0, sum: 0),
        Case(
            file: "replica/allchinabuy_sheet.csv", read: 390, packed: 313, priced: 313,
            sum: 648_829, found: "GBP"),
        Case(
            file: "replica/repsheet_scrape.json", read: 1_056, packed: 1_056, priced: 1_051,
            sum: 3_811_339, found: "USD"),
    ]

    @Test(arguments: cases)
    func countsAgree(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let report = try pack(
            [Shared.path(example.file)], into: folder.file("store"),
            currency: Currency(code: example.currency) ?? .missing)
        let tally = report.total
        #expect(tally.read == example.read)
        #expect(tally.packed == example.packed)
        #expect(tally.read == tally.packed + tally.rejected + tally.duplicates)
        let store = try Store(path: folder.file("store"))
        #expect(store.manifest.liveRows == example.packed)
        try store.verify()
        let rejects = try String(contentsOfFile: store.rejectsPath, encoding: .utf8)
        #expect(UInt64(rejects.split(separator: "\n").count) == tally.rejected)
        let priced = try listings(store.path).filter { $0.price != Missing.int64 }
        #expect(priced.count == example.priced)
        #expect(priced.reduce(0) { $0 + $1.price } == example.sum)
        #expect(priced.allSatisfy { $0.currency.code == example.found })
    }

    /// The quirks that the notes on these files promise, each at its row.
    @Test func quirksAreSettled() throws {
        let folder = try TemporaryFolder()
        func rows(_ file: String, _ currency: String = "") throws -> [String: Listing] {
            let store = folder.file(file.replacingOccurrences(of: "/", with: "-"))
            _ = try pack(
                [Shared.path(file)], into: store, currency: Currency(code: currency) ?? .missing)
            return Dictionary(try listings(store).map { (string($0.id), $0) }) { $1 }
        }
        // A byte order mark does not hide the first column; brand and link arrive.
        let musinsa = try #require(
            try rows("catalogs/musinsa_data_2026.csv", "KRW")["musinsa_data_2026.csv:1"])
        #expect(string(musinsa.title) == "[크롭선택] ASI 포시즌 에센셜 후드 집업_피그먼트 차콜")
        #expect(string(musinsa.brand) == "디미트리블랙" && musinsa.price == 33_800)
        #expect(string(musinsa.url) == "https://www.musinsa.com/products/3783092")
        // Prices are strings; a brand that is a list gives its first.
        let sero = try rows("catalogs/vintage_sero.json", "KRW")
        let listed = sero.values.filter { string($0.title).hasPrefix("LEVISCOMMERTER") }
        #expect(listed.map { string($0.brand) } == ["리바이스"] && listed.first?.price == 9_950)
        #expect(sero.values.allSatisfy { string($0.shop) == string($0.seller) })
        // Sale price before list price, with its suffix.
        let olive = try #require(
            try rows("catalogs/oliveyoung_ranking.csv")["oliveyoung_ranking.csv:1"])
        #expect(olive.price == 25_500 && olive.currency == .krw)
        #expect(string(olive.title).contains("[1+1+1]"))
        // A bare 원 is missing, not zero.
        let coupang = try rows("catalogs/coupang_2020a.csv")
        #expect(coupang["coupang_2020a.csv:1"]?.price == 39_500)
        #expect(coupang.values.count { $0.price == Missing.int64 } == 7)
        // Decimal commas of reais, a thousand and more.
        let reais = try rows("catalogs/aliexpress_ptbr.csv")
        #expect(reais["aliexpress_ptbr.csv:1"]?.price == 2_997)
        // A seller's export with two header rows: ids are its own.
        #expect(try rows("catalogs/godomall_DB-1-1-38.xls.csv")["78751"] != nil)
        // Titles wrapped in blanks and line ends.
        let jd = try #require(try rows("catalogs/jd_zh.csv", "CNY")["6839499"])
        #expect(string(jd.title).hasPrefix("【电信") && jd.price == 579_900)
        // ¥ is yen where the links are Japanese.
        let rakuten = try #require(try rows("catalogs/rakuten_scrape.csv")["rakuten_scrape.csv:1"])
        #expect(rakuten.price == 20_800 && rakuten.currency.code == "JPY")
        let wish = try rows("catalogs/wish_summer_2020.csv")
        #expect(wish.values.allSatisfy { $0.currency.code == "EUR" })
        #expect(wish.values.count { $0.seller.isEmpty } < 10)
    }

    /// All of them in one store, as a team would pack them.
    @Test func oneStoreHoldsThemAll() throws {
        let folder = try TemporaryFolder()
        let store = folder.file("store")
        for example in Self.cases {
            _ = try pack(
                [Shared.path(example.file)], into: store, append: true,
                currency: Currency(code: example.currency) ?? .missing)
        }
        let whole = try Store(path: store)
        #expect(whole.manifest.number == UInt32(Self.cases.count))
        // Flipkart's smaller file repeats ids of the larger one.
        let packed = Self.cases.reduce(0) { $0 + $1.packed }
        #expect(whole.manifest.liveRows == packed - whole.manifest.tombstones)
        #expect(whole.manifest.tombstones == 999)
        try whole.verify()
        #expect(try whole.lookup("repsheet_scrape.json:5") != nil)
    }
}
