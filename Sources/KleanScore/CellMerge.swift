internal import KleanCore
internal import KleanModel

/// From sellers' votes to a robust price level per brand, category and condition (SCORING d).
struct CellMerge {
    private let model: Model

    init(_ model: Model) { self.model = model }

    /// Two ascending streams with the same keys: votes, then the cells they belong to.
    func merge(_ merge: TallyMerge, into profile: inout Profile) throws {
        var levels: [PriceLevelOfCell] = []
        var levelKeys: [UInt64] = []
        try merge.forEachRange(PriceVote.self) { votes in
            for group in votes.groupsByKey {
                levelKeys.append(group[group.startIndex].key)
                levels.append(PriceLevelOfCell(group))
            }
        }
        // The guard against contaminated cells needs the cell's brand and category, which stand
        // in the cell tallies; votes of a possible upper mode were kept for it.
        try merge.forEachRange(CellTally.self) { cells in
            for cell in cells {
                let level = SortedKeys.find(cell.key, in: levelKeys).map { levels[$0] }
                append(cell, level, to: &profile.cells)
            }
        }
    }

    private func append(_ cell: CellTally, _ level: PriceLevelOfCell?, to table: inout CellTable) {
        let reference = level.flatMap { self.reference(cell, $0) }
        // Where 95 % of a brand's pictured listings show its logo, its absence says something.
        let expectsLogo = cell.pictured >= 50 && cell.withLogo * 100 >= cell.pictured * 95
        guard reference != nil || expectsLogo else { return }
        var flags: UInt8 = expectsLogo ? CellTable.expectsLogo : 0
        if reference?.isUpperMode ?? false { flags |= CellTable.isUpperMode }
        table.keys.append(cell.key)
        table.brands.append(cell.brand)
        table.categories.append(cell.category)
        table.conditions.append(cell.condition)
        table.levels.append(reference?.level ?? 0)
        table.medians.append(reference?.summary.median ?? 0)
        table.scales.append(reference?.summary.scale ?? 0)
        table.votes.append(UInt32(reference?.summary.votes ?? 0))
        table.listings.append(cell.listings)
        table.flags.append(flags)
    }

    private struct Reference {
        var level: UInt8
        var summary: VoteSummary
        var isUpperMode: Bool
    }

    /// R2 when five authorised sellers vote, else R3 when sellers and listings suffice.
    private func reference(_ cell: CellTally, _ level: PriceLevelOfCell) -> Reference? {
        if let authorised = level.authorised, authorised.votes >= 5 {
            return Reference(level: 2, summary: authorised, isUpperMode: false)
        }
        guard Double(level.all.votes) >= model.weights[Parameter.priceCellSellersMin],
            Double(cell.priced) >= model.weights[Parameter.priceCellListingsMin]
        else { return nil }
        if let upper = level.upper, level.hasAuthorisedUpper || isListed(cell, near: upper) {
            return Reference(level: 3, summary: upper, isUpperMode: true)
        }
        return Reference(level: 3, summary: level.all, isUpperMode: false)
    }

    /// Whether the model holds a price of the brand at or above the upper mode's level: fakes can
    /// be the majority of a cell, so the cell's own middle proves nothing.
    private func isListed(_ cell: CellTally, near upper: VoteSummary) -> Bool {
        let least = Fixed(raw: upper.median).double - model.weights[Parameter.priceParentSpread]
        return model.prices.contains { row in
            row.brand == cell.brand && row.logReference >= least
                && (row.categoryKey == nil || row.categoryKey == cell.category)
        }
    }
}

/// Middle and spread of some votes.
struct VoteSummary: Equatable {
    /// ``Fixed`` raw.
    var median: Int32
    /// 1.4826 x the median absolute deviation, ``Fixed`` raw, no floor.
    var scale: Int32
    var votes: Int

    /// - Precondition: ascending, not empty.
    init(_ means: some RandomAccessCollection<Int32>) {
        median = VoteSummary.middle(means)
        let middle = Int64(median)
        let deviations = means.map { Int32(clamping: (Int64($0) - middle).magnitude) }.sorted()
        let deviation = Int64(VoteSummary.middle(deviations))
        scale = Int32(clamping: (deviation * 14_826 + 5_000) / 10_000)
        votes = means.count
    }

    private static func middle(_ values: some RandomAccessCollection<Int32>) -> Int32 {
        let high = values[values.index(values.startIndex, offsetBy: values.count / 2)]
        guard values.count % 2 == 0 else { return high }
        let low = values[values.index(values.startIndex, offsetBy: values.count / 2 - 1)]
        return Int32((Int64(low) + Int64(high)) >> 1)
    }
}

/// What the votes of one cell say.
struct PriceLevelOfCell {
    private(set) var all: VoteSummary
    private(set) var authorised: VoteSummary?
    /// The upper of two clusters more than 0.7 apart, each with at least 15 % of the votes.
    private(set) var upper: VoteSummary?
    /// Whether an authorised seller's vote lies in the upper cluster.
    private(set) var hasAuthorisedUpper = false

    /// - Precondition: votes of one cell, not empty.
    init(_ votes: ArraySlice<PriceVote>) {
        let means = votes.map(\.mean).sorted()
        all = VoteSummary(means)
        let authorisedMeans = votes.filter(\.isAuthorised).map(\.mean).sorted()
        authorised = authorisedMeans.isEmpty ? nil : VoteSummary(authorisedMeans)
        guard let split = PriceLevelOfCell.split(means) else { return }
        upper = VoteSummary(means[split...])
        hasAuthorisedUpper = (authorisedMeans.last ?? .min) >= means[split]
    }

    /// Where the widest gap stands that parts two clusters, if one does.
    private static func split(_ means: [Int32]) -> Int? {
        let least = (means.count * 15 + 99) / 100
        guard least > 0, means.count > 2 * least else { return nil }
        var widest = Int64(Fixed(0.7).raw)
        var place: Int?
        for index in least...(means.count - least) where index > 0 && index < means.count {
            let gap = Int64(means[index]) - Int64(means[index - 1])
            if gap > widest {
                widest = gap
                place = index
            }
        }
        return place
    }
}
