import Foundation
import KleanCatalog
import KleanCore
import Testing

/// Single values of the shared catalogs at named rows, read from the files with Python's csv and
/// json modules: ten prices of each writing, five names of each encoding.
@Suite(.enabled(if: Shared.isThere, "the shared catalogs are not beside the package"))
struct SpotValueTests {
    struct Prices: Sendable, CustomTestStringConvertible {
        var writing: String
        var file: String
        /// What `--currency` says; empty where the file's own signs do.
        var said = ""
        var currency: String
        /// Rows by their id; a made id ends in the row's number.
        var minorUnits: [(id: String, price: Int64)]
        var testDescription: String { "\(writing) in \(file)" }

        init(
            _ writing: String, _ file: String, _ currency: String, said: String = "",
            _ rows: [(Int, Int64)]
        ) {
            let name = file.split(separator: "/").last ?? ""
            self.init(
                writing, file, currency, said: said, ids: rows.map { ("\(name):\($0.0)", $0.1) })
        }

        init(
            _ writing: String, _ file: String, _ currency: String, said: String = "",
            ids: [(String, Int64)]
        ) {
            self.writing = writing
            self.file = file
            self.said = said
            self.currency = currency
            minorUnits = ids
        }
    }

    static let prices: [Prices] = [
        Prices(
            "39,500원", "catalogs/coupang_2020a.csv", "KRW",
            [
                (1, 39_500), (2, 37_100), (3, 33_500), (4, 27_100), (5, 34_300), (6, 65_100),
                (7, 110_000), (8, 109_700), (9, 68_000), (10, 62_800),
            ]),
        Prices(
            "17,900원 before another price column", "catalogs/oliveyoung_ranking.csv", "KRW",
            [
                (2, 17_900), (3, 16_500), (4, 23_900), (6, 21_900), (8, 17_600), (9, 24_200),
                (10, 6_100), (12, 51_900), (14, 16_000), (15, 17_900),
            ]),
        Prices(
            "bare 114800", "catalogs/musinsa_data_2026.csv", "KRW", said: "KRW",
            [
                (51, 114_800), (102, 89_900), (153, 49_000), (204, 83_900), (255, 69_500),
                (306, 107_100), (357, 91_200), (408, 149_000), (459, 69_300), (510, 32_000),
            ]),
        Prices(
            "strings in JSON", "catalogs/vintage_sero.json", "KRW", said: "KRW",
            [
                (4, 43_500), (405, 22_500), (806, 1_750), (1_207, 1_750), (1_608, 4_250),
                (2_009, 1_750), (2_410, 16_500), (2_811, 1_750), (3_212, 1_000), (4_014, 2_750),
            ]),
        Prices(
            "R$66,97", "catalogs/aliexpress_ptbr.csv", "BRL",
            [
                (2, 6_697), (3, 1_001), (4, 2_062), (6, 4_010), (8, 2_998), (9, 3_313),
                (10, 10_413), (12, 1_066), (14, 4_347), (227, 159_072),
            ]),
        Prices(
            "₹1,26,189", "catalogs/amazon_in_trimmed.csv", "INR",
            [
                (55, 3_249_000), (124, 209_500), (148, 58_000), (153, 14_900), (304, 1_599_900),
                (395, 129_900), (4_495, 12_618_900), (4_503, 12_618_900), (4_508, 11_627_900),
                (4_509, 11_627_900),
            ]),
        Prices(
            "43,44$", "replica/repsheet_scrape.json", "USD",
            [
                (4, 4_344), (101, 4_000), (198, 5_231), (295, 3_077), (392, 1_969), (489, 1_969),
                (586, 6_277), (683, 1_677), (780, 2_077), (877, 1_831), (974, 5_477),
            ]),
        Prices(
            "£42.35", "replica/allchinabuy_sheet.csv", "GBP",
            [
                (4, 4_235), (5, 3_740), (16, 3_630), (30, 1_738), (46, 3_190), (60, 4_378),
                (96, 4_389), (180, 869), (196, 1_749), (390, 50),
            ]),
        Prices(
            "bare 41900 beside a discount of 40", "catalogs/ably_data.csv", "KRW", said: "KRW",
            [
                (38, 38_590), (51, 23_550), (461, 41_900), (1_001, 32_780), (2_242, 95_000),
                (3_001, 53_550), (5_001, 46_100), (6_072, 14_870), (7_001, 44_100), (9_001, 3_700),
            ]),
        Prices(
            "bare 5990", "catalogs/coupang_2020b.csv", "KRW", said: "KRW",
            [
                (1, 9_900), (103, 12_900), (205, 7_250), (307, 8_480), (409, 3_370), (511, 8_870),
                (563, 5_990), (613, 4_440), (715, 17_400), (817, 31_000), (919, 3_940),
            ]),
        Prices(
            "bare 379 of rupees", "catalogs/flipkart_price_20k.csv", "INR", said: "INR",
            ids: [
                ("c2d766ca982eca8304150849735ffef9", 37_900),
                ("ff3c718e1fd20c5155005ecdf1d3f759", 14_000),
                ("de29bf3288345e23b0e25345a3a057fb", 199_900),
                ("d7424ff0a85ceb75fbf194526c8a99d3", 38_000),
                ("d5a7607d2d762fbec2424b95711763ae", 183_200),
                ("84e61087f8bec8a8d077f1de8a77b0d4", 27_000),
                ("161706d65668dbba2d9dd677648803f1", 39_900),
                ("7b343a035cb269bdd861976b84700af0", 59_900),
                ("d1a88e14501698febaac5208822c8662", 49_900),
                ("6f053e4c78c6057d616e66ae6cc9222d", 329_900),
            ]),
        Prices(
            "2.7199999999999998 of euros", "catalogs/wish_summer_2020.csv", "EUR",
            ids: [
                ("5ebf5819ebac372b070b0e70", 272), ("5e9da39dc737cf255eddd4bf", 191),
                ("5d2407e66e8e037b4dd9fad3", 494), ("5e958754a9136f26ddb12929", 186),
                ("5e743eded2656b046017c719", 581), ("5ed3ae8e7bf8821d5cf4bc64", 272),
                ("5b74c8f200e4c40836165131", 481), ("5dde07c651fe4539f9c3ee70", 378),
                ("5cada72d2d542d7a90cb4f2f", 569), ("5eb95cc7802266bb4675b6d5", 189),
            ]),
        Prices(
            "¥20,800 of yen", "catalogs/rakuten_scrape.csv", "JPY",
            [
                (1, 20_800), (14, 2_420), (27, 3_190), (40, 3_630), (53, 5_500), (66, 5_400),
                (79, 7_145), (92, 3_410), (105, 2_950), (118, 6_758), (131, 5_347),
            ]),
        Prices(
            "bare 5799 of yuan", "catalogs/jd_zh.csv", "CNY", said: "CNY",
            ids: [
                ("6839499", 579_900), ("2868393", 129_900), ("6626042", 669_900),
                ("6027984", 469_900), ("11666199101", 329_900), ("16672063146", 169_800),
                ("1986418443", 398_800), ("1995421823", 39_900), ("25351395680", 77_900),
                ("1986761952", 396_800),
            ]),
        Prices(
            "16.0 with a currency column", "catalogs/wish_summer_2020.csv", "EUR",
            ids: [
                ("5e9ae51d43d6a96e303acdb0", 1_600), ("5cd3e795ebe403118bbc0f89", 1_100),
                ("5dc4488112f5e91a9d4bb52e", 800), ("5d1573a55a16864c5de706ab", 900),
                ("5aec22cec25735338c544690", 1_100), ("5ccd341e8cc067595fcba7c4", 800),
                ("5eb8b430e015797901090ac0", 1_400), ("5eb90ab5ad67f63678d15ed9", 500),
                ("5e946e7e5a19660b52733c7e", 900), ("5d05d9ca81f992576d4f0d23", 1_200),
            ]),
    ]

    @Test(arguments: prices)
    func pricesAreExact(_ example: Prices) throws {
        let folder = try TemporaryFolder()
        _ = try pack(
            [Shared.path(example.file)], into: folder.file("s"),
            currency: Currency(code: example.said) ?? .missing)
        let rows = Dictionary(try listings(folder.file("s")).map { (string($0.id), $0) }) { $1 }
        for (id, price) in example.minorUnits {
            #expect(rows[id]?.price == price, "\(example.file) row \(id)")
            #expect(rows[id]?.currency.code == example.currency, "\(example.file) row \(id)")
        }
    }

    struct Names: Sendable, CustomTestStringConvertible {
        var file: String
        /// For the C library; empty leaves the file's bytes as they are.
        var encodedAs = ""
        var mark: [UInt8] = []
        var encoding: TextEncoding
        /// Row number to the beginning of its title.
        var titles: [(row: Int, start: String)]
        var testDescription: String { "\(file) in \(encoding.rawValue)" }
    }

    private static let fashion = [
        (1, "[크롭선택] ASI 포시즌"), (101, "어드저스트 투턱 와이드 슬"), (1_001, "스웨이드 카우 레더 벨트"),
        (5_001, "REVERSE HEAVY"), (9_001, "빈티지 캣브러시 워싱 리벳"),
    ]
    private static let phones = [
        (1, "【电信赠费版】三星"), (2, "三星 Galaxy"), (3, "【联通赠费版】三星"), (4, "【移动赠费版】三星G"),
        (5, "三星(SAMSUNG"),
    ]
    private static let earphones = [
        (1, "Original xiaomi redmi airdots"), (2, "Novo original lenovo lp40 tws"),
        (4, "Original tws y60 fone de ouvid"), (5, "Lenovo xt80 bluetooth 5.3"),
        (6, "Y60 fone de ouvido bluetooth 5"),
    ]

    static let names: [Names] = [
        Names(file: "catalogs/musinsa_data_2026.csv", encoding: .utf8, titles: fashion),
        Names(
            file: "catalogs/musinsa_data_2026.csv", encodedAs: "UTF-16LE", mark: [0xFF, 0xFE],
            encoding: .utf16LittleEndian, titles: fashion),
        Names(
            file: "catalogs/musinsa_data_2026.csv", encodedAs: "UTF-16BE",
            encoding: .utf16BigEndian, titles: fashion),
        Names(
            file: "catalogs/musinsa_cp949.csv", encoding: .cp949,
            titles: [
                (1, "오버사이즈 울 트렌치 코트 [BEIGE]"), (3, "울 트렌치 싱글 발마칸 코트"),
                (4, "오버사이즈 트렌치코트 블랙"), (6, "오버사이즈 트렌치 코트 BLACK"),
                (10, "[21FW] 오버사이즈 더블 트렌치"),
            ]),
        Names(
            file: "catalogs/jd_zh.csv", encodedAs: "GB18030", encoding: .gb18030, titles: phones),
        Names(
            file: "catalogs/aliexpress_ptbr.csv", encodedAs: "WINDOWS-1252//TRANSLIT",
            encoding: .windows1252, titles: earphones),
    ]

    @Test(arguments: names)
    func namesAreRead(_ example: Names) throws {
        let folder = try TemporaryFolder()
        var path = Shared.path(example.file)
        if !example.encodedAs.isEmpty {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let plain = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
            let bytes = try encode(plain, example.encodedAs)
            path = try folder.write("t.csv", example.mark + bytes)
        }
        // Duplicates stay, so that a row of the file is the same row of the store.
        let report = try pack(
            [path], into: folder.file("s"), currency: .krw, repeatedIDs: .keep)
        #expect(report.sources[0].encoding == example.encoding)
        #expect(report.sources[0].encodingConfidence >= 95)
        let titles = try listings(folder.file("s")).map { string($0.title) }
        for (row, start) in example.titles {
            let wanted = start.replacing("(", with: "（")
            let found = titles[row - 1]
            #expect(found.hasPrefix(start) || found.hasPrefix(wanted), "row \(row): \(found)")
        }
    }
}
