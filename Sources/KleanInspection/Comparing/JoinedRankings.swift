import KleanCore
import KleanIndex

/// The listings that are flagged in either of two indexes, side by side.
struct JoinedRankings {
    struct Row {
        /// Ordinals in each snapshot.
        var old: UInt32?
        var new: UInt32?
        var oldScore: Fixed?
        var newScore: Fixed?
        /// Places in each ranking, 0 for the first.
        var oldPlace: Int?
        var newPlace: Int?
        var isFlaggedBefore = false
        var isFlaggedNow = false

        var isChanged: Bool { oldScore != newScore || oldPlace != newPlace }

        var kind: IndexChange.Kind {
            if old == nil || oldScore == nil { return .appeared }
            if new == nil || newScore == nil { return .vanished }
            if isFlaggedNow, !isFlaggedBefore { return .flagged }
            if isFlaggedBefore, !isFlaggedNow { return .cleared }
            return oldScore == newScore ? .displaced : .moved
        }
    }

    /// Those ranked before in their old order, then those ranked only now in their new one.
    private(set) var rows: [Row] = []

    init(_ old: IndexSide, _ new: IndexSide) throws {
        let isSameSnapshot = old.index.manifest.snapshot == new.index.manifest.snapshot
        for (place, ordinal) in old.ranking.ordinals.enumerated() {
            let other = isSameSnapshot ? ordinal : try new.ordinal(of: ordinal, in: old)
            rows.append(
                Row(
                    old: ordinal, new: other, oldPlace: place,
                    newPlace: other.flatMap { new.places[$0] }))
        }
        let joined = Set(rows.compactMap(\.new))
        for (place, ordinal) in new.ranking.ordinals.enumerated() where !joined.contains(ordinal) {
            let other = isSameSnapshot ? ordinal : try old.ordinal(of: ordinal, in: new)
            rows.append(Row(old: other, new: ordinal, newPlace: place))
        }
        let oldScores = try old.scores(rows.compactMap(\.old))
        let newScores = try new.scores(rows.compactMap(\.new))
        for index in rows.indices {
            rows[index].oldScore = rows[index].old.flatMap { oldScores[$0] }
            rows[index].newScore = rows[index].new.flatMap { newScores[$0] }
            rows[index].isFlaggedBefore = rows[index].oldScore.map { $0 >= old.threshold } ?? false
            rows[index].isFlaggedNow = rows[index].newScore.map { $0 >= new.threshold } ?? false
        }
    }

    /// Row numbers of the first entries of one ranking, best first.
    func top(_ depth: Int, _ place: KeyPath<Row, Int?>) -> [Int] {
        rows.indices.compactMap { index in
            rows[index][keyPath: place].flatMap { $0 < depth ? (place: $0, row: index) : nil }
        }.sorted { $0.place < $1.place }.map(\.row)
    }
}
