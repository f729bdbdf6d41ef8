import Foundation
import KleanCatalog
import KleanCore
import Testing

/// Titles are settled the same way whatever their bytes: against a slow rewriting by characters.
@Suite struct TextTests {
    @Test func titlesAreSettledAsBySlowRules() throws {
        var random = SplitMix(seed: 5)
        let pool: [String] = [
            "a", "B", "7", " ", " ", "  ", "\t", "\n", "\u{7F}", "\u{85}", "\u{2028}", "가", "힣",
            "漢",
            "é", "😀", "&", "&amp;", "&#44032;", "&#x41;", "&lt;", "&unknown;", "\u{A0}", "\u{3000}",
            "\u{200B}", "\"", "\\", ",", "abcdefgh", "ijklmnop",
        ]
        var titles: [String] = []
        for _ in 0..<3_000 {
            let pieces = (0..<Int(random.next() % 20)).map { _ in
                pool[Int(random.next() % UInt64(pool.count))]
            }
            titles.append("x" + pieces.joined() + "z")
        }
        let folder = try TemporaryFolder()
        let lines = try titles.enumerated().map { row, title in
            let json = String(
                decoding: try JSONEncoder().encode(["id": "\(row)", "title": title]), as: UTF8.self)
            return json + "\n"
        }
        let path = try folder.write("t.jsonl", lines.joined())
        _ = try pack([path], into: folder.file("s"))
        let packed = try listings(folder.file("s"))
        #expect(packed.count == titles.count)
        for (row, title) in titles.enumerated() {
            #expect(string(packed[row].title) == slow(title), "\(title.debugDescription)")
            let isChanged = slow(title) != title
            #expect(packed[row].originalTitle.isEmpty == !isChanged)
        }
    }

    private func slow(_ text: String) -> String {
        var result = ""
        var isSpace = false
        var rest = Substring(text)
        let names: [(String, String)] = [
            ("&amp;", "&"), ("&lt;", "<"), ("&#44032;", "가"), ("&#x41;", "A"),
        ]
        while let scalar = rest.unicodeScalars.first {
            if let (name, value) = names.first(where: { rest.hasPrefix($0.0) }) {
                result += value
                rest = rest.dropFirst(name.count)
                isSpace = false
                continue
            }
            if scalar.value == 0x200B {
                rest = Substring(rest.unicodeScalars.dropFirst())
                continue
            }
            let isBlank =
                scalar.value <= 0x20 || (0x7F...0xA0).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x3000
            if isBlank {
                if !isSpace { result += " " }
            } else {
                result.unicodeScalars.append(scalar)
            }
            isSpace = isBlank
            rest = Substring(rest.unicodeScalars.dropFirst())
        }
        return result
    }

    struct Title: Sendable, CustomTestStringConvertible {
        var raw: String
        var settled: String
        var testDescription: String { raw.debugDescription }
        init(_ raw: String, _ settled: String) {
            self.raw = raw
            self.settled = settled
        }
    }

    /// What shops and scrapers leave in titles. Angle brackets that are no markup stay.
    @Test(arguments: [
        Title("<b>나이키</b> 에어맥스", "나이키 에어맥스"), Title("가방<br>지갑<BR/>벨트", "가방 지갑 벨트"),
        Title("<p class=\"x\">가방</p><p>지갑</p>", "가방 지갑"), Title("<a href='x'>가방", "가방"),
        Title("<특가> 가방 <S>", "<특가> 가방 <S>"), Title("1 < 2 > 0", "1 < 2 > 0"),
        Title("<<BEST>> 가방", "<<BEST>> 가방"), Title("a<!-- note -->b", "a b"),
        Title("Tom &amp; Jerry", "Tom & Jerry"), Title("Tom &amp;amp; Jerry", "Tom & Jerry"),
        Title("&lt;b&gt;굵게&lt;/b&gt;", "굵게"), Title("Caf&eacute; &#8361;", "Café ₩"),
        Title("&#128;5 &#x1F600;", "€5 😀"), Title("AT&T; R&D &x;", "AT&T; R&D &x;"),
        Title("\u{1112}\u{1161}\u{11AB}글", "한글"), Title("Cafe\u{301}", "Café"),
        Title("カ\u{3099}", "ガ"), Title("나\u{200B}이\u{200D}키\u{2060}", "나이키"),
        Title("👨\u{200D}👩\u{200D}👧 가방", "👨\u{200D}👩\u{200D}👧 가방"),
        Title("\u{FEFF}가방\u{AD}끈", "가방끈"), Title("２０２４ 신상 Ａ", "2024 신상 Ａ"),
        Title("가\u{A0}\u{A0}방\u{3000}끈\u{2003}", "가 방 끈"), Title("가\u{7}\u{0085}방", "가 방"),
        Title("\u{202E}gnirts\u{202C}", "gnirts"), Title("می\u{200C}خواهم", "می\u{200C}خواهم"),
    ])
    func mixturesAreSettled(_ title: Title) throws {
        let folder = try TemporaryFolder()
        let line = String(decoding: try JSONEncoder().encode(["title": title.raw]), as: UTF8.self)
        _ = try pack([folder.write("t.jsonl", line + "\n")], into: folder.file("s"))
        let row = try #require(try listings(folder.file("s")).first)
        #expect(string(row.title).unicodeScalars.elementsEqual(title.settled.unicodeScalars))
        if title.raw.utf8.elementsEqual(title.settled.utf8) {
            #expect(row.originalTitle.isEmpty)
        } else {
            #expect(string(row.originalTitle).utf8.elementsEqual(title.raw.utf8))
        }
    }

    /// Bytes that are no UTF-8 become one mark each and are counted; long texts end at a character.
    @Test func brokenAndLongTexts() throws {
        let folder = try TemporaryFolder()
        var bytes = Array("id,title\n1,가".utf8)
        bytes += [0xFF, 0xE3, 0x81] + Array("나\n2,".utf8)
        bytes += Array(String(repeating: "가", count: 2_000).utf8) + Array("\n".utf8)
        let path = try folder.write("t.csv", bytes)
        let report = try pack([path], into: folder.file("s"))
        let rows = try listings(folder.file("s"))
        #expect(string(rows[0].title) == "가\u{FFFD}\u{FFFD}나")
        #expect(rows[1].title.count == 4_095)
        #expect(report.total.textsRepaired == 1 && report.total.textsCut == 1)
    }
}
