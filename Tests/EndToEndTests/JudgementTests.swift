import Foundation
import Testing

/// Verdicts, labels and reports at the command line: what is not there, or nobody's, is said.
@Suite struct JudgementTests {
    /// The golden catalog scanned by the golden model.
    static func index(in folder: TemporaryFolder, catalog: String) throws -> String {
        let (store, model, index) = (
            folder.path("store"), folder.path("model"), folder.path("index")
        )
        try expectSuccess([
            "model", "build", try GoldenResultTests.source(in: folder), "--out", model,
        ])
        try expectSuccess([
            "pack", try folder.write("catalog.csv", catalog), "--store", store,
        ])
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])
        return index
    }

    @Test func aVerdictIsSomebodys() throws {
        let folder = try TemporaryFolder()
        let index = try Self.index(in: folder, catalog: GoldenResultTests.catalog)
        let verdict = ["decide", index, "slang", "--verdict", "fake", "--by"]
        let nobody = try KleanProcess.run(verdict + [" "])
        #expect(nobody.status == 64 && nobody.errors.contains("--by"), "\(nobody.errors)")
        let none = try KleanProcess.run(["evaluate", index])
        #expect(none.status == 17 && none.output == "", "\(none.errors)")
        try expectSuccess(verdict + ["mina"])
        try expectSuccess(["evaluate", index])
    }

    @Test func labelsOfAnotherCatalogSayNothing() throws {
        let folder = try TemporaryFolder()
        let index = try Self.index(in: folder, catalog: GoldenResultTests.catalog)
        let labels = try folder.write("labels.csv", "id,label\nx1,fake\nx2,genuine\n")
        let others = try KleanProcess.run(["evaluate", index, "--labels", labels])
        #expect(others.status == 17 && others.output == "", "\(others.errors)")
        #expect(others.errors.contains("found 2, none of them such"), "\(others.errors)")
        let some = try folder.write("some.csv", "id,label\nslang,fake\nx2,genuine\n")
        try expectSuccess(["evaluate", index, "--labels", some])
    }

    /// One honest listing: nothing to rank, and a chart that still shows where the threshold is.
    @Test(arguments: [
        ("ko", "기준 이상인 상품이 없습니다"), ("en", "No listing is at or over the threshold"),
    ])
    func reportOfNothingSaysSo(_ language: String, _ sentence: String) throws {
        let folder = try TemporaryFolder()
        let catalog = "id,title,price,currency\nbox,수납 상자,9900,KRW\n"
        let index = try Self.index(in: folder, catalog: catalog)
        let page = folder.path("page.html")
        try expectSuccess(["report", index, "--out", page, "--lang", language])
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains(sentence))
        let line = try #require(html.firstRange(of: "<line class=\"mark\" x1=\""))
        let place = Double(html[line.upperBound...].prefix { $0 != "\"" })
        #expect((0...960).contains(try #require(place)))
    }

    /// A lower reference clears a listing; what moves up in its place is folded away.
    @Test func reportFoldsAwayWhatOthersDisplaced() throws {
        let folder = try TemporaryFolder()
        let old = try Self.index(in: folder, catalog: GoldenResultTests.catalog)
        let prices = try String(contentsOfFile: folder.path("source/prices.tsv"), encoding: .utf8)
        _ = try folder.write("source/prices.tsv", prices.replacing("139000", with: "24000"))
        let (model, index) = (folder.path("newer-model"), folder.path("newer-index"))
        try expectSuccess(["model", "build", folder.path("source"), "--out", model])
        try expectSuccess([
            "scan", folder.path("store"), "--model", model, "--out", index, "--workers", "1",
        ])
        let said = try KleanProcess.run(["diff", old, index, "--format", "json"])
        let all = try #require(try said.json() as? [String: Any], "\(said.errors)")
        let changes = try #require(all["changes"] as? [[String: Any]])
        func ids(_ isWanted: (String) -> Bool) -> [String] {
            changes.filter { isWanted($0["change"] as? String ?? "") }
                .compactMap { $0["id"] as? String }
        }
        let page = folder.path("page.html")
        try expectSuccess(["report", index, "--out", page, "--diff", old])
        let html = try String(contentsOfFile: page, encoding: .utf8)
        let fold = try #require(html.firstRange(of: "<details class=\"card fold\">"))
        let end = try #require(html[fold.upperBound...].firstRange(of: "</details>"))
        let displaced = ids { $0 == "displaced" }
        #expect(displaced == ["slang"] && ids { $0 == "cleared" } == ["cheap"])
        for id in displaced {
            #expect(html[fold.upperBound..<end.lowerBound].contains("<small>\(id)</small>"))
        }
        for id in ids({ $0 != "displaced" }) {
            #expect(html[..<fold.lowerBound].contains("<small>\(id)</small>"))
        }
    }
}
