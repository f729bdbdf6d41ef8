import Foundation
import KleanCatalog
import KleanCore
import KleanModel
import KleanScore

/// A listing judged alone by the shipped source model, as a scan would judge it.
struct Judged {
    let entry: RankedEntry
    let model: Model

    var codes: [EvidenceCode] { entry.evidence.map(\.code) }
    func has(_ code: EvidenceCode) -> Bool { codes.contains(code) }

    /// Names of the brands that evidence of a code speaks of.
    func brands(_ code: EvidenceCode) -> [String] {
        entry.evidence.filter { $0.code == code && $0.a >= 0 }.map {
            model.brands.keys.string(Int($0.a))
        }
    }

    /// Codes by which a name rule marks the listing.
    var marks: [EvidenceCode] {
        let all: [EvidenceCode] = [
            .nameNearMiss, .nameConfusable, .nameSlang, .nameClaimMismatch,
            .nameOfficialStoreClaim,
        ]
        return codes.filter(all.contains)
    }
}

/// One listing of a test catalog.
struct TestListing {
    var title: String
    var brand = ""
    var category = ""
    var seller = ""
    var shop = ""
    var won: Int64?
    var condition = Condition.new
    /// PDQ qualities of its pictures.
    var pictures: [UInt8] = []
    /// The brand whose logo a detector saw in its picture.
    var logo = ""
    /// What `pack` would read options from.
    var options = ""
}

/// The shipped model with every listing ranked, so that evidence is made for all.
struct Judge {
    let scoring: ScoringModel
    private let scorer: ShardScorer

    static let shippedSource = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "cluster/model").path

    static func shipped() throws -> Judge {
        try Judge(try ModelSource.load(shippedSource).model)
    }

    /// - Parameter honestSellers: Sellers of whom the survey saw a hundred listings each, and no
    ///   complaint.
    init(_ model: Model, honestSellers: [String] = []) throws {
        var model = model
        model.weights.threshold = -100
        scoring = try ScoringModel(model, kernels: .best)
        var profile = Profile(modelDigest: model.digest)
        let keys = honestSellers.map { Model.sellerKey($0.utf8) }.sorted()
        let zeros = keys.map { _ in UInt32(0) }
        profile.sellers.keys = keys
        profile.sellers.listings = keys.map { _ in 100 }
        profile.sellers.claims = zeros
        profile.sellers.complaintOrders = zeros
        profile.sellers.complaints = zeros
        profile.sellers.refundOrders = zeros
        profile.sellers.refunds = zeros
        profile.sellers.categories = zeros
        profile.sellers.complaintLows = zeros
        profile.sellers.refundLows = zeros
        profile.sellers.firstListed = keys.map { _ in .max }
        scorer = try ShardScorer(scoring, profile: profile)
    }

    /// - Parameter pairs: Of the listing's pictures with the model's bank entries, sorted.
    func judge(_ listing: TestListing, pairs: [ListingPair] = []) throws -> Judged {
        let result = try scorer.score(Judge.columns([listing]), pairs: pairs).result
        guard result.ranked.count == 1 else { throw NothingRanked() }
        return Judged(entry: result.ranked[0], model: scoring.model)
    }

    struct NothingRanked: Error {}

    static func columns(_ listings: [TestListing]) -> HotColumns {
        var columns = HotColumns()
        columns.rowCount = listings.count
        columns.title = ByteStrings(listings.map(\.title))
        columns.brand = dictionary(listings.map(\.brand))
        columns.category = dictionary(listings.map(\.category))
        columns.seller = dictionary(listings.map(\.seller))
        columns.shop = dictionary(listings.map(\.shop))
        columns.price = listings.map { $0.won ?? Missing.int64 }
        columns.currency = listings.map { _ in Currency.krw.packed }
        columns.condition = listings.map(\.condition.rawValue)
        columns.images = HashList()
        columns.logos = HashList()
        for listing in listings {
            for quality in listing.pictures {
                columns.images.append(Hash256(0, 0, 0, 0), quality: quality)
            }
            columns.images.endRow()
            if !listing.logo.isEmpty { columns.logos.append(Hash256(0, 0, 0, 0), quality: 90) }
            columns.logos.endRow()
        }
        columns.logoLabel = dictionary(listings.map(\.logo).filter { !$0.isEmpty })
        columns.options = options(listings)
        columns.orders = listings.map { _ in Missing.uint32 }
        columns.refunds = columns.orders
        columns.complaints = columns.orders
        columns.listedAt = listings.map { _ in Missing.int64 }
        return columns
    }

    private static func options(_ listings: [TestListing]) -> OptionList {
        var offsets: [UInt32] = [0]
        var prices: [Int64] = []
        var names: [String] = []
        for listing in listings {
            let found = Array(listing.options.utf8).withUnsafeBufferPointer {
                PricedOption.read($0, price: listing.won ?? Missing.int64, currency: .krw)
            }
            prices += found.map(\.price)
            names += found.map { String(decoding: $0.name, as: UTF8.self) }
            offsets.append(UInt32(prices.count))
        }
        return OptionList(offsets: offsets, prices: prices, names: dictionary(names))
    }

    private static func dictionary(_ texts: [String]) -> DictionaryColumn {
        var values: [String] = []
        let codes = texts.map { text -> UInt32 in
            if text.isEmpty { return Missing.uint32 }
            if let code = values.firstIndex(of: text) { return UInt32(code) }
            values.append(text)
            return UInt32(values.count - 1)
        }
        return DictionaryColumn(codes: codes, values: ByteStrings(values))
    }
}
