package import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// The survey phase of one chunk: joins its hashes with the banks and tallies what looks across
/// listings.
package struct Surveyor: Sendable {
    private let scoring: ScoringModel
    private let imageQualityMin: UInt8
    private let logoQualityMin: UInt8

    package init(_ scoring: ScoringModel) {
        self.scoring = scoring
        imageQualityMin = Surveyor.quality(scoring.parameter(.imageQualityMin))
        logoQualityMin = Surveyor.quality(scoring.parameter(.logoQualityMin))
    }

    /// - Parameter columns: Those of `Phase.survey`, or more.
    /// - Complexity: O(hashes x entries) for the join, O(rows log rows) for the tallies.
    package func survey(_ columns: HotColumns, scope: SurveyScope)
        -> (result: SurveyResult, seconds: StageSeconds)
    {
        var clock = StageClock()
        let isDead = DeadRows(scope.deadRows, rowCount: columns.rowCount)
        var collector = PairCollector(scoring.model.banks)
        var pairs = join(columns.images, .image, isDead, &collector)
        clock.charge(.imageJoin)
        pairs += join(columns.logos, .logo, isDead, &collector)
        pairs.sort()
        clock.charge(.logoJoin)
        var tallier = SurveyTallier(columns, scoring, scope, isDead)
        tallier.tally(pairs)
        let matched = collector.counts.indices.filter { collector.counts[$0] > 0 }
        let result = SurveyResult(
            totals: tallier.totals, pairs: pairs, matchedEntries: matched.map { UInt32($0) },
            matchCounts: matched.map { collector.counts[$0] }, images: tallier.images,
            sellers: tallier.sellers, cells: tallier.cells, votes: tallier.votes,
            tokens: tallier.tokens)
        clock.charge(.tally)
        return (result, clock.seconds)
    }

    /// The pairs of a chunk without its tallies: what `explain` needs of one row.
    package func join(_ columns: HotColumns) -> [ListingPair] {
        let isDead = DeadRows([], rowCount: columns.rowCount)
        var collector = PairCollector(scoring.model.banks)
        let pairs =
            join(columns.images, .image, isDead, &collector)
            + join(columns.logos, .logo, isDead, &collector)
        return pairs.sorted()
    }

    private func join(
        _ list: HashList, _ kind: PairKind, _ isDead: DeadRows, _ collector: inout PairCollector
    ) -> [ListingPair] {
        let target = kind == .image ? BankTarget.image : .logo
        guard scoring.banks.covers(target), !list.hashes.isEmpty else { return [] }
        var own = PairCollector(scoring.model.banks)
        scoring.banks.join(
            list.hashes, quality: list.quality, target: target,
            qualityMin: kind == .image ? imageQualityMin : logoQualityMin
        ) { pairs in
            own.add(pairs) { isDead.hasDead && isDead[list.row(ofHash: $0)] }
        }
        let kept = own.finish()
        collector.absorb(counts: own.counts)
        return kept.map { pair in
            let row = list.row(ofHash: pair.query)
            let hash = Int(pair.query)
            return ListingPair(
                row: UInt32(row), kind: kind,
                slot: UInt8(clamping: hash - Int(list.offsets[row])), entry: pair.entry,
                distance: pair.distance, quality: list.quality[hash],
                fingerprint: list.hashes[hash].fingerprint)
        }
    }

    /// A quality parameter as the byte it is compared with.
    private static func quality(_ value: Double) -> UInt8 {
        UInt8(clamping: Int(value.rounded(.up)))
    }
}

extension HashList {
    /// The row that owns a hash. - Complexity: O(log rows).
    func row(ofHash hash: UInt32) -> Int {
        var low = 0
        var high = rowCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= hash { low = middle } else { high = middle }
        }
        return low
    }
}

/// Which rows of a chunk are superseded.
struct DeadRows {
    let hasDead: Bool
    private let flags: [Bool]

    /// - Parameter sampled: All other rows are dead, too; `nil` for none of them.
    init(_ rows: [UInt32], butFor sampled: [UInt32]? = nil, rowCount: Int) {
        hasDead = !rows.isEmpty || sampled != nil
        var flags = [Bool](repeating: sampled != nil, count: hasDead ? rowCount : 0)
        for row in sampled ?? [] where Int(row) < rowCount { flags[Int(row)] = false }
        for row in rows where Int(row) < rowCount { flags[Int(row)] = true }
        self.flags = flags
    }

    @inline(__always) subscript(row: Int) -> Bool { hasDead && flags[row] }
}
