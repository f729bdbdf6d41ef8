/// A symmetric positive definite matrix, small and dense. **Shape**: row-major, `size x size`.
struct SquareMatrix {
    let size: Int
    var values: [Double]

    init(size: Int) {
        self.size = size
        values = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * size + column] }
        set { values[row * size + column] = newValue }
    }

    /// The inverse by Cholesky's factors; `nil` unless it is positive definite.
    /// - Complexity: O(size^3).
    var inverse: SquareMatrix? {
        guard let factor else { return nil }
        var inverse = SquareMatrix(size: size)
        for column in 0..<size {
            var unit = [Double](repeating: 0, count: size)
            unit[column] = 1
            for (row, value) in factor.solved(unit).enumerated() { inverse[row, column] = value }
        }
        return inverse
    }

    /// The solution of `self * x = right`; `nil` unless the matrix is positive definite.
    func solved(_ right: [Double]) -> [Double]? { factor?.solved(right) }

    private var factor: CholeskyFactor? {
        var lower = self
        for column in 0..<size {
            for row in column..<size {
                var sum = self[row, column]
                for inner in 0..<column { sum -= lower[row, inner] * lower[column, inner] }
                if row == column {
                    guard sum > 1e-300 else { return nil }
                    lower[row, row] = sum.squareRoot()
                } else {
                    lower[row, column] = sum / lower[column, column]
                }
            }
        }
        return CholeskyFactor(lower: lower)
    }
}

private struct CholeskyFactor {
    let lower: SquareMatrix

    func solved(_ right: [Double]) -> [Double] {
        var solution = right
        for row in 0..<lower.size {
            for inner in 0..<row { solution[row] -= lower[row, inner] * solution[inner] }
            solution[row] /= lower[row, row]
        }
        for row in (0..<lower.size).reversed() {
            for inner in row + 1..<lower.size {
                solution[row] -= lower[inner, row] * solution[inner]
            }
            solution[row] /= lower[row, row]
        }
        return solution
    }
}
