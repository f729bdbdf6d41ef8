package import KleanCatalog
import KleanColumns
import KleanCore

extension ListingFacts {
    /// What is shown of some rows of a chunk, in the order asked for.
    ///
    /// - Complexity: decodes the chunk's text, price and id columns once.
    package static func read(_ store: Store, chunk: Int, rows: [UInt32]) throws -> [ListingFacts] {
        let hot = try store.hotColumns(
            chunk,
            [
                .title, .brandCode, .categoryCode, .sellerCode, .shopCode, .price, .currency,
            ])
        let ids: ByteStrings
        do { ids = try store.cold(chunk).strings(.idText) } catch let error as ContainerError {
            throw IndexError.container(error)
        }
        guard ids.count == hot.rowCount else {
            throw IndexError.shardShape(
                shard: store.manifest.chunks[chunk].name, expected: "\(hot.rowCount) ids",
                found: "\(ids.count)")
        }
        return rows.map { row in
            let row = Int(row)
            return ListingFacts(
                id: Array(ids[row]), title: Array(hot.title[row]),
                brand: hot.brand[row].map(Array.init) ?? [],
                category: hot.category[row].map(Array.init) ?? [],
                seller: hot.seller[row].map(Array.init) ?? [],
                shop: hot.shop[row].map(Array.init) ?? [], price: hot.price[row],
                currency: Currency(packed: hot.currency[row]))
        }
    }

    /// The same facts of a listing that is at hand.
    package init(_ listing: Listing) {
        self.init(
            id: listing.id, title: listing.title, brand: listing.brand,
            category: listing.category, seller: listing.seller, shop: listing.shop,
            price: listing.price, currency: listing.currency)
        logoBoxes = listing.logos.map(\.box)
    }
}
