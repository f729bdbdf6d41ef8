import KleanCatalog
import KleanCore
import KleanModel

/// What listings of one brand and category cost over the whole catalog: what one price is seen
/// against.
struct PriceSpread: Equatable, Sendable {
    /// Live listings' prices in won, in catalog order; at most ``PriceSpreads/pricesMax``.
    var won: [Int64] = []
    /// All there are.
    var count = 0
}

/// The price spreads of some brand and category cells, from one pass over a store.
struct PriceSpreads: Sendable {
    struct Cell: Hashable, Sendable {
        var brand: UInt32
        /// Name key.
        var category: UInt64
    }

    /// Prices kept of one cell; a picture of more looks the same.
    static let pricesMax = 20_000

    private(set) var spreads: [Cell: PriceSpread]

    /// - Complexity: decodes four columns of each chunk; nothing without cells.
    init(_ store: Store, _ model: Model, cells: Set<Cell>) throws {
        spreads = Dictionary(uniqueKeysWithValues: cells.map { ($0, PriceSpread()) })
        guard !cells.isEmpty else { return }
        for chunk in store.manifest.chunks.indices {
            let columns = try store.hotColumns(
                chunk, [.title, .brandCode, .categoryCode, .price, .currency])
            add(columns, model, dead: Set(store.tombstones.rows[chunk]))
        }
    }

    private mutating func add(_ columns: HotColumns, _ model: Model, dead: Set<UInt32>) {
        let brands = (0..<columns.brand.values.count).map {
            model.brands.brand(fieldKey: Model.nameKey(columns.brand.values[$0]))
        }
        let categories = (0..<columns.category.values.count).map {
            Model.nameKey(columns.category.values[$0])
        }
        for row in 0..<columns.rowCount where !dead.contains(UInt32(row)) {
            let (brandCode, categoryCode) = (columns.brand.codes[row], columns.category.codes[row])
            guard brandCode != Missing.uint32, categoryCode != Missing.uint32,
                let brand = brands[Int(brandCode)], columns.price[row] != Missing.int64
            else { continue }
            let cell = Cell(brand: brand, category: categories[Int(categoryCode)])
            guard spreads[cell] != nil,
                let won = model.fx.won(
                    minor: columns.price[row], Currency(packed: columns.currency[row])), won > 0
            else { continue }
            spreads[cell]?.count += 1
            if spreads[cell, default: PriceSpread()].won.count < PriceSpreads.pricesMax {
                spreads[cell]?.won.append(won)
            }
        }
    }
}
