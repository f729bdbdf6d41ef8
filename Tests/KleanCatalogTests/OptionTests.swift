import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// Options with prices, from the text of a catalog to the columns of a chunk.
@Suite struct OptionTests {
    private static func read(
        _ text: String, price: Int64 = 55_000, currency: Currency = .krw
    ) -> [String] {
        Array(text.utf8).withUnsafeBufferPointer {
            PricedOption.read($0, price: price, currency: currency)
        }.map { String(decoding: $0.name, as: UTF8.self) + "=\($0.price)" }
    }

    @Test(arguments: [
        ("블랙:55000|화이트:56000", ["블랙=55000", "화이트=56000"]),
        ("Black = 55,000; White=56,000", ["Black=55000", "White=56000"]),
        ("색상:블랙：55,000원|색상:백색：9,900원", ["색상:블랙=55000", "색상:백색=9900"]),
        ("블랙 (+5,000원) / 화이트 (-1,000원) / 기본", ["블랙=60000", "화이트=54000"]),
        ("케이스 9,900원\n본품 ₩450,000", ["케이스=9900", "본품=450000"]),
        ("260:55000,270:57000", ["260=55000", "270=57000"]),
        ("블랙,화이트 / 0,1000", ["블랙=55000", "화이트=56000"]),
        ("핑크^L^55200^62000^0^0^1480^0|화이트^^9900^62000^0^0^1480^0", ["핑크 L=55200", "화이트=9900"]),
        ("기본:0|선물포장:3000", ["기본=55000", "선물포장=58000"]),
        (#"[{"name":"블랙","price":55200},{"name":"줄","price":"9,900원"}]"#, ["블랙=55200", "줄=9900"]),
        (#"{"블랙":55200,"화이트":9900}"#, ["블랙=55200", "화이트=9900"]),
        (#"[{"옵션명":"블랙","추가금액":0},{"옵션명":"줄","추가금액":-45000}]"#, ["블랙=55000", "줄=10000"]),
        (
            #"{"variants":[{"title":"A","price":"9","sale_price":900},{"title":"B","price":7}]}"#,
            ["A=900", "B=7"]
        ),
        (#"["블랙:55000","화이트:9900"]"#, ["블랙=55000", "화이트=9900"]),
        (#"[{"name":"블랙","price":55200},{"name":"화이"#, ["블랙=55200"]),
    ])
    func writtenInManyWays(_ text: String, _ options: [String]) {
        #expect(Self.read(text) == options)
    }

    /// Sizes, stocks, other currencies, and options that all cost the listing's price.
    @Test(arguments: [
        "", "블랙/화이트/S/M", "사이즈:260|사이즈:270", "260|270|280", "색상:블랙|용량:500ml",
        "블랙:55000|화이트:55000", "블랙:0|화이트:0", "Black:$12|White:$14", "S:1|M:2|L:3",
        #"[{"name":"블랙","stock":3}]"#, "[1,2,3]", "{", "[[[[[[[[[[[[", "1:1 문의 환영",
    ])
    func whatIsNoPrice(_ text: String) { #expect(Self.read(text).isEmpty) }

    @Test func minorUnitsAreThoseOfTheListing() throws {
        let usd = try #require(Currency(code: "USD"))
        #expect(
            Self.read("Bag:$450.00|Dust bag:9.90", price: 990, currency: usd)
                == ["Bag=45000", "Dust bag=990"])
        #expect(Self.read("Bag:450|Box:9", price: 45_000, currency: .missing).isEmpty)
    }

    /// The last number of a text that was cut may have gone on.
    @Test func cutTextLosesItsLastOption() {
        let names = (0..<600).map { "색\($0):55\(100 + $0)" }.joined(separator: "|")
        let cut = String(decoding: Array(names.utf8).prefix(4_094), as: UTF8.self)
        #expect(Self.read(cut).count > Limits.optionsPerListingMax)
        let long = String(repeating: "가", count: 1_361)
        #expect(Self.read("본품:56000|\(long):99") == ["본품=56000"])
    }

    private static let catalog = """
        id,title,price,currency,options
        a,시계,9900,KRW,보호필름:9900|시계:450000
        b,시계,450000,KRW,블랙:450000|은색:450000
        c,시계,450000,KRW,
        d,시계,,KRW,핑크^^55200^62000^0^0|줄^^9900^62000^0^0

        """

    private func columns(_ store: String) throws -> HotColumns {
        try Store(path: store).hotColumns(0)
    }

    @Test func packKeepsThem() throws {
        let folder = try TemporaryFolder()
        _ = try pack([try folder.write("t.csv", Self.catalog)], into: folder.file("s"))
        let hot = try columns(folder.file("s"))
        #expect(hot.options.prices == [9_900, 450_000, 55_200, 9_900])
        #expect((0..<4).map { hot.options.range($0).count } == [2, 0, 0, 2])
        #expect((0..<4).map { hot.options.names.string($0) } == ["보호필름", "시계", "핑크", "줄"])
        #expect(hot.options.median(0) == 229_950)
        try Store(path: folder.file("s")).verify()
    }

    @Test func jsonListsAreOptions() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.json",
            #"""
            [{"id":"a","title":"watch","price":9900,"currency":"KRW",
              "options":[{"name":"film","price":9900},{"name":"watch","price":450000}]},
             {"id":"b","title":"shirt","price":9900,"currency":"KRW","options":["S","M"]}]
            """#)
        _ = try pack([path], into: folder.file("s"))
        let hot = try columns(folder.file("s"))
        #expect(hot.options.prices == [9_900, 450_000])
        #expect(hot.options.names.string(1) == "watch")
        let cold = try Store(path: folder.file("s")).coldColumns(0)
        #expect(String(decoding: cold.options[1], as: UTF8.self) == "S / M")
    }

    /// Appending, compacting and single rows carry options as they are.
    @Test func chunksAreJoinedWithThem() throws {
        var builder = ChunkBuilder()
        for (id, options) in ["", "줄:900|본품:9900", "", "본품:9900|상자:12000"].enumerated() {
            var listing = Listing(id: "\(id)", title: "t")
            listing.price = 9_900
            listing.currency = .krw
            listing.options = Array(options.utf8)
            builder.append(listing)
        }
        let (hot, cold) = builder.columns
        var joined = ChunkBuilder()
        joined.append(Listing(id: "x", title: "t"))
        joined.append(hot: hot, cold: cold, rows: 1..<4)
        let found = joined.columns.hot
        #expect(found.options.prices == [900, 9_900, 9_900, 12_000])
        #expect((0..<4).map { found.options.range($0).count } == [0, 2, 0, 2])
        #expect((0..<4).map { found.options.names.string($0) } == ["줄", "본품", "본품", "상자"])
    }

    @Test func whatIsPastTheMostIsCounted() throws {
        let folder = try TemporaryFolder()
        let options = (1...70).map { "색\($0):\(55_000 + $0)" }.joined(separator: "|")
        let text = "id,title,price,currency,options\na,신발,55000,KRW,\(options)\n"
        let report = try pack([try folder.write("t.csv", text)], into: folder.file("s"))
        #expect(report.total.optionsDropped == 6)
        #expect(try columns(folder.file("s")).options.prices == (1...64).map { 55_000 + $0 })
    }

    /// A chunk without options has the segments that it had before there were any.
    @Test func withoutOptionsNothingIsStored() throws {
        let folder = try TemporaryFolder()
        let plain = Self.catalog.split(separator: "\n").filter { !$0.contains("9900") }
            .joined(separator: "\n")
        _ = try pack([try folder.write("t.csv", plain)], into: folder.file("s"))
        let store = try Store(path: folder.file("s"))
        #expect(try store.hot(0).entries.allSatisfy { $0.id.raw & 0x7FFF < 25 })
        #expect(try columns(folder.file("s")).options.isEmpty)
    }
}
