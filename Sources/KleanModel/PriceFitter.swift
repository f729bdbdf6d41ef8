package import KleanCore

/// One honest listing's price, as ``PriceFitter`` takes it.
package struct PriceObservation: Sendable {
    package var brand: UInt32
    /// The category text; empty when the listing has none.
    package var category: String
    /// What kind of goods the listing is, if its words tell exactly one.
    package var domain: ProductDomains
    /// Whole won above 0, in the listing's own condition, of one piece.
    package var won: Int64
    /// Key of the seller's name; `nil` when the catalog has no seller.
    package var seller: UInt64?
    package var condition: Condition
    package var isAuthorised: Bool
    /// The R1 row whose title alias was found, if any.
    package var priceRow: UInt32?

    package init(
        brand: UInt32, category: String, domain: ProductDomains = [], won: Int64,
        seller: UInt64? = nil, condition: Condition = .new, isAuthorised: Bool = false,
        priceRow: UInt32? = nil
    ) {
        self.brand = brand
        self.category = category
        self.domain = domain
        self.won = won
        self.seller = seller
        self.condition = condition
        self.isAuthorised = isAuthorised
        self.priceRow = priceRow
    }
}

/// Derives price references from listings (SCORING d), for `klean model fit-prices`.
///
/// - A seller has one vote in a cell: the median of its ln prices there. A listing of a catalog
///   without sellers has a third of a vote, as a shop shows about three of a kind, so that 30
///   such listings weigh as much as the 10 sellers that R3 asks for.
/// - The reference is the votes' weighted median, the spread 1.4826 times their MAD, at least
///   `price.spreadFloor`.
/// - Cells: R1 of a model whose alias was found, at least 5 votes, only where the result is 0.4 to
///   1.5 times the reference it replaces; R2 of authorised sellers by brand and category, at
///   least 5; R3 by brand and category, by brand and product domain, and by brand alone, at least
///   `price.cellListingsMin` listings and `price.cellSellersMin` votes.
/// - Contamination: where the votes fall in two clusters more than 0.7 apart, each at least 15 %,
///   and authorised sellers or a list price stand in the upper one, only that one counts: copies
///   can be the majority of a cell.
///
/// Listings of accessories, with foreign currency and without a rate must not be given. The result
/// depends on the observations' order only past ``votesPerCellMax``.
package struct PriceFitter: Sendable {
    private let model: Model
    /// Looked up, and sorted before anything is written.
    private var cells: [CellKey: Cell] = [:]

    /// Listings remembered of one cell; past it a fixed pseudo-random part is kept.
    package static let votesPerCellMax = 1 << 16

    package init(model: Model) { self.model = model }

    /// Counts one listing.
    package mutating func add(_ observation: PriceObservation) {
        guard observation.won > 0 else { return }
        let condition = observation.condition
        let brand = observation.brand
        // A model that has no row for used goods is known by its row for new ones.
        if let row = observation.priceRow, model.prices[Int(row)].condition == condition {
            add(CellKey(brand: brand, condition: condition, place: .model(row)), observation)
        }
        if !observation.category.isEmpty {
            let place = CellKey.Place.category(Model.nameKey(observation.category.utf8))
            add(CellKey(brand: brand, condition: condition, place: place), observation)
        }
        if observation.domain.rawValue.nonzeroBitCount == 1 {
            let place = CellKey.Place.domain(observation.domain.rawValue)
            add(CellKey(brand: brand, condition: condition, place: place), observation)
        }
        add(CellKey(brand: brand, condition: condition, place: .any), observation)
    }

    private mutating func add(_ key: CellKey, _ observation: PriceObservation) {
        cells[key, default: Cell()].add(observation)
    }

    /// The references: the model's own rows, R1 refreshed where enough was seen, and R2 and R3
    /// as found (they replace the model's of the same cell). Sorted by brand key, level, category,
    /// model, condition.
    ///
    /// - Parameters:
    ///   - source: Where the listings are from, for each row's `source`.
    ///   - date: ISO 8601 day on which the prices were true.
    package func fit(source: String, date: String) -> PriceFit {
        var fit = PriceFit(model: model)
        for key in cells.keys.sorted() {
            guard let cell = cells[key] else { continue }
            switch key.place {
            case .model(let row): refresh(row, cell, source, date, &fit)
            case .category, .domain, .any: fitCell(key, cell, source, date, &fit)
            }
        }
        fit.sort()
        return fit
    }

    /// A model's own reference gives way to what is asked for it now, if that is plausible.
    private func refresh(
        _ row: UInt32, _ cell: Cell, _ source: String, _ date: String, _ fit: inout PriceFit
    ) {
        fit.cellsSeen += 1
        let old = model.prices[Int(row)]
        guard let found = estimate(cell.votes(authorisedOnly: false), lists: [old.logReference])
        else { return }
        let ratio = Exact.exp(found.center - old.logReference)
        guard found.votes >= PriceFitter.sellersMin, (0.4...1.5).contains(ratio) else { return }
        fit.keep(
            PriceRow(
                brand: old.brand, categoryKey: old.categoryKey, category: old.category,
                model: old.model, level: .r1, condition: old.condition,
                referenceWon: found.won, spread: found.spread, votes: UInt32(found.votes),
                source: source, date: date), aliasesOf: Int(row))
    }

    private func fitCell(
        _ key: CellKey, _ cell: Cell, _ source: String, _ date: String, _ fit: inout PriceFit
    ) {
        fit.cellsSeen += 1
        let lists = model.prices.lazy
            .filter { $0.brand == key.brand && $0.level == .r1 && $0.condition == key.condition }
            .map(\.logReference)
        let authorised = cell.votes(authorisedOnly: true)
        if case .category = key.place, let found = estimate(authorised, lists: []),
            found.votes >= PriceFitter.sellersMin, authorised.allSatisfy({ $0.weight == 1 })
        {
            fit.keep(row(key, cell, found, .r2, source, date))
        }
        let votes = cell.votes(authorisedOnly: false)
        guard let found = estimate(votes, lists: Array(lists)) else { return }
        if found.isUpper { fit.cellsBimodal += 1 }
        guard Double(found.listings) >= model.weights[.priceCellListingsMin],
            Double(found.votes) >= model.weights[.priceCellSellersMin]
        else { return }
        fit.keep(row(key, cell, found, .r3, source, date))
    }

    private func row(
        _ key: CellKey, _ cell: Cell, _ found: PriceEstimate, _ level: PriceLevel,
        _ source: String, _ date: String
    ) -> PriceRow {
        let category: String
        let categoryKey: UInt64
        switch key.place {
        case .domain(let bits):
            let domain = ProductDomains(rawValue: bits)
            category = "@" + (domain.memberNames.first ?? "")
            categoryKey = Model.domainKey(domain)
        case .category(let key):
            category = cell.category
            categoryKey = key
        case .any:
            category = "@any"
            categoryKey = Model.anyKey
        case .model: preconditionFailure("models are refreshed, not fitted")
        }
        return PriceRow(
            brand: key.brand, categoryKey: categoryKey, category: category, model: "",
            level: level, condition: key.condition, referenceWon: found.won, spread: found.spread,
            votes: UInt32(found.votes), source: source, date: date)
    }

    private func estimate(_ votes: [PriceVote], lists: [Double]) -> PriceEstimate? {
        PriceEstimate(votes, lists: lists, spreadFloor: model.weights[.priceSpreadFloor])
    }

    /// Distinct sellers that R2, and a refreshed R1, need.
    package static let sellersMin = 5
}

/// Which votes belong together.
private struct CellKey: Hashable, Comparable, Sendable {
    enum Place: Hashable, Sendable {
        case model(UInt32)
        case category(UInt64)
        case domain(UInt32)
        case any

        var order: (Int, UInt64) {
            switch self {
            case .model(let row): (0, UInt64(row))
            case .category(let key): (1, key)
            case .domain(let bits): (2, UInt64(bits))
            case .any: (3, 0)
            }
        }
    }

    let brand: UInt32
    let condition: Condition
    let place: Place

    static func < (left: CellKey, right: CellKey) -> Bool {
        if left.brand != right.brand { return left.brand < right.brand }
        if left.condition != right.condition {
            return left.condition.rawValue < right.condition.rawValue
        }
        return left.place.order < right.place.order
    }
}

/// The listings of one cell.
private struct Cell: Sendable {
    struct Item: Sendable {
        var priority: UInt64
        var seller: UInt64?
        var won: Int64
        var isAuthorised: Bool
    }

    /// The smallest spelling seen, so that it does not depend on the order.
    private(set) var category = ""
    private var items: [Item] = []
    private var count: UInt64 = 0

    mutating func add(_ observation: PriceObservation) {
        if category.isEmpty || observation.category < category { category = observation.category }
        let identity = (observation.seller ?? 0) ^ UInt64(bitPattern: observation.won)
        items.append(
            Item(
                priority: Fingerprint.mix(Fingerprint.mix(identity) ^ count),
                seller: observation.seller, won: observation.won,
                isAuthorised: observation.isAuthorised))
        count += 1
        if items.count >= 2 * PriceFitter.votesPerCellMax { trim() }
    }

    private mutating func trim() {
        items.sort { ($0.priority, $0.won) < ($1.priority, $1.won) }
        items.removeLast(items.count - PriceFitter.votesPerCellMax)
    }

    /// One vote a seller, a third of one for a listing without; ascending.
    func votes(authorisedOnly: Bool) -> [PriceVote] {
        let used = items.filter { !authorisedOnly || $0.isAuthorised }
        var votes = used.filter { $0.seller == nil }.map {
            PriceVote(
                logPrice: Exact.log(Double($0.won)), weight: 1.0 / 3, listings: 1,
                isAuthorised: $0.isAuthorised)
        }
        let sold = used.filter { $0.seller != nil }.sorted {
            ($0.seller ?? 0, $0.won) < ($1.seller ?? 0, $1.won)
        }
        var start = 0
        while start < sold.count {
            var end = start
            while end < sold.count, sold[end].seller == sold[start].seller { end += 1 }
            let prices = sold[start..<end].map { Exact.log(Double($0.won)) }
            let middle = prices.count / 2
            let median =
                prices.count % 2 == 1 ? prices[middle] : (prices[middle - 1] + prices[middle]) / 2
            votes.append(
                PriceVote(
                    logPrice: median, weight: 1, listings: end - start,
                    isAuthorised: sold[start..<end].contains(where: \.isAuthorised)))
            start = end
        }
        return votes.sorted {
            ($0.logPrice, $0.weight, $0.listings) < ($1.logPrice, $1.weight, $1.listings)
        }
    }
}
