package import KleanColumns
package import KleanCore
package import KleanScore

extension ContainerKind {
    /// One page of the ranking.
    package static let rankedPage = ContainerKind("KPAG")
    /// Columns of the whole ranking.
    package static let ranking = ContainerKind("KRNK")
    /// Names behind numbers.
    package static let labels = ContainerKind("KLBL")
}

/// Some consecutive entries of the ranking in columns, with all that is shown of them.
///
/// **Shape**: ``table`` and every list have ``count`` rows. The table's `rows` are ordinals.
package struct RankedPage: Equatable, Sendable {
    /// Entries of a full page.
    package static let entriesMax = 4_096

    package var table = RankedTable()
    package var ids = ByteStrings()
    package var titles = ByteStrings()
    package var brands = ByteStrings()
    package var categories = ByteStrings()
    package var sellers = ByteStrings()
    package var shops = ByteStrings()
    package var prices: [Int64] = []
    package var currencies: [UInt32] = []

    package init() {}

    package var count: Int { table.count }

    package mutating func append(_ entry: RankedEntry, _ listing: ListingFacts) {
        table.append(entry)
        ids.append(listing.id)
        titles.append(listing.title)
        brands.append(listing.brand)
        categories.append(listing.category)
        sellers.append(listing.seller)
        shops.append(listing.shop)
        prices.append(listing.price)
        currencies.append(listing.currency.packed)
    }

    /// What is shown of row `index`.
    package func listing(_ index: Int) -> ListingFacts {
        ListingFacts(
            id: Array(ids[index]), title: Array(titles[index]), brand: Array(brands[index]),
            category: Array(categories[index]), seller: Array(sellers[index]),
            shop: Array(shops[index]), price: prices[index],
            currency: Currency(packed: currencies[index]))
    }
}

/// **Columns** (kind `KPAG`): 1 ordinal `u32`, 2 score `i32`, 3 contributions `i32` x terms,
/// 4 sub-scores `i32` x scorers, 5 states `u32`, 6 evidence ends, 10–18 evidence: code `u16`,
/// field `u8`, slot, start, end `u16`, a, b, c, d `i64`; 20–25 id, title, brand, category, seller,
/// shop (text with ends), 26 price `i64`, 27 currency `u32`.
extension ColumnID {
    static let pageOrdinal = ColumnID(1)
    static let pageScore = ColumnID(2)
    static let pageContribution = ColumnID(3)
    static let pageSubScore = ColumnID(4)
    static let pageState = ColumnID(5)
    static let pageEvidenceEnd = ColumnID(6)
    static let evidenceCode = ColumnID(10)
    static let evidenceField = ColumnID(11)
    static let evidenceSlot = ColumnID(12)
    static let evidenceStart = ColumnID(13)
    static let evidenceEnd = ColumnID(14)
    static let evidenceA = ColumnID(15)
    static let evidenceB = ColumnID(16)
    static let evidenceC = ColumnID(17)
    static let evidenceD = ColumnID(18)
    static let pageID = ColumnID(20)
    static let pageTitle = ColumnID(21)
    static let pageBrand = ColumnID(22)
    static let pageCategory = ColumnID(23)
    static let pageSeller = ColumnID(24)
    static let pageShop = ColumnID(25)
    static let pagePrice = ColumnID(26)
    static let pageCurrency = ColumnID(27)
}

extension RankedPage {
    /// The container's bytes and the digest of what it holds.
    func encoded() -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .rankedPage)
        writer.add(.pageOrdinal, table.rows)
        writer.add(.pageScore, table.scores)
        writer.add(.pageContribution, table.contributions)
        writer.add(.pageSubScore, table.subScores)
        writer.add(.pageState, table.states)
        writer.addOffsets(.pageEvidenceEnd, table.evidenceOffsets)
        let evidence = table.evidence
        writer.add(.evidenceCode, evidence.map(\.code.rawValue))
        writer.add(.evidenceField, evidence.map(\.field.rawValue))
        writer.add(.evidenceSlot, evidence.map(\.slot))
        writer.add(.evidenceStart, evidence.map(\.start))
        writer.add(.evidenceEnd, evidence.map(\.end))
        writer.add(.evidenceA, evidence.map(\.a))
        writer.add(.evidenceB, evidence.map(\.b))
        writer.add(.evidenceC, evidence.map(\.c))
        writer.add(.evidenceD, evidence.map(\.d))
        writer.add(.pageID, ids)
        writer.add(.pageTitle, titles)
        writer.add(.pageBrand, brands)
        writer.add(.pageCategory, categories)
        writer.add(.pageSeller, sellers)
        writer.add(.pageShop, shops)
        writer.add(.pagePrice, prices)
        writer.add(.pageCurrency, currencies)
        return (writer.finish(), writer.digest)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        self.init()
        table.rows = try reader.u32(.pageOrdinal)
        let count = table.rows.count
        table.scores = try reader.i32(.pageScore)
        table.contributions = try reader.i32(.pageContribution)
        table.subScores = try reader.i32(.pageSubScore)
        table.states = try reader.u32(.pageState)
        table.evidenceOffsets = try reader.offsets(.pageEvidenceEnd)
        table.evidence = try RankedPage.evidence(reader)
        ids = try reader.strings(.pageID)
        titles = try reader.strings(.pageTitle)
        brands = try reader.strings(.pageBrand)
        categories = try reader.strings(.pageCategory)
        sellers = try reader.strings(.pageSeller)
        shops = try reader.strings(.pageShop)
        prices = try reader.i64(.pagePrice)
        currencies = try reader.u32(.pageCurrency)
        let expected: [(ColumnID, Int, Int)] = [
            (.pageScore, count, table.scores.count),
            (.pageContribution, count * Term.allCases.count, table.contributions.count),
            (.pageSubScore, count * Scorer.allCases.count, table.subScores.count),
            (.pageState, count, table.states.count),
            (.pageEvidenceEnd, count + 1, table.evidenceOffsets.count),
            (.pageEvidenceEnd, 0, Int(table.evidenceOffsets.first ?? 0)),
            (.pageEvidenceEnd, table.evidence.count, Int(table.evidenceOffsets.last ?? 0)),
            (.pageID, count, ids.count), (.pageTitle, count, titles.count),
            (.pageBrand, count, brands.count), (.pageCategory, count, categories.count),
            (.pageSeller, count, sellers.count), (.pageShop, count, shops.count),
            (.pagePrice, count, prices.count), (.pageCurrency, count, currencies.count),
        ]
        try reader.expect(expected)
    }

    private static func evidence(_ reader: ContainerReader) throws(ContainerError) -> [Evidence] {
        let codes = try reader.u16(.evidenceCode)
        let fields = try reader.u8(.evidenceField)
        let slots = try reader.u16(.evidenceSlot)
        let starts = try reader.u16(.evidenceStart)
        let ends = try reader.u16(.evidenceEnd)
        let a = try reader.i64(.evidenceA)
        let b = try reader.i64(.evidenceB)
        let c = try reader.i64(.evidenceC)
        let d = try reader.i64(.evidenceD)
        try reader.expect([
            (.evidenceField, codes.count, fields.count), (.evidenceSlot, codes.count, slots.count),
            (.evidenceStart, codes.count, starts.count), (.evidenceEnd, codes.count, ends.count),
            (.evidenceA, codes.count, a.count), (.evidenceB, codes.count, b.count),
            (.evidenceC, codes.count, c.count), (.evidenceD, codes.count, d.count),
        ])
        var evidence: [Evidence] = []
        evidence.reserveCapacity(codes.count)
        for index in codes.indices {
            guard let code = EvidenceCode(rawValue: codes[index]) else {
                throw .segmentContent(
                    file: reader.name, column: .evidenceCode,
                    detail: "code: expected a known one, found \(codes[index])")
            }
            guard let field = EvidenceField(rawValue: fields[index]) else {
                throw .segmentContent(
                    file: reader.name, column: .evidenceField,
                    detail: "field: expected a known one, found \(fields[index])")
            }
            guard starts[index] <= ends[index] else {
                throw .segmentContent(
                    file: reader.name, column: .evidenceEnd,
                    detail: "end: expected at least \(starts[index]), found \(ends[index])")
            }
            evidence.append(
                Evidence(
                    code, field, slot: Int(slots[index]),
                    range: Int(starts[index])..<Int(ends[index]), a: a[index], b: b[index],
                    c: c[index], d: d[index]))
        }
        return evidence
    }
}

extension ContainerReader {
    /// Checks that columns fit together, before anyone indexes them.
    func expect(_ counts: [(column: ColumnID, expected: Int, found: Int)])
        throws(ContainerError)
    {
        for (column, expected, found) in counts where expected != found {
            throw .segmentContent(
                file: name, column: column, detail: "rows: expected \(expected), found \(found)")
        }
    }
}
