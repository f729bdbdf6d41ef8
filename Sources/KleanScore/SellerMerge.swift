internal import KleanCore
internal import KleanModel

/// From tallies by seller and category to priors by category and posteriors by seller.
///
/// Tallies come ascending by seller, so every floating-point sum has one order.
struct SellerMerge {
    private var table = SellerTable()
    /// Name key of each seller's main category, until rows are known.
    private var mainCategories: [UInt64] = []
    private var groups = GroupTable()
    private var moments: [CategoryMoments] = []
    private var overall = CategoryMoments()

    /// - Parameter tallies: Ascending, whole sellers, above those added before.
    mutating func add(_ tallies: [SellerTally]) {
        for group in tallies.groupsByKey {
            var total = group[group.startIndex]
            var main = total
            for tally in group.dropFirst() {
                total.absorb(tally)
                let isBigger =
                    tally.complaintOrders != main.complaintOrders
                    ? tally.complaintOrders > main.complaintOrders : tally.listings > main.listings
                if isBigger { main = tally }
            }
            append(total, mainCategory: main.category)
            for tally in group where tally.category != 0 {
                let (index, isNew) = groups.number(0, tally.category)
                if isNew { moments.append(CategoryMoments()) }
                moments[index].add(tally)
            }
            overall.add(total)
        }
    }

    private mutating func append(_ total: SellerTally, mainCategory: UInt64) {
        table.keys.append(total.key)
        table.listings.append(total.listings)
        table.claims.append(total.claims)
        table.complaintOrders.append(UInt32(clamping: total.complaintOrders))
        table.complaints.append(UInt32(clamping: total.complaints))
        table.refundOrders.append(UInt32(clamping: total.refundOrders))
        table.refunds.append(UInt32(clamping: total.refunds))
        table.firstListed.append(total.firstListed)
        mainCategories.append(mainCategory)
    }

    mutating func finish(_ weights: Weights, into profile: inout Profile) {
        profile.categories = categories(weights)
        let quantile = weights[Parameter.sellerQuantile]
        for row in table.keys.indices {
            let category = profile.categories.index(of: mainCategories[row])
            table.categories.append(UInt32(category))
            table.complaintLows.append(
                profile.categories.complaintPosterior(category).low(
                    events: table.complaints[row], of: table.complaintOrders[row], quantile))
            table.refundLows.append(
                profile.categories.refundPosterior(category).low(
                    events: table.refunds[row], of: table.refundOrders[row], quantile))
        }
        profile.sellers = table
    }

    private func categories(_ weights: Weights) -> CategoryTable {
        var table = CategoryTable()
        table.append(key: 0, overall, standIn: nil, weights)
        let order = moments.indices.sorted { groups.keys[$0].low < groups.keys[$1].low }
        for index in order {
            table.append(key: groups.keys[index].low, moments[index], standIn: overall, weights)
        }
        return table
    }
}

/// What the method of moments needs of the sellers of one category.
struct CategoryMoments {
    var complaints = RateMoments()
    var refunds = RateMoments()

    mutating func add(_ tally: SellerTally) {
        complaints.add(events: tally.complaints, orders: tally.complaintOrders)
        refunds.add(events: tally.refunds, orders: tally.refundOrders)
    }
}

/// Sums over sellers with orders.
struct RateMoments {
    private(set) var events: UInt64 = 0
    private(set) var orders: UInt64 = 0
    private var sellers = 0.0
    private var squaredOrders = 0.0
    private var squaredEventsPerOrder = 0.0

    mutating func add(events: UInt64, orders: UInt64) {
        guard orders > 0 else { return }
        self.events += events
        self.orders += orders
        sellers += 1
        squaredOrders += Double(orders) * Double(orders)
        squaredEventsPerOrder += Double(events) * Double(events) / Double(orders)
    }

    /// Enough to differ from the whole catalog's.
    var isTelling: Bool { sellers >= 5 && orders >= 200 }

    /// The mean rate, half an event added so that it is never 0; at least 1e-4.
    var rate: Double { max((Double(events) + 0.5) / (Double(orders) + 1), 1e-4) }

    /// `alpha + beta` of the beta distribution of sellers' rates, within bounds.
    ///
    /// - Source: Kleinman, JASA 68 (1973), moment estimator with weights by orders.
    func strength(_ bounds: ClosedRange<Double>) -> Double {
        guard sellers > 1, events > 0 else { return bounds.upperBound }
        let mean = Double(events) / Double(orders)
        let spread = mean * (1 - mean)
        guard spread > 0 else { return bounds.upperBound }
        let total = Double(orders)
        let between = squaredEventsPerOrder - mean * mean * total
        let freedom = sellers - 1
        let room = total - squaredOrders / total - freedom
        guard room > 0 else { return bounds.upperBound }
        let correlation = (between - spread * freedom) / (spread * room)
        guard correlation > 0 else { return bounds.upperBound }
        return min(max(1 / correlation - 1, bounds.lowerBound), bounds.upperBound)
    }
}

extension CategoryTable {
    mutating func append(
        key: UInt64, _ moments: CategoryMoments, standIn: CategoryMoments?, _ weights: Weights
    ) {
        let bounds = weights[Parameter.sellerPriorMin]...weights[Parameter.sellerPriorMax]
        keys.append(key)
        complaintOrders.append(moments.complaints.orders)
        complaints.append(moments.complaints.events)
        refundOrders.append(moments.refunds.orders)
        refunds.append(moments.refunds.events)
        let ofComplaints =
            moments.complaints.isTelling
            ? moments.complaints : standIn?.complaints ?? moments.complaints
        let ofRefunds =
            moments.refunds.isTelling ? moments.refunds : standIn?.refunds ?? moments.refunds
        complaintRates.append(Rate.nano(ofComplaints.rate))
        refundRates.append(Rate.nano(ofRefunds.rate))
        complaintStrengths.append(Fixed(ofComplaints.strength(bounds)).raw)
        refundStrengths.append(Fixed(ofRefunds.strength(bounds)).raw)
    }

    /// The prior of complaint rates in a row. - Precondition: the table has rows.
    package func complaintPosterior(_ row: Int) -> RatePrior {
        RatePrior(
            rate: Rate.double(complaintRates[row]),
            strength: Fixed(raw: complaintStrengths[row]).double)
    }

    package func refundPosterior(_ row: Int) -> RatePrior {
        RatePrior(
            rate: Rate.double(refundRates[row]), strength: Fixed(raw: refundStrengths[row]).double)
    }
}

/// A beta distribution of rates: mean and `alpha + beta`.
package struct RatePrior: Sendable, Equatable {
    package var rate: Double
    package var strength: Double

    /// Posterior mean after `events` of `orders`.
    package func mean(events: UInt32, of orders: UInt32) -> Double {
        (strength * rate + Double(events)) / (strength + Double(orders))
    }

    /// Lower quantile of the posterior in 1e-9; 0 when its mean is below the prior's, so that it
    /// could say nothing.
    package func low(events: UInt32, of orders: UInt32, _ quantile: Double) -> UInt32 {
        guard events > 0, mean(events: events, of: orders) > rate else { return 0 }
        return Rate.nano(
            Beta.quantile(
                quantile, alpha: strength * rate + Double(events),
                beta: strength * (1 - rate) + Double(orders - min(events, orders))))
    }
}

/// Rates as integers: 1e-9 each.
package enum Rate {
    package static func nano(_ rate: Double) -> UInt32 {
        UInt32(min(max((rate * 1e9).rounded(.toNearestOrEven), 0), 4e9))
    }

    package static func double(_ nano: UInt32) -> Double { Double(nano) / 1e9 }
}
