internal import KleanCore

/// What the profile knows of one seller, in 32 bytes: a row finds it in one line of memory instead
/// of in a dozen columns.
struct SellerFacts {
    let complaints: RateFacts
    let refunds: RateFacts
    /// Row in the profile's category table of the seller's main category: whose prior he has.
    let category: UInt32
    let traits: SellerTraits

    /// - Parameter row: Of the profile's seller table.
    init(_ row: Int, _ profile: Profile, _ parameters: ScoreParameters) {
        let sellers = profile.sellers
        complaints = RateFacts(
            events: sellers.complaints[row], orders: sellers.complaintOrders[row],
            low: sellers.complaintLows[row])
        refunds = RateFacts(
            events: sellers.refunds[row], orders: sellers.refundOrders[row],
            low: sellers.refundLows[row])
        category = sellers.categories[row]
        var traits = SellerTraits()
        let orders = max(complaints.orders, refunds.orders)
        if Double(orders) >= parameters.sellerOrdersMin { traits.insert(.telling) }
        let newest = profile.totals.newestListedPlusOne
        let first = sellers.firstListed[row]
        if newest > 0, first != .max,
            Int64(newest - 1) - first < parameters.sellerNewSeconds
        {
            traits.insert(.new)
        }
        if sellers.listings[row] >= SellerTraits.honestListingsMin, complaints.events == 0,
            refunds.low == 0
        {
            traits.insert(.honest)
        }
        self.traits = traits
    }

    private init() {
        complaints = RateFacts(events: 0, orders: 0, low: 0)
        refunds = complaints
        category = 0
        traits = []
    }

    /// A seller whom the survey did not see.
    static let none = SellerFacts()
}

/// One kind of event at one seller.
struct RateFacts {
    let events: UInt32
    let orders: UInt32
    /// Lower quantile of the posterior in 1e-9; 0 where it would say nothing.
    let low: UInt32
}

struct SellerTraits: OptionSet {
    let rawValue: UInt32

    /// Has orders enough to judge by.
    static let telling = SellerTraits(rawValue: 1)
    /// First listed within some days of the catalog's newest listing.
    static let new = SellerTraits(rawValue: 2)
    /// The survey saw many listings and nothing against the seller.
    static let honest = SellerTraits(rawValue: 4)

    static let honestListingsMin: UInt32 = 20
}
