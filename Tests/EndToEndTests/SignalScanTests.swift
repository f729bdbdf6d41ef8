import Foundation
import Testing

/// Events laid over a store change the next scan, its job and its words; sellers roll up.
@Suite struct SignalScanTests {
    @Test func signalsReachTheRanking() throws {
        let folder = try TemporaryFolder()
        var catalog = "id,title,brand,category,seller,price,image_hash,image_quality,orders_90d\n"
        let hash = String(repeating: "a5c3", count: 16)
        let near = String(repeating: "a5c3", count: 15) + "a5c0"
        for id in 0..<60 {
            let seller = id % 10 == 0 ? "나쁜가게" : "가게\(id % 10)"
            let image = id == 0 ? hash : id == 1 ? near : ""
            let quality = id < 2 ? "90" : ""
            catalog +=
                "i\(id),나이키 에어포스 1 레플리카 급 \(id),Nike,스니커즈,\(seller),"
                + "\(20_000 + id),\(image),\(quality),40\n"
        }
        let store = folder.path("store")
        try expectSuccess(["pack", try folder.write("c.csv", catalog), "--store", store])
        let model = try SeedCaseTests.model(in: folder, product: SeedCaseTests.products[2], n: 40)
        let before = try scan(store, model, folder.path("before"))
        let plain = try KleanProcess.run(["explain", folder.path("before"), "i0"])

        var events = "kind,listing_id,order_id,buyer,at,delivered_at\n"
        for id in 0..<60 {
            for order in 0..<10 {
                events += "order,i\(id),\(id)-\(order),b\(id)-\(order),2026-05-01,2026-05-03\n"
            }
            for order in 0..<(id % 10 == 0 ? 4 : 0) {
                events +=
                    "counterfeitComplaint,i\(id),\(id)-\(order),b\(id)-\(order),"
                    + "2026-05-20,\n"
            }
        }
        let imported = try KleanProcess.run([
            "signals", "import", store, try folder.write("e.csv", events), "--as-of",
            "2026-06-01", "--format", "json",
        ])
        #expect(imported.status == 0, "\(imported.errors)")
        let after = try scan(store, model, folder.path("after"))
        #expect(before["job"] as? String != after["job"] as? String)
        let again = try scan(store, model, folder.path("again"), workers: "2")
        #expect(again["index"] as? String == after["index"] as? String)
        #expect(again["job"] as? String == after["job"] as? String)

        let explained = try KleanProcess.run(["explain", folder.path("after"), "i0"])
        #expect(explained.status == 0, "\(explained.errors)")
        #expect(explained.output.contains("신고") && !explained.output.contains("보정하지"))
        #expect(plain.status == 0 && plain.output != explained.output)

        let sellers = try KleanProcess.run([
            "sellers", folder.path("after"), "--format", "json", "--limit", "20",
        ])
        let rows = try #require(try sellers.json() as? [[String: Any]])
        let bad = try #require(rows.first { $0["seller"] as? String == "나쁜가게" })
        #expect(bad["complaints"] as? Int == 24 && bad["complaintOrders"] as? Int == 60)
        #expect(bad["flagged"] as? Int == 6 && bad["listings"] as? Int == 6)
        #expect(bad["sharedClusters"] as? Int == 1 && bad["sharingSellers"] as? Int == 1)
        let clusters = try KleanProcess.run(["clusters", folder.path("after"), "--format", "json"])
        let found = try #require(try clusters.json() as? [[String: Any]])
        #expect(found.count == 1 && found[0]["sellers"] as? Int == 2)
        #expect(found[0]["cluster"] as? String == min(hash, near))
    }

    private func scan(
        _ store: String, _ model: String, _ index: String, workers: String = "1"
    ) throws -> [String: Any] {
        let said = try KleanProcess.run([
            "scan", store, "--model", model, "--out", index, "--workers", workers, "--format",
            "json",
        ])
        try #require(said.status == 0, "\(said.errors)")
        return try #require(try said.json() as? [String: Any])
    }
}
