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

    /// Letters that look right and are not: zero-width joiners, full-width letters, parted Hangul,
    /// no-break spaces, U+FFFD, line ends; and words that are honest where they stand.
    @Test func textQuirksAreSettled() throws {
        let folder = try TemporaryFolder()
        func row(_ file: String, _ row: Int) throws -> Listing {
            let store = folder.file(file)
            if !FileManager.default.fileExists(atPath: store) {
                let path = Shared.path(file.contains("sheet") ? "replica" : "catalogs")
                _ = try pack(["\(path)/\(file)"], into: store, currency: .krw, repeatedIDs: .keep)
            }
            return try listings(store)[row - 1]
        }
        // Joiners of zero width vanish; the original is kept.
        let joined = try row("ably_data.csv", 720)
        #expect(string(joined.title) == "[4천장돌파/반팔버전] 썸머 바비 반팔 타이 자켓 (2color)")
        #expect(string(joined.originalTitle).contains("돌파\u{200D}/"))
        #expect(try string(row("musinsa_data_2026.csv", 4_194).title) == "세이프 크로스 바디백 S+L")
        // Parted Hangul is composed.
        for (number, start) in [(38, "덤플링 윈드"), (7_338, "로즈 벨벳"), (9_613, "레오파드 후드")] {
            let title = Array(try row("ably_data.csv", number).title)
            #expect(string(title).utf8.starts(with: start.utf8), "row \(number)")
        }
        // Full-width letters stay letters: to fold them is the scorer's work.
        #expect(try string(row("ably_data.csv", 6_072).title).contains("Ｖ넥"))
        // A no-break space is a space.
        let salad = try row("coupang_2020b.csv", 563)
        #expect(string(salad.title) == "팜에이트 친환경 시즈널 샐러드, 550g, 1봉")
        // U+FFFD of the file stays as it is, and is not counted as repaired here.
        let lost = try row("flipkart_price_20k.csv", 7_538)
        #expect(string(lost.title) == "Graco LiteRider Click Connect \u{FFFD} Marco")
        #expect(try row("flipkart_price_20k.csv", 26).brand.isEmpty)
        // Titles of two lines are one.
        let lines = try row("repsheet_scrape.json", 95)
        #expect(string(lines.title) == "3、Air Force 1 [PK BATCH]" && lines.price == 2_215)
        // Honest words arrive as they are.
        #expect(try string(row("ably_data.csv", 2_242).title).contains("홈 레플리카 유니폼"))
        #expect(try string(row("musinsa_data_2026.csv", 850).title).hasPrefix("오버핏 1:1 스트라이프"))
    }

    /// A seller's export: 72 columns, two header rows, packed options, prices inside them.
    @Test func sellersExportIsRead() throws {
        let folder = try TemporaryFolder()
        let file = Shared.path("catalogs/godomall_DB-1-1-38.xls.csv")
        let report = try pack([file], into: folder.file("s"))
        let source = report.sources[0]
        #expect(source.columns.columns.count == 72)
        #expect(source.columns.unmapped.contains("가격/재고 옵션명"))
        #expect(source.notes.contains { $0.contains("second header") })
        #expect(source.notes.contains { $0.contains("no price column") })
        let rows = try listings(folder.file("s"))
        let first = try #require(rows.first { string($0.id) == "78751" })
        #expect(string(first.title).hasPrefix("조화 치자꽃 가지 82cm 3색 택1"))
        #expect(string(first.category) == "022|022060042|022060")
        #expect(first.price == Missing.int64)
        #expect(string(first.options).hasPrefix("핑크^^55200^62000"))
        // Prices want a currency, which the file does not name.
        #expect(try Store(path: folder.file("s")).hotColumns(0).options.isEmpty)
        _ = try pack([file], into: folder.file("t"), currency: .krw)
        let options = try Store(path: folder.file("t")).hotColumns(0).options
        #expect(options.prices.prefix(3) == [55_200, 55_200, 55_200])
        #expect(options.names.string(0) == "핑크")
        // Columns with names of their own arrive when they are named.
        _ = try pack([file], into: folder.file("u"), map: "options=가격/재고 옵션명")
        let mapped = try #require(listings(folder.file("u")).first { string($0.id) == "78751" })
        #expect(string(mapped.options) == "색상(Color)")
    }

    /// Nested JSON: twenty goods among tiles of categories and dividing lines, which are no
    /// listings and are refused with the reason, not as empty.
    @Test func nestedAnswerIsRead() throws {
        let folder = try TemporaryFolder()
        let report = try pack(
            [Shared.path("catalogs/ably_api_response.json")], into: folder.file("s"),
            currency: .krw)
        let tally = report.total
        #expect(tally.read == 35 && tally.packed == 20 && tally.duplicates == 0)
        #expect(tally.rejected(.noTitle) == 15)
        let rows = try listings(folder.file("s"))
        #expect(rows.map { string($0.id) }.prefix(3) == ["67333036", "66861540", "49736912"])
        let first = rows[0]
        #expect(string(first.title).hasSuffix("모닝 썸머 여리 골지 가디건 (4color)"))
        #expect(string(first.shop) == "쇼퍼랜드" && string(first.category) == "가디건")
        #expect(first.price == 15_640 && first.currency == .krw)
        #expect(string(rows[12].title).hasPrefix("아디다스") && rows[12].price == 78_750)
    }

    /// Forty snapshots of the same ids in one archive: those with titles are read, in order, each
    /// superseding the last; those with counters only are passed over with the reason.
    @Test func snapshotsSupersedeEachOther() throws {
        let folder = try TemporaryFolder()
        let report = try pack(
            [Shared.path("catalogs/musinsa_ranking_2024.tar")], into: folder.file("s"),
            currency: .krw)
        #expect(report.sources.count == 23 && report.skipped.count == 17)
        #expect(report.skipped.allSatisfy { $0.reason.contains("--map title=COLUMN") })
        let tally = report.total
        #expect(tally.read == tally.packed + tally.rejected + tally.duplicates)
        #expect(tally.rejected == 0 && report.liveRows == tally.packed)
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
