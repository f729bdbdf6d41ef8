package import KleanCore

/// What survey found about the whole catalog. Immutable, digested, read by every score shard.
///
/// **Unit**: rates are in 1e-9. **Order**: every table ascends by its first column.
package struct Profile: Sendable, Equatable {
    /// The model it was made with: brand and entry numbers are that model's.
    package var modelDigest: Digest
    package var totals: SurveyTotals
    /// ``Hash256/fingerprint`` of pictures that mean nothing: shown by many unrelated sellers.
    package var stopPictures: [UInt64]
    /// Bank entries that match more of the catalog than a picture of one thing can, and how many
    /// pictures each.
    package var floodEntries: [UInt32]
    package var floodCounts: [UInt64]
    /// Name keys of near misses that are brands of their own.
    package var ownBrandTokens: [UInt64]
    package var categories: CategoryTable
    package var sellers: SellerTable
    package var cells: CellTable

    package init(modelDigest: Digest) {
        self.modelDigest = modelDigest
        totals = SurveyTotals()
        stopPictures = []
        floodEntries = []
        floodCounts = []
        ownBrandTokens = []
        categories = CategoryTable()
        sellers = SellerTable()
        cells = CellTable()
    }

    /// Whether a picture is stop-listed, by its fingerprint. - Complexity: O(log n).
    package func isStopPicture(_ fingerprint: UInt64) -> Bool {
        SortedKeys.find(fingerprint, in: stopPictures) != nil
    }

    package func isOwnBrandToken(_ key: UInt64) -> Bool {
        SortedKeys.find(key, in: ownBrandTokens) != nil
    }
}

/// How often orders go wrong in each category, and how much sellers differ. Row 0 is the whole
/// catalog (key 0); it also stands in for categories with too few sellers or orders.
package struct CategoryTable: Sendable, Equatable {
    /// Name key of the category.
    package var keys: [UInt64] = []
    package var complaintOrders: [UInt64] = []
    package var complaints: [UInt64] = []
    package var refundOrders: [UInt64] = []
    package var refunds: [UInt64] = []
    /// Expected rate of a seller there.
    package var complaintRates: [UInt32] = []
    package var refundRates: [UInt32] = []
    /// `alpha + beta` of the prior, ``Fixed`` raw.
    package var complaintStrengths: [Int32] = []
    package var refundStrengths: [Int32] = []

    package init() {}

    /// The row of a category, or 0. - Complexity: O(log n).
    package func index(of key: UInt64) -> Int { SortedKeys.find(key, in: keys) ?? 0 }
}

/// One row per seller.
package struct SellerTable: Sendable, Equatable {
    /// ``KleanModel/Model/sellerKey(_:)``.
    package var keys: [UInt64] = []
    package var listings: [UInt32] = []
    /// Listings whose brand field names a known brand.
    package var claims: [UInt32] = []
    package var complaintOrders: [UInt32] = []
    package var complaints: [UInt32] = []
    package var refundOrders: [UInt32] = []
    package var refunds: [UInt32] = []
    /// Row in ``CategoryTable`` of the category with most orders: where the prior is from.
    package var categories: [UInt32] = []
    /// Lower 5 % quantile of the posterior rate; 0 where its mean is below the category's rate,
    /// because then it says nothing.
    package var complaintLows: [UInt32] = []
    package var refundLows: [UInt32] = []
    /// Seconds since 1970, or `Int64.max`.
    package var firstListed: [Int64] = []

    package init() {}

    /// The row of a seller. Keys are hashes, so a guess by proportion lands near.
    /// - Complexity: O(log log n) expected.
    package func index(of key: UInt64) -> Int? { SortedKeys.find(key, in: keys) }
}

/// Price and logo expectations of brand x category x condition.
package struct CellTable: Sendable, Equatable {
    package var keys: [UInt64] = []
    package var brands: [UInt32] = []
    package var categories: [UInt64] = []
    package var conditions: [UInt8] = []
    /// 2 or 3 for a price reference of that level, 0 for none.
    package var levels: [UInt8] = []
    /// Median ln won and 1.4826 MAD, ``Fixed`` raw.
    package var medians: [Int32] = []
    package var scales: [Int32] = []
    /// Sellers behind the median, one vote each.
    package var votes: [UInt32] = []
    package var listings: [UInt64] = []
    /// Bit 0: nearly all listings show the brand's logo. Bit 1: two price levels, upper one taken.
    package var flags: [UInt8] = []

    package init() {}

    package static let expectsLogo: UInt8 = 1
    package static let isUpperMode: UInt8 = 2

    package func index(brand: UInt32, category: UInt64, condition: UInt8) -> Int? {
        SortedKeys.find(
            CellKey.of(brand: brand, category: category, condition: condition), in: keys)
    }
}

/// Search in ascending keys that are hashes.
enum SortedKeys {
    /// Interpolation while it narrows well, then bisection.
    static func find(_ key: UInt64, in keys: [UInt64]) -> Int? {
        keys.withUnsafeBufferPointer { keys in
            var low = 0
            var high = keys.count - 1
            for _ in 0..<6 {
                guard high - low > 8, key > keys[low], key < keys[high] else { break }
                let share = Double(key - keys[low]) / Double(keys[high] - keys[low])
                let guess = min(max(low + Int(share * Double(high - low)), low + 1), high - 1)
                if keys[guess] == key { return guess }
                // A margin past the guess usually brackets the key at once.
                let margin = max(4, (high - low) >> 6)
                if keys[guess] < key {
                    low = guess
                    if guess + margin < high, keys[guess + margin] > key { high = guess + margin }
                } else {
                    high = guess
                    if guess - margin > low, keys[guess - margin] < key { low = guess - margin }
                }
            }
            while low < high {
                let middle = (low + high) / 2
                if keys[middle] < key { low = middle + 1 } else { high = middle }
            }
            return low < keys.count && high >= 0 && keys[low] == key ? low : nil
        }
    }
}
