/// How much each feature moved one row's raw score away from the average of the training rows
/// (path-dependent TreeSHAP): the parts and the average add up to the score.
///
/// **Source**: Lundberg, Erion, Lee, "Consistent individualized feature attribution for tree
/// ensembles" (2018), algorithm 2, as LightGBM's `pred_contrib`. A linear leaf's difference from
/// its plain value is shared equally among its features.
/// - Complexity: O(trees x leaves x depth^2); for ranked listings only.
package struct TreeShap: Sendable {
    private let ensemble: TreeEnsemble
    /// The average of each tree over its training rows.
    private let averages: [Double]

    /// - Returns: `nil` when the model does not say how many training rows each branch saw.
    package init?(_ ensemble: TreeEnsemble) {
        guard ensemble.hasCounts else { return nil }
        self.ensemble = ensemble
        averages = ensemble.trees.map { tree in
            guard !tree.isLeafOnly else { return ensemble.leafValues[tree.leaves.lowerBound] }
            let total = tree.leaves.reduce(0) { $0 + ensemble.leafCounts[$1] }
            return tree.leaves.reduce(0) {
                $0 + ensemble.leafCounts[$1] / total * ensemble.leafValues[$1]
            }
        }
    }

    /// What every row of a class starts from.
    package func average(ofClass number: Int = 0) -> Double {
        stride(from: number, to: averages.count, by: ensemble.treesPerIteration)
            .reduce(0) { $0 + averages[$1] }
    }

    /// The parts of one row's raw score, by feature.
    package func contributions(_ row: [Double], ofClass number: Int = 0) -> [Double] {
        precondition(row.count == ensemble.featureCount, "one value a feature")
        var sums = [Double](repeating: 0, count: row.count)
        for index in stride(
            from: number, to: ensemble.trees.count, by: ensemble.treesPerIteration)
        {
            let tree = ensemble.trees[index]
            if !tree.isLeafOnly { descend(tree.root, row, [], 1, 1, -1, &sums) }
            if tree.isLinear { addLinear(tree, row, &sums) }
        }
        return sums
    }

    /// One split on the way: the feature, and the shares of subsets that pass with and without it.
    private struct Step {
        var feature: Int32
        /// Share of training rows that pass when the feature is unknown.
        var zero: Double
        /// 1 if this row passes when it is known, else 0.
        var one: Double
        var weight: Double
    }

    private func descend(
        _ place: Int32, _ row: [Double], _ parent: [Step], _ zero: Double, _ one: Double,
        _ feature: Int32, _ sums: inout [Double]
    ) {
        var path = TreeShap.extended(parent, zero, one, feature)
        guard place >= 0 else {
            let value = ensemble.leafValues[Int(~place)]
            for index in path.indices.dropFirst() {
                let weight = TreeShap.unwoundSum(path, index)
                sums[Int(path[index].feature)] +=
                    weight * (path[index].one - path[index].zero) * value
            }
            return
        }
        let node = ensemble.nodes[Int(place)]
        let goesLeft = ensemble.withTables { $0.goesLeft(node, row[Int(node.feature)]) }
        let (hot, cold) = goesLeft ? (node.left, node.right) : (node.right, node.left)
        let all = ensemble.nodeCounts[Int(place)]
        var inherited = (zero: 1.0, one: 1.0)
        if let known = path.indices.dropFirst().first(where: { path[$0].feature == node.feature }) {
            inherited = (path[known].zero, path[known].one)
            path = TreeShap.unwound(path, known)
        }
        descend(
            hot, row, path, inherited.zero * count(hot) / all, inherited.one, node.feature, &sums)
        descend(
            cold, row, path, inherited.zero * count(cold) / all, 0, node.feature, &sums)
    }

    private func count(_ place: Int32) -> Double {
        place >= 0 ? ensemble.nodeCounts[Int(place)] : ensemble.leafCounts[Int(~place)]
    }

    private static func extended(
        _ path: [Step], _ zero: Double, _ one: Double, _ feature: Int32
    ) -> [Step] {
        var path = path
        let depth = path.count
        path.append(Step(feature: feature, zero: zero, one: one, weight: depth == 0 ? 1 : 0))
        for index in stride(from: depth - 1, through: 0, by: -1) {
            let share = Double(index + 1) / Double(depth + 1)
            path[index + 1].weight += one * path[index].weight * share
            path[index].weight =
                zero * path[index].weight * Double(depth - index) / Double(depth + 1)
        }
        return path
    }

    private static func unwound(_ path: [Step], _ place: Int) -> [Step] {
        var path = path
        let depth = path.count - 1
        let (zero, one) = (path[place].zero, path[place].one)
        var next = path[depth].weight
        for index in stride(from: depth - 1, through: 0, by: -1) {
            if one != 0 {
                let held = path[index].weight
                path[index].weight = next * Double(depth + 1) / (Double(index + 1) * one)
                next = held - path[index].weight * zero * Double(depth - index) / Double(depth + 1)
            } else {
                path[index].weight *= Double(depth + 1) / (zero * Double(depth - index))
            }
        }
        for index in place..<depth {
            path[index].feature = path[index + 1].feature
            path[index].zero = path[index + 1].zero
            path[index].one = path[index + 1].one
        }
        path.removeLast()
        return path
    }

    private static func unwoundSum(_ path: [Step], _ place: Int) -> Double {
        let depth = path.count - 1
        let (zero, one) = (path[place].zero, path[place].one)
        var next = path[depth].weight
        var total = 0.0
        for index in stride(from: depth - 1, through: 0, by: -1) {
            if one != 0 {
                let part = next * Double(depth + 1) / (Double(index + 1) * one)
                total += part
                next = path[index].weight - part * zero * Double(depth - index) / Double(depth + 1)
            } else {
                total += path[index].weight * Double(depth + 1) / (zero * Double(depth - index))
            }
        }
        return total
    }

    private func addLinear(_ tree: TreeShape, _ row: [Double], _ sums: inout [Double]) {
        let leaf = row.withUnsafeBufferPointer { row in
            ensemble.withTables { Int($0.leaf(tree.root, row.baseAddress)) }
        }
        let value = row.withUnsafeBufferPointer { ensemble.linearValue(leaf, $0.baseAddress) }
        let features = ensemble.linearLeaves[leaf].features
        for feature in features {
            sums[Int(feature)] += (value - ensemble.leafValues[leaf]) / Double(features.count)
        }
    }
}
