import Foundation
import Testing

/// A store packed twice, the second time in a sales week: the sale is seen, and honest prices in it
/// are not low.
@Suite struct PriceEventScanTests {
    @Test func salesWeekIsSeen() throws {
        let folder = try TemporaryFolder()
        let source = try GoldenResultTests.source(in: folder)
        let store = folder.path("store")
        func catalog(_ name: String, _ price: Int) throws -> String {
            var text = "id,title,brand,category,seller,price,currency,condition\n"
            for id in 0..<120 {
                text +=
                    "i\(id),나이키 에어포스 1 새상품,Nike,운동화,가게\(id % 40),\(price + 100 * (id % 7)),"
                    + "KRW,new\n"
            }
            return try folder.write(name, text)
        }
        let usual = try catalog("a.csv", 139_000)
        try expectSuccess(["pack", usual, "--store", store])
        let week = try catalog("b.csv", 69_500)
        try expectSuccess(["pack", week, "--store", store, "--append"])
        let before = try priceEvidence(store, source, folder, "before")
        #expect(before.contains("기준가 139,000원"), "\(before)")

        let fitted = try KleanProcess.run([
            "model", "fit-events", source, "--store", store, "--date", "2026-11-11",
        ])
        #expect(fitted.status == 0, "\(fitted.errors)")
        #expect(fitted.output.contains("운동화") && fitted.output.contains("1 categories moved"))
        let after = try priceEvidence(store, source, folder, "after")
        // 0.501 of the list price: the odd hundreds weigh more at half the price.
        #expect(after.contains("69,500원 = 기준가 69,639원의 100%"), "\(after)")
        #expect(after.contains("평소 가격의 50%"), "\(after)")
    }

    /// A shop that puts a cheap option in front has not had a sale.
    @Test func baitIsNoSale() throws {
        let folder = try TemporaryFolder()
        let source = try GoldenResultTests.source(in: folder)
        let store = folder.path("store")
        func catalog(_ name: String, _ price: Int, _ options: String) throws -> String {
            let rows = (0..<120).map {
                "i\($0),나이키 에어포스 1 새상품,Nike,운동화,가게\($0 % 40),\(price),KRW,new,\(options)\n"
            }
            return try folder.write(
                name,
                "id,title,brand,category,seller,price,currency,condition,options\n" + rows.joined())
        }
        try expectSuccess(["pack", try catalog("a.csv", 100_000, ""), "--store", store])
        let bait = "신발끈:40000|에어포스 260:139000|에어포스 270:139000"
        try expectSuccess([
            "pack", try catalog("b.csv", 40_000, bait), "--store", store, "--append",
        ])
        let fitted = try KleanProcess.run([
            "model", "fit-events", source, "--store", store, "--date", "2026-11-11",
        ])
        #expect(fitted.status == 0, "\(fitted.errors)")
        #expect(fitted.output.contains(": 0 categories moved"), "\(fitted.output)")
    }

    /// What `explain` says of the first listing.
    private func priceEvidence(
        _ store: String, _ source: String, _ folder: TemporaryFolder, _ name: String
    ) throws -> String {
        let (model, index) = (folder.path("model-\(name)"), folder.path("index-\(name)"))
        try expectSuccess(["model", "build", source, "--out", model])
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])
        let said = try KleanProcess.run(["explain", index, "i0", "--lang", "ko"])
        #expect(said.status == 0, "\(said.errors)")
        return said.output
    }
}
