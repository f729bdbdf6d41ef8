internal import KleanCore

/// Draws ranks so that rank `r` comes about `1 / (r + 1)^exponent` as often as the first, in one
/// look-up: 4,096 equal slices of probability, uniform within a slice.
struct RankTable: Sendable {
    private let starts: Table<UInt32>
    private let order: Table<Int32>

    /// - Parameter order: The item of each rank; empty when an item is its own rank.
    init(arena: Arena, count: Int, order: [Int32] = [], exponent: Double) {
        self.order = arena.keep(order)
        // The share of ranks below r is about ((r + 1)^(1 - e) - 1) / ((n + 1)^(1 - e) - 1).
        let power = 1 - exponent
        let total = Exact.exp(power * Exact.log(Double(count + 1))) - 1
        starts = arena.keep(
            (0...4_096).map { slice in
                let share = Double(slice) / 4_096 * total + 1
                let rank = Exact.exp(Exact.log(share) / power) - 1
                return UInt32(max(0, min(Double(count), rank)))
            })
    }

    @inline(__always) func draw(_ random: inout SplitMix64) -> Int {
        let word = random.next()
        let slice = Int(truncatingIfNeeded: word & 4_095)
        let low = UInt64(starts[slice])
        let width = max(1, UInt64(starts[slice + 1]) - low)
        let rank = Int(truncatingIfNeeded: low + ((word >> 32) &* width) >> 32)
        return order.isEmpty ? rank : Int(order[rank])
    }
}

/// Quantile tables of the numbers of a listing: 1,024 equal slices each.
struct PriceTables: Sendable {
    static let spreads = [0.08, 0.12, 0.18, 0.26]
    private let factors: Table<UInt32>
    private let orderCounts: Table<UInt32>
    private let ages: Table<UInt32>

    init(arena: Arena) {
        // Log-logistic: near a lognormal of the same deviation, with rather heavier tails.
        func deviate(_ slice: Int) -> Double {
            let share = (Double(slice) + 0.5) / 1_024
            return Exact.log(share / (1 - share)) / 1.8138
        }
        factors = arena.keep(
            PriceTables.spreads.flatMap { spread in
                (0..<1_024).map { UInt32(Exact.exp(spread * deviate($0)) * 65_536) }
            })
        orderCounts = arena.keep(
            (0..<1_024).map { UInt32(min(20_000, Exact.exp(1.9 + 1.35 * deviate($0)))) })
        ages = arena.keep(
            (0..<1_024).map { slice in
                let share = (Double(slice) + 0.5) / 1_024
                return UInt32(min(1_095, -Exact.log(1 - share) * 240) * 86_400)
            })
    }

    /// A price around `reference`, which is not exceeded without bound: factors are about e^±3σ.
    @inline(__always) func price(_ reference: Int64, spread: Int32, _ word: UInt64) -> Int64 {
        let slice = Int(spread) * 1_024 + Int(truncatingIfNeeded: word & 1_023)
        return (reference &* Int64(factors[slice])) >> 16
    }

    /// Orders of 90 days: half of the listings have 6 or fewer, one in a hundred over 150.
    @inline(__always) func orders(_ word: UInt64) -> UInt32 {
        orderCounts[Int(truncatingIfNeeded: word & 1_023)]
    }

    /// Seconds since a listing was put up, at most three years, 240 days on average.
    @inline(__always) func age(_ word: UInt64) -> UInt32 {
        ages[Int(truncatingIfNeeded: word & 1_023)] &+ UInt32(truncatingIfNeeded: word >> 48)
    }
}

/// How many sellers of each sort a world has, and which numbers they wear.
struct SellerPlan: Sendable {
    let authorised: Range<Int>
    let resellers: Range<Int>
    let shops: Range<Int>
    let secondHand: Range<Int>
    let accessory: Range<Int>
    /// Sell fakes beside ordinary goods.
    let counterfeiters: Range<Int>
    /// All their listings are at most two weeks old.
    let new: Range<Int>
    /// Whose buyers complain, and whose buyers send goods back.
    let complained: Range<Int>
    let refunded: Range<Int>

    var count: Int { refunded.upperBound }

    init(rows: Int, authorised authorisedCount: Int) {
        var next = 0
        func take(_ count: Int) -> Range<Int> {
            next += count
            return next - count..<next
        }
        func scaled(_ rowsPerSeller: Int, _ bounds: ClosedRange<Int>) -> Range<Int> {
            take(max(bounds.lowerBound, min(bounds.upperBound, rows / rowsPerSeller)))
        }
        authorised = take(authorisedCount)
        resellers = scaled(150, 120...100_000)
        shops = scaled(60, 200...250_000)
        secondHand = scaled(100, 80...120_000)
        accessory = scaled(300, 40...20_000)
        counterfeiters = scaled(1_500, 24...20_000)
        new = scaled(4_000, 12...8_000)
        complained = scaled(20_000, 6...1_000)
        refunded = scaled(20_000, 6...1_000)
    }
}
