import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// The readers against what a kept CSV reader (Python's csv module) makes of the same text, and
/// against themselves at every block size.
@Suite struct ReaderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        /// Titles of the packed rows, in order.
        var titles: [String]
        var rejects: [RejectReason] = []
        var file = "t.csv"
        var testDescription: String { name }
    }

    static let delimited: [Example] = [
        Example(name: "plain", text: "id,title\n1,a\n2,b\n", titles: ["a", "b"]),
        Example(name: "no last line end", text: "id,title\n1,a\n2,b", titles: ["a", "b"]),
        Example(name: "CRLF", text: "id,title\r\n1,a\r\n2,b\r\n", titles: ["a", "b"]),
        Example(name: "CR CR LF", text: "id,title\r\r\n1,a\r\r\n2,b\r\r\n", titles: ["a", "b"]),
        Example(name: "CR alone", text: "id,title\r1,a\r2,b\r", titles: ["a", "b"]),
        Example(name: "byte order mark", text: "\u{FEFF}id,title\n1,a\n", titles: ["a"]),
        Example(name: "quotes", text: "id,title\n1,\"a, b\"\n", titles: ["a, b"]),
        Example(
            name: "doubled quotes", text: "id,title\n1,\"12\"\" monitor\"\n",
            titles: ["12\" monitor"]),
        Example(
            name: "quote inside an unquoted cell", text: "id,title\n1,12\" monitor\n2,b\n",
            titles: ["12\" monitor", "b"]),
        Example(
            name: "text after the closing quote", text: "id,title\n1,\"a\"b\"c\n2,d\n",
            titles: ["ab\"c", "d"]),
        Example(
            name: "line end inside quotes", text: "id,title\n1,\"a\nb\"\n2,c\n",
            titles: ["a b", "c"]),
        Example(name: "empty lines", text: "id,title\n\n1,a\n\n\n2,b\n\n", titles: ["a", "b"]),
        Example(
            name: "short and long rows", text: "id,title,brand\n1,a,x\n2,b\n3,c,x,y\n4,d,x,\n",
            titles: ["a", "d"], rejects: [.shortRow, .longRow]),
        Example(
            name: "empty rows", text: "id,title\n,\n , \n1,a\n", titles: ["a"],
            rejects: [.emptyRow, .emptyRow]),
        Example(
            name: "header repeated", text: "id,title,price\n1,a,5\nid,title,price\n2,b,6\n",
            titles: ["a", "b"], rejects: [.headerRepeated]),
        Example(
            name: "a quote that never closes", text: "id,title\n1,a\n2,\"b\n3,c\n4,d\n",
            titles: ["a", "c", "d"], rejects: [.quoteNeverCloses]),
        Example(name: "tabs", text: "id\ttitle\n1\ta,b\n", titles: ["a,b"], file: "t.tsv"),
        Example(name: "tabs found", text: "id\ttitle\n1\ta\n2\tb\n", titles: ["a", "b"]),
        Example(name: "semicolons", text: "id;title\n1;a,b\n2;c\n", titles: ["a,b", "c"]),
        Example(
            name: "banner lines",
            text: "BIG SHEET,,\n,,\nid,title,price\n1,a,5\n2,b,6\n", titles: ["a", "b"]),
        Example(
            name: "two headers", text: "상품번호,상품명,브랜드\ngoodsno,goodsnm,brandnm\n1,a,x\n",
            titles: ["a"]),
        Example(
            name: "no title", text: "id,title\n1,\n2,b\n", titles: ["b"], rejects: [.noTitle]),
        Example(
            name: "blanks and entities",
            text: "id,title\n1,\"  a \t\n b &amp; c&#39;s &lt;x&gt; \u{A0}\"\n",
            titles: ["a b & c's <x>"]),
    ]

    static let json: [Example] = [
        Example(
            name: "array", text: #"[{"id":1,"title":"a"},{"id":2,"title":"b"}]"#,
            titles: ["a", "b"], file: "t.json"),
        Example(
            name: "object with one array", text: #"{"n":2,"items":[{"title":"a"},{"title":"b"}]}"#,
            titles: ["a", "b"], file: "t.json"),
        Example(
            name: "deeper array",
            text: #"{"data":{"list":[ {"title":"a"} , {"title":"b"} ],"x":1}}"#,
            titles: ["a", "b"], file: "t.json"),
        Example(
            name: "lines", text: "{\"title\":\"a\"}\n\n{\"title\":\"b\"}\r\n", titles: ["a", "b"],
            file: "t.jsonl"),
        Example(
            name: "a broken line",
            text: "{\"title\":\"a\"}\n{\"title\":\n[1]\n{\"title\":\"b\"}\n{\"title\":\"c\"} x\n",
            titles: ["a", "b"], rejects: [.badJSON, .notAnObject, .badJSON], file: "t.jsonl"),
        Example(
            name: "escapes",
            text: #"[{"title":"a\"\\\/\u00e9\ud83d\ude00\n\tb"}]"#, titles: ["a\"\\/é😀 b"],
            file: "t.json"),
        Example(
            name: "nested and lists",
            text: #"[{"item":{"name":"a"},"brand":["x","y"]},{"item":{"name":"b"},"brand":[]}]"#,
            titles: ["a", "b"], file: "t.json"),
        Example(
            name: "braces in strings", text: #"[{"title":"}{]["},{"title":"b"}]"#,
            titles: ["}{][", "b"], file: "t.json"),
        Example(
            name: "numbers among records", text: #"[{"title":"a"},3,"x",{"title":"b"},null]"#,
            titles: ["a", "b"], rejects: [.notAnObject, .notAnObject, .notAnObject],
            file: "t.json"),
        Example(
            name: "cut off", text: #"[{"title":"a"},{"title":"b"},{"title":"c"#,
            titles: ["a", "b"], rejects: [.badJSON], file: "t.json"),
        Example(
            name: "side by side", text: "{\n\"title\":\"a\"\n}\n{\n\"title\":\"b\"\n}\n",
            titles: ["a", "b"], file: "t.json"),
        Example(
            name: "keys in any order, written twice",
            text: #"[{"title":"a","x":1},{"x":2,"title":"no","title":"b"}]"#,
            titles: ["a", "b"], file: "t.json"),
    ]

    @Test(arguments: delimited + json)
    func rowsAreThoseOfTheFile(_ example: Example) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(example.file, example.text)
        let report = try pack([path], into: folder.file("store"))
        #expect(try listings(folder.file("store")).map { string($0.title) } == example.titles)
        let tally = report.total
        for reason in RejectReason.allCases {
            let expected = UInt64(example.rejects.count { $0 == reason })
            #expect(tally.rejected(reason) == expected, "\(reason)")
        }
        #expect(tally.read == tally.packed + tally.rejected + tally.duplicates)
    }

    /// Where a block ends changes nothing: digest, tallies, rejects with their lines.
    @Test(arguments: delimited + json)
    func blocksDoNotShow(_ example: Example) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(example.file, example.text)
        var outcomes: Set<String> = []
        for size in [1, 2, 3, 5, 7, 16, 1 << 20] {
            let store = folder.file("store-\(size)")
            let report = try pack([path], into: store, blockBytes: size)
            let rejects = try String(contentsOfFile: report.rejectsPath, encoding: .utf8)
            outcomes.insert("\(report.digest.hex) \(report.total) \(rejects)")
        }
        #expect(outcomes.count == 1, "\(outcomes)")
    }

    /// Mutated files end in a store or a typed error, every record accounted for, at any block
    /// size the same.
    @Test(arguments: 0..<8)
    func mutatedFilesAreAccountedFor(_ seed: UInt64) throws {
        var random = SplitMix(seed: 0x6B6C_6561_6E + seed)
        let folder = try TemporaryFolder()
        let examples = ReaderTests.delimited + ReaderTests.json
        for round in 0..<60 {
            let example = examples[Int(random.next() % UInt64(examples.count))]
            var bytes = Array(example.text.utf8)
            bytes += bytes.dropFirst(bytes.count / 3)
            for _ in 0...Int(random.next() % 4) { mutate(&bytes, &random) }
            let path = try folder.write(example.file, bytes)
            var outcomes: [String] = []
            for size in [1 + Int(random.next() % 9), 1 << 20] {
                let store = folder.file("s\(round)-\(outcomes.count)")
                do {
                    let report = try pack([path], into: store, threads: 1, blockBytes: size)
                    let tally = report.total
                    #expect(tally.read == tally.packed + tally.rejected + tally.duplicates)
                    let rejects = try String(contentsOfFile: report.rejectsPath, encoding: .utf8)
                    outcomes.append("\(report.digest.hex) \(tally) \(rejects)")
                } catch let error as CatalogError {
                    #expect(!FileManager.default.fileExists(atPath: store))
                    outcomes.append("\(error)")
                }
                try? FileManager.default.removeItem(atPath: store)
            }
            #expect(
                outcomes[0] == outcomes[1],
                "seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 5 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place...)
        case 2:
            let marks = Array("\",\n\r{}[]\\:\t".utf8)
            bytes.insert(marks[Int(random.next() % UInt64(marks.count))], at: place)
        case 3: bytes.remove(at: place)
        default:
            let other = Int(random.next() % UInt64(bytes.count))
            let range = min(place, other)..<max(place, other)
            bytes.insert(contentsOf: Array(bytes[range]), at: place)
        }
    }

    /// Records past the bound are refused one by one; what follows is read.
    @Test func hugeRecordsAreRefused() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "x", count: CatalogLimits.recordBytesMax + 10)
        let csv = try folder.write("t.csv", "id,title\n1,a\n2,\(long)\n3,b\n4,\"\(long)\"\n5,c\n")
        let report = try pack([csv], into: folder.file("s1"))
        #expect(try listings(folder.file("s1")).map { string($0.title) } == ["a", "b", "c"])
        #expect(report.total.rejected(.recordTooLong) == 1)
        #expect(report.total.rejected(.quoteNeverCloses) == 1)
        let json = try folder.write(
            "t.json", #"[{"title":"a"},{"title":"\#(long)"},{"title":"b"}]"#)
        let other = try pack([json], into: folder.file("s2"))
        #expect(try listings(folder.file("s2")).map { string($0.title) } == ["a", "b"])
        #expect(other.total.rejected(.recordTooLong) == 1)
    }

    @Test func wideAndDeepRecordsAreBounded() throws {
        let folder = try TemporaryFolder()
        let names = ["id", "title"] + (0..<10_000).map { "c\($0)" }
        let row = ["1", "a"] + (0..<10_000).map { "\($0)" }
        let wide = try folder.write(
            "wide.csv", names.joined(separator: ",") + "\n" + row.joined(separator: ",") + "\n")
        #expect(try pack([wide], into: folder.file("s1")).total.packed == 1)
        let deep =
            "{\"title\":\"a\"}\n{\"title\":\"b\",\"x\":" + String(repeating: "[", count: 100_000)
            + String(repeating: "]", count: 100_000) + "}\n"
        let lines = try folder.write("deep.jsonl", deep)
        let report = try pack([lines], into: folder.file("s2"))
        #expect(report.total.packed == 1)
        #expect(report.total.rejected(.nestedTooDeep) == 1)
    }

    /// Rejects say where: the file, the record's first line, the reason, the row.
    @Test func rejectsNameTheirLine() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.csv", "id,title,price\n1,\"a\nb\",5\n2,x\n\n3,c,6\n4,d,7,8\n")
        let report = try pack([path], into: folder.file("store"))
        let lines = try String(contentsOfFile: report.rejectsPath, encoding: .utf8)
            .split(separator: "\n")
        struct Line: Decodable {
            var file: String
            var line: Int
            var reason: String
            var detail: String
            var raw: String
        }
        let found = try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        #expect(found.map(\.line) == [4, 7])
        #expect(found.map(\.reason) == ["short row", "long row"])
        #expect(found.map(\.detail) == ["expected 3 cells, found 2", "expected 3 cells, found 4"])
        #expect(found.map(\.raw) == ["2,x", "4,d,7,8"])
        #expect(found.allSatisfy { $0.file == path })
    }

    /// Every field of a row, from CSV and from JSON, arrives where it belongs.
    @Test func everyFieldArrives() throws {
        let folder = try TemporaryFolder()
        let hash = String(repeating: "0123456789abcdef", count: 4)
        let csv = try folder.write(
            "t.csv",
            """
            상품번호,상품명,브랜드,카테고리,판매자,스토어,판매가,정가,통화,상태,image_hash,image_quality,\
            logo_hash,logo_quality,logo_label,logo_box,orders_90d,refunds_90d,complaints_90d,등록일,\
            링크,이미지,옵션,배송비
            77,가방,구찌,패션>가방,셀러1,가게,"12,000원",20000,KRW,중고,\(hash) \(hash),80 49,\(hash),90,\
            gucci,1 2 30 40,"1,200",3,0,2024-02-29 12:30:00 +0900,http://x/1,http://x/1.jpg,빨강/M,무료

            """)
        try check(pack([csv], into: folder.file("s1")), folder.file("s1"))
        let json = try folder.write(
            "t.json",
            """
            {"list":[{"id":77,"title":"가방","brand":["구찌","샤넬"],"category":"패션>가방",\
            "seller":{"name":"x"},"판매자":"셀러1","shop":"가게","price":12000,"currency":"KRW",\
            "condition":"used","image_hash":["\(hash)","\(hash)"],"image_quality":[80,49],\
            "logo_hash":["\(hash)"],"logo_quality":[90],"logo_label":["gucci"],\
            "logo_box":[[1,2,30,40]],"orders_90d":1200,"refunds_90d":3,"complaints_90d":0,\
            "listed_at":1709177400,"url":"http://x/1","image":["http://x/1.jpg","b"],\
            "options":"빨강/M","shipping":"무료"}]}
            """)
        try check(pack([json], into: folder.file("s2")), folder.file("s2"))
    }

    private func check(_ report: PackReport, _ store: String) throws {
        let row = try #require(try listings(store).first)
        let hash = try #require(Hash256(hex: String(repeating: "0123456789abcdef", count: 4)))
        #expect(string(row.id) == "77")
        #expect(string(row.title) == "가방")
        #expect(string(row.brand) == "구찌")
        #expect(string(row.category) == "패션>가방")
        #expect(string(row.seller) == "셀러1")
        #expect(string(row.shop) == "가게")
        #expect(row.price == 12_000)
        #expect(row.currency == .krw)
        #expect(row.condition == .used)
        #expect(
            row.images == [
                ImageHash(hash: hash, quality: 80), ImageHash(hash: hash, quality: 49),
            ])
        #expect(
            row.logos == [
                LogoHash(
                    hash: hash, quality: 90, label: Array("gucci".utf8),
                    box: LogoBox.pack(x: 1, y: 2, width: 30, height: 40))
            ])
        #expect(row.orders == 1_200 && row.refunds == 3 && row.complaints == 0)
        #expect(row.listedAt == 1_709_177_400)
        #expect(string(row.url) == "http://x/1")
        #expect(string(row.imageRef) == "http://x/1.jpg")
        #expect(string(row.options) == "빨강/M")
        #expect(string(row.shipping) == "무료")
        #expect(report.total.cellsUnread == 0 && report.total.hashesBad == 0)
    }
}
