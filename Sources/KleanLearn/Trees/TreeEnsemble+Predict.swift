extension TreeEnsemble {
    /// Answers for some rows, class by class within a row.
    ///
    /// - Parameters:
    ///   - rows: Row-major, `count x featureCount`; NaN where missing.
    ///   - isRaw: Leaves out the objective's transform and, as LightGBM does, a forest's mean.
    /// - Returns: `count x treesPerIteration`.
    /// - Complexity: O(rows x trees x depth); one allocation.
    package func predict(_ rows: [Double], count: Int, isRaw: Bool = false) -> [Double] {
        precondition(rows.count == count * featureCount, "row-major, one value a feature")
        let width = treesPerIteration
        var answers = [Double](repeating: 0, count: count * width)
        answers.withUnsafeMutableBufferPointer { answers in
            rows.withUnsafeBufferPointer { addTrees($0, count: count, to: answers) }
            guard !isRaw else { return }
            if isAveraged, iterationCount > 0 {
                for index in answers.indices { answers[index] /= Double(iterationCount) }
            }
            for row in 0..<count {
                objective.convert(.init(rebasing: answers[row * width..<(row + 1) * width]))
            }
        }
        return answers
    }

    /// The leaf that a row falls into, tree by tree, counted within each tree.
    package func leaves(_ row: [Double]) -> [Int] {
        precondition(row.count == featureCount, "one value a feature")
        return row.withUnsafeBufferPointer { row in
            withTables { tables in
                trees.map { Int(tables.leaf($0.root, row.baseAddress)) - $0.leaves.lowerBound }
            }
        }
    }

    /// Rows walked through one tree before the next: few enough to stay in the cache with it.
    private static let blockRows = 256

    private func addTrees(
        _ rows: UnsafeBufferPointer<Double>, count: Int,
        to answers: UnsafeMutableBufferPointer<Double>
    ) {
        withTables { tables in
            for first in stride(from: 0, to: count, by: TreeEnsemble.blockRows) {
                let block = first..<min(first + TreeEnsemble.blockRows, count)
                for (number, tree) in trees.enumerated() {
                    let place = number % treesPerIteration
                    for row in block {
                        let values = rows.baseAddress.map { $0 + row * featureCount }
                        let leaf = Int(tables.leaf(tree.root, values))
                        answers[row * treesPerIteration + place] +=
                            tree.isLinear ? linearValue(leaf, values) : tables.values[leaf]
                    }
                }
            }
        }
    }

    /// A linear leaf's value; its plain one where a feature it needs is missing.
    func linearValue(_ leaf: Int, _ row: UnsafePointer<Double>?) -> Double {
        let linear = linearLeaves[leaf]
        var sum = linear.constant
        for (feature, coefficient) in zip(linear.features, linear.coefficients) {
            guard let row, !row[Int(feature)].isNaN else { return leafValues[leaf] }
            sum += coefficient * row[Int(feature)]
        }
        return sum
    }

    func withTables<Result>(_ body: (TreeTables) throws -> Result) rethrows -> Result {
        try nodes.withUnsafeBufferPointer { nodes in
            try leafValues.withUnsafeBufferPointer { values in
                try categorySets.withUnsafeBufferPointer { sets in
                    try categoryWords.withUnsafeBufferPointer { words in
                        try body(
                            TreeTables(nodes: nodes, values: values, sets: sets, words: words))
                    }
                }
            }
        }
    }
}

/// The arrays of an ensemble, held open for the inner loop.
struct TreeTables {
    let nodes: UnsafeBufferPointer<TreeNode>
    let values: UnsafeBufferPointer<Double>
    let sets: UnsafeBufferPointer<Range<Int>>
    let words: UnsafeBufferPointer<UInt32>

    /// The leaf that a row falls into. A row without features only meets trees of one leaf.
    @inline(__always)
    func leaf(_ root: Int32, _ row: UnsafePointer<Double>?) -> Int32 {
        var place = root
        while place >= 0, let row {
            let node = nodes[Int(place)]
            let value = row[Int(node.feature)]
            place = goesLeft(node, value) ? node.left : node.right
        }
        return ~place
    }

    @inline(__always)
    func goesLeft(_ node: TreeNode, _ value: Double) -> Bool {
        if node.traits.contains(.categorical) { return isInSet(node, value) }
        if node.traits.contains(.zeroIsMissing), value.magnitude <= TreeEnsemble.zeroThreshold {
            return node.traits.contains(.zeroGoesLeft)
        }
        return value <= node.threshold || (value != value && node.traits.contains(.nanGoesLeft))
    }

    /// Categories are whole numbers from 0; anything else is in no set.
    private func isInSet(_ node: TreeNode, _ value: Double) -> Bool {
        guard value > -1, value < 2_147_483_648 else { return false }
        let category = Int(value)
        let set = sets[Int(node.threshold)]
        guard category / 32 < set.count else { return false }
        return words[set.lowerBound + category / 32] >> UInt32(category % 32) & 1 == 1
    }
}
