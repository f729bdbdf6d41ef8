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

/// **Columns** (kind `KPAG`): 10–28 the ranked table as in a shard's result, its rows being
/// ordinals; 40–45 id, title, brand, category, seller, shop (text with ends), 46 price `i64`,
/// 47 currency `u32`.
extension ColumnID {
    fileprivate static let pageID = ColumnID(40)
    fileprivate static let pageTitle = ColumnID(41)
    fileprivate static let pageBrand = ColumnID(42)
    fileprivate static let pageCategory = ColumnID(43)
    fileprivate static let pageSeller = ColumnID(44)
    fileprivate static let pageShop = ColumnID(45)
    fileprivate static let pagePrice = ColumnID(46)
    fileprivate static let pageCurrency = ColumnID(47)
}

extension RankedPage {
    /// The container's bytes and the digest of what it holds.
    func encoded() -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .rankedPage)
        table.write(to: &writer)
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
        table = try RankedTable(reading: reader)
        ids = try reader.strings(.pageID)
        titles = try reader.strings(.pageTitle)
        brands = try reader.strings(.pageBrand)
        categories = try reader.strings(.pageCategory)
        sellers = try reader.strings(.pageSeller)
        shops = try reader.strings(.pageShop)
        prices = try reader.i64(.pagePrice)
        currencies = try reader.u32(.pageCurrency)
        try reader.expect([
            (.pageID, count, ids.count), (.pageTitle, count, titles.count),
            (.pageBrand, count, brands.count), (.pageCategory, count, categories.count),
            (.pageSeller, count, sellers.count), (.pageShop, count, shops.count),
            (.pagePrice, count, prices.count), (.pageCurrency, count, currencies.count),
        ])
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
