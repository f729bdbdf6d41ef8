import Foundation
import KleanCatalog
import KleanCore
import Testing

/// The same rows through every packing, archive and path that an input can take. The packed bytes
/// were made once with Python's gzip, bz2, lzma, tarfile and zipfile, zstandard and lz4.
@Suite struct InputTests {
    static let rows =
        "id,title,price\n1,가방 하나,\"39,500원\"\n2,가방 둘,\"1,290원\"\n"

    struct Packed: Sendable, CustomTestStringConvertible {
        var ending: String
        var base64: String
        var testDescription: String { ending }
        var bytes: [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
    }

    static let gzip =
        "H4sIAAAAAAACA8tM0SnJLMlJ1SkoykxO5TLUebWh4fWGlQpvp8543TRDR8nYUsfUwODN7AlKXEYw"
        + "udcTgRKGOkaWEHEAYPsp/EMAAAA="
    static let streams = [
        Packed(ending: "gz", base64: gzip),
        Packed(
            ending: "bz2",
            base64:
                "QlpoOTFBWSZTWSskDqkAABDZ+QAQUAR6IA4kVABQAGJIACBAAAAeIABIap6jTNI9E0YgeiBqmmmC"
                + "YI0whjRMh4Kho7D4O2RkYN1QaYlE5CW8zoDoTvRZQXyrYgoEFDkf5IejfQu5IpwoSBWSB1SA"),
        Packed(
            ending: "xz",
            base64:
                "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABCAD5dADSZAYXhx2aiVdV7Ge/evJQRVnBenu3jRTNC"
                + "92zqDV0CVoCKgRgqUiUD8+Pr9PEpMvokKZGdwefX2iuo1eQAAAAAF5ptgsxKmGQAAVpD3xAHjx+2"
                + "830BAAAAAARZWg=="),
        Packed(
            ending: "zst",
            base64:
                "KLUv/SBDGQIAaWQsdGl0bGUscHJpY2UKMSzqsIDrsKkg7ZWY64KYLCIzOSw1MDDsm5AiCjIs6rCA"
                + "67CpIOuRmCwiMSwyOTDsm5AiCg=="),
        Packed(
            ending: "lz4",
            base64:
                "BCJNGGhAQwAAAAAAAADQQQAAAPQdaWQsdGl0bGUscHJpY2UKMSzqsIDrsKkg7ZWY64KYLCIzOSw1"
                + "MDDsm5AiCjIcAPAA65GYLCIxLDI5MOybkCIKAAAAAA=="),
    ]
    /// `2024/a.csv`, `2024/b.csv.gz`, `readme.txt` and `.hidden.csv` in a gzipped tar.
    static let tar = Packed(
        ending: "tar.gz",
        base64:
            "H4sIAOSzBWsC/+3XsUrDQBzH8aNCkLyEoS4Wjni5pAntGyhFfQIhba72oFpJrqJO4iCIiw5Cobvg"
            + "VnD1BaqTQt0VXIzujqYtOtRJoSna32f5h7sh05e744w7i75ZiXbI2LCE6ziDmRidzGL21/dw3eOu"
            + "TQxGUtCMlB8mvyTTSQZUSVUXdDuUFaFb9KVzEHcujbfzVnzYolm7QPOMvbZPszr/3IvPkg2L8sJw"
            + "ncDfxfv9l/v9mxv7E+qfeWy0f4+56D8Ncyezg5mZuS3d5bq0u9TLLdyUVp75w97V9WPv6Li4fFHU"
            + "NK1RXV17ypB7/X19Htn8G6Hwg01hql01ufOfcetb/7aD/tPglxtNZaiaiIRRlXURIYmpYtZkEIit"
            + "sT4AfnH/99w8+sf9HwAAAAAAAAAAAAAAAH7qA+UibvcAKAAA")
    /// `a.csv` and `한글/b.csv`.
    static let zip = Packed(
        ending: "zip",
        base64:
            "UEsDBBQAAAAIACx/eF1g+yn8OwAAAEMAAAAFAAAAYS5jc3bLTNEpySzJSdUpKMpMTuUy1Hm1oeH1"
            + "hpUKb6fOeN00Q0fJ2FLH1MDgzewJSlxGMLnXE4EShjpGlhBxAFBLAwQUAAAICAAsf3hd0gr4XiYA"
            + "AAAjAAAADAAAAO2VnOq4gC9iLmNzdstM0SnJLMlJ1SkoykxO5TLWebO84dWGiTpKpjoGBgZvZk9Q"
            + "4gIAUEsBAhQDFAAAAAgALH94XWD7Kfw7AAAAQwAAAAUAAAAAAAAAAAAAAIABAAAAAGEuY3N2UEsB"
            + "AhQDFAAACAgALH94XdIK+F4mAAAAIwAAAAwAAAAAAAAAAAAAAIABXgAAAO2VnOq4gC9iLmNzdlBL"
            + "BQYAAAAAAgACAG0AAACuAAAAAAA=")

    @Test(arguments: streams)
    func packedStreamsAreUnpacked(_ packed: Packed) throws {
        let folder = try TemporaryFolder()
        let plain = try pack([folder.write("t.csv", Self.rows)], into: folder.file("plain"))
        let path = try folder.write("t.csv.\(packed.ending)", packed.bytes)
        let report = try pack([path], into: folder.file("s"))
        #expect(report.digest == plain.digest)
        #expect(report.sources[0].format == "CSV")
        // The bytes decide, not the name.
        let renamed = try folder.write("u.dat", packed.bytes)
        #expect(try pack([renamed], into: folder.file("u")).digest == plain.digest)
    }

    /// Every truncation is refused or gives whole rows; nothing hangs or crashes.
    @Test(arguments: streams + [tar, zip])
    func cutPackingIsAnError(_ packed: Packed) throws {
        let folder = try TemporaryFolder()
        let bytes = packed.bytes
        for count in stride(from: 1, to: bytes.count, by: 7) {
            let path = try folder.write("t.csv.\(packed.ending)", Array(bytes[..<count]))
            do {
                let report = try pack([path], into: folder.file("s\(count)"))
                let total = report.total
                #expect(total.read == total.packed + total.rejected + total.duplicates)
            } catch is CatalogError {}
        }
    }

    @Test func membersOfArchivesAreSources() throws {
        let folder = try TemporaryFolder()
        let tar = try folder.write("c.tar.gz", Self.tar.bytes)
        let report = try pack([tar], into: folder.file("s"))
        #expect(report.sources.map(\.name) == ["c.tar.gz/2024/a.csv", "c.tar.gz/2024/b.csv.gz"])
        #expect(report.sources.map(\.tally.packed) == [2, 1])
        #expect(report.skipped.map(\.path) == ["\(tar)/readme.txt", "\(tar)/.hidden.csv"])
        let zip = try folder.write("c.zip", Self.zip.bytes)
        let zipped = try pack([zip], into: folder.file("z"))
        #expect(zipped.sources.map(\.name) == ["c.zip/a.csv", "c.zip/한글/b.csv"])
        #expect(zipped.digest == report.digest)
    }

    @Test func membersCanBeChosen() throws {
        let folder = try TemporaryFolder()
        let tar = try folder.write("c.tar.gz", Self.tar.bytes)
        let report = try pack(["\(tar)::2024/b*"], into: folder.file("s"))
        #expect(report.sources.map(\.tally.packed) == [1] && report.skipped.isEmpty)
        #expect(throws: CatalogError.empty(file: "\(tar)::none*")) {
            try pack(["\(tar)::none*"], into: folder.file("t"))
        }
    }

    @Test func patternsNameFilesInOrder() throws {
        let folder = try TemporaryFolder()
        for name in ["b.csv", "a.csv", "c.txt"] {
            _ = try folder.write(name, "id,title\n\(name),x\n")
        }
        let report = try pack([folder.file("*.csv")], into: folder.file("s"))
        #expect(report.sources.map(\.name) == ["a.csv", "b.csv"])
        #expect(throws: CatalogError.notFound(file: folder.file("*.none"))) {
            try pack([folder.file("*.none")], into: folder.file("t"))
        }
    }

    /// A pipe gives what the file gives; `klean pack -` reads one.
    @Test func pipesAreRead() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe.csv")
        #expect(mkfifo(pipe, 0o600) == 0)
        let text = Array(Self.rows.utf8)
        let writer = Thread {
            let descriptor = open(pipe, O_WRONLY)
            _ = write(descriptor, text, text.count)
            close(descriptor)
        }
        writer.start()
        let report = try pack([pipe], into: folder.file("s"))
        #expect(report.total.packed == 2)
        let plain = try pack([folder.write("t.csv", Self.rows)], into: folder.file("plain"))
        #expect(report.digest == plain.digest)
    }

    /// Parquet needs another program; without it, or with a damaged file, the error says so.
    @Test func brokenParquetIsExplained() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.parquet", Array("PAR1 and nothing that follows".utf8))
        let error = #expect(throws: CatalogError.self) {
            try pack([path], into: folder.file("s"))
        }
        switch error {
        case .needsTool(_, _, let install): #expect(install == "python3 -m pip install pyarrow")
        case .toolFailed(let file, _, _): #expect(file == path)
        default: Issue.record("\(String(describing: error))")
        }
        #expect(try folder.names() == ["t.parquet"])
    }

    // MARK: repeated ids

    private static let repeated = "id,title\n1,a\n2,b\n1,c\n1,d\n"

    @Test func lastOfRepeatedIDsCounts() throws {
        let folder = try TemporaryFolder()
        let report = try pack([folder.write("t.csv", Self.repeated)], into: folder.file("s"))
        #expect(report.total.packed == 2 && report.total.duplicates == 2)
        #expect(try listings(folder.file("s")).map { string($0.title) } == ["b", "d"])
    }

    /// Small catalogs and those that stream give the same.
    @Test(arguments: [1 << 30, 1])
    func repeatedIDsCanBeKept(_ smallBytesMax: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", Self.repeated)
        var job = PackJob(inputs: [PackInput(path: path)], store: folder.file("s"))
        job.repeatedIDs = .keep
        job.smallBytesMax = smallBytesMax
        job.blockBytes = 8
        let total = try job.run().total
        #expect(total.read == 4 && total.packed == 4 && total.duplicates == 0)
        #expect(total.repeatsKept == 2)
        #expect(try listings(folder.file("s")).map { string($0.title) } == ["a", "b", "c", "d"])
        try Store(path: folder.file("s")).verify()
    }

    @Test(arguments: [1 << 30, 1])
    func repeatedIDsCanFail(_ smallBytesMax: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", Self.repeated)
        var job = PackJob(inputs: [PackInput(path: path)], store: folder.file("s"))
        job.repeatedIDs = .fail
        job.smallBytesMax = smallBytesMax
        job.blockBytes = 8
        #expect(throws: CatalogError.repeatedID(file: path, id: "1")) { try job.run() }
        #expect(try folder.names() == ["t.csv"])
    }

    // MARK: saved mappings

    @Test func mappingFilesSayHowToRead() throws {
        let folder = try TemporaryFolder()
        let file = try MappingFile(
            text: """
                currency: KRW
                columns:
                  title: [item]
                  price: [now, was]
                currencies: {usd: USD}
                defaults: {brand: Nike, condition: used}
                sources:
                  "us-*.csv":
                    columns: {price: usd}
                """, file: "m.yaml")
        #expect(file.mapping.columns == [.title: ["item"], .price: ["now", "was"]])
        let home = try folder.write("home.csv", "id,item,now,was,usd\n1,a,,900,1.5\n")
        let abroad = try folder.write("us-1.csv", "id,item,now,was,usd\n2,b,,900,1.5\n")
        let job = PackJob(
            inputs: [home, abroad].map {
                PackInput(path: $0, mapping: file.mapping, special: file.special)
            }, store: folder.file("s"))
        _ = try job.run()
        let rows = try listings(folder.file("s"))
        #expect(rows.map(\.price) == [900, 150])
        #expect(rows.map(\.currency.code) == ["KRW", "USD"])
        #expect(rows.allSatisfy { string($0.brand) == "Nike" && $0.condition == .used })
    }

    @Test(arguments: [
        "columns: {titel: x}", "curency: KRW", "currency: won?", "- a", "columns: [a",
        "encoding: x",
        "defaults: {colour: red}", "sources: {a: {sources: {}}}", "columns: {title: {a: b}}", "",
    ])
    func wrongMappingFilesAreRefused(_ text: String) {
        #expect(throws: CatalogError.self) { try MappingFile(text: text, file: "m.yaml") }
    }

    /// What a plan prints can be saved and used.
    @Test func plansSayWhatWouldBeDone() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.csv", "특가 목록,,,\n상품번호,상품명,판매가(원),메모\n1,가방,\"1,000\",x\n2,지갑,원,y\n")
        let preview = try PackPreview([PackInput(path: path)])
        let source = try #require(preview.sources.first)
        #expect(source.plan.bannerLines == 1 && source.plan.columns.unmapped == ["메모"])
        #expect(source.rows.map { string($0.title) } == ["가방", "지갑"])
        #expect(source.rows.map(\.price) == [1_000, Missing.int64])
        #expect(source.tally.prices(missing: .noNumber) == 1)
        let saved = try MappingFile(text: Mapping.yaml(of: source.plan), file: "m.yaml")
        #expect(saved.mapping.columns[.title] == ["상품명"])
        let again = try PackPreview([PackInput(path: path, mapping: saved.mapping)])
        #expect(again.sources[0].rows == source.rows)
    }

    // MARK: JSON at any depth

    struct Nested: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var titles: [String]
        var records = ""
    }

    @Test(arguments: [
        Nested(
            testDescription: "lists in records",
            text: """
                {"page": 1, "groups": [{"name": "x", "items": [{"title": "a", "price": 1},
                {"title": "b", "price": 2}]}, {"name": "y", "items": [{"title": "c", "price": 3}]}]}
                """, titles: ["a", "b", "c"]),
        Nested(
            testDescription: "lists in lists",
            text: #"[[{"title":"a"},{"title":"b"}],[{"title":"c"}]]"#,
            titles: ["a", "b", "c"]),
        Nested(
            testDescription: "pages one after the other",
            text: "[{\"title\":\"a\"}]\n[{\"title\":\"b\"},{\"title\":\"c\"}]\n",
            titles: ["a", "b", "c"]),
        Nested(
            testDescription: "the outer list holds pages",
            text: #"[{"data":{"list":[{"title":"a"}]}},{"data":{"list":[{"title":"b"}]}}]"#,
            titles: ["a", "b"]),
        Nested(
            testDescription: "a path that was named",
            text:
                #"{"ads":[{"title":"no","price":1,"brand":"n"}],"data":{"rows":[{"title":"a"}]}}"#,
            titles: ["a"], records: "data.rows"),
        Nested(
            testDescription: "brackets and quotes in texts",
            text: #"{"n\"]":"[{\"title\":1}]","rows":[{"title":"a]}\"["},{"title":"b"}]}"#,
            titles: ["a]}\"[", "b"]),
    ])
    func recordsAreFound(_ nested: Nested) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.json", nested.text)
        var mapping = Mapping()
        mapping.recordsPath = nested.records
        for block in [7, 1 << 20] {
            var job = PackJob(
                inputs: [PackInput(path: path, mapping: mapping)], store: folder.file("s\(block)"))
            job.blockBytes = block
            let total = try job.run().total
            #expect(total.read == UInt64(nested.titles.count) && total.rejected == 0)
            let found = try listings(folder.file("s\(block)")).map { string($0.title) }
            #expect(found == nested.titles)
        }
    }

    /// What stands after a list, or among its records, is refused and counted; the rest is read.
    @Test func strayTextInListsIsCounted() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.json", #"[{"title":"a"},7,"x",{"title":"b"}] {"title":"c"}"#)
        let total = try pack([path], into: folder.file("s")).total
        #expect(total.packed == 3 && total.read == total.packed + total.rejected)
        #expect(total.rejected(.notAnObject) == 2)
    }

    @Test func nestedColumnsAreMapped() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.jsonl", #"{"item":{"name":"a","cost":{"now":"₩1,000"}},"no":5}"# + "\n")
        _ = try pack(
            [path], into: folder.file("s"), map: "title=item.name,price=item.cost.now,id=no")
        let rows = try listings(folder.file("s"))
        #expect(rows.map { string($0.title) } == ["a"] && rows.map(\.price) == [1_000])
        #expect(rows.map { string($0.id) } == ["5"])
    }
}
