import Foundation
import Testing

/// Scores of one small catalog by one small model, as this scorer version gives them. When a
/// change moves any of them, raise `ScorerVersion.current` and write the new scores down here:
/// results of two versions must never meet in one index.
@Suite struct GoldenResultTests {
    static let scorerVersion = 7
    static let scores = """
        honest -5.00000
        sale -3.65370
        cheap 2.28018
        used -1.73018
        laces -5.00000
        fake-picture -1.10001
        official-picture 7.29999
        near-miss -2.00000
        confusable -0.50000
        accent -2.25000
        masked -2.00000
        slang 0.50000
        denied -5.00000
        kit -5.00000
        mismatch -3.50000
        store-claim -2.50000
        complaints -3.85310
        dollars 5.20000
        nothing -5.00000
        """

    /// A hash whose words are all alike, and the same with a few bits changed.
    static func hash(_ word: String, _ changed: String = "") -> String {
        let text = String(repeating: word, count: 16)
        return changed + text.dropFirst(changed.count)
    }

    static let catalog = """
        id,title,brand,category,seller,shop,price,currency,condition,image_hash,\
        orders_90d,complaints_90d
        honest,나이키 에어포스 1 새상품,Nike,운동화,동네가게,동네가게,139000,KRW,new,\(hash("0f1e")),40,0
        sale,나이키 에어포스 1 새상품,Nike,운동화,동네가게,동네가게,98000,KRW,new,,40,0
        cheap,나이키 에어포스 1 새상품,Nike,운동화,행복나눔,행복나눔,21000,KRW,new,,40,0
        used,나이키 에어포스 1 중고,Nike,운동화,행복나눔,행복나눔,21000,KRW,used,,40,0
        laces,나이키 에어포스 1 용 신발끈,무지,신발끈,줄파는집,줄파는집,5000,KRW,new,,40,0
        fake-picture,가죽 가방,,가방,행복나눔,행복나눔,90000,KRW,new,\(hash("a5c3", "b")),40,0
        official-picture,구찌 마몬트 가방,Gucci,가방,행복나눔,행복나눔,120000,KRW,new,\(hash("3c69", "4")),9,0
        near-miss,구쯔 가방 Guccii 숄더백,,가방,행복나눔,행복나눔,120000,KRW,new,,9,0
        confusable,Guссi 숄더백,,가방,행복나눔,행복나눔,120000,KRW,new,,9,0
        accent,Gùcci 숄더백,,가방,행복나눔,행복나눔,120000,KRW,new,,,
        masked,Guc□i 숄더백,,가방,행복나눔,행복나눔,120000,KRW,new,,,
        slang,구찌 st 미러급 레플리카 가방,,가방,행복나눔,행복나눔,90000,KRW,new,,9,0
        denied,구찌 가방 레플리카 아님,Gucci,가방,동네가게,동네가게,1900000,KRW,new,,9,0
        kit,나이키 축구 유니폼 레플리카,Nike,유니폼,동네가게,동네가게,89000,KRW,new,,9,0
        mismatch,구찌 스타일 아님 구찌 지갑,Nike,지갑,동네가게,동네가게,300000,KRW,new,,9,0
        store-claim,구찌 가방,Gucci,가방,구찌 공식스토어,구찌 공식스토어,1500000,KRW,new,,9,0
        complaints,가죽 지갑,,지갑,말많은집,말많은집,30000,KRW,new,,100,30
        dollars,Gucci Marmont Bag,Gucci,가방,globalshop,globalshop,45.00,USD,new,,9,0
        nothing,수납 상자,,생활용품,동네가게,동네가게,9900,KRW,new,,,

        """

    static func source(in folder: TemporaryFolder) throws -> String {
        let source = folder.path("source")
        try FileManager.default.copyItem(
            at: RepositoryRoot.url.appending(path: "Tests/EndToEndTests/GoldenModel"),
            to: URL(filePath: source))
        let header = "hash\tkind\tbrand\tid\tnote\ttarget\n"
        _ = try folder.write(
            "source/banks/confirmed-fakes.tsv",
            header + "\(hash("a5c3"))\tconfirmedFake\tgucci\tF1\ttest\timage\n")
        _ = try folder.write(
            "source/banks/official.tsv",
            header + "\(hash("3c69"))\tofficial\tgucci\tO1\ttest\timage\n")
        return source
    }

    @Test func scoresAreThoseOfThisScorerVersion() throws {
        let folder = try TemporaryFolder()
        let (store, model, index) = (
            folder.path("store"), folder.path("model"), folder.path("index")
        )
        try expectSuccess(["model", "build", try Self.source(in: folder), "--out", model])
        try expectSuccess([
            "pack", try folder.write("catalog.csv", Self.catalog), "--store", store,
        ])
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])
        let file = folder.path("scores.csv")
        try expectSuccess(["export", index, "--format", "csv", "--all-scores", "--out", file])
        let rows = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let found = rows.dropFirst().map { row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            return "\(cells[1]) \(cells[2])"
        }
        #expect(found.joined(separator: "\n") == Self.scores)
        let version = try KleanProcess.run(["--version"]).output
        #expect(version.contains("scorer \(Self.scorerVersion)"), "\(version)")
    }
}
