import Foundation
import KleanColumns
import KleanCore
import KleanIndex
import KleanModel
import KleanScore
import Synchronization
import Testing

/// A seeded stream of numbers: a failure replays from its seed.
struct Stream {
    private var state: UInt64

    init(seed: UInt64) { state = Fingerprint.mix(seed ^ 0x6B6C_6561_6E) }

    /// Below `bound`.
    mutating func next(_ bound: Int) -> Int {
        state = Fingerprint.mix(state &+ 0x9E37_79B9_7F4A_7C15)
        return Int(state % UInt64(bound))
    }
}

/// A catalog whose scores are known, cut into chunks, with the result files a scan would leave.
struct MergeFixture {
    let folder: URL
    let model: Model
    /// By ordinal.
    var scores: [Int32] = []
    var shards: [ShardOutcome] = []

    static let codes: [EvidenceCode] = [
        .priceExtreme, .imageConfirmedFake, .nameSlang, .sellerComplaints,
    ]
    static let sellers = ["행복나눔샵", "Bag Outlet", "동네가게"]
    static let brands = ["Nike", "나이키", "Gucci", ""]

    /// - Parameter spread: scores are this many different values: few make many ties.
    init(seed: UInt64, rows: Int, chunkRows: Int, spread: Int, threshold: Double = 0) throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "klean-index-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        model = MergeFixture.model(threshold: threshold)
        var random = Stream(seed: seed)
        scores = (0..<rows).map { _ in Int32((random.next(spread) - spread / 2) << 12) }
        for start in stride(from: 0, to: rows, by: chunkRows) {
            let rows = min(chunkRows, rows - start)
            let path = path("result-\(start)-\(rows).kln")
            try Data(result(start..<start + rows).encoded().bytes).write(
                to: URL(filePath: path))
            shards.append(
                ShardOutcome(
                    name: "000001-\(start)", firstOrdinal: UInt32(start), rows: UInt32(rows),
                    state: .scored(path)))
        }
        try Data(profile.bytes).write(to: URL(filePath: path("profile.kln")))
    }

    private var profile: (bytes: [UInt8], digest: Digest) {
        var profile = Profile(modelDigest: model.digest)
        profile.totals.rows = UInt64(scores.count)
        return profile.encoded()
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func remove() {
        do { try FileManager.default.removeItem(at: folder) } catch {
            Issue.record("left behind: \(folder.path)")
        }
    }

    static func model(threshold: Double) -> Model {
        var model = Model(
            name: "test", digest: Digest(bytes: [UInt8](repeating: 7, count: 32)))
        model.brands.keys = ByteStrings(["nike", "gucci"])
        model.brands.namesKo = ByteStrings(["나이키", "구찌"])
        model.brands.namesEn = ByteStrings(["Nike", "Gucci"])
        model.brands.namesZh = ByteStrings(["", ""])
        model.brands.domains = [[], []]
        model.brands.traits = [[], []]
        model.weights.threshold = threshold
        return model
    }

    /// What is ranked, best first: the definition, by sorting everything.
    func oracle(limit: Int) -> [UInt32] {
        let threshold = Fixed(model.weights.threshold).raw
        let over = scores.indices.filter { scores[$0] >= threshold }
        let sorted = over.sorted {
            scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
        }
        return sorted.prefix(limit).map { UInt32($0) }
    }

    static func evidence(_ ordinal: Int) -> [Evidence] {
        let brand = Int64(ordinal % 2)
        return [
            Evidence(codes[ordinal % codes.count], .price, c: Int64(ordinal)),
            Evidence(.nameMention, .title, range: 0..<3, a: brand, b: 0),
        ]
    }

    static func listing(_ ordinal: Int) -> ListingFacts {
        ListingFacts(
            id: Array("id-\(ordinal)".utf8), title: Array("상품 \(ordinal)".utf8),
            brand: Array(brands[ordinal % brands.count].utf8),
            category: Array("신발 > 스니커즈 \(ordinal % 7)".utf8),
            seller: Array(sellers[ordinal % sellers.count].utf8), shop: [],
            price: ordinal % 5 == 0 ? Missing.int64 : Int64(ordinal) * 100, currency: .krw)
    }

    private func result(_ range: Range<Int>) -> ScoreResult {
        let threshold = Fixed(model.weights.threshold).raw
        var histogram = [UInt64](repeating: 0, count: ScoreHistogram.binCount)
        for ordinal in range { histogram[ScoreHistogram.bin(scores[ordinal])] += 1 }
        let over = range.filter { scores[$0] >= threshold }
        let sorted = over.sorted {
            scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
        }
        var ranked = RankedTable()
        for ordinal in sorted {
            var contributions = Term.allCases.map { _ in Fixed.zero }
            contributions[ordinal % contributions.count] = Fixed(raw: scores[ordinal])
            ranked.append(
                RankedEntry(
                    row: UInt32(ordinal - range.lowerBound), score: Fixed(raw: scores[ordinal]),
                    contributions: contributions,
                    subScores: Scorer.allCases.map { _ in .abstain(.noPrice) },
                    evidence: MergeFixture.evidence(ordinal)))
        }
        return ScoreResult(
            scores: Array(scores[range]), states: range.map { UInt32($0 % 97) },
            histogram: histogram, overThresholdCount: UInt64(over.count), ranked: ranked)
    }

    func merge(threads: Int = 1) -> IndexMerge {
        let firsts = shards.map(\.firstOrdinal)
        return IndexMerge(
            job: Digest(bytes: [UInt8](repeating: 1, count: 32)),
            snapshot: Digest(bytes: [UInt8](repeating: 2, count: 32)), model: model,
            profilePath: path("profile.kln"), profileDigest: profile.digest, shards: shards,
            threads: threads
        ) { shard, rows in
            rows.map { MergeFixture.listing(Int(firsts[shard] + $0)) }
        }
    }

    func publish(_ name: String = "index", threads: Int = 1, limit: Int? = nil) throws
        -> SuspicionIndex
    {
        var merge = merge(threads: threads)
        if let limit { merge.rankedMax = limit }
        _ = try merge.publish(
            to: path(name), origin: IndexOrigin(store: "/a/store", model: "/a/model"))
        return try SuspicionIndex(path: path(name))
    }
}
