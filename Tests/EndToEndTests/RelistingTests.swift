import Foundation
import Testing

/// A listing judged fake and taken down, then offered again by another seller with its picture.
@Suite struct RelistingTests {
    static let picture = String(repeating: "5aa5", count: 16)
    /// The same picture saved again: three bits differ.
    static let again = "5aa2" + picture.dropFirst(4)

    private func row(_ id: String, _ seller: String, _ picture: String) -> String {
        "\(id),구찌 마몬트 가방,Gucci,가방,\(seller),\(seller),120000,KRW,new,\(picture),90,9\n"
    }

    @Test func relistingIsSeen() throws {
        let folder = try TemporaryFolder()
        let header =
            "id,title,brand,category,seller,shop,price,currency,condition,image_hash,"
            + "image_quality,orders_90d\n"
        let source = try GoldenResultTests.source(in: folder)
        let (store, index) = (folder.path("store"), folder.path("index"))
        let first = try folder.write("a.csv", header + row("sold", "행복나눔", Self.picture))
        try expectSuccess(["pack", first, "--store", store])
        try expectSuccess(["model", "build", source, "--out", folder.path("model")])
        try expectSuccess([
            "scan", store, "--model", folder.path("model"), "--out", index, "--workers", "1",
        ])
        try expectSuccess([
            "decide", index, "sold", "--verdict", "fake", "--by", "mina", "--note", "test purchase",
        ])
        let added = try KleanProcess.run(["bank", "removed", source, index])
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.output.contains("1 pictures added"), "\(added.output)")
        let rows = try String(contentsOfFile: source + "/banks/removed.tsv", encoding: .utf8)
        #expect(rows.contains("\(Self.picture)\tremoved\t\tsold\ttest purchase"), "\(rows)")
        // What is there stays once.
        #expect(try KleanProcess.run(["bank", "removed", source, index]).output.contains("0 pic"))

        let second = try folder.write("b.csv", header + row("again", "새나눔", Self.again))
        try expectSuccess(["pack", second, "--store", store, "--append"])
        try expectSuccess(["model", "build", source, "--out", folder.path("after")])
        let later = folder.path("later")
        try expectSuccess([
            "scan", store, "--model", folder.path("after"), "--out", later, "--workers", "1",
        ])
        let said = try KleanProcess.run(["explain", later, "again", "--lang", "ko"])
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.output.contains("같은 사진을 쓰던 다른 상품들이 이미 삭제됨"), "\(said.output)")
        #expect(said.output.contains("sold"), "\(said.output)")

        try expectSuccess(["decide", later, "sold", "--verdict", "genuine", "--by", "mina"])
        let cleared = try KleanProcess.run(["bank", "removed", source, later])
        #expect(cleared.output.contains("1 disabled"), "\(cleared.output)\(cleared.errors)")
    }
}
