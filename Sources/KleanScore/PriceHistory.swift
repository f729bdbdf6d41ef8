package import KleanCatalog
internal import KleanColumns
internal import KleanCore
package import KleanModel

/// What a growing store knows of earlier prices: the versions that appends superseded, until the
/// store is compacted.
package enum PriceHistory {
    private static let columns: [ColumnID] = [
        .categoryCode, .categoryValues, .sellerCode, .sellerValues, .price, .currency, .condition,
        .optionOffsets, .optionPrice,
    ]

    /// Reads every superseded version, then every live listing, of new or unknown condition whose
    /// price is not an option's bait.
    ///
    /// - Parameter progress: Called with the passes over chunks done, two for each.
    /// - Complexity: two passes over ids and prices; 40 B for each superseded version.
    package static func fitter(
        _ store: Store, _ fx: FXTable, progress: (Int) -> Void
    ) throws -> PriceEventFitter {
        var fitter = PriceEventFitter()
        var done = 0
        for isLive in [false, true] {
            for chunk in store.manifest.chunks.indices {
                let dead = store.tombstones.rows[chunk]
                if isLive || !dead.isEmpty {
                    try read(store, chunk, dead, isLive: isLive, fx, into: &fitter)
                }
                done += 1
                progress(done)
            }
        }
        return fitter
    }

    private static func read(
        _ store: Store, _ chunk: Int, _ dead: [UInt32], isLive: Bool, _ fx: FXTable,
        into fitter: inout PriceEventFitter
    ) throws {
        let hot = try store.hotColumns(chunk, columns)
        let ids = try store.cold(chunk).strings(.idText)
        let isDead = DeadRows(dead, rowCount: hot.rowCount)
        let sellers = FieldKeys.sellers(hot.seller.values)
        for row in 0..<hot.rowCount where isDead[row] != isLive {
            let condition = hot.condition[row]
            guard condition != Condition.used.rawValue,
                condition != Condition.refurbished.rawValue, !hot.hasBaitPrice(row),
                let won = fx.won(minor: hot.price[row], Currency(packed: hot.currency[row]))
            else { continue }
            let listing = Fingerprint.of(ids[row])
            guard isLive else {
                fitter.addEarlier(listing, won: won)
                continue
            }
            let seller = hot.seller.codes[row]
            guard seller != Missing.uint32, hot.category.codes[row] != Missing.uint32 else {
                continue
            }
            fitter.addCurrent(
                listing, won: won, seller: sellers[Int(seller)],
                category: hot.category.string(row))
        }
    }
}
