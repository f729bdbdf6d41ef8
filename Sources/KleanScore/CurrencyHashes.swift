internal import CKleanKernels

/// Finds the places of currencies by one multiplication, whose highest five bits are different for
/// all known ones.
package struct CurrencyHashes: Sendable {
    private var multiplier: UInt32 = 1
    private var codes: [UInt32]
    private var places: [UInt32]

    /// Knows none.
    init() {
        codes = (0..<CurrencyHashes.count).map { CurrencyHashes.stranger(at: $0) }
        places = Array(repeating: 0, count: CurrencyHashes.count)
    }

    /// - Parameter currencies: Different ones, fewer than `kk_price_places`, by place.
    /// - Returns: `nil` if no multiplier tells them apart.
    package init?(_ currencies: [UInt32]) {
        self.init()
        guard let multiplier = CurrencyHashes.multiplier(for: currencies) else { return nil }
        self.multiplier = multiplier
        for (place, currency) in currencies.enumerated() {
            let hash = CurrencyHashes.hash(currency, multiplier)
            codes[hash] = currency
            places[hash] = UInt32(place)
        }
    }

    func withKnown<Result>(_ body: (UnsafePointer<kk_price_currencies>) -> Result) -> Result {
        codes.withUnsafeBufferPointer { codes in
            places.withUnsafeBufferPointer { places in
                var known = kk_price_currencies(
                    multiplier: multiplier, codes: codes.baseAddress, places: places.baseAddress)
                return body(&known)
            }
        }
    }

    private static let count = Int(kk_price_hashes)
    /// One multiplier in eighty tells 15 currencies apart.
    private static let multipliersMax = 1 << 16

    private static func multiplier(for currencies: [UInt32]) -> UInt32? {
        var multiplier: UInt32 = 0x9E37_79B1
        for _ in 0..<multipliersMax {
            var seen: UInt32 = 0
            for currency in currencies { seen |= 1 << hash(currency, multiplier) }
            if seen.nonzeroBitCount == currencies.count { return multiplier }
            multiplier = multiplier &* 0x9E37_79B1
        }
        return nil
    }

    private static func hash(_ currency: UInt32, _ multiplier: UInt32) -> Int {
        Int((currency &* multiplier) >> 27)
    }

    /// A code whose hash is another, with any odd multiplier: 0 has 0, and 2^27 an odd number.
    private static func stranger(at hash: Int) -> UInt32 { hash == 0 ? 1 << 27 : 0 }
}
