package import KleanCore
package import KleanScore

/// What a ranking shows of a listing without asking the store. Text is UTF-8, empty when missing.
package struct ListingFacts: Equatable, Sendable {
    package var id: [UInt8]
    package var title: [UInt8]
    package var brand: [UInt8]
    package var category: [UInt8]
    package var seller: [UInt8]
    package var shop: [UInt8]
    /// Minor units; `Missing.int64`.
    package var price: Int64
    package var currency: Currency
    /// `LogoBox` of each logo region where the listing itself is at hand; rankings have none.
    package var logoBoxes: [UInt64] = []

    package init(
        id: [UInt8], title: [UInt8] = [], brand: [UInt8] = [], category: [UInt8] = [],
        seller: [UInt8] = [], shop: [UInt8] = [], price: Int64 = Missing.int64,
        currency: Currency = .missing
    ) {
        self.id = id
        self.title = title
        self.brand = brand
        self.category = category
        self.seller = seller
        self.shop = shop
        self.price = price
        self.currency = currency
    }

    /// The stored bytes of a text field; empty for fields that are not text.
    package func text(of field: EvidenceField) -> [UInt8] {
        switch field {
        case .title: title
        case .brand: brand
        case .category: category
        case .seller: seller
        case .shop: shop
        case .none, .price, .image, .logo, .counters: []
        }
    }
}

/// One entry of the suspicion index's ranking.
package struct IndexedEntry: Equatable, Sendable {
    /// 1 for the most suspicious.
    package var rank: Int
    package var ordinal: UInt32
    /// The shard's word on it. Its `row` is the ordinal.
    package var entry: RankedEntry
    package var listing: ListingFacts

    package init(rank: Int, ordinal: UInt32, entry: RankedEntry, listing: ListingFacts) {
        self.rank = rank
        self.ordinal = ordinal
        self.entry = entry
        self.listing = listing
    }

    package var score: Fixed { entry.score }
}
