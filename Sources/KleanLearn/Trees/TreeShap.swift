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
    /// Steps on all paths that are held at once: one more on each level than on the one above.
    private let stepCount: Int

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
        let depth = ensemble.trees.map { TreeShap.depth(ensemble, $0) }.max() ?? 0
        stepCount = (depth + 2) * (depth + 3) / 2
    }

    /// Splits on the longest path of a tree.
    private static func depth(_ ensemble: TreeEnsemble, _ tree: TreeShape) -> Int {
        var waiting = [(place: tree.root, depth: 0)]
        var deepest = 0
        while let (place, depth) = waiting.popLast() {
            deepest = max(deepest, depth)
            guard place >= 0 else { continue }
            waiting.append((ensemble.nodes[Int(place)].left, depth + 1))
            waiting.append((ensemble.nodes[Int(place)].right, depth + 1))
        }
        return deepest
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
        withUnsafeTemporaryAllocation(of: Step.self, capacity: stepCount) { steps in
            guard let base = steps.baseAddress else { return }
            ensemble.withTables { tables in
                row.withUnsafeBufferPointer { row in
                    sums.withUnsafeMutableBufferPointer { sums in
                        var walk = Walk(tables: tables, row: row, sums: sums, ensemble: ensemble)
                        for index in stride(
                            from: number, to: ensemble.trees.count, by: ensemble.treesPerIteration)
                        where !ensemble.trees[index].isLeafOnly {
                            walk.descend(
                                ensemble.trees[index].root, base, 0,
                                Step(feature: -1, zero: 1, one: 1, weight: 1))
                        }
                    }
                }
            }
        }
        for index in stride(
            from: number, to: ensemble.trees.count, by: ensemble.treesPerIteration)
        where ensemble.trees[index].isLinear { addLinear(ensemble.trees[index], row, &sums) }
        return sums
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

/// One split on the way: the feature, and the shares of subsets that pass with and without it.
private struct Step {
    var feature: Int32
    /// Share of training rows that pass when the feature is unknown.
    var zero: Double
    /// 1 if this row passes when it is known, else 0.
    var one: Double
    var weight: Double
}

/// One row's way through a tree. Each level keeps its path behind that of the level above, so that
/// nothing is allocated.
private struct Walk {
    let tables: TreeTables
    let row: UnsafeBufferPointer<Double>
    let sums: UnsafeMutableBufferPointer<Double>
    let ensemble: TreeEnsemble

    /// - Parameters:
    ///   - path: `count` steps so far, and room behind them.
    ///   - step: The one that led to `place`.
    mutating func descend(
        _ place: Int32, _ path: UnsafeMutablePointer<Step>, _ count: Int, _ step: Step
    ) {
        var count = count
        Walk.extend(path, &count, step)
        guard place >= 0 else {
            let value = ensemble.leafValues[Int(~place)]
            for index in 1..<count {
                let weight = Walk.unwoundSum(path, count, index)
                sums[Int(path[index].feature)] +=
                    weight * (path[index].one - path[index].zero) * value
            }
            return
        }
        let node = tables.nodes[Int(place)]
        let goesLeft = tables.goesLeft(node, row[Int(node.feature)])
        let (hot, cold) = goesLeft ? (node.left, node.right) : (node.right, node.left)
        let all = ensemble.nodeCounts[Int(place)]
        var inherited = (zero: 1.0, one: 1.0)
        if let known = (1..<count).first(where: { path[$0].feature == node.feature }) {
            inherited = (path[known].zero, path[known].one)
            Walk.unwind(path, &count, known)
        }
        for (child, one) in [(hot, inherited.one), (cold, 0)] {
            let next = path + count
            next.update(from: path, count: count)
            descend(
                child, next, count,
                Step(
                    feature: node.feature, zero: inherited.zero * rows(child) / all, one: one,
                    weight: 0))
        }
    }

    private func rows(_ place: Int32) -> Double {
        place >= 0 ? ensemble.nodeCounts[Int(place)] : ensemble.leafCounts[Int(~place)]
    }

    private static func extend(
        _ path: UnsafeMutablePointer<Step>, _ count: inout Int, _ step: Step
    ) {
        let depth = count
        path[depth] = step
        path[depth].weight = depth == 0 ? 1 : 0
        count += 1
        for index in stride(from: depth - 1, through: 0, by: -1) {
            let share = Double(index + 1) / Double(depth + 1)
            path[index + 1].weight += step.one * path[index].weight * share
            path[index].weight =
                step.zero * path[index].weight * Double(depth - index) / Double(depth + 1)
        }
    }

    private static func unwind(
        _ path: UnsafeMutablePointer<Step>, _ count: inout Int, _ place: Int
    ) {
        let depth = count - 1
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
        count -= 1
    }

    private static func unwoundSum(
        _ path: UnsafeMutablePointer<Step>, _ count: Int, _ place: Int
    ) -> Double {
        let depth = count - 1
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
}
