/// What a fit learns from: values, labels and weights, row by row.
///
/// **Shape**: `values` is row-major, `count x columns.count`. Labels are 0 or 1. Weights are
/// positive; they say how many rows of the population each row stands for (1 over the probability
/// with which it was drawn).
package struct LabelledRows: Sendable {
    package var columns: [String]
    package private(set) var values: [Double] = []
    package private(set) var labels: [Double] = []
    package private(set) var weights: [Double] = []
    /// Decides the fold of cross-validation: the same listing is always in the same one.
    package private(set) var keys: [UInt64] = []

    package init(columns: [String]) { self.columns = columns }

    package var count: Int { labels.count }
    package var width: Int { columns.count }
    package var positives: Int { labels.count { $0 > 0.5 } }

    package mutating func append(
        _ row: some Sequence<Double>, isPositive: Bool, weight: Double = 1, key: UInt64 = 0
    ) {
        values.append(contentsOf: row)
        labels.append(isPositive ? 1 : 0)
        weights.append(weight)
        keys.append(key)
        precondition(values.count == labels.count * width, "one value a column")
    }

    package func row(_ index: Int) -> ArraySlice<Double> {
        values[index * width..<(index + 1) * width]
    }

    /// Some of the rows, in the given order.
    package func rows(_ indices: some Sequence<Int>) -> LabelledRows {
        var some = LabelledRows(columns: columns)
        for index in indices {
            some.append(
                row(index), isPositive: labels[index] > 0.5, weight: weights[index],
                key: keys[index])
        }
        return some
    }
}
