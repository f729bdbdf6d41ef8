import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// The same catalog in every encoding gives the same rows, found without being told.
@Suite struct EncodingTests {
    private static let rows = (0..<200).map { row in
        "\(row),[정품] 나이키 에어맥스 \(row) 운동화 블랙,나이키,\"\(row + 1),000원\"\n"
    }
    private static let korean = "상품번호,상품명,브랜드,판매가\n" + rows.joined()
    private static let chinese =
        "商品编号,商品名称,品牌,价格\n"
        + (0..<200).map { "\($0),三星手机的新款 \($0) 电信版,三星,\($0 + 1)元\n" }.joined()
    private static let western =
        "id,título,marca,preço\n"
        + (0..<200).map { "\($0),Calça feminina é São Paulo \($0),Ação,\"R$ 1\($0),90\"\n" }
        .joined()

    private func titles(_ bytes: [UInt8], _ expected: TextEncoding, _ block: Int = 1 << 20) throws
        -> [String]
    {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", bytes)
        let report = try pack([path], into: folder.file("s"), blockBytes: block)
        #expect(report.sources[0].encoding == expected)
        #expect(report.total.packed == 200 && report.total.textsRepaired == 0)
        return try listings(folder.file("s")).map { string($0.title) + "\($0.price)" }
    }

    @Test func koreanInEveryEncoding() throws {
        let expected = try titles(Array(Self.korean.utf8), .utf8)
        #expect(expected[7] == "[정품] 나이키 에어맥스 7 운동화 블랙8000")
        #expect(try titles([0xEF, 0xBB, 0xBF] + Array(Self.korean.utf8), .utf8) == expected)
        for block in [64, 1 << 20] {
            #expect(try titles(encode(Self.korean, "UHC"), .cp949, block) == expected)
        }
        let wide = try encode(Self.korean, "UTF-16LE")
        #expect(try titles([0xFF, 0xFE] + wide, .utf16LittleEndian) == expected)
        #expect(try titles(wide, .utf16LittleEndian, 64) == expected)
        let other = try encode(Self.korean, "UTF-16BE")
        #expect(try titles([0xFE, 0xFF] + other, .utf16BigEndian) == expected)
    }

    @Test func chineseIsNotTakenForKorean() throws {
        let expected = try titles(Array(Self.chinese.utf8), .utf8)
        #expect(try titles(encode(Self.chinese, "GB18030"), .gb18030) == expected)
    }

    @Test func westernLettersAreFew() throws {
        let expected = try titles(Array(Self.western.utf8), .utf8)
        #expect(try titles(encode(Self.western, "WINDOWS-1252"), .windows1252) == expected)
    }

    private static let japanese =
        "商品番号,商品名,ブランド,価格\n"
        + (0..<200).map { "\($0),レディースの革バッグ 新品です \($0),グッチ,\($0 + 1)円\n" }.joined()
    private static let taiwanese =
        "商品編號,商品名稱,品牌,價格\n"
        + (0..<200).map { "\($0),全新女用皮革手提包與錢包 \($0),古馳,NT$\($0 + 1)\n" }.joined()

    @Test func otherFarEasternEncodings() throws {
        let expected = try titles(Array(Self.japanese.utf8), .utf8)
        #expect(try titles(encode(Self.japanese, "CP932"), .shiftJIS) == expected)
        #expect(try titles(encode(Self.japanese, "EUC-JP"), .eucJP) == expected)
        let taiwanese = try titles(Array(Self.taiwanese.utf8), .utf8)
        #expect(try titles(encode(Self.taiwanese, "BIG5"), .big5) == taiwanese)
    }

    /// A few words are enough to choose, with less confidence, and that is said.
    @Test func littleTextIsDoubted() throws {
        let folder = try TemporaryFolder()
        let samples: [(String, String, TextEncoding)] = [
            ("가방 하나", "UHC", .cp949), ("手机壳的", "GB18030", .gb18030),
            ("Calça é", "WINDOWS-1252", .windows1252),
        ]
        for (text, name, expected) in samples {
            let path = try folder.write("\(name).csv", encode("id,title\n1,\(text)\n", name))
            let preview = try PackPreview([PackInput(path: path)])
            let plan = try #require(preview.sources.first?.plan)
            #expect(plan.encoding == expected && plan.encodingConfidence < 100)
            let isDoubted = plan.notes.contains { $0.contains("% confidence") }
            #expect(isDoubted == (plan.encodingConfidence < 95))
        }
    }

    @Test func encodingCanBeSaid() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", encode("id,title\n1,가방\n", "UHC"))
        var mapping = Mapping()
        mapping.encoding = TextEncoding(name: "EUC-KR")
        _ = try PackJob(
            inputs: [PackInput(path: path, mapping: mapping)], store: folder.file("s")
        ).run()
        #expect(try listings(folder.file("s")).map { string($0.title) } == ["가방"])
    }

    @Test(.enabled(if: Shared.isThere, "the shared catalogs are not beside the package"))
    func realFileInCP949() throws {
        let folder = try TemporaryFolder()
        let report = try pack(
            [Shared.path("catalogs/musinsa_cp949.csv")], into: folder.file("s"), currency: .krw)
        #expect(report.sources[0].encoding == .cp949)
        #expect(report.total.read == 90 && report.total.packed == 90)
        let rows = try listings(folder.file("s"))
        #expect(string(rows[0].title) == "오버사이즈 울 트렌치 코트 [BEIGE]")
        #expect(string(rows[0].brand) == "드로우핏" && rows[0].price == 156_700)
        #expect(string(rows[89].brand) == "셀리테일즈" && rows[89].price == 180_600)
    }
}
