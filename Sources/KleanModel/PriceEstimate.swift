import KleanCore

/// What one seller, or one listing without a seller, says of a cell's price.
package struct PriceVote: Equatable, Sendable {
    package var logPrice: Double
    package var weight: Double
    /// Listings behind the vote.
    package var listings: Int
    package var isAuthorised: Bool

    package init(
        logPrice: Double, weight: Double = 1, listings: Int = 1, isAuthorised: Bool = false
    ) {
        self.logPrice = logPrice
        self.weight = weight
        self.listings = listings
        self.isAuthorised = isAuthorised
    }
}

/// Centre and spread of a cell's votes (SCORING d).
package struct PriceEstimate: Equatable, Sendable {
    /// Weighted median of ln price.
    package let center: Double
    /// 1.4826 times the weighted median distance from the centre, at least the floor, rounded to
    /// four decimal places.
    package let spread: Double
    /// Whole votes: the sum of weights, rounded down.
    package let votes: Int
    package let listings: Int
    /// The lower of two clusters was left out.
    package let isUpper: Bool

    /// The centre in won, rounded to tens from 1,000 won on.
    package var won: Int64 {
        let won = Exact.exp(center).rounded(.toNearestOrEven)
        return won < 1_000 ? Int64(max(won, 1)) : Int64((won / 10).rounded(.toNearestOrEven)) * 10
    }

    /// - Parameters:
    ///   - votes: Ascending by price.
    ///   - lists: ln of list prices; they vouch for the cluster in which they stand.
    ///   - spreadFloor: Least spread.
    /// - Returns: `nil` without votes.
    package init?(_ votes: [PriceVote], lists: [Double], spreadFloor: Double) {
        guard !votes.isEmpty else { return nil }
        var kept = votes[...]
        if let split = PriceEstimate.split(votes) {
            let low = votes[split].logPrice - PriceEstimate.listMargin
            let isVouched =
                votes[split...].contains(where: \.isAuthorised) || lists.contains { $0 >= low }
            if isVouched { kept = votes[split...] }
        }
        isUpper = kept.count < votes.count
        let center = PriceEstimate.median(kept.map { ($0.logPrice, $0.weight) })
        let distances = kept.map { (abs($0.logPrice - center), $0.weight) }.sorted { $0 < $1 }
        let scale = 1.4826 * PriceEstimate.median(distances)
        self.center = center
        spread = (max(scale, spreadFloor) * 10_000).rounded(.toNearestOrEven) / 10_000
        // A third added thirty times is a little less than ten.
        self.votes = Int(kept.reduce(0) { $0 + $1.weight } + 1e-6)
        listings = kept.reduce(0) { $0 + $1.listings }
    }

    /// Width of an empty stretch, in ln, that separates two clusters.
    package static let gap = 0.7
    /// Part of the votes that each of two clusters has at least.
    package static let clusterShareMin = 0.15
    /// How far below the upper cluster a list price still vouches for it.
    private static let listMargin = 0.35

    /// Index at which the upper of two clusters begins: the widest fit gap, the higher of equals.
    private static func split(_ votes: [PriceVote]) -> Int? {
        let total = votes.reduce(0) { $0 + $1.weight }
        var below = 0.0
        var best: (index: Int, width: Double)?
        for index in votes.indices.dropFirst() {
            below += votes[index - 1].weight
            let width = votes[index].logPrice - votes[index - 1].logPrice
            let isCluster =
                below >= clusterShareMin * total && total - below >= clusterShareMin * total
            if width > gap, isCluster, width >= best?.width ?? 0 { best = (index, width) }
        }
        return best?.index
    }

    /// The value at half the weight; the middle of two when the half falls between them.
    private static func median(_ values: [(value: Double, weight: Double)]) -> Double {
        let half = values.reduce(0) { $0 + $1.weight } / 2
        var sum = 0.0
        for (index, item) in values.enumerated() {
            sum += item.weight
            if abs(sum - half) < 1e-9, index + 1 < values.count {
                return (item.value + values[index + 1].value) / 2
            }
            if sum > half { return item.value }
        }
        return values[values.count - 1].value
    }
}
