import KleanScore
import Testing

/// Quantiles and tails of the beta distribution against worked values.
@Suite struct BetaTests {
    @Test func cumulativeOfSimpleShapes() {
        for x in [0.0, 0.01, 0.3, 0.5, 0.99, 1.0] {
            #expect(abs(Beta.cumulative(x, alpha: 1, beta: 1) - x) < 1e-13)
            #expect(abs(Beta.cumulative(x, alpha: 2, beta: 1) - x * x) < 1e-13)
            let mirrored = 1 - Beta.cumulative(1 - x, alpha: 7.5, beta: 2.25)
            #expect(abs(Beta.cumulative(x, alpha: 2.25, beta: 7.5) - mirrored) < 1e-12)
        }
    }

    @Test func quantileInvertsCumulative() {
        for alpha in [0.05, 0.5, 1, 3.7, 50, 4_000] {
            for beta in [0.5, 2, 199, 1_000_000] {
                for share in [0.001, 0.05, 0.5, 0.95] {
                    let x = Beta.quantile(share, alpha: alpha, beta: beta)
                    guard x > 1e-290 else { continue }
                    let found = Beta.cumulative(x, alpha: alpha, beta: beta)
                    #expect(abs(found - share) < 1e-8, "\(alpha) \(beta) \(share): \(x)")
                }
            }
        }
    }

    /// Prior Beta(1, 199), then events/orders; the values lie beside the project.
    @Test(.enabled(if: SharedData.has("vectors/scoring.json")))
    func matchesWorkedSellerPosteriors() throws {
        let vectors = try SharedData.json("vectors/scoring.json")
        let table = try #require(vectors["beta_seller_prior_1_199"] as? [String: [String: Double]])
        #expect(table.count == 6)
        for (key, values) in table {
            let counts = key.split(separator: "/").compactMap { Double($0) }
            let alpha = 1 + counts[0]
            let beta = 199 + counts[1] - counts[0]
            for (name, share) in [("q05", 0.05), ("q95", 0.95)] {
                let expected = try #require(values[name])
                let found = Beta.quantile(share, alpha: alpha, beta: beta)
                #expect(abs(found - expected) <= expected * 1e-6, "\(key) \(name): \(found)")
            }
            let tail = try #require(values["p_gt_5pct"])
            #expect(abs(1 - Beta.cumulative(0.05, alpha: alpha, beta: beta) - tail) < 1e-9)
        }
    }
}
