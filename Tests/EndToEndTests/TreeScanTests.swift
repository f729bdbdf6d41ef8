import Foundation
import Testing

/// `fusion: lightgbm`: a scan by trees gives every listing exactly what `klean predict` gives its
/// exported features, explains it by parts that add up, and counts as weights in a comparison.
@Suite struct TreeScanTests {
    static let features = [
        "image", "name", "price", "priceMissing", "officialImageLowPrice", "slangWithBrand",
        "authorised",
    ]

    /// A dozen trees of three splits; missing values go left in every other tree.
    static func trees() -> String {
        var text = """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            label_index=0
            max_feature_idx=\(features.count - 1)
            objective=binary sigmoid:0.8
            feature_names=\(features.joined(separator: " "))
            feature_infos=\(features.map { _ in "[0:12]" }.joined(separator: " "))
            tree_sizes=\((0..<12).map { _ in "1" }.joined(separator: " "))


            """
        for tree in 0..<12 {
            let first = tree % features.count
            let second = (tree * 3 + 1) % features.count
            let low = 0.1 + 0.21 * Double(tree)
            let leaves = (0..<4).map { "\(Double((tree * 7 + $0 * 5) % 11 - 4) * 0.171875)" }
            let type = tree % 2 == 0 ? 10 : 8
            text += """
                Tree=\(tree)
                num_leaves=4
                num_cat=0
                split_feature=\(first) \(second) \(first)
                split_gain=3 2 1
                threshold=\(low) 0.5 \(low + 1.5)
                decision_type=\(type) \(type) \(type)
                left_child=1 -1 -3
                right_child=2 -2 -4
                leaf_value=\(leaves.joined(separator: " "))
                leaf_count=40 30 20 10
                internal_count=100 70 30
                is_linear=0
                shrinkage=1


                """
        }
        return text + "end of trees\n\npandas_categorical:null\n"
    }

    @Test func scanEqualsPrediction() throws {
        let folder = try TemporaryFolder()
        let demo = folder.path("demo")
        try expectSuccess(["generate", "--rows", "3000", "--out", demo, "--bank", "200"])
        let source = demo + "/model-source"
        let plain = folder.path("plain")
        try expectSuccess(["model", "build", source, "--out", plain])
        try Self.trees().write(toFile: source + "/lightgbm.txt", atomically: true, encoding: .utf8)
        let settings = try String(contentsOfFile: source + "/model.yaml", encoding: .utf8)
        try ("fusion: lightgbm\n" + settings).write(
            toFile: source + "/model.yaml", atomically: true, encoding: .utf8)
        let model = folder.path("model")
        try expectSuccess(["model", "build", source, "--out", model])
        let shown = try KleanProcess.run(["model", "show", model])
        #expect(shown.output.contains("lightgbm, 12 trees over image, name"), "\(shown.output)")

        let store = demo + "/store"
        let (old, index) = (folder.path("old"), folder.path("index"))
        for (model, index, workers) in [(plain, old, "1"), (model, index, "2")] {
            try expectSuccess(
                ["scan", store, "--model", model, "--out", index, "--workers", workers])
        }
        let exported = folder.path("features.csv")
        try expectSuccess(["features", store, "--model", model, "--out", exported])
        let predicted = try KleanProcess.run([
            "predict", "--lightgbm", source + "/lightgbm.txt", "--features", exported, "--raw",
        ]).output.split(separator: "\n").compactMap { Double($0) }
        let scores = folder.path("scores.csv")
        try expectSuccess(["export", index, "--all-scores", "--out", scores, "--format", "csv"])
        let rows = try String(contentsOfFile: scores, encoding: .utf8).split(separator: "\n")
        let place = try #require(rows[0].split(separator: ",").firstIndex(of: "score_raw"))
        let raws = rows.dropFirst().compactMap {
            Int32($0.split(separator: ",", omittingEmptySubsequences: false)[place])
        }
        #expect(raws.count == 3_000 && predicted.count == 3_000)
        #expect(Set(raws).count > 10)
        for (raw, value) in zip(raws, predicted) {
            let expected = Int32((0.8 * value * 65_536).rounded(.toNearestOrEven))
            #expect(raw == expected)
        }
        try explainsExactly(index)
        try diffBlamesWeights(old, index)
    }

    /// Starting value and parts add up to the score in the last place.
    private func explainsExactly(_ index: String) throws {
        let top = try KleanProcess.run(["top", index, "--limit", "5", "--format", "json"])
        let entries = try #require(try top.json() as? [[String: Any]])
        #expect(entries.count == 5)
        for entry in entries {
            let id = try #require(entry["id"] as? String)
            let said = try KleanProcess.run(["explain", index, id, "--format", "json"])
            let all = try #require(try said.json() as? [String: Any], "\(said.errors)")
            let parts = try #require(all["contributions"] as? [[String: Any]])
            let sum = parts.reduce(all["intercept_raw"] as? Int ?? 0) {
                $0 + ($1["raw"] as? Int ?? 0)
            }
            #expect(sum == all["score_raw"] as? Int)
            #expect(parts.contains { $0["term"] as? String == "authorised" })
        }
    }

    private func diffBlamesWeights(_ old: String, _ new: String) throws {
        let said = try KleanProcess.run(["diff", old, new, "--format", "json"])
        #expect(said.status == 0, "\(said.errors)")
        let all = try #require(try said.json() as? [String: Any])
        let changes = try #require(all["changes"] as? [[String: Any]])
        #expect(!changes.isEmpty)
        for change in changes {
            #expect(change["weights_raw"] is Int, "\(change)")
            let own = ["old_score_raw", "new_score_raw", "weights_raw"]
            for (cause, part) in change where cause.hasSuffix("_raw") && !own.contains(cause) {
                #expect(part as? Int == 0, "\(cause): \(part)")
            }
        }
    }

    /// What cannot judge listings is refused with file, field and what was expected.
    @Test(arguments: [
        ("feature_names=image", "feature_names=picture", "feature_names: expected some of image"),
        ("per_iteration=1", "per_iteration=3", "num_class: expected 1"),
        ("threshold=0.1 0.5", "threshold=0.1 x", "threshold"),
    ])
    func modelsThatDoNotFitAreRefused(_ good: String, _ bad: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let demo = folder.path("demo")
        try expectSuccess(["generate", "--rows", "300", "--out", demo, "--bank", "50"])
        let source = demo + "/model-source"
        let text = Self.trees().replacingOccurrences(of: good, with: bad)
        try text.write(toFile: source + "/lightgbm.txt", atomically: true, encoding: .utf8)
        let settings = try String(contentsOfFile: source + "/model.yaml", encoding: .utf8)
        try ("fusion: lightgbm\n" + settings).write(
            toFile: source + "/model.yaml", atomically: true, encoding: .utf8)
        let said = try KleanProcess.run(["model", "build", source, "--out", folder.path("model")])
        #expect(said.status != 0)
        #expect(said.errors.contains("lightgbm.txt") && said.errors.contains(words), "\(said)")
    }
}
