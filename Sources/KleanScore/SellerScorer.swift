internal import KleanCatalog
package import KleanCore
internal import KleanModel

/// What a seller's counters say, against those of the category (SCORING e).
package struct SellerFinding: Sendable, Equatable {
    /// Row of ``Profile/sellers``.
    package var row: Int
    /// Of the complaints: the listing's own where they say more than the seller's.
    package var complaints: RateFinding
    package var refunds: RateFinding
    package var isNew: Bool
    package var raw: Fixed
}

/// One kind of event. Rates in 1e-9.
package struct RateFinding: Sendable, Equatable {
    package var events: UInt32
    package var orders: UInt32
    /// Lower quantile of the posterior; 0 where it would say nothing.
    package var low: UInt32
    /// What sellers of the category expect.
    package var expected: UInt32
    package var isOfListing: Bool
    /// ln of the quantile over the expectation, where it counts.
    package var raw: Double
}

/// Judges by what happened to orders. Reports come late: counters that `klean signals import` laid
/// over a snapshot are corrected for that; where any row has others, the neutral
/// `sellerLagNotApplied` says so.
///
/// A class for the reason that ``NameScorer`` is one.
final class SellerScorer {
    private let parameters: ScoreParameters
    private let profile: Profile
    /// By row of the profile's seller table.
    private let sellers: [SellerFacts]
    private let facts: ChunkFacts
    private let columns: HotColumns
    // Of the rows judged together: where each one's seller stands, or -1, and what it says.
    private var numbers: [Int32] = []
    private var block: [SellerFacts] = []

    init(
        _ tables: ScoringTables, _ profile: Profile, _ sellers: [SellerFacts],
        _ facts: ChunkFacts, _ columns: HotColumns
    ) {
        parameters = tables.parameters
        self.profile = profile
        self.sellers = sellers
        self.facts = facts
        self.columns = columns
    }

    /// Judges some rows into their verdicts.
    ///
    /// Sellers stand all over memory. Fetching those of all rows in loops that do nothing else lets
    /// the processor wait for many of them at once.
    func judge(_ rows: Range<Int>, _ verdicts: inout [RowVerdict], _ sink: inout EvidenceSink) {
        numbers.removeAll(keepingCapacity: true)
        block.removeAll(keepingCapacity: true)
        for row in rows {
            numbers.append(facts.sellerRow(columns.seller.codes[row]).map { Int32($0) } ?? -1)
        }
        for number in numbers { block.append(number < 0 ? .none : sellers[Int(number)]) }
        for (index, row) in rows.enumerated() {
            judge(row, Int(numbers[index]), block[index], &verdicts[index], &sink)
        }
    }

    func judge(_ row: Int, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink) {
        let number = facts.sellerRow(columns.seller.codes[row])
        judge(row, number ?? -1, number.map { sellers[$0] } ?? .none, &verdict, &sink)
    }

    private func judge(
        _ row: Int, _ number: Int, _ seller: SellerFacts, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        guard columns.seller.codes[row] != Missing.uint32 else {
            return verdict.abstain(.seller, .noSeller)
        }
        guard number >= 0 else { return verdict.abstain(.seller, .noOrders) }
        verdict.isNewSeller = seller.traits.contains(.new)
        guard let finding = find(row, number, seller) else {
            return verdict.abstain(.seller, .noOrders)
        }
        verdict.seller = finding.raw
        guard sink.isOn else { return }
        add(.sellerComplaints, finding.complaints, 1, &sink)
        add(.sellerRefunds, finding.refunds, SellerScorer.refundFactor, &sink)
        if profile.totals.uncorrectedRows > 0 {
            sink.add(0, Evidence(.sellerLagNotApplied, .counters))
        }
    }

    /// Refunds have many honest causes.
    private static let refundFactor = 0.5

    /// What is held against a seller, or `nil` where too few orders are known.
    ///
    /// - Parameter number: Row of the profile's seller table.
    func find(_ row: Int, _ number: Int) -> SellerFinding? { find(row, number, sellers[number]) }

    private func find(_ row: Int, _ number: Int, _ seller: SellerFacts) -> SellerFinding? {
        guard seller.traits.contains(.telling) else { return nil }
        let category = columns.category.codes[row]
        let expected = category == Missing.uint32 ? 0 : Int(facts.categoryRows[Int(category)])
        let prior = Int(seller.category)
        let complaints = rate(
            seller.complaints, prior: profile.categories.complaintPosterior(prior),
            expected: profile.categories.complaintRates[expected],
            own: columns.complaints[row], ownOrders: columns.orders[row])
        let refunds = rate(
            seller.refunds, prior: profile.categories.refundPosterior(prior),
            expected: profile.categories.refundRates[expected],
            own: columns.refunds[row], ownOrders: columns.orders[row])
        let raw = complaints.raw + SellerScorer.refundFactor * refunds.raw
        return SellerFinding(
            row: number, complaints: complaints, refunds: refunds,
            isNew: seller.traits.contains(.new),
            raw: Fixed(min(raw, parameters.sellerRawMax)))
    }

    private func rate(
        _ seller: RateFacts, prior: RatePrior, expected: UInt32, own: UInt32, ownOrders: UInt32
    ) -> RateFinding {
        let sellerMean = prior.mean(events: seller.events, of: seller.orders)
        var found = RateFinding(
            events: seller.events, orders: seller.orders, low: seller.low, expected: expected,
            isOfListing: false,
            raw: raw(mean: sellerMean, low: seller.low, expected: expected))
        // The listing shrinks to its seller as the seller shrinks to the category.
        guard own != 0, own != Missing.uint32, ownOrders != Missing.uint32, ownOrders > 0 else {
            return found
        }
        let ownEvents = min(own, ownOrders)
        let listing = RatePrior(rate: sellerMean, strength: parameters.sellerListingStrength)
        let mean = listing.mean(events: ownEvents, of: ownOrders)
        guard mean >= parameters.sellerRateMultiple * Rate.double(expected) else { return found }
        let ownLow = listing.low(events: ownEvents, of: ownOrders, parameters.sellerQuantile)
        let ownRaw = raw(mean: mean, low: ownLow, expected: expected)
        if ownRaw > found.raw {
            found = RateFinding(
                events: ownEvents, orders: ownOrders, low: ownLow, expected: expected,
                isOfListing: true, raw: ownRaw)
        }
        return found
    }

    /// Counts where the mean is a multiple of what is expected and even the quantile is above it.
    private func raw(mean: Double, low: UInt32, expected: UInt32) -> Double {
        guard low > expected, expected > 0,
            mean >= parameters.sellerRateMultiple * Rate.double(expected)
        else { return 0 }
        let ratio = Exact.log(Double(low) / Double(expected))
        return min(parameters.sellerScale * ratio, parameters.sellerRawMax)
    }

    private func add(
        _ code: EvidenceCode, _ found: RateFinding, _ factor: Double, _ sink: inout EvidenceSink
    ) {
        guard found.raw > 0 else { return }
        sink.add(
            found.raw * factor,
            Evidence(
                code, found.isOfListing ? .counters : .seller, a: Int64(found.events),
                b: Int64(found.orders), c: Int64((found.low + 500) / 1_000),
                d: Int64((found.expected + 500) / 1_000)))
    }
}
