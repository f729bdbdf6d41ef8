package import KleanCatalog
import KleanCore
package import KleanModel
package import KleanScore

/// Why a score changed. Each part but the last is what replacing that alone in the old state
/// changes; the last is the rest, so the parts add up to the change exactly, in ``Fixed`` raw
/// units.
package enum ChangeCause: Int, CaseIterable, Sendable {
    case bank, lexicon, prices, weights
    /// The listing itself was edited.
    case listing
    /// What the survey found of the whole catalog: sellers, price cells, floods.
    case population
    /// What no single replacement explains.
    case interaction
}

/// Splits score changes into their causes.
package struct ScoreAttribution: Sendable {
    /// What judged a listing.
    package struct Side: Sendable {
        package var model: Model
        package var profile: Profile

        package init(model: Model, profile: Profile) {
            self.model = model
            self.profile = profile
        }
    }

    private let old: Side
    private let new: Side

    package init(old: Side, new: Side) {
        self.old = old
        self.new = new
    }

    /// One listing as it was and as it is.
    package struct Pair: Sendable {
        package var old: Listing
        package var new: Listing

        package init(old: Listing, new: Listing) {
            self.old = old
            self.new = new
        }
    }

    /// A score before and after, and its change by ``ChangeCause``.
    package struct Parts: Sendable, Equatable {
        package var old: Int32
        package var new: Int32
        /// By ``ChangeCause/rawValue``; adds up to `new - old`.
        package var parts: [Int64]
    }

    /// - Complexity: eight scorings of the listings, each with its own model laid out once.
    /// - Throws: `TextError`, `ScoreError`.
    package func parts(_ pairs: [Pair]) throws -> [Parts] {
        let before = ScoreAttribution.columns(pairs.map(\.old))
        let after = ScoreAttribution.columns(pairs.map(\.new))
        let base = try scores(old.model, old.profile, before)
        let end = try scores(new.model, new.profile, after)
        var changed = base.map { _ in [Int64]() }
        func add(_ found: [Int32]) {
            for row in found.indices { changed[row].append(Int64(found[row]) - Int64(base[row])) }
        }
        for part in ModelPart.allCases {
            let model = old.model.replacing(part, from: new.model)
            try add(scores(model, old.profile.renumbered(from: old.model, to: model), before))
        }
        try add(scores(old.model, old.profile, after))
        try add(
            scores(old.model, new.profile.renumbered(from: new.model, to: old.model), before))
        return base.indices.map { row in
            let change = Int64(end[row]) - Int64(base[row])
            let rest = change - changed[row].reduce(0, +)
            return Parts(old: base[row], new: end[row], parts: changed[row] + [rest])
        }
    }

    private func scores(
        _ model: Model, _ profile: Profile, _ columns: HotColumns
    ) throws -> [Int32] {
        let scoring = try ScoringModel(model, kernels: Kernels.chosen())
        let scorer = try ShardScorer(scoring, profile: profile)
        let pairs = Surveyor(scoring).join(columns)
        return try scorer.score(columns, pairs: pairs, rankedMax: 0).result.scores
    }

    private static func columns(_ listings: [Listing]) -> HotColumns {
        var builder = ChunkBuilder()
        for listing in listings { builder.append(listing) }
        return builder.columns.hot
    }
}
