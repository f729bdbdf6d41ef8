import KleanCatalog
import KleanColumns
import KleanCore
package import KleanIndex
import KleanModel
import KleanScore

/// One of two indexes that are compared, with the snapshot, model and profile behind it.
package struct IndexSide: Sendable {
    package let index: SuspicionIndex
    package let store: IndexedStore
    let judged: ScoreAttribution.Side
    let ranking: RankingColumns
    /// Places in the ranking by ordinal, 0 for the first.
    let places: [UInt32: Int]

    /// - Parameters:
    ///   - store, model: Paths; by default where they stood when the index was made.
    /// - Throws: ``InspectionError``, ``IndexError``, `CatalogError`, `ModelError`.
    package init(_ index: SuspicionIndex, store: String? = nil, model: String? = nil) throws {
        self.index = index
        self.store = try IndexedStore(of: index, path: store)
        guard let path = model ?? index.origin?.model else {
            throw InspectionError.originUnknown(index: index.path, what: "model")
        }
        let loaded = try Model.load(path)
        guard loaded.digest == index.manifest.model else {
            throw IndexError.otherInput(
                what: "model", path: path, expected: index.manifest.model, found: loaded.digest)
        }
        let reader = try ContainerReader(path: index.profilePath, kind: .profile)
        judged = ScoreAttribution.Side(model: loaded, profile: try Profile(reading: reader))
        ranking = try index.ranking()
        var places: [UInt32: Int] = [:]
        for (place, ordinal) in ranking.ordinals.enumerated() { places[ordinal] = place }
        self.places = places
    }

    var threshold: Fixed { index.manifest.threshold }

    /// The ordinal here of a row of another snapshot: the same chunk's row if it still lives, else
    /// the live listing with the same id.
    func ordinal(of ordinal: UInt32, in other: IndexSide) throws -> UInt32? {
        let store = store.store
        let from = other.store.store
        let (chunk, row) = from.manifest.locate(ordinal)
        let name = from.manifest.chunks[chunk].name
        if let here = store.manifest.chunks.firstIndex(where: { $0.name == name }),
            !store.tombstones.contains(chunk: here, row: row)
        {
            return store.manifest.chunks[here].firstOrdinal + UInt32(row)
        }
        let ids = try from.cold(chunk).strings(.idText)
        return try store.lookup(Array(ids[row]))
    }

    /// Stored scores by ordinal; those of quarantined shards and of listings that a sample did not
    /// take are left out.
    /// - Complexity: reads each shard that holds one of the ordinals once.
    func scores(_ ordinals: [UInt32]) throws -> [UInt32: Fixed] {
        var found: [UInt32: Fixed] = [:]
        for (shard, own) in grouped(ordinals, by: index.manifest.shard(of:)) {
            guard let scores = try index.scores(shard: shard) else { continue }
            let first = index.manifest.shards[shard].firstOrdinal
            for ordinal in own {
                let score = scores[Int(ordinal - first)]
                if score != ShardScorer.deadScore { found[ordinal] = Fixed(raw: score) }
            }
        }
        return found
    }

    /// Whole listings by ordinal. - Complexity: decodes each chunk that holds one of them once.
    func listings(_ ordinals: [UInt32]) throws -> [UInt32: Listing] {
        let store = store.store
        var found: [UInt32: Listing] = [:]
        for (chunk, own) in grouped(ordinals, by: { store.manifest.locate($0).chunk }) {
            let hot = try store.hotColumns(chunk)
            let cold = try store.coldColumns(chunk)
            for ordinal in own {
                let row = Int(ordinal - store.manifest.chunks[chunk].firstOrdinal)
                found[ordinal] = Listing(hot: hot, cold: cold, row: row)
            }
        }
        return found
    }

    private func grouped(
        _ ordinals: [UInt32], by key: (UInt32) -> Int
    ) -> [(key: Int, ordinals: [UInt32])] {
        Dictionary(grouping: ordinals, by: key).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }
}
