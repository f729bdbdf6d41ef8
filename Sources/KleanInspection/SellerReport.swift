import KleanColumns
package import KleanConsole
package import KleanCore
package import KleanIndex
import KleanModel
import KleanScore

/// What the ranking says of one seller.
package struct SellerRollup: Equatable, Sendable {
    package var seller: [UInt8]
    /// Ranked listings, and all that the catalog has of this seller.
    package var flagged = 0
    package var listings: UInt32 = 0
    package var bestRank = Int.max
    package var bestScore = Fixed.zero
    /// How many of the flagged listings are fakes if the scores are right, in sum.
    package var expectedFakes = 0.0
    /// Evidence codes and brands of flagged listings, commonest first.
    package var reasons: [(code: EvidenceCode, listings: Int)] = []
    package var brands: [(brand: [UInt8], listings: Int)] = []
    /// Complaints of orders, the posterior mean of their rate, and its lower quantile in 1e-9;
    /// `nil` without orders.
    package var complaints: (events: UInt32, orders: UInt32, mean: Double, low: UInt32)?
    package var refunds: (events: UInt32, orders: UInt32, mean: Double, low: UInt32)?
    /// Clusters of its flagged listings' pictures that other sellers show as well, and how many
    /// others.
    package var sharedClusters = 0
    package var sharingSellers = 0

    init(seller: [UInt8]) { self.seller = seller }

    package static func == (left: SellerRollup, right: SellerRollup) -> Bool {
        left.seller == right.seller && left.flagged == right.flagged
            && left.bestRank == right.bestRank && left.bestScore == right.bestScore
            && left.sharedClusters == right.sharedClusters
            && left.sharingSellers == right.sharingSellers
    }
}

/// Rolls the ranking up by seller: most flagged listings first, ties by best rank.
package struct SellerReport: Sendable {
    private static let namedMax = 3

    package let sellers: [SellerRollup]

    /// - Parameter survey: `nil` leaves clusters out.
    /// - Complexity: one pass over the ranking; memory of its sellers and clusters.
    package init(_ index: SuspicionIndex, clusters survey: SameImageSurvey?) throws {
        let profile = try Profile(
            reading: ContainerReader(path: index.profilePath, kind: .profile))
        var drafts: [[UInt8]: Draft] = [:]
        try index.forEachEntry { entry in
            guard !entry.listing.seller.isEmpty else { return }
            var draft =
                drafts.removeValue(forKey: entry.listing.seller)
                ?? Draft(entry.listing.seller)
            draft.add(entry, survey?.clustersOf[entry.ordinal] ?? [])
            drafts[entry.listing.seller] = draft
        }
        sellers = drafts.values.map { $0.finish(profile, survey) }.sorted { left, right in
            left.flagged != right.flagged
                ? left.flagged > right.flagged : left.bestRank < right.bestRank
        }
    }

    private struct Draft {
        var rollup: SellerRollup
        var codes: [EvidenceCode: Int] = [:]
        var brands: [[UInt8]: Int] = [:]
        var clusters: Set<Int> = []

        init(_ seller: [UInt8]) { rollup = SellerRollup(seller: seller) }

        mutating func add(_ entry: IndexedEntry, _ found: [Int]) {
            rollup.flagged += 1
            if entry.rank < rollup.bestRank {
                rollup.bestRank = entry.rank
                rollup.bestScore = entry.score
            }
            rollup.expectedFakes += Exact.sigmoid(entry.score.double)
            let named = entry.entry.evidence.map(\.code).filter { !$0.isNeutral }
            for code in Set(named) { codes[code, default: 0] += 1 }
            if !entry.listing.brand.isEmpty { brands[entry.listing.brand, default: 0] += 1 }
            clusters.formUnion(found)
        }

        func finish(_ profile: Profile, _ survey: SameImageSurvey?) -> SellerRollup {
            var rollup = rollup
            rollup.reasons = codes.map { (code: $0.key, listings: $0.value) }.sorted {
                $0.listings != $1.listings
                    ? $0.listings > $1.listings : $0.code.rawValue < $1.code.rawValue
            }
            rollup.brands = brands.map { (brand: $0.key, listings: $0.value) }.sorted {
                $0.listings != $1.listings
                    ? $0.listings > $1.listings : $0.brand.lexicographicallyPrecedes($1.brand)
            }
            let key = Model.sellerKey(rollup.seller)
            if let survey {
                let shared = clusters.filter { survey.clusters[$0].sellers.contains { $0 != key } }
                rollup.sharedClusters = shared.count
                rollup.sharingSellers =
                    shared.reduce(into: Set<UInt64>()) {
                        $0.formUnion(survey.clusters[$1].sellers)
                    }.subtracting([key]).count
            }
            guard let row = profile.sellers.index(of: key) else { return rollup }
            let table = profile.sellers
            let category = Int(table.categories[row])
            rollup.listings = table.listings[row]
            if table.complaintOrders[row] > 0 {
                let prior = profile.categories.complaintPosterior(category)
                let (events, orders) = (table.complaints[row], table.complaintOrders[row])
                rollup.complaints = (
                    events, orders, prior.mean(events: events, of: orders),
                    table.complaintLows[row]
                )
            }
            if table.refundOrders[row] > 0 {
                let prior = profile.categories.refundPosterior(category)
                let (events, orders) = (table.refunds[row], table.refundOrders[row])
                rollup.refunds = (
                    events, orders, prior.mean(events: events, of: orders), table.refundLows[row]
                )
            }
            return rollup
        }
    }

    // MARK: - Table

    package func table(_ limit: Int, _ language: ReportLanguage) -> Table {
        var table = Table([
            .init(language.say("판매자", "seller"), key: "seller", widthMax: 24),
            .init(language.say("의심", "flagged"), key: "flagged", isRight: true),
            .init(language.say("상품", "listings"), key: "listings", isRight: true),
            .init(language.say("최고 순위", "best rank"), key: "bestRank", isRight: true),
            .init(language.say("예상 가품", "expected"), key: "expectedFakes", isRight: true),
            .init(language.say("신고", "complaints"), key: "complaints", isRight: true),
            .init(language.say("주문", "orders"), key: "complaintOrders", isRight: true),
            .init(language.say("신고율", "rate"), key: "complaintRate", isRight: true),
            .init(language.say("공유 사진", "shared"), key: "sharedClusters", isRight: true),
            .init(language.say("다른 판매자", "with"), key: "sharingSellers", isRight: true),
            .init(language.say("브랜드", "brands"), key: "brands", widthMax: 30),
            .init(language.say("주요 근거", "reasons"), key: "reasons", widthMax: 60),
        ])
        for seller in sellers.prefix(limit) {
            let brands = seller.brands.prefix(SellerReport.namedMax).map {
                "\(String(decoding: $0.brand, as: UTF8.self)) \($0.listings)"
            }
            let reasons = seller.reasons.prefix(SellerReport.namedMax).map {
                "\($0.code.label(language)) \($0.listings)"
            }
            table.append([
                .text(String(decoding: seller.seller, as: UTF8.self)),
                .integer(Int64(seller.flagged)), .integer(Int64(seller.listings)),
                .integer(Int64(seller.bestRank)), .number(seller.expectedFakes, digits: 1),
                seller.complaints.map { .integer(Int64($0.events)) } ?? .missing,
                seller.complaints.map { .integer(Int64($0.orders)) } ?? .missing,
                seller.complaints.map { .share($0.mean) } ?? .missing,
                .integer(Int64(seller.sharedClusters)), .integer(Int64(seller.sharingSellers)),
                .list(brands), .list(reasons),
            ])
        }
        return table
    }
}
