import KleanLearn
import Testing

/// Trees give what LightGBM gave, and nothing that is not a model is taken for one.
@Suite struct TreeEnsembleTests {
    /// Every model that LightGBM wrote, on its own inputs, to 1e-12 relative.
    @Test(.enabled(if: LeavesModels.isThere), arguments: LeavesModels.cases)
    func answersAreLightGBMs(_ known: LeavesModels.Case) throws {
        let ensemble = try TreeEnsemble(
            parsing: LeavesModels.bytes(known.model), file: known.model)
        let table = try FeatureTable(
            parsing: LeavesModels.bytes(known.features), file: known.features, for: ensemble)
        let found = ensemble.predict(table.values, count: table.rowCount, isRaw: known.isRaw)
        let expected = try LeavesModels.numbers(known.answers)
        try #require(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
            let difference = (found - expected).magnitude
            #expect(difference <= 1e-12 * expected.magnitude)
        }
    }

    @Test(.enabled(if: LeavesModels.isThere))
    func leavesAreLightGBMs() throws {
        let ensemble = try TreeEnsemble(
            parsing: LeavesModels.bytes("lg_breast_cancer.txt"), file: "lg_breast_cancer.txt")
        let table = try FeatureTable(
            parsing: LeavesModels.bytes("lg_breast_cancer_data.txt"), file: "data", for: ensemble)
        var found: [Int] = []
        for row in 0..<table.rowCount {
            let width = ensemble.featureCount
            found += ensemble.leaves(Array(table.values[row * width..<(row + 1) * width]))
        }
        let expected = try LeavesModels.numbers("lg_breast_cancer_data_pred_leaves.txt")
        #expect(found == expected.map { Int($0) })
    }

    /// Every kind of missing value, category and leaf, against the rules written out by hand.
    @Test func missingValuesGoWhereTheFileSays() throws {
        // decision_type: default left 2, missing zero 4, missing NaN 8; threshold 1.5.
        let cases: [(type: Int, value: Double, isLeft: Bool)] = [
            (0, 1.5, true), (0, 1.6, false), (0, .nan, true), (0, 0, true),
            (2, .nan, true), (4, 0, false), (6, 0, true), (4, 1e-36, false), (4, .nan, false),
            (6, .nan, true), (6, 9, false), (8, .nan, false), (10, .nan, true), (8, 0, true),
        ]
        for (type, value, isLeft) in cases {
            let ensemble = try TreeEnsemble(
                parsing: Array(Self.stump(type: type).utf8), file: "stump")
            #expect(ensemble.predict([value], count: 1) == [isLeft ? 1 : 2], "\(type) \(value)")
        }
    }

    @Test func categoriesOutsideTheSetGoRight() throws {
        let text = Self.stump(type: 1, threshold: "0").replacing(
            "leaf_value", with: "cat_boundaries=0 2\ncat_threshold=2 1\nleaf_value"
        ).replacing("num_cat=0", with: "num_cat=1")
        let ensemble = try TreeEnsemble(parsing: Array(text.utf8), file: "stump")
        let values = [1, 1.9, 32, 0, 2, 33, 64, -1, -0.5, 1e300, .nan]
        let expected = [1.0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]
        #expect(ensemble.predict(values, count: values.count) == expected)
    }

    /// Any byte changed and any line lost: a typed error, or a model that can be evaluated.
    @Test func damagedModelsNeverTrap() throws {
        var state: UInt64 = 0x6B6C_6561_6E
        let original = Array(Self.stump(type: 8).utf8)
        for place in original.indices {
            for byte in [UInt8(0), 10, 32, 45, 48, 57, 61, 101, 255] {
                var damaged = original
                damaged[place] = byte
                Self.tryEvaluating(damaged)
            }
            Self.tryEvaluating(Array(original[..<place]))
            Self.tryEvaluating(original.enumerated().filter { $0.offset != place }.map(\.element))
        }
        guard LeavesModels.isThere else { return }
        for name in ["lg_dart_breast_cancer.model", "model_simple.txt"] {
            let real = try LeavesModels.bytes(name)
            for _ in 0..<300 {
                var damaged = real
                for _ in 0..<3 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    damaged[Int(state >> 33) % damaged.count] = UInt8(
                        truncatingIfNeeded: state >> 24)
                }
                Self.tryEvaluating(damaged)
            }
        }
    }

    @Test func errorsSayWhere() throws {
        let text = Self.stump(type: 0).replacing("left_child=-1", with: "left_child=0")
        let error = #expect(throws: TreeError.self) {
            try TreeEnsemble(parsing: Array(text.utf8), file: "m.txt")
        }
        #expect("\(try #require(error))".hasPrefix("m.txt:19: left_child: expected each node once"))
    }

    /// Contributions and average add up to the raw score.
    @Test(.enabled(if: LeavesModels.isThere))
    func contributionsAddUp() throws {
        let ensemble = try TreeEnsemble(
            parsing: LeavesModels.bytes("lg_dart_breast_cancer.model"), file: "dart")
        let table = try FeatureTable(
            parsing: LeavesModels.bytes("breast_cancer_test.tsv"), file: "t", for: ensemble)
        let shap = try #require(TreeShap(ensemble))
        let width = ensemble.featureCount
        for row in 0..<table.rowCount {
            let values = Array(table.values[row * width..<(row + 1) * width])
            let raw = ensemble.predict(values, count: 1, isRaw: true)[0]
            let sum = shap.contributions(values).reduce(shap.average(), +)
            #expect((sum - raw).magnitude < 1e-10)
        }
    }

    private static func tryEvaluating(_ bytes: [UInt8]) {
        do {
            let ensemble = try TreeEnsemble(parsing: bytes, file: "damaged")
            let row = [Double](repeating: 1.5, count: ensemble.featureCount)
            _ = ensemble.predict(row, count: 1)
            _ = TreeShap(ensemble)?.contributions(row)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    static func stump(type: Int, threshold: String = "1.5") -> String {
        """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        label_index=0
        max_feature_idx=0
        objective=regression
        feature_names=Column_0
        feature_infos=[0:9]
        tree_sizes=1

        Tree=0
        num_leaves=2
        num_cat=0
        split_feature=0
        split_gain=1
        threshold=\(threshold)
        decision_type=\(type)
        left_child=-1
        right_child=-2
        leaf_value=1 2
        leaf_count=3 4
        internal_count=7
        is_linear=0
        shrinkage=1


        end of trees

        pandas_categorical:null

        """
    }
}
