package import KleanCore

/// The shape of a logo: how much of each of 32 x 32 cells over its tight box is ink, and the box's
/// sides. Stretching the box to a square takes size and aspect out; the hash puts aspect back in.
///
/// **Shape**: `cover` is row-major, 255 for a cell full of ink.
package struct LogoShape: Equatable, Sendable {
    /// The descriptor's name in stores and banks. Hashes of others mean nothing to it.
    package static let version = HashFamily.logo

    /// Cells along a side.
    static let side = 32

    let cover: [UInt8]
    let width: Int
    let height: Int

    /// - Precondition: 32 x 32 cells, both sides at least 1.
    init(cover: [UInt8], width: Int, height: Int) {
        precondition(cover.count == LogoShape.side * LogoShape.side, "one value a cell")
        precondition(width > 0 && height > 0, "a box has pixels")
        self.cover = cover
        self.width = width
        self.height = height
    }

    /// How much there is to compare, 50 for a shape that is just worth it: below it stand discs,
    /// bars and other plain shapes, which many logos share.
    package var quality: UInt8 {
        UInt8(min(100, detail * 50 / (255 * LogoShape.detailMin)))
    }

    /// Ink that begins or ends between neighbouring cells, in 255ths of a cell.
    var detail: Int {
        let side = LogoShape.side
        var sum = 0
        for row in 0..<side {
            for column in 0..<side {
                let value = Int(cover[row * side + column])
                if column > 0 { sum += abs(value - Int(cover[row * side + column - 1])) }
                if row > 0 { sum += abs(value - Int(cover[(row - 1) * side + column])) }
            }
        }
        return sum
    }

    /// Ink that one has and the other has not, by all cells, `0...1`.
    func difference(_ other: LogoShape) -> Double {
        let sum = zip(cover, other.cover).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(255 * cover.count)
    }

    /// Whole cells of change that make quality 50.
    private static let detailMin = 115

    /// Bits for doubt.
    static let doubtMax = 16

    /// The 256 bits of a shape.
    ///
    /// | bits | |
    /// |---|---|
    /// | 0–103 | the cosine coefficients of lowest order without the mean: above `t` |
    /// | 104–207 | the same: above `-t` |
    /// | 208–239 | log2 of width by height: above each of 32 steps from -2.2 to 2.2 |
    /// | 240–255 | as many ones as a listing's region is doubtful; zeros in a bank |
    ///
    /// Coefficients are in units of their root mean square. Two bits each make a coefficient near
    /// zero differ by one bit from either side instead of by chance; `t` is half of what
    /// coefficients of that order usually measure. As doubt adds to the distance, one radius asks
    /// more likeness of a shadow or a fold than of what looks printed.
    ///
    /// - Parameter doubt: of a listing's region, `0...16`; 0 for a bank's shape.
    package func hash(doubt: Int = 0) -> Hash256 {
        precondition(0...LogoShape.doubtMax ~= doubt, "doubt has 16 bits")
        let values = coefficients
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        let unit = square.squareRoot()
        var words: [UInt64] = [0, 0, 0, 0]
        func set(_ bit: Int) { words[bit / 64] |= 1 << UInt64(bit % 64) }
        for (place, value) in values.enumerated() {
            let margin = unit * LogoShape.margins[place]
            if value > margin { set(place) }
            if value > -margin { set(values.count + place) }
        }
        let aspect = Exact.log(Double(width) / Double(height)) / Exact.log(2)
        for step in 0..<32 where aspect > -2.2 + 4.4 * Double(step) / 31 {
            set(2 * values.count + step)
        }
        for step in 0..<doubt { set(2 * values.count + 32 + step) }
        return Hash256(words[0], words[1], words[2], words[3])
    }

    /// Row and column order of each coefficient, by distance from the mean.
    private static let orders: [(row: Int, column: Int)] = {
        var all: [(row: Int, column: Int)] = []
        for row in 0..<16 { for column in 0..<16 { all.append((row, column)) } }
        all.sort { left, right in
            let near = left.row * left.row + left.column * left.column
            let far = right.row * right.row + right.column * right.column
            return (near, left.row, left.column) < (far, right.row, right.column)
        }
        return Array(all[1...104])
    }()

    /// Half of the median size of each coefficient over drawn logos, in the order of `orders`.
    private static let margins: [Double] = [
        0.236, 0.362, 0.284, 0.944, 1.109, 0.307, 0.214, 0.992, 0.220, 0.288, 0.295, 0.311,
        0.206, 0.272, 0.630, 0.682, 0.224, 0.172, 0.250, 0.496, 0.469, 0.187, 0.229, 0.180,
        0.220, 0.236, 0.240, 0.179, 0.200, 0.438, 0.199, 0.192, 0.469, 0.501, 0.162, 0.132,
        0.352, 0.340, 0.156, 0.178, 0.187, 0.140, 0.153, 0.160, 0.181, 0.176, 0.179, 0.327,
        0.320, 0.139, 0.153, 0.169, 0.154, 0.148, 0.125, 0.363, 0.320, 0.127, 0.125, 0.134,
        0.098, 0.267, 0.246, 0.219, 0.135, 0.107, 0.145, 0.139, 0.223, 0.209, 0.123, 0.120,
        0.135, 0.125, 0.114, 0.109, 0.118, 0.115, 0.121, 0.097, 0.136, 0.122, 0.104, 0.102,
        0.118, 0.266, 0.192, 0.183, 0.227, 0.094, 0.077, 0.208, 0.189, 0.116, 0.102, 0.108,
        0.082, 0.099, 0.088, 0.163, 0.155, 0.087, 0.095, 0.096,
    ]

    /// `cos(π / 64 * order * (2 place + 1))`, the mean's row scaled as in an orthonormal basis.
    private static let basis: [Double] = (0..<16).flatMap { order in
        (0..<side).map { place in
            let value = Double(CosineBasis.value(steps: 2 * order * (2 * place + 1)))
            return order == 0 ? value * 0.7071067811865476 : value
        }
    }

    private var coefficients: [Double] {
        let side = LogoShape.side
        var rows = [Double](repeating: 0, count: side * 16)
        for row in 0..<side {
            for order in 0..<16 {
                var sum = 0.0
                for column in 0..<side {
                    sum +=
                        Double(cover[row * side + column])
                        * LogoShape.basis[order * side + column]
                }
                rows[row * 16 + order] = sum
            }
        }
        return LogoShape.orders.map { order in
            var sum = 0.0
            for row in 0..<side {
                sum += rows[row * 16 + order.column] * LogoShape.basis[order.row * side + row]
            }
            return sum
        }
    }
}
