package import KleanCatalog
import KleanColumns
package import KleanCore
import KleanScore

/// The whole ranking in fixed-width columns, best first: what filters look at, so that `top` reads
/// one page of entries and not all of them.
///
/// **Shape**: every column has one row per ranked entry, 28 bytes in all, plus each distinct
/// brand, category and seller once.
package struct RankingColumns: Equatable, Sendable {
    package var ordinals: [UInt32] = []
    package var scores: [Int32] = []
    package var brand = DictionaryColumn()
    package var category = DictionaryColumn()
    package var seller = DictionaryColumn()
    /// The brand that the strongest evidence speaks of, or `Missing.uint32`.
    package var claimedBrands: [UInt32] = []
    /// Bit `i` is set when the entry has evidence of `codes[i]`.
    package var reasons: [UInt64] = []
    /// The codes behind the bits.
    package var codes = EvidenceCode.allCases

    package init() {}

    package var count: Int { ordinals.count }
}

/// Grows ``RankingColumns`` entry by entry.
struct RankingBuilder {
    private var columns = RankingColumns()
    private var brands = DictionaryBuilder()
    private var categories = DictionaryBuilder()
    private var sellers = DictionaryBuilder()

    mutating func append(_ entry: RankedEntry, _ listing: ListingFacts, _ labels: PriceBrands) {
        columns.ordinals.append(entry.row)
        columns.scores.append(entry.score.raw)
        brands.append(listing.brand)
        categories.append(listing.category)
        sellers.append(listing.seller)
        columns.claimedBrands.append(labels.claimedBrand(entry.evidence))
        columns.reasons.append(entry.evidence.reduce(0) { $0 | 1 << RankingColumns.bit($1.code) })
    }

    var finished: RankingColumns {
        var finished = columns
        finished.brand = brands.column
        finished.category = categories.column
        finished.seller = sellers.column
        return finished
    }
}

/// The brand of each price row of a model: price evidence names the row only.
struct PriceBrands: Sendable {
    let brands: [UInt32]

    func claimedBrand(_ evidence: [Evidence]) -> UInt32 {
        for item in evidence {
            let number: Int64 =
                switch item.argumentKind {
                case .picture, .concealment: item.d
                case .mention, .slang, .brandPair: item.a
                case .price:
                    item.d >= 0 && item.d < brands.count ? Int64(brands[Int(item.d)]) : -1
                case .rate, .none: -1
                }
            if let brand = UInt32(exactly: number), brand != Missing.uint32 { return brand }
        }
        return Missing.uint32
    }
}

extension RankingColumns {
    private static let bits: [EvidenceCode: UInt64] = Dictionary(
        uniqueKeysWithValues: EvidenceCode.allCases.enumerated().map { ($1, UInt64($0)) })

    /// The bit of a code in this build.
    static func bit(_ code: EvidenceCode) -> UInt64 { bits[code] ?? 63 }

    /// The mask of some codes in the bits of this file.
    package func mask(_ wanted: Set<EvidenceCode>) -> UInt64 {
        codes.enumerated().reduce(0) {
            wanted.contains($1.element) ? $0 | 1 << UInt64($1.offset) : $0
        }
    }
}

extension ColumnID {
    fileprivate static let rankOrdinal = ColumnID(1)
    fileprivate static let rankScore = ColumnID(2)
    fileprivate static let rankBrand = ColumnID(3)
    fileprivate static let rankBrandValue = ColumnID(4)
    fileprivate static let rankCategory = ColumnID(5)
    fileprivate static let rankCategoryValue = ColumnID(6)
    fileprivate static let rankSeller = ColumnID(7)
    fileprivate static let rankSellerValue = ColumnID(8)
    fileprivate static let rankClaimedBrand = ColumnID(9)
    fileprivate static let rankReasons = ColumnID(10)
    fileprivate static let rankCodes = ColumnID(11)
}

extension RankingColumns {
    func encoded() -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .ranking)
        writer.add(.rankOrdinal, ordinals)
        writer.add(.rankScore, scores)
        writer.add(.rankBrand, brand.codes)
        writer.add(.rankBrandValue, brand.values)
        writer.add(.rankCategory, category.codes)
        writer.add(.rankCategoryValue, category.values)
        writer.add(.rankSeller, seller.codes)
        writer.add(.rankSellerValue, seller.values)
        writer.add(.rankClaimedBrand, claimedBrands)
        writer.add(.rankReasons, reasons)
        writer.add(.rankCodes, codes.map(\.rawValue))
        return (writer.finish(), writer.digest)
    }

    /// Only the column that says who is ranked where.
    static func ordinals(_ reader: ContainerReader) throws(ContainerError) -> [UInt32] {
        try reader.u32(.rankOrdinal)
    }

    static func scores(_ reader: ContainerReader) throws(ContainerError) -> [Int32] {
        try reader.i32(.rankScore)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        self.init()
        ordinals = try reader.u32(.rankOrdinal)
        scores = try reader.i32(.rankScore)
        claimedBrands = try reader.u32(.rankClaimedBrand)
        reasons = try reader.u64(.rankReasons)
        brand = try RankingColumns.dictionary(reader, .rankBrand, .rankBrandValue)
        category = try RankingColumns.dictionary(reader, .rankCategory, .rankCategoryValue)
        seller = try RankingColumns.dictionary(reader, .rankSeller, .rankSellerValue)
        codes = []
        for raw in try reader.u16(.rankCodes) {
            guard let code = EvidenceCode(rawValue: raw), codes.count < 64 else {
                throw .segmentContent(
                    file: reader.name, column: .rankCodes,
                    detail: "code: expected a known one, found \(raw)")
            }
            codes.append(code)
        }
        try reader.expect([
            (.rankScore, count, scores.count), (.rankBrand, count, brand.count),
            (.rankCategory, count, category.count), (.rankSeller, count, seller.count),
            (.rankClaimedBrand, count, claimedBrands.count), (.rankReasons, count, reasons.count),
        ])
    }

    private static func dictionary(
        _ reader: ContainerReader, _ codes: ColumnID, _ values: ColumnID
    ) throws(ContainerError) -> DictionaryColumn {
        let column = DictionaryColumn(
            codes: try reader.u32(codes), values: try reader.strings(values))
        let count = UInt32(column.values.count)
        for code in column.codes where code >= count && code != Missing.uint32 {
            throw .segmentContent(
                file: reader.name, column: codes,
                detail: "code: expected below \(count), found \(code)")
        }
        return column
    }
}
