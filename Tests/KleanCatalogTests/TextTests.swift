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
            let isBlank =
                scalar.value <= 0x20 || (0x7F..<0xA0).contains(scalar.value)
                || scalar.value == 0x2028
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
