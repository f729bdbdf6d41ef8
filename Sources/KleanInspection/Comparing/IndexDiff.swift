import KleanCatalog
package import KleanCore
package import KleanIndex
import KleanLearn

/// One listing whose standing differs between two indexes.
package struct IndexChange: Sendable {
    package enum Kind: Int, CaseIterable, Sendable {
        /// Judged fake by a person, flagged before, not now.
        case regression
        case flagged
        case cleared
        /// Flagged in both with different scores.
        case moved
        /// The same score, another rank.
        case displaced
        /// Flagged, and not in the other snapshot at all.
        case appeared
        case vanished
    }

    package var kind: Kind
    package var id: String
    package var title: String
    package var oldScore: Fixed?
    package var newScore: Fixed?
    /// 1 for the most suspicious; `nil` when it is not ranked.
    package var oldRank: Int?
    package var newRank: Int?
    /// By ``ChangeCause/rawValue``, ``Fixed`` raw; empty for changes that have no two scores.
    package var parts: [Int64] = []
    package var verdict: Verdict.Kind?

    /// The score's change in ``Fixed`` raw units.
    package var change: Int64 {
        guard let oldScore, let newScore else { return 0 }
        return Int64(newScore.raw) - Int64(oldScore.raw)
    }

    /// The cause with the largest part.
    package var mainCause: ChangeCause? {
        ChangeCause.allCases.filter { parts.indices.contains($0.rawValue) }
            .max {
                let (left, right) = (parts[$0.rawValue].magnitude, parts[$1.rawValue].magnitude)
                return left != right ? left < right : $0.rawValue > $1.rawValue
            }
    }
}

/// What changed from one index to another, joined by external id, each change with its causes.
package struct IndexDiff: Sendable {
    package let old: IndexManifest
    package let new: IndexManifest
    /// Regressions first, then by kind, the largest changes first.
    package private(set) var changes: [IndexChange] = []
    /// Depth of the fixed-k comparison.
    package let depth: Int
    /// Of the two top-k lists: how many of the old one left, and rank-biased overlap.
    package private(set) var leftTop = 0
    package private(set) var overlap = 1.0
    /// Flagged in both.
    package private(set) var kept = 0

    /// - Parameters:
    ///   - depth: Entries of the fixed-k comparison.
    ///   - verdicts: What people decided, by id.
    /// - Throws: ``InspectionError/otherSample(expected:found:)`` besides what reading does.
    /// - Complexity: reads both rankings, the shards and chunks that hold changed listings once,
    ///   and scores those eight times.
    package init(
        _ oldSide: IndexSide, _ newSide: IndexSide, depth: Int = 100,
        verdicts: [String: Verdict] = [:]
    ) throws {
        old = oldSide.index.manifest
        new = newSide.index.manifest
        self.depth = depth
        guard old.sample?.share == new.sample?.share else {
            throw InspectionError.otherSample(
                expected: old.sample?.share.text ?? "all listings",
                found: new.sample?.share.text ?? "all listings")
        }
        let join = try JoinedRankings(oldSide, newSide)
        kept = join.rows.count { $0.isFlaggedBefore && $0.isFlaggedNow }
        measureTop(join)
        try collect(join, oldSide, newSide, verdicts)
        changes.sort { left, right in
            if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
            let (one, other) = (left.change.magnitude, right.change.magnitude)
            return one != other ? one > other : left.id < right.id
        }
    }

    package var regressions: [IndexChange] { changes.filter { $0.kind == .regression } }

    package func count(_ kind: IndexChange.Kind) -> Int { changes.count { $0.kind == kind } }

    /// The sum of each cause's parts over all changes, ``Fixed`` raw.
    package func total(_ cause: ChangeCause) -> Int64 {
        changes.reduce(0) { $0 + ($1.parts.isEmpty ? 0 : $1.parts[cause.rawValue]) }
    }

    private mutating func measureTop(_ join: JoinedRankings) {
        let before = join.top(depth, \.oldPlace)
        let after = join.top(depth, \.newPlace)
        let stay = Set(after)
        leftTop = before.count { !stay.contains($0) }
        overlap = RankOverlap.biased(before, after)
    }

    private mutating func collect(
        _ join: JoinedRankings, _ oldSide: IndexSide, _ newSide: IndexSide,
        _ verdicts: [String: Verdict]
    ) throws {
        let rows = join.rows.filter(\.isChanged)
        let oldListings = try oldSide.listings(rows.compactMap(\.old))
        let newListings = try newSide.listings(rows.compactMap(\.new))
        var pairs: [ScoreAttribution.Pair] = []
        for row in rows {
            guard
                let listing = row.new.flatMap({ newListings[$0] })
                    ?? row.old.flatMap({ oldListings[$0] })
            else { continue }
            let id = String(decoding: listing.id, as: UTF8.self)
            var change = IndexChange(
                kind: row.kind, id: id, title: String(decoding: listing.title, as: UTF8.self),
                oldScore: row.oldScore, newScore: row.newScore,
                oldRank: row.oldPlace.map { $0 + 1 }, newRank: row.newPlace.map { $0 + 1 },
                verdict: verdicts[id]?.verdict)
            if change.kind == .cleared, change.verdict == .fake { change.kind = .regression }
            if let old = row.old.flatMap({ oldListings[$0] }),
                let new = row.new.flatMap({ newListings[$0] }), change.change != 0
            {
                pairs.append(ScoreAttribution.Pair(old: old, new: new))
                change.parts = [Int64(pairs.count - 1)]  // Its pair; settled below.
            }
            changes.append(change)
        }
        try settleParts(pairs, ScoreAttribution(old: oldSide.judged, new: newSide.judged))
    }

    /// Listings attributed at once; each is held as a whole.
    private static let batchListings = 65_536

    private mutating func settleParts(
        _ pairs: [ScoreAttribution.Pair], _ attribution: ScoreAttribution
    ) throws {
        var found: [ScoreAttribution.Parts] = []
        for first in stride(from: 0, to: pairs.count, by: IndexDiff.batchListings) {
            let last = min(first + IndexDiff.batchListings, pairs.count)
            found += try attribution.parts(Array(pairs[first..<last]))
        }
        for index in changes.indices {
            guard let number = changes[index].parts.first else { continue }
            let parts = found[Int(number)]
            for (stored, computed) in [
                (changes[index].oldScore, parts.old), (changes[index].newScore, parts.new),
            ] where stored?.raw != computed {
                throw IndexError.scoreDiffers(
                    id: changes[index].id, stored: stored ?? .zero,
                    computed: Fixed(raw: computed))
            }
            changes[index].parts = parts.parts
        }
    }
}
