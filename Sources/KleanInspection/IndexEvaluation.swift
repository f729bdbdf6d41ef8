import KleanCatalog
package import KleanConsole
import KleanCore
package import KleanIndex
package import KleanLearn
import KleanScore

/// How well an index's scores agree with labels, with 95 % intervals: over all labelled listings,
/// flagged or not, and by brand, category and reason.
package struct IndexEvaluation: Sendable {
    /// One labelled listing of the index.
    struct Row {
        var score: Fixed
        var isFake: Bool
        var weight: Double
        var isFlagged: Bool
        var brand: String
        var category: String
        /// Of ranked listings.
        var reasons: Set<EvidenceCode>
    }

    let rows: [Row]
    /// Labels that were found.
    package var count: Int { rows.count }
    private let measure: RankingMeasure
    private let reliability: Reliability
    /// Labels whose listing is not in the snapshot, or in a quarantined shard.
    package let unmatched: Int

    private static let bootstrapSeed: UInt64 = 0x6B6C_6561_6E

    /// - Throws: ``IndexError``, ``InspectionError``, `CatalogError`.
    /// - Complexity: an id lookup a label, each chunk and shard with a label decoded once, one
    ///   pass over the ranking.
    package init(_ index: SuspicionIndex, _ store: IndexedStore, _ labels: LabelFile) throws {
        var ids: [UInt32: String] = [:]
        for id in labels.ids {
            if let ordinal = try store.store.lookup(id) { ids[ordinal] = id }
        }
        var reasons: [UInt32: Set<EvidenceCode>] = [:]
        try index.forEachEntry { entry in
            guard ids[entry.ordinal] != nil else { return }
            reasons[entry.ordinal] = Set(
                entry.entry.evidence.map(\.code).filter { !$0.isNeutral })
        }
        var rows: [Row] = []
        for (chunk, shard) in index.manifest.shards.enumerated() {
            let own = ids.keys.filter { index.manifest.shard(of: $0) == chunk }.sorted()
            guard !own.isEmpty, let scores = try index.scores(shard: chunk) else { continue }
            let facts = try ListingFacts.read(
                store.store, chunk: chunk, rows: own.map { $0 - shard.firstOrdinal })
            for (ordinal, listing) in zip(own, facts) {
                guard let id = ids[ordinal], let label = labels.labels[id] else { continue }
                let score = Fixed(raw: scores[Int(ordinal - shard.firstOrdinal)])
                guard score.raw != ShardScorer.deadScore else { continue }
                rows.append(
                    Row(
                        score: score, isFake: label.isFake, weight: label.weight,
                        isFlagged: score >= index.manifest.threshold,
                        brand: String(decoding: listing.brand, as: UTF8.self),
                        category: String(decoding: listing.category, as: UTF8.self),
                        reasons: reasons[ordinal] ?? []))
            }
        }
        self.rows = rows
        unmatched = labels.labels.count - rows.count
        let labelled = rows.map { $0.isFake ? 1.0 : 0 }
        measure = RankingMeasure(
            scores: rows.map(\.score.double), labels: labelled, weights: rows.map(\.weight))
        reliability = Reliability(
            probabilities: rows.map { Exact.sigmoid($0.score.double) }, labels: labelled,
            weights: rows.map(\.weight))
    }

    /// Each measure with its interval.
    package var measures: Table {
        var table = Table([
            .init("measure", key: "measure"), .init("value", key: "value", isRight: true),
            .init("from", key: "low", isRight: true), .init("to", key: "high", isRight: true),
            .init("of", key: "of", isRight: true),
        ])
        func add(_ name: String, _ value: Double, _ interval: ClosedRange<Double>, _ of: Int) {
            table.append([
                .text(name), .number(value, digits: 4), .number(interval.lowerBound, digits: 4),
                .number(interval.upperBound, digits: 4), .integer(Int64(of)),
            ])
        }
        let fakes = rows.count(where: \.isFake)
        add(
            "PR-AUC", measure.averagePrecision(), bootstrap { measure.averagePrecision($0) },
            rows.count)
        add("ROC-AUC", measure.areaUnderROC(), bootstrap { measure.areaUnderROC($0) }, rows.count)
        for depth in [10, 100, 1_000, 10_000] where depth <= rows.count {
            let (hits, count) = measure.hits(first: depth)
            add(
                "precision at \(depth)", Double(hits) / Double(count),
                Interval.wilson(hits: hits, of: count), count)
        }
        let flagged = rows.filter(\.isFlagged)
        let hits = flagged.count(where: \.isFake)
        add(
            "precision at threshold", flagged.isEmpty ? 0 : Double(hits) / Double(flagged.count),
            Interval.wilson(hits: hits, of: flagged.count), flagged.count)
        add(
            "recall at threshold", fakes == 0 ? 0 : Double(hits) / Double(fakes),
            Interval.wilson(hits: hits, of: fakes), fakes)
        add("calibration error", reliability.error, bootstrapError, rows.count)
        return table
    }

    /// Probability said and share seen, in bins of equal weight.
    package var calibration: Table {
        var table = Table([
            .init("predicted", key: "predicted", isRight: true),
            .init("observed", key: "observed", isRight: true),
            .init("from", key: "low", isRight: true), .init("to", key: "high", isRight: true),
            .init("labels", key: "labels", isRight: true),
        ])
        for bin in reliability.bins {
            table.append([
                .share(bin.predicted), .share(bin.observed), .share(bin.interval.lowerBound),
                .share(bin.interval.upperBound), .integer(Int64(bin.count)),
            ])
        }
        return table
    }

    /// Precision and recall at the threshold of each brand, category and reason, largest first.
    package func groups(limit: Int) -> Table {
        var table = Table([
            .init("by", key: "by"), .init("value", key: "value", widthMax: 30),
            .init("labels", key: "labels", isRight: true),
            .init("fake", key: "fake", isRight: true),
            .init("flagged", key: "flagged", isRight: true),
            .init("precision", key: "precision", isRight: true),
            .init("from", key: "precision_low", isRight: true),
            .init("to", key: "precision_high", isRight: true),
            .init("recall", key: "recall", isRight: true),
            .init("from", key: "recall_low", isRight: true),
            .init("to", key: "recall_high", isRight: true),
        ])
        let kinds: [(String, (Row) -> [String])] = [
            ("brand", { [$0.brand] }), ("category", { [$0.category] }),
            ("reason", { $0.reasons.map(\.name) }),
        ]
        for (kind, names) in kinds {
            var groups: [String: [Row]] = [:]
            for row in rows {
                for name in names(row) { groups[name, default: []].append(row) }
            }
            let order = groups.sorted {
                $0.value.count != $1.value.count
                    ? $0.value.count > $1.value.count : $0.key < $1.key
            }
            for (name, own) in order.prefix(limit) { table.append(cells(kind, name, own)) }
        }
        return table
    }

    private func cells(_ kind: String, _ name: String, _ own: [Row]) -> [Table.Cell] {
        let flagged = own.filter(\.isFlagged)
        let hits = flagged.count(where: \.isFake)
        let fakes = own.count(where: \.isFake)
        let precision = Interval.wilson(hits: hits, of: flagged.count)
        let recall = Interval.wilson(hits: hits, of: fakes)
        func share(_ part: Int, _ whole: Int) -> Table.Cell {
            whole == 0 ? .missing : .share(Double(part) / Double(whole))
        }
        return [
            .text(kind), name.isEmpty ? .missing : .text(name), .integer(Int64(own.count)),
            .integer(Int64(fakes)), .integer(Int64(flagged.count)), share(hits, flagged.count),
            .share(precision.lowerBound), .share(precision.upperBound), share(hits, fakes),
            .share(recall.lowerBound), .share(recall.upperBound),
        ]
    }

    private func bootstrap(_ statistic: ([Double]) -> Double) -> ClosedRange<Double> {
        Interval.bootstrap(
            rows: rows.count, seed: IndexEvaluation.bootstrapSeed, statistic)
    }

    private var bootstrapError: ClosedRange<Double> {
        let probabilities = rows.map { Exact.sigmoid($0.score.double) }
        return bootstrap { times in
            let drawn = times.indices.filter { times[$0] > 0 }
            return Reliability(
                probabilities: drawn.map { probabilities[$0] },
                labels: drawn.map { rows[$0].isFake ? 1 : 0 },
                weights: drawn.map { rows[$0].weight * times[$0] }
            ).error
        }
    }
}
