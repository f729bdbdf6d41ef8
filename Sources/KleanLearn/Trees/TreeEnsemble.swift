/// A LightGBM model, ready to evaluate: all trees' nodes in one array.
///
/// **Shape**: trees come by iteration, `treesPerIteration` of them each, one for each class. A
/// child at least 0 is a node's index, a negative one is `~` a leaf's; both count over all trees.
/// **Invariant**: every node and leaf of a tree is reached exactly once from its root, so
/// evaluation ends; every feature index is below `featureCount`.
package struct TreeEnsemble: Equatable, Sendable {
    package var featureNames: [String] = []
    /// By feature: what the training data held, as the model file spells it; may be empty.
    package var featureInfos: [String] = []
    /// Category names of the categorical features of a pandas frame, in order.
    package var pandasCategories: [[CategoryName]] = []
    /// Column of the label in files that have one.
    package var labelIndex = 0
    package var treesPerIteration = 1
    package var objective = TreeObjective.identity
    /// A random forest: the answer is the mean of the iterations, not their sum.
    package var isAveraged = false

    var nodes: [TreeNode] = []
    var trees: [TreeShape] = []
    /// By leaf.
    var leafValues: [Double] = []
    /// Training rows by leaf and by node; 0 where the file has none.
    var leafCounts: [Double] = []
    var nodeCounts: [Double] = []
    /// Bit sets of categories; a node's threshold is its set's number.
    var categorySets: [Range<Int>] = []
    var categoryWords: [UInt32] = []
    /// By leaf, if any tree is linear.
    var linearLeaves: [LinearLeaf] = []

    package var featureCount: Int { featureNames.count }
    package var treeCount: Int { trees.count }
    package var iterationCount: Int { trees.count / treesPerIteration }
    /// By feature, ascending: two values with no cut from the lower up to below the higher go the
    /// same way in every tree. `nil` with linear leaves or categories.
    package var cuts: [[Double]]? {
        guard !hasLinearTrees, !nodes.contains(where: { $0.traits.contains(.categorical) })
        else { return nil }
        var cuts = [[Double]](repeating: [], count: featureCount)
        for node in nodes {
            cuts[Int(node.feature)].append(node.threshold)
            guard node.traits.contains(.zeroIsMissing) else { continue }
            cuts[Int(node.feature)] += [
                (-TreeEnsemble.zeroThreshold).nextDown, TreeEnsemble.zeroThreshold,
            ]
        }
        return cuts.map { Set($0).sorted() }
    }
    /// Values of a feature at which some numerical split turns, ascending.
    package func thresholds(ofFeature feature: Int) -> [Double] {
        let splits = nodes.filter {
            Int($0.feature) == feature && !$0.traits.contains(.categorical)
        }
        return Set(splits.map(\.threshold)).sorted()
    }
    package var hasLinearTrees: Bool { trees.contains(where: \.isLinear) }
    /// Whether every tree says how many training rows each branch saw, as TreeSHAP needs.
    package var hasCounts: Bool {
        nodeCounts.allSatisfy { $0 > 0 }
            && trees.allSatisfy { $0.isLeafOnly || !leafCounts[$0.leaves].isEmpty }
    }

    /// Below this, up to this, a number counts as zero.
    static let zeroThreshold = Double(Float(1e-35))
}

/// One split. 24 bytes.
struct TreeNode: Equatable, Sendable {
    /// Values up to this go left; for categories, the number of the set that goes left.
    var threshold: Double
    var left: Int32
    var right: Int32
    var feature: Int32
    var traits: Traits

    struct Traits: OptionSet, Equatable, Sendable {
        let rawValue: UInt8
        static let categorical = Traits(rawValue: 1)
        /// Where NaN goes, whatever way the file says so.
        static let nanGoesLeft = Traits(rawValue: 2)
        /// Zeros are missing: they go where ``zeroGoesLeft`` says, not where the threshold does.
        static let zeroIsMissing = Traits(rawValue: 4)
        static let zeroGoesLeft = Traits(rawValue: 8)
    }
}

/// Where a tree begins, and which nodes and leaves are its.
struct TreeShape: Equatable, Sendable {
    var nodes: Range<Int>
    var leaves: Range<Int>
    var isLinear = false

    var isLeafOnly: Bool { nodes.isEmpty }
    /// The root, or the only leaf.
    var root: Int32 { isLeafOnly ? ~Int32(leaves.lowerBound) : Int32(nodes.lowerBound) }
}

/// A leaf that is a linear function: `constant + coefficients * features`.
struct LinearLeaf: Equatable, Sendable {
    var constant = 0.0
    var features: [Int32] = []
    var coefficients: [Double] = []
}

/// A category as pandas knew it.
package enum CategoryName: Equatable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)

    /// Whether a field of a text file means this category.
    func matches(_ field: String) -> Bool {
        switch self {
        case .text(let text): text == field
        case .number(let number): Double(field) == number
        case .flag(let flag): field.lowercased() == (flag ? "true" : "false")
        }
    }
}
