package import KleanCatalog
import KleanColumns
package import KleanCore
package import KleanIndex
import KleanModel
package import KleanScore

/// Why a listing scored what it scored, flagged or not.
package struct Explanation: Sendable {
    package var ordinal: UInt32
    package var listing: Listing
    package var detail: ListingDetail
    /// Place in the ranking; `nil` when it is not ranked.
    package var rank: Int?
    package var ranked: Int
    package var scoredRows: UInt64
    /// What the index is a sample of, if it is one.
    package var sample: IndexSample?
    /// Whether the index holds the listing's score.
    package var isScored: Bool
    package var labels: IndexLabels
    /// Pictures and logos that the model's banks could have matched.
    package var imageEntries: Int
    package var logoEntries: Int
    /// Whether the store's pictures were looked at for concealed places.
    package var isConcealmentKnown: Bool
    /// Bank entries that count for nothing in this scan.
    package var floods: FloodTable
    package var index: Digest

    package var facts: ListingFacts { ListingFacts(listing) }
    package var score: Fixed { detail.entry.score }
    package var isFlagged: Bool { score >= detail.threshold }
}

/// Scores single listings again, with the model and profile of an index, and checks the index
/// against the result.
package struct Explainer: Sendable {
    private let index: SuspicionIndex
    private let store: IndexedStore
    private let scoring: ScoringModel
    private let scorer: ShardScorer
    private let floods: FloodTable

    /// - Parameters:
    ///   - store, model: Paths; by default where they stood when the index was made.
    /// - Throws: ``InspectionError``, ``IndexError/otherInput(what:path:expected:found:)``,
    ///   `CatalogError`, `ModelError`, `TextError`, `ScoreError`.
    package init(_ index: SuspicionIndex, store: String? = nil, model: String? = nil) throws {
        self.index = index
        self.store = try IndexedStore(of: index, path: store)
        guard let path = model ?? index.origin?.model else {
            throw InspectionError.originUnknown(index: index.path, what: "model")
        }
        let model = try Model.load(path)
        guard model.digest == index.manifest.model else {
            throw IndexError.otherInput(
                what: "model", path: path, expected: index.manifest.model, found: model.digest)
        }
        let kernels = try Kernels.chosen()
        // One listing does not pay for an index.
        let plan = BankPlan(model.banks, layout: .bruteForce)
        scoring = try ScoringModel(
            model, banks: BankIndex(model.banks, plan: plan, kernels: kernels), kernels: kernels)
        let reader = try ContainerReader(path: index.profilePath, kind: .profile)
        let found = try reader.digest()
        guard found == index.manifest.profile else {
            throw IndexError.otherInput(
                what: "profile", path: index.profilePath, expected: index.manifest.profile,
                found: found)
        }
        let profile = try Profile(reading: reader)
        floods = FloodTable(profile)
        scorer = try ShardScorer(scoring, profile: profile)
    }

    /// Explains the live listing with this id.
    ///
    /// - Throws: ``IndexError/unknownListing(id:index:)``,
    ///   ``IndexError/quarantined(ordinal:shard:reason:)``,
    ///   ``IndexError/scoreDiffers(id:stored:computed:)``.
    /// - Complexity: decodes the listing's chunk; scores one row.
    package func explain(_ id: String) throws -> Explanation {
        guard let ordinal = try store.store.lookup(id) else {
            throw IndexError.unknownListing(id: id, index: index.path)
        }
        let stored = try index.score(ordinal: ordinal)
        let listing = try store.store.row(ordinal)
        let columns = Explainer.columns(listing)
        let detail = try scorer.explain(columns, pairs: Surveyor(scoring).join(columns))
        let isScored = stored.raw != ShardScorer.deadScore
        guard detail.entry.score == stored || !isScored else {
            throw IndexError.scoreDiffers(id: id, stored: stored, computed: detail.entry.score)
        }
        var collector = LabelCollector(scoring.model)
        for item in detail.entry.evidence { collector.note(item) }
        for pair in detail.pairs { collector.note(entry: pair.entry) }
        if let row = detail.price?.reference.modelRow { collector.note(priceRow: row) }
        for brand in [detail.brand, detail.fieldBrand] { brand.map { collector.note(brand: $0) } }
        let banks = scoring.model.banks.banks
        func entries(_ target: BankTarget) -> Int {
            banks.filter { $0.target == target }.reduce(0) { $0 + $1.entries.count }
        }
        return Explanation(
            ordinal: ordinal, listing: listing, detail: detail,
            rank: try index.entry(ordinal: ordinal)?.rank, ranked: index.manifest.ranked,
            scoredRows: index.manifest.scoredRows, sample: index.manifest.sample,
            isScored: isScored,
            labels: collector.labels(from: scoring.model), imageEntries: entries(.image),
            logoEntries: entries(.logo),
            isConcealmentKnown: store.store.manifest.hashFamilies.contains(HashFamily.concealed),
            floods: floods, index: index.manifest.digest)
    }

    /// The listing as a chunk of one row.
    private static func columns(_ listing: Listing) -> HotColumns {
        var builder = ChunkBuilder()
        builder.append(listing)
        return builder.columns.hot
    }
}
