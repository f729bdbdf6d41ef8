package import KleanCatalog
internal import KleanCore
package import KleanModel
internal import KleanText

/// Hands out the listings from which price references may be learned, read as the scorers read
/// them: the same brands, goods, models and accessories.
package struct PriceObserver: Sendable {
    private let scoring: ScoringModel
    private let tables: ScoringTables
    private let profile: Profile

    package init(_ scoring: ScoringModel) {
        self.scoring = scoring
        tables = ScoringTables(scoring.model)
        profile = Profile(modelDigest: scoring.model.digest)
    }

    /// Live listings of a brand that field or title name properly, priced in a currency with a
    /// rate, and no accessories.
    ///
    /// - Parameters:
    ///   - columns: Those of `Phase.score`, or more.
    ///   - deadRows: Superseded rows, ascending.
    package func observe(
        _ columns: HotColumns, deadRows: [UInt32], _ body: (PriceObservation) -> Void
    ) {
        let facts = ChunkFacts(columns, scoring, tables, profile)
        let pictures = PictureScorer(scoring, tables, profile, facts, columns)
        let names = NameScorer(scoring, tables, profile, facts, columns, pictures)
        var converter = WonConverter(scoring.model.fx)
        let isDead = DeadRows(deadRows, rowCount: columns.rowCount)
        var findings = TitleFindings()
        var workspace = TextWorkspace()
        var sink = EvidenceSink.off
        scoring.reader.read(
            columns.title, rows: 0..<columns.rowCount, into: &findings, &workspace)
        var match = 0
        for row in 0..<columns.rowCount {
            let first = match
            while match < findings.matches.count, findings.matches[match].row == UInt32(row) {
                match += 1
            }
            if isDead[row] { continue }
            var verdict = RowVerdict()
            names.judge(row, findings.matches[first..<match], [], [], &verdict, &sink)
            guard verdict.brand != Missing.uint32, !verdict.isAccessory, verdict.name == .zero
            else { continue }
            let choice = facts.options.choice(
                columns.options, row, brand: verdict.brand, price: columns.price[row],
                scoring.model, tables)
            guard
                let won = converter.won(
                    minor: choice?.price ?? columns.price[row], packed: columns.currency[row])
            else { continue }
            let seller = columns.seller.codes[row]
            let key = seller == Missing.uint32 ? nil : facts.sellerKeys[Int(seller)]
            let category = columns.category.codes[row]
            let hasModel = verdict.priceRow >= 0 && !verdict.isModelAmbiguous
            body(
                PriceObservation(
                    brand: verdict.brand,
                    category: category == Missing.uint32 ? "" : columns.category.string(row),
                    domain: ProductDomains(rawValue: verdict.goods),
                    won: won / Int64(PackSize.of(columns.title[row])), seller: key,
                    condition: Condition(rawValue: columns.condition[row]) ?? .new,
                    isAuthorised: verdict.isAuthorised,
                    priceRow: hasModel ? UInt32(verdict.priceRow) : nil))
        }
    }
}
