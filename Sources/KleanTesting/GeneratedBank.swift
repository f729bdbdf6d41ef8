internal import KleanCore

/// The bank of pictures and the bank of logos that a generated model holds.
///
/// Of sixteen entries eight are pictures of confirmed fakes, five official pictures, two pictures
/// of authorised sellers and one a banner that means nothing. Each kind deals its entries to
/// products in the order of their fame, so what bank entry a product has is arithmetic, not a
/// table.
struct GeneratedBank: Sendable {
    enum Kind: Int, CaseIterable {
        case fake, official, authorised, stop
        /// Of sixteen entries: the first place and how many.
        var places: Range<Int> {
            switch self {
            case .fake: 0..<8
            case .official: 8..<13
            case .authorised: 13..<15
            case .stop: 15..<16
            }
        }
    }

    static let logosPerBrand = 4
    /// Banners that very many sellers paste into their listings; the first eight are in the bank.
    static let banners = 48
    static let bannersInBank = 8

    let hashes: Table<Hash256>
    let logos: Table<Hash256>
    let bannerHashes: Table<Hash256>
    private let fame: Table<Int32>
    /// Place of each product in `fame`.
    private let placeOfProduct: Table<Int32>

    init(
        arena: Arena, pictures: PicturePool, seed: UInt64, entries: Int,
        products: [GeneratedProduct], fame: [Int32], brands: Int
    ) {
        let salt = Fingerprint.mix(seed ^ 0xBA4C)
        let banners = (0..<Self.banners).map {
            pictures.picture(family: 120 + $0 % 4, key: salt ^ 0xBA_0000 ^ UInt64($0))
        }
        bannerHashes = arena.keep(banners)
        self.fame = arena.keep(fame)
        var places = [Int32](repeating: 0, count: products.count)
        for (place, product) in fame.enumerated() { places[Int(product)] = Int32(place) }
        placeOfProduct = arena.keep(places)
        hashes = arena.keep(
            (0..<entries).map { entry in
                let (kind, number) = Self.kindAndNumber(entry)
                if kind == .stop, number < Self.bannersInBank { return banners[number] }
                let product = Int(fame[number % fame.count])
                return pictures.picture(
                    family: Int(products[product].family), key: salt &+ UInt64(entry) &* 0x51_7CC1)
            })
        logos = arena.keep(
            (0..<brands * Self.logosPerBrand).map {
                pictures.picture(family: 124 + $0 % 4, key: salt ^ 0x1060_0000 ^ UInt64($0))
            })
    }

    /// What an entry is, and its number among its kind.
    static func kindAndNumber(_ entry: Int) -> (Kind, Int) {
        let place = entry % 16
        let kind = Kind.allCases.first { $0.places.contains(place) } ?? .stop
        return (kind, entry / 16 * kind.places.count + place - kind.places.lowerBound)
    }

    /// The entry with that number among its kind.
    @inline(__always) static func entry(_ kind: Kind, _ number: Int) -> Int {
        let places = kind.places
        return number / places.count * 16 + places.lowerBound + number % places.count
    }

    /// Entries of a kind.
    @inline(__always) func count(_ kind: Kind) -> Int {
        let places = kind.places
        let rest = hashes.count % 16 - places.lowerBound
        return hashes.count / 16 * places.count + max(0, min(places.count, rest))
    }

    /// The product that an entry shows. - Precondition: not a banner.
    @inline(__always) func product(ofNumber number: Int) -> Int { Int(fame[number % fame.count]) }

    /// A random picture of a kind that shows the product, or `nil` when the bank has none.
    @inline(__always) func picture(
        _ kind: Kind, of product: Int, random: inout SplitMix64
    ) -> Hash256? {
        let first = Int(placeOfProduct[product])
        let total = count(kind)
        guard first < total else { return nil }
        let several = (total - 1 - first) / fame.count + 1
        let number = first + (several > 1 ? random.below(several) : 0) * fame.count
        return hashes[Self.entry(kind, number)]
    }
}
