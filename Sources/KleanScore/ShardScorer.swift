package import KleanCatalog
package import KleanCore
internal import KleanModel
internal import KleanText

/// Why a chunk could not be scored.
package enum ScoreError: Error, Equatable, CustomStringConvertible {
    case profileOfOtherModel(expected: Digest, found: Digest)
    case pairOutOfRange(row: UInt32, rows: Int, entry: UInt32, entries: Int)

    package var description: String {
        switch self {
        case .profileOfOtherModel(let expected, let found):
            "profile: expected model \(expected.short), found \(found.short)"
        case .pairOutOfRange(let row, let rows, let entry, let entries):
            "join pair: expected row below \(rows) and entry below \(entries), "
                + "found row \(row), entry \(entry)"
        }
    }
}

/// The score phase: a pure function of chunk, model, profile and the chunk's pairs.
package struct ShardScorer: Sendable {
    let scoring: ScoringModel
    let profile: Profile
    let tables: ScoringTables
    let fusion: Fusion
    /// By row of the profile's seller table.
    let sellers: [SellerFacts]
    let priceJoins = PriceJoinPool()

    /// What a superseded row scores: below every real score.
    package static let deadScore = Int32.min

    /// - Throws: ``ScoreError/profileOfOtherModel(expected:found:)``.
    package init(_ scoring: ScoringModel, profile: Profile) throws(ScoreError) {
        guard profile.modelDigest == scoring.model.digest else {
            throw .profileOfOtherModel(
                expected: scoring.model.digest, found: profile.modelDigest)
        }
        self.scoring = scoring
        self.profile = profile
        tables = ScoringTables(scoring.model)
        fusion = Fusion(scoring.model)
        let parameters = tables.parameters
        sellers = profile.sellers.keys.indices.map { SellerFacts($0, profile, parameters) }
    }

    /// Listings that score at least this are ranked.
    package var threshold: Fixed { fusion.threshold }

    /// - Parameters:
    ///   - columns: Those of `Phase.score`, or more.
    ///   - pairs: The chunk's, from its survey result.
    ///   - deadRows: Superseded rows, ascending.
    ///   - sampledRows: Those to be scored, ascending; the others count as superseded.
    ///   - rankedMax: Entries kept; past it the cut is exact and the count still true.
    /// - Throws: ``ScoreError/pairOutOfRange(row:rows:entry:entries:)``.
    /// - Complexity: O(rows); about a microsecond a row. Evidence is made for ranked rows only, in
    ///   a second look at them.
    package func score(
        _ columns: HotColumns, pairs: [ListingPair], deadRows: [UInt32] = [],
        sampledRows: [UInt32]? = nil, rankedMax: Int = Limits.rankedPerShardMax
    ) throws(ScoreError) -> (result: ScoreResult, seconds: StageSeconds) {
        try check(pairs, columns.rowCount)
        var clock = StageClock()
        var judge = ChunkJudge(self, columns, pairs)
        clock.charge(.resolve)
        let isDead = DeadRows(deadRows, butFor: sampledRows, rowCount: columns.rowCount)
        // Of a sample each row is judged alone: what is between is not.
        let blockRows = sampledRows == nil ? ShardScorer.blockRows : 1
        var result = ScoreResult(
            scores: [], states: [], histogram: Array(repeating: 0, count: ScoreHistogram.binCount),
            overThresholdCount: 0, ranked: RankedTable())
        result.scores.reserveCapacity(columns.rowCount)
        result.states.reserveCapacity(columns.rowCount)
        var candidates: [Candidate] = []
        var first = 0
        while first < columns.rowCount {
            let rows = first..<min(first + blockRows, columns.rowCount)
            if sampledRows == nil || !isDead[first] { judge.judge(rows, &clock) }
            for row in rows {
                let isSilent = isDead[row]
                let score = isSilent ? ShardScorer.deadScore : judge.scores[row - first]
                result.scores.append(score)
                result.states.append(isSilent ? 0 : judge.verdicts[row - first].states.packed)
                if isSilent { continue }
                result.histogram[ScoreHistogram.bin(score)] += 1
                if score >= fusion.threshold.raw {
                    candidates.append(Candidate(score: score, row: UInt32(row)))
                }
            }
            first = rows.upperBound
        }
        clock.charge(.result)
        result.overThresholdCount = UInt64(candidates.count)
        candidates.sort()
        for candidate in candidates.prefix(rankedMax) {
            let (verdict, sink) = judge.lookAgain(Int(candidate.row))
            result.ranked.append(
                RankedEntry(
                    row: candidate.row, score: fusion.score(verdict),
                    contributions: fusion.contributions(verdict, judge.memory),
                    subScores: Scorer.allCases.map(verdict.sub), evidence: sink.strongest()))
        }
        clock.charge(.evidence)
        return (result, clock.seconds)
    }

    /// Rows judged together: small enough for their findings to stay in cache.
    static let blockRows = 1_024

    func check(_ pairs: [ListingPair], _ rowCount: Int) throws(ScoreError) {
        let entries = scoring.model.banks.entryCount
        for pair in pairs where Int(pair.row) >= rowCount || Int(pair.entry) >= entries {
            throw .pairOutOfRange(
                row: pair.row, rows: rowCount, entry: pair.entry, entries: entries)
        }
    }
}

/// A row over the threshold; best first, ties by row.
private struct Candidate: Comparable {
    let score: Int32
    let row: UInt32

    static func < (left: Candidate, right: Candidate) -> Bool {
        left.score != right.score ? left.score > right.score : left.row < right.row
    }
}

/// The scorers at work on one chunk, with their reused buffers.
struct ChunkJudge {
    /// Of the rows judged last.
    private(set) var verdicts: [RowVerdict] = []
    private(set) var scores: [Int32] = []

    private let scorer: ShardScorer
    private let columns: HotColumns
    private let pairs: [ListingPair]
    private let starts: PairStarts
    private let names: NameScorer
    private let pictures: PictureScorer
    let prices: PriceScorer
    let sellers: SellerScorer
    let facts: ChunkFacts
    private var findings = TitleFindings()
    private var workspace = TextWorkspace()
    let memory = TreeMemory()

    init(_ scorer: ShardScorer, _ columns: HotColumns, _ pairs: [ListingPair]) {
        self.scorer = scorer
        self.columns = columns
        self.pairs = pairs
        starts = PairStarts(pairs, rowCount: columns.rowCount)
        facts = ChunkFacts(columns, scorer.scoring, scorer.tables, scorer.profile)
        pictures = PictureScorer(scorer.scoring, scorer.tables, scorer.profile, facts, columns)
        names = NameScorer(scorer.scoring, scorer.tables, scorer.profile, facts, columns, pictures)
        prices = PriceScorer(
            scorer.scoring, scorer.tables, scorer.profile, scorer.sellers, facts, columns,
            scorer.priceJoins)
        sellers = SellerScorer(scorer.tables, scorer.profile, scorer.sellers, facts, columns)
    }

    /// Judges some rows, stage by stage, into ``verdicts`` and ``scores``.
    mutating func judge(_ rows: Range<Int>, _ clock: inout StageClock) {
        var sink = EvidenceSink.off
        findings.removeAll()
        scorer.scoring.reader.read(columns.title, rows: rows, into: &findings, &workspace)
        clock.charge(.titleScan)
        verdicts.removeAll(keepingCapacity: true)
        scores.removeAll(keepingCapacity: true)
        judgeNames(rows, &sink)
        clock.charge(.name)
        for row in rows {
            let own = pairs[starts.range(row)]
            pictures.judgeImages(row, own, &verdicts[row - rows.lowerBound], &sink)
            pictures.judgeLogos(row, own, &verdicts[row - rows.lowerBound], &sink)
        }
        clock.charge(.picture)
        prices.judge(rows, &verdicts)
        clock.charge(.price)
        sellers.judge(rows, &verdicts, &sink)
        clock.charge(.seller)
        scorer.fusion.score(verdicts, into: &scores, memory)
        clock.charge(.fusion)
    }

    private mutating func judgeNames(_ rows: Range<Int>, _ sink: inout EvidenceSink) {
        var match = 0
        var miss = 0
        for row in rows {
            let firstMatch = match
            while match < findings.matches.count, findings.matches[match].row == UInt32(row) {
                match += 1
            }
            let firstMiss = miss
            while miss < findings.nearMisses.count, findings.nearMisses[miss].row == UInt32(row) {
                miss += 1
            }
            var verdict = RowVerdict()
            names.judge(
                row, findings.matches[firstMatch..<match], findings.nearMisses[firstMiss..<miss],
                pairs[starts.range(row)], &verdict, &sink)
            verdicts.append(verdict)
        }
    }

    /// Judges one row again, by the same code, with its reasons.
    mutating func lookAgain(_ row: Int) -> (verdict: RowVerdict, sink: EvidenceSink) {
        var sink = EvidenceSink(isOn: true)
        var verdict = RowVerdict()
        findings.removeAll()
        scorer.scoring.reader.read(columns.title, rows: row..<row + 1, into: &findings, &workspace)
        let own = pairs[starts.range(row)]
        names.judge(row, findings.matches[...], findings.nearMisses[...], own, &verdict, &sink)
        pictures.judgeImages(row, own, &verdict, &sink)
        pictures.judgeLogos(row, own, &verdict, &sink)
        prices.judge(row, &verdict, &sink)
        sellers.judge(row, &verdict, &sink)
        Fusion.addEvidence(verdict, &sink)
        return (verdict, sink)
    }

    /// The price held against its reference, once more, for those who want to see it.
    mutating func priceFinding(_ row: Int, _ verdict: RowVerdict) -> PriceFinding? {
        switch prices.find(row, verdict) {
        case .success(let finding): finding
        case .failure: nil
        }
    }

    func sellerFinding(_ row: Int) -> SellerFinding? {
        let code = columns.seller.codes[row]
        return facts.sellerRow(code).flatMap { sellers.find(row, $0) }
    }
}
