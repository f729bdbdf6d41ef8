/// Reads one `Tree=` section into an ensemble.
///
/// | key | one for each | meaning |
/// |---|---|---|
/// | `num_leaves`, `num_cat` | tree | leaves; categorical splits |
/// | `split_feature`, `threshold` | node | feature; value, or set number |
/// | `decision_type` | node | bit 0 categorical, 1 default left, 2-3 missing none, zero, NaN |
/// | `left_child`, `right_child` | node | node index, or `~` leaf |
/// | `leaf_value` | leaf | |
/// | `leaf_count`, `internal_count` | leaf, node | training rows; may be absent |
/// | `cat_boundaries`, `cat_threshold` | set | 32-bit words of the bit sets |
/// | `is_linear`, `leaf_const`, `num_features`, `leaf_features`, `leaf_coeff` | leaf | linear |
struct TreeReader {
    let text: TreeModelText
    let section: TreeModelText.Section
    let featureCount: Int

    func read(into ensemble: inout TreeEnsemble) throws(TreeError) {
        let leafCount = try text.integer(
            required("num_leaves"), "num_leaves", 1...TreeLimits.leavesPerTreeMax)
        let firstLeaf = ensemble.leafValues.count
        let firstNode = ensemble.nodes.count
        guard firstLeaf + leafCount < Int(Int32.max) else {
            throw fault("num_leaves", "fewer leaves in all", "\(firstLeaf + leafCount)")
        }
        ensemble.leafValues += try text.numbers(
            required("leaf_value"), "leaf_value", count: leafCount)
        ensemble.leafCounts += try counts("leaf_count", leafCount, isTree: leafCount > 1)
        if leafCount > 1 {
            let sets = try readSets(&ensemble)
            let nodes = try readNodes(leafCount, sets)
            try checkShape(nodes, leafCount)
            ensemble.nodes += nodes.map { node in
                var node = node
                node.left = shifted(node.left, firstNode, firstLeaf)
                node.right = shifted(node.right, firstNode, firstLeaf)
                if node.traits.contains(.categorical) { node.threshold += Double(sets.lowerBound) }
                return node
            }
            ensemble.nodeCounts += try counts("internal_count", leafCount - 1, isTree: true)
        }
        var shape = TreeShape(
            nodes: firstNode..<ensemble.nodes.count,
            leaves: firstLeaf..<firstLeaf + leafCount)
        if let linear = section.entries["is_linear"] {
            shape.isLinear = try text.integer(linear, "is_linear", 0...1) == 1
        }
        if shape.isLinear { try readLinear(leafCount, firstLeaf, &ensemble) }
        ensemble.trees.append(shape)
    }

    private func shifted(_ child: Int32, _ firstNode: Int, _ firstLeaf: Int) -> Int32 {
        child >= 0 ? child + Int32(firstNode) : child - Int32(firstLeaf)
    }

    private func required(_ key: String) throws(TreeError) -> TreeModelText.Entry {
        guard let entry = section.entries[key] else {
            throw text.fault(section.line, key, "a value in each tree", "")
        }
        return entry
    }

    private func fault(_ key: String, _ expected: String, _ found: String) -> TreeError {
        text.fault(section.entries[key]?.line ?? section.line, key, expected, found)
    }

    private func counts(_ key: String, _ count: Int, isTree: Bool) throws(TreeError) -> [Double] {
        guard let entry = section.entries[key], isTree, !entry.value.isEmpty else {
            return [Double](repeating: 0, count: count)
        }
        return try text.integers(entry, key, count: count, 0...Int.max).map { Double($0) }
    }

    // MARK: - Splits

    private func readNodes(_ leafCount: Int, _ sets: Range<Int>) throws(TreeError) -> [TreeNode] {
        let count = leafCount - 1
        let features = try text.integers(
            required("split_feature"), "split_feature", count: count, 0...featureCount - 1)
        let thresholds = try text.numbers(required("threshold"), "threshold", count: count)
        let children = -leafCount...count - 1
        let left = try text.integers(
            required("left_child"), "left_child", count: count, children)
        let right = try text.integers(
            required("right_child"), "right_child", count: count, children)
        var types = [Int](repeating: 0, count: count)
        if let entry = section.entries["decision_type"], !entry.value.isEmpty {
            types = try text.integers(entry, "decision_type", count: count, 0...15)
        }
        var nodes: [TreeNode] = []
        nodes.reserveCapacity(count)
        for index in 0..<count {
            let traits = try traits(types[index], thresholds[index], sets.count)
            nodes.append(
                TreeNode(
                    threshold: thresholds[index], left: Int32(left[index]),
                    right: Int32(right[index]), feature: Int32(features[index]), traits: traits))
        }
        return nodes
    }

    /// Says in one way what the file says in three: where NaN and zero go.
    private func traits(
        _ type: Int, _ threshold: Double, _ setCount: Int
    ) throws(TreeError) -> TreeNode.Traits {
        if type & 1 == 1 {
            guard let set = Int(exactly: threshold), (0..<setCount).contains(set) else {
                throw fault("threshold", "a category set below \(setCount)", "\(threshold)")
            }
            return .categorical
        }
        let isDefaultLeft = type & 2 == 2
        switch type >> 2 {
        case 0: return 0 <= threshold ? .nanGoesLeft : []
        case 1:
            return isDefaultLeft ? [.zeroIsMissing, .zeroGoesLeft, .nanGoesLeft] : .zeroIsMissing
        case 2: return isDefaultLeft ? .nanGoesLeft : []
        default: throw fault("decision_type", "missing none, zero or NaN", "\(type)")
        }
    }

    /// The tree's category sets, as numbers over the whole ensemble.
    private func readSets(_ ensemble: inout TreeEnsemble) throws(TreeError) -> Range<Int> {
        let first = ensemble.categorySets.count
        guard let entry = section.entries["num_cat"] else { return first..<first }
        let count = try text.integer(entry, "num_cat", 0...TreeLimits.leavesPerTreeMax)
        guard count > 0 else { return first..<first }
        let bounds = try text.integers(
            required("cat_boundaries"), "cat_boundaries", count: count + 1,
            0...TreeLimits.categoryWordsMax * count)
        let base = ensemble.categoryWords.count
        for (low, high) in zip(bounds, bounds.dropFirst()) {
            guard low <= high, high - low <= TreeLimits.categoryWordsMax else {
                throw fault("cat_boundaries", "ascending numbers", "\(low) \(high)")
            }
            ensemble.categorySets.append(base + low..<base + high)
        }
        guard bounds[0] == 0 else { throw fault("cat_boundaries", "0 first", "\(bounds[0])") }
        ensemble.categoryWords += try text.integers(
            required("cat_threshold"), "cat_threshold", count: bounds[count],
            0...Int(UInt32.max)
        ).map { UInt32($0) }
        return first..<first + count
    }

    /// Every node but the root, and every leaf, hangs from exactly one place below the root.
    private func checkShape(_ nodes: [TreeNode], _ leafCount: Int) throws(TreeError) {
        var seenNodes = [Bool](repeating: false, count: nodes.count)
        var seenLeaves = [Bool](repeating: false, count: leafCount)
        var waiting: [(child: Int32, depth: Int)] = [(0, 0)]
        var reached = 0
        while let (child, depth) = waiting.popLast() {
            guard depth <= TreeLimits.depthMax else {
                throw fault("left_child", "at most \(TreeLimits.depthMax) splits deep", "more")
            }
            reached += 1
            if child < 0 {
                let leaf = Int(~child)
                guard !seenLeaves[leaf] else {
                    throw fault("left_child", "each leaf once", "leaf \(leaf) again")
                }
                seenLeaves[leaf] = true
            } else {
                guard !seenNodes[Int(child)] else {
                    throw fault("left_child", "each node once", "node \(child) again")
                }
                seenNodes[Int(child)] = true
                waiting.append((nodes[Int(child)].left, depth + 1))
                waiting.append((nodes[Int(child)].right, depth + 1))
            }
        }
        guard reached == nodes.count + leafCount else {
            throw fault("left_child", "a tree that reaches every leaf", "\(reached) places")
        }
    }

    // MARK: - Linear leaves

    private func readLinear(
        _ leafCount: Int, _ firstLeaf: Int, _ ensemble: inout TreeEnsemble
    ) throws(TreeError) {
        let constants = try text.numbers(required("leaf_const"), "leaf_const", count: leafCount)
        let widths = try text.integers(
            required("num_features"), "num_features", count: leafCount, 0...featureCount)
        let total = widths.reduce(0, +)
        let features = try text.integers(
            required("leaf_features"), "leaf_features", count: total, 0...featureCount - 1)
        let coefficients = try text.numbers(
            required("leaf_coeff"), "leaf_coeff", count: total)
        let missing = firstLeaf - ensemble.linearLeaves.count
        ensemble.linearLeaves += [LinearLeaf](repeating: LinearLeaf(), count: missing)
        var next = 0
        for (constant, width) in zip(constants, widths) {
            let range = next..<next + width
            ensemble.linearLeaves.append(
                LinearLeaf(
                    constant: constant, features: features[range].map { Int32($0) },
                    coefficients: Array(coefficients[range])))
            next = range.upperBound
        }
    }
}
