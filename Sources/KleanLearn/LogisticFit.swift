internal import KleanCore

/// A logistic regression with non-negative coefficients and a free intercept.
///
/// Minimises the weighted log-loss plus `ridge / 2` times the squared coefficients, weights scaled
/// to mean 1, by a projected Newton method. All sums run in row order and all functions are
/// ``Exact``, so the same rows give the same digits on every machine.
package struct LogisticFit: Equatable, Sendable {
    package var intercept = 0.0
    /// By column; at least 0. A column that never varies has 0.
    package var coefficients: [Double]
    package var interceptError = 0.0
    /// Robust (sandwich) standard errors, by column; infinite where the column never varies.
    package var errors: [Double]
    package var iterations = 0
    /// Whether the gradient vanished, as far as the bounds allow.
    package var isConverged = false

    /// So weak that it only matters when the labels are separable.
    package static let ridge = 0.01
    package static let iterationsMax = 200
    private static let gradientMax = 1e-9

    /// - Complexity: O(iterations x rows x columns^2).
    package init(_ rows: LabelledRows) {
        coefficients = [Double](repeating: 0, count: rows.width)
        errors = [Double](repeating: .infinity, count: rows.width)
        guard rows.count > 0 else { return }
        let problem = Problem(rows)
        var point = [Double](repeating: 0, count: problem.size)
        point[0] = problem.startingIntercept
        var state = problem.state(point)
        while iterations < LogisticFit.iterationsMax {
            iterations += 1
            let free = point.indices.filter { $0 == 0 || point[$0] > 0 || state.gradient[$0] < 0 }
            let steepest = free.reduce(0) { max($0, state.gradient[$1].magnitude) }
            isConverged = steepest <= LogisticFit.gradientMax * max(1, problem.total)
            guard !isConverged, let step = state.newtonStep(free) else { break }
            guard let next = problem.improved(point, free, step, state) else {
                isConverged = steepest <= 1e-6 * max(1, problem.total)
                break
            }
            (point, state) = next
        }
        take(point, problem, state)
    }

    private mutating func take(_ point: [Double], _ problem: Problem, _ state: Problem.State) {
        intercept = point[0]
        for (place, column) in problem.used.enumerated() {
            coefficients[column] = point[place + 1]
        }
        let free = point.indices.filter { $0 == 0 || point[$0] > 0 }
        let errors = problem.errors(point, state, free)
        let allErrors = problem.errors(point, state, Array(point.indices))
        interceptError = errors[0] ?? .infinity
        for (place, column) in problem.used.enumerated() {
            self.errors[column] = errors[place + 1] ?? allErrors[place + 1] ?? .infinity
        }
    }

    /// The log-odds of a row.
    package func score(_ row: some Sequence<Double>) -> Double {
        zip(coefficients, row).reduce(intercept) { $0 + $1.0 * $1.1 }
    }

    /// 95 % interval of a coefficient, cut at 0.
    package func interval(_ column: Int) -> ClosedRange<Double> {
        let reach = 1.959963984540054 * errors[column]
        return max(0, coefficients[column] - reach)...max(0, coefficients[column] + reach)
    }
}

/// The loss and its derivatives over the columns that vary, the intercept first.
private struct Problem {
    let rows: LabelledRows
    /// Columns that vary.
    let used: [Int]
    /// Row weights scaled to mean 1.
    let weights: [Double]
    var size: Int { used.count + 1 }
    var total: Double { Double(rows.count) }

    struct State {
        var loss: Double
        var gradient: [Double]
        var hessian: SquareMatrix

        /// Newton's step in the free directions; `nil` when the curvature vanished.
        func newtonStep(_ free: [Int]) -> [Double]? {
            var matrix = SquareMatrix(size: free.count)
            for (row, i) in free.enumerated() {
                for (column, j) in free.enumerated() { matrix[row, column] = hessian[i, j] }
            }
            return matrix.solved(free.map { -gradient[$0] })
        }
    }

    init(_ rows: LabelledRows) {
        self.rows = rows
        used = (0..<rows.width).filter { column in
            let first = rows.values[column]
            return stride(from: column, to: rows.values.count, by: rows.width)
                .contains { rows.values[$0] != first }
        }
        let sum = rows.weights.reduce(0, +)
        weights = rows.weights.map { $0 * Double(rows.count) / sum }
    }

    var startingIntercept: Double {
        let positive = zip(weights, rows.labels).reduce(0) { $0 + $1.0 * $1.1 }
        let share = (positive + 0.5) / (total + 1)
        return Exact.log(share / (1 - share))
    }

    func state(_ point: [Double]) -> State {
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: size)
        var hessian = SquareMatrix(size: size)
        var row = [Double](repeating: 1, count: size)
        for index in 0..<rows.count {
            load(index, &row)
            let score = zip(point, row).reduce(0) { $0 + $1.0 * $1.1 }
            let probability = Exact.sigmoid(score)
            let weight = weights[index]
            loss += weight * Problem.loss(score, rows.labels[index])
            let residual = weight * (probability - rows.labels[index])
            let curvature = weight * probability * (1 - probability)
            for i in 0..<size where row[i] != 0 {
                gradient[i] += residual * row[i]
                let scaled = curvature * row[i]
                for j in 0...i { hessian[i, j] += scaled * row[j] }
            }
        }
        for i in 0..<size {
            for j in 0..<i { hessian[j, i] = hessian[i, j] }
            if i > 0 {
                loss += LogisticFit.ridge / 2 * point[i] * point[i]
                gradient[i] += LogisticFit.ridge * point[i]
                hessian[i, i] += LogisticFit.ridge
            }
        }
        return State(loss: loss, gradient: gradient, hessian: hessian)
    }

    /// A better point along the projected step, halved as often as it takes.
    func improved(
        _ point: [Double], _ free: [Int], _ step: [Double], _ state: State
    ) -> ([Double], State)? {
        var length = 1.0
        for _ in 0..<60 {
            var next = point
            for (place, index) in free.enumerated() {
                next[index] += length * step[place]
                if index > 0 { next[index] = max(0, next[index]) }
            }
            let found = self.state(next)
            if found.loss < state.loss { return (next, found) }
            length /= 2
        }
        return nil
    }

    /// Robust standard errors of the directions asked for; by index, `nil` for the others.
    func errors(_ point: [Double], _ state: State, _ directions: [Int]) -> [Double?] {
        var bread = SquareMatrix(size: directions.count)
        for (row, i) in directions.enumerated() {
            for (column, j) in directions.enumerated() { bread[row, column] = state.hessian[i, j] }
        }
        var errors = [Double?](repeating: nil, count: size)
        guard let inverse = bread.inverse else { return errors }
        var variances = [Double](repeating: 0, count: directions.count)
        var row = [Double](repeating: 1, count: size)
        for index in 0..<rows.count {
            load(index, &row)
            let score = zip(point, row).reduce(0) { $0 + $1.0 * $1.1 }
            let residual = weights[index] * (Exact.sigmoid(score) - rows.labels[index])
            for place in directions.indices {
                var influence = 0.0
                for (other, direction) in directions.enumerated() where row[direction] != 0 {
                    influence += inverse[place, other] * row[direction]
                }
                variances[place] += influence * residual * influence * residual
            }
        }
        for (place, index) in directions.enumerated() {
            errors[index] = variances[place].squareRoot()
        }
        return errors
    }

    private func load(_ index: Int, _ row: inout [Double]) {
        let start = index * rows.width
        for (place, column) in used.enumerated() { row[place + 1] = rows.values[start + column] }
    }

    /// `ln(1 + e^score) - label * score`, without overflow.
    private static func loss(_ score: Double, _ label: Double) -> Double {
        max(score, 0) - score * label + Exact.log1p(Exact.exp(-score.magnitude))
    }
}
