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
        survey([(columns, scope)])[0]
    }

    /// Surveys chunks whose hashes are joined at once. The result of each is what it is alone; the
    /// seconds of the join are shared out by hashes.
    package func survey(_ chunks: [(columns: HotColumns, scope: SurveyScope)])
        -> [(result: SurveyResult, seconds: StageSeconds)]
    {
        var clock = StageClock()
        let dead = chunks.map { DeadRows($0.scope.deadRows, rowCount: $0.columns.rowCount) }
        var collectors = chunks.map { _ in PairCollector(scoring.model.banks) }
        var pairs = join(chunks.map(\.columns.images), .image, dead, &collectors)
        clock.charge(.imageJoin)
        let logos = join(chunks.map(\.columns.logos), .logo, dead, &collectors)
        clock.charge(.logoJoin)
        let hashes = chunks.map { $0.columns.images.hashes.count + $0.columns.logos.hashes.count }
        let hashesInAll = max(1, hashes.reduce(0, +))
        return chunks.indices.map { number in
            pairs[number] += logos[number]
            pairs[number].sort()
            var (result, seconds) = tally(
                chunks[number], dead[number], pairs[number], collectors[number].counts)
            seconds += clock.seconds.scaled(by: Double(hashes[number]) / Double(hashesInAll))
            return (result, seconds)
        }
    }

    private func tally(
        _ chunk: (columns: HotColumns, scope: SurveyScope), _ isDead: DeadRows,
        _ pairs: [ListingPair], _ counts: [UInt32]
    ) -> (result: SurveyResult, seconds: StageSeconds) {
        var clock = StageClock()
        var tallier = SurveyTallier(chunk.columns, scoring, chunk.scope, isDead)
        tallier.tally(pairs)
        let matched = counts.indices.filter { counts[$0] > 0 }
        let result = SurveyResult(
            totals: tallier.totals, pairs: pairs, matchedEntries: matched.map { UInt32($0) },
            matchCounts: matched.map { counts[$0] }, images: tallier.images,
            sellers: tallier.sellers, cells: tallier.cells, votes: tallier.votes,
            tokens: tallier.tokens)
        clock.charge(.tally)
        return (result, clock.seconds)
    }

    /// The pairs of a chunk without its tallies: what `explain` needs of one row.
    package func join(_ columns: HotColumns) -> [ListingPair] {
        let isDead = [DeadRows([], rowCount: columns.rowCount)]
        var collectors = [PairCollector(scoring.model.banks)]
        let pairs =
            join([columns.images], .image, isDead, &collectors)[0]
            + join([columns.logos], .logo, isDead, &collectors)[0]
        return pairs.sorted()
    }

    /// The pairs of each list, all joined at once.
    private func join(
        _ lists: [HashList], _ kind: PairKind, _ dead: [DeadRows],
        _ collectors: inout [PairCollector]
    ) -> [[ListingPair]] {
        let target = kind == .image ? BankTarget.image : .logo
        let batch = HashBatch(lists)
        guard scoring.banks.covers(target), !batch.hashes.isEmpty else {
            return lists.map { _ in [] }
        }
        scoring.banks.join(
            batch.hashes, quality: batch.quality, target: target,
            qualityMin: kind == .image ? imageQualityMin : logoQualityMin
        ) { pairs in
            for var pair in pairs {
                let number = batch.list(ofHash: pair.query)
                pair.query -= batch.starts[number]
                let isDead = dead[number]
                if isDead.hasDead, isDead[lists[number].row(ofHash: pair.query)] { continue }
                collectors[number].add(pair)
            }
        }
        return lists.indices.map { number in
            collectors[number].finish().map { listingPair($0, kind, lists[number]) }
        }
    }

    private func listingPair(
        _ pair: JoinPair, _ kind: PairKind, _ list: HashList
    ) -> ListingPair {
        let row = list.row(ofHash: pair.query)
        let hash = Int(pair.query)
        return ListingPair(
            row: UInt32(row), kind: kind, slot: UInt8(clamping: hash - Int(list.offsets[row])),
            entry: pair.entry, distance: pair.distance, quality: list.quality[hash],
            fingerprint: list.hashes[hash].fingerprint)
    }

    /// A quality parameter as the byte it is compared with.
    private static func quality(_ value: Double) -> UInt8 {
        UInt8(clamping: Int(value.rounded(.up)))
    }
}

/// The hashes of some lists, one list after the other.
private struct HashBatch {
    let hashes: [Hash256]
    let quality: [UInt8]
    /// Where each list begins.
    let starts: [UInt32]

    /// Of one list nothing is copied.
    init(_ lists: [HashList]) {
        hashes = lists.count == 1 ? lists[0].hashes : lists.flatMap(\.hashes)
        quality = lists.count == 1 ? lists[0].quality : lists.flatMap(\.quality)
        var starts: [UInt32] = []
        var start: UInt32 = 0
        for list in lists {
            starts.append(start)
            start += UInt32(list.hashes.count)
        }
        self.starts = starts
    }

    /// - Complexity: O(lists), which are few.
    func list(ofHash hash: UInt32) -> Int {
        var number = starts.count - 1
        while starts[number] > hash { number -= 1 }
        return number
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
