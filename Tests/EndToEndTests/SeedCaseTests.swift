import Foundation
import Testing

/// The case that klean exists for, from CSV to ranking, on the shipped source model: an item at
/// 15 % of its reference by an unauthorised seller ranks above a genuine one on sale and above an
/// accessory made *for* it. Four products of four brands and categories, one path.
@Suite struct SeedCaseTests {
    struct Product: CustomTestStringConvertible, Sendable {
        let brand: String
        let name: String
        let category: String
        let reference: Int
        let accessory: String
        let accessoryCategory: String
        var testDescription: String { name }
    }

    static let products = [
        Product(
            brand: "Samsung", name: "갤럭시 워치 6 44mm", category: "스마트워치", reference: 200_000,
            accessory: "갤럭시 워치 6 호환 실리콘 스트랩", accessoryCategory: "스트랩"),
        Product(
            brand: "Dyson", name: "다이슨 슈퍼소닉 헤어드라이어", category: "헤어드라이어",
            reference: 499_000, accessory: "다이슨 슈퍼소닉 호환 거치대", accessoryCategory: "거치대"),
        Product(
            brand: "Nike", name: "나이키 에어포스 1 '07", category: "스니커즈", reference: 139_000,
            accessory: "나이키 에어포스 1 용 신발끈", accessoryCategory: "신발끈"),
        Product(
            brand: "Sulwhasoo", name: "설화수 자음 2종 세트", category: "스킨케어", reference: 130_000,
            accessory: "설화수 호환 펌프 용기", accessoryCategory: "용기"),
    ]

    /// z of `vectors/scoring.json` for a price at 0.15 and at 0.7 of a reference seen `n` times
    /// with a spread of 0.15.
    static let vectors: [(n: Int, fake: Double, sale: Double)] = [
        (5, -6.544, -1.23), (40, -9.586, -1.802), (400, -12.13, -2.281),
    ]

    @Test(arguments: products, vectors)
    func cheapUnauthorisedRanksFirst(
        _ product: Product, _ vector: (n: Int, fake: Double, sale: Double)
    ) throws {
        let folder = try TemporaryFolder()
        let model = try SeedCaseTests.model(in: folder, product: product, n: vector.n)
        let fake = product.reference * 15 / 100
        let sale = product.reference * 7 / 10
        let catalog = try folder.write(
            "catalog.csv",
            """
            id,title,brand,category,seller,price,currency,condition
            fake,\(product.name) 새상품,\(product.brand),\(product.category),행복나눔샵,\(fake),KRW,new
            sale,\(product.name) 새상품,\(product.brand),\(product.category),동네가게,\(sale),KRW,new
            strap,\(product.accessory),무지,\(product.accessoryCategory),줄파는집,\(fake),KRW,new

            """)
        let store = folder.path("store")
        let index = folder.path("index")
        try expectSuccess(["pack", catalog, "--store", store])
        try expectSuccess([
            "scan", store, "--model", model, "--out", index, "--workers", "1",
        ])
        let fakeExplained = try explain(index, "fake")
        let saleExplained = try explain(index, "sale")
        let strapExplained = try explain(index, "strap")
        #expect(score(fakeExplained) > score(saleExplained))
        #expect(score(fakeExplained) > score(strapExplained))
        #expect(abs(try z(fakeExplained) - vector.fake) < 0.05)
        #expect(abs(try z(saleExplained) - vector.sale) < 0.05)

        let top = try KleanProcess.run(["top", index, "--limit", "1", "--format", "json"]).json()
        let first = try #require((top as? [[String: Any]])?.first)
        #expect(first["id"] as? String == "fake")
    }

    /// The shipped source with this product's reference as its only price row.
    static func model(in folder: TemporaryFolder, product: Product, n: Int) throws -> String {
        let source = folder.path("source")
        try FileManager.default.copyItem(
            at: RepositoryRoot.url.appending(path: "cluster/model"), to: URL(filePath: source))
        let header =
            "brand\tcategory\tmodel\taliases\tlevel\tcondition\treference\tspread\tn"
            + "\tsource\tdate"
        let aliases = product.name.split(separator: " ").prefix(3).joined(separator: " ")
        let row = [
            product.brand.lowercased(), "", aliases, aliases, "R1", "new", "\(product.reference)",
            "0.15", "\(n)", "test", "2026-07-01",
        ].joined(separator: "\t")
        _ = try folder.write(
            "source/prices.tsv",
            """
            \(header)
            \(row)

            """)
        let model = folder.path("model")
        try expectSuccess(["model", "build", source, "--out", model])
        return model
    }

    func explain(_ index: String, _ id: String) throws -> [String: Any] {
        let said = try KleanProcess.run(["explain", index, id, "--format", "json"])
        #expect(said.status == 0, "\(said.errors)")
        return try #require(said.json() as? [String: Any])
    }

    func score(_ explained: [String: Any]) -> Double { explained["score"] as? Double ?? .nan }

    func z(_ explained: [String: Any]) throws -> Double {
        let price = try #require(explained["price"] as? [String: Any])
        return try #require(price["z"] as? Double)
    }
}

/// Runs klean and requires exit code 0.
func expectSuccess(_ arguments: [String]) throws {
    let said = try KleanProcess.run(arguments)
    try #require(said.status == 0, "klean \(arguments.joined(separator: " ")): \(said.errors)")
}

enum RepositoryRoot {
    static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
