import KleanCatalog
import KleanColumns
package import KleanCore
package import KleanIndex
import KleanModel
import KleanScore

/// One picture of ranked listings, wherever the catalog shows it.
package struct SameImageCluster: Equatable, Sendable {
    /// Its smallest hash.
    package var id: Hash256
    /// Distinct hashes of ranked listings in it.
    package var hashes = 0
    /// Listings with one of these very hashes, and those of them that are ranked.
    package var listings = 0
    package var ranked = 0
    /// Best place in the ranking.
    package var bestRank = Int.max
    /// Keys of its sellers, ascending; listings without one are left out.
    package var sellers: [UInt64] = []
    /// In won, of the listings whose currency has a rate.
    package var lowestWon = Int64.max
    package var highestWon = Int64.min
    /// Earliest listing date and where, `Int64.max` when none is known.
    package var firstSeen = Int64.max
    package var firstOrdinal = Missing.uint32

    init(id: Hash256) { self.id = id }
}

/// Finds the pictures that ranked listings share with each other and with the rest of the catalog.
///
/// Equal hashes are found over the whole catalog; a distance up to
/// ``PictureClusters/radiusBits`` only brings hashes of ranked listings together. Pictures that the
/// profile stop-lists or that are too poor to compare are left out.
package struct SameImageSurvey: Sendable {
    /// By best rank.
    package let clusters: [SameImageCluster]
    /// For each ranked ordinal, the clusters of its pictures as places in ``clusters``.
    package let clustersOf: [UInt32: [Int]]

    /// Pairs of cluster and seller held before repeated ones are dropped.
    private static let pairsMax = 16 << 20

    /// - Parameter progress: Chunks read and to read: each is read twice.
    /// - Complexity: two passes over the picture columns; memory of the ranked listings' hashes and
    ///   of the distinct pairs of cluster and seller, never of the catalog.
    package init(
        _ index: SuspicionIndex, _ store: IndexedStore,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let store = store.store
        let profile = try Profile(
            reading: ContainerReader(path: index.profilePath, kind: .profile))
        var ranks: [UInt32: Int] = [:]
        try index.forEachEntry { ranks[$0.ordinal] = $0.rank }
        let chunkCount = store.manifest.chunks.count
        let wanted = SameImageSurvey.byChunk(ranks.keys, store.manifest)
        var hashes: [Hash256] = []
        for chunk in 0..<chunkCount {
            defer { progress(chunk + 1, 2 * chunkCount) }
            guard !wanted[chunk].isEmpty else { continue }
            let images = try store.hotColumns(
                chunk, [.price, .imageOffsets, .imageHash, .imageQuality]
            ).images
            for row in wanted[chunk] {
                hashes += SameImageSurvey.usable(images, row, profile)
            }
        }
        let groups = PictureClusters(hashes)
        var tally = ClusterTally(groups, rates: index.labels.rates, ranks: ranks)
        for chunk in 0..<chunkCount {
            let hot = try store.hotColumns(
                chunk,
                [
                    .price, .currency, .sellerCode, .imageOffsets, .imageHash, .imageQuality,
                    .listedAt,
                ])
            let first = store.manifest.chunks[chunk].firstOrdinal
            let sellers = (0..<hot.seller.values.count).map {
                Model.sellerKey(hot.seller.values[$0])
            }
            for row in 0..<hot.rowCount where !hot.images.range(row).isEmpty {
                if store.tombstones.contains(chunk: chunk, row: row) { continue }
                let found = SameImageSurvey.usable(hot.images, row, profile)
                    .compactMap { groups.medoid(of: $0) }
                guard !found.isEmpty else { continue }
                let code = hot.seller.codes[row]
                tally.add(
                    Set(found), ordinal: first + UInt32(row),
                    seller: code == Missing.uint32 ? nil : sellers[Int(code)],
                    price: hot.price[row], currency: hot.currency[row], listed: hot.listedAt[row])
            }
            if tally.pairCount > SameImageSurvey.pairsMax { tally.settlePairs() }
            progress(chunkCount + chunk + 1, 2 * chunkCount)
        }
        (clusters, clustersOf) = tally.finish()
    }

    private static func byChunk(_ ordinals: some Sequence<UInt32>, _ manifest: Manifest) -> [[Int]]
    {
        var rows = [[Int]](repeating: [], count: manifest.chunks.count)
        for ordinal in ordinals.sorted() {
            let (chunk, row) = manifest.locate(ordinal)
            rows[chunk].append(row)
        }
        return rows
    }

    /// PDQ's own advice: a quality below 50 says nothing. Unknown quality is taken as fair.
    private static let qualityMin: UInt8 = 50

    private static func usable(_ images: HashList, _ row: Int, _ profile: Profile) -> [Hash256] {
        images.range(row).filter {
            images.quality[$0] >= qualityMin
                && !profile.isStopPicture(images.hashes[$0].fingerprint)
        }.map { images.hashes[$0] }
    }
}

/// Counts listings into clusters.
private struct ClusterTally {
    private let groups: PictureClusters
    private let rates: NumberedRows<RateLabel>
    private let ranks: [UInt32: Int]
    /// By place of the medoid among the hashes.
    private var clusters: [Int: SameImageCluster] = [:]
    private var members: [UInt32: [Int]] = [:]
    private var pairs: [(medoid: UInt32, seller: UInt64)] = []

    init(_ groups: PictureClusters, rates: NumberedRows<RateLabel>, ranks: [UInt32: Int]) {
        self.groups = groups
        self.rates = rates
        self.ranks = ranks
        for (place, medoid) in groups.medoids.enumerated() {
            let id = groups.hashes[Int(medoid)]
            clusters[Int(medoid), default: SameImageCluster(id: id)].hashes += 1
            precondition(place >= Int(medoid), "a medoid is its cluster's smallest hash")
        }
    }

    var pairCount: Int { pairs.count }

    mutating func add(
        _ medoids: Set<Int>, ordinal: UInt32, seller: UInt64?, price: Int64, currency: UInt32,
        listed: Int64
    ) {
        let rank = ranks[ordinal]
        let won = won(price, currency)
        for medoid in medoids.sorted() {
            if let seller { pairs.append((UInt32(medoid), seller)) }
            guard var cluster = clusters.removeValue(forKey: medoid) else { continue }
            cluster.listings += 1
            if let rank {
                cluster.ranked += 1
                cluster.bestRank = min(cluster.bestRank, rank)
                members[ordinal, default: []].append(medoid)
            }
            if let won {
                cluster.lowestWon = min(cluster.lowestWon, won)
                cluster.highestWon = max(cluster.highestWon, won)
            }
            if listed != Missing.int64, listed < cluster.firstSeen {
                cluster.firstSeen = listed
                cluster.firstOrdinal = ordinal
            }
            clusters[medoid] = cluster
        }
    }

    private func won(_ price: Int64, _ currency: UInt32) -> Int64? {
        guard price != Missing.int64, let rate = rates[Int64(currency)] else { return nil }
        let unit = Double(Currency(packed: currency).minorPerMajor) * 1e6
        return Int64((Double(price) * Double(rate.microWonPerMajor) / unit).rounded())
    }

    mutating func settlePairs() {
        pairs.sort { ($0.medoid, $0.seller) < ($1.medoid, $1.seller) }
        var kept = 0
        for pair in pairs where kept == 0 || pairs[kept - 1] != pair {
            pairs[kept] = pair
            kept += 1
        }
        pairs.removeLast(pairs.count - kept)
    }

    mutating func finish() -> ([SameImageCluster], [UInt32: [Int]]) {
        settlePairs()
        for pair in pairs { clusters[Int(pair.medoid)]?.sellers.append(pair.seller) }
        let order = clusters.keys.sorted { left, right in
            let (a, b) = (clusters[left]?.bestRank ?? 0, clusters[right]?.bestRank ?? 0)
            return a != b ? a < b : left < right
        }
        var places: [Int: Int] = [:]
        for (place, medoid) in order.enumerated() { places[medoid] = place }
        return (
            order.compactMap { clusters[$0] },
            members.mapValues { $0.compactMap { places[$0] }.sorted() }
        )
    }
}
