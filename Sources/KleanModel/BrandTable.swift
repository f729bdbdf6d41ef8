public import KleanCore

/// The language of a name, a word or a rendered sentence.
public enum Language: UInt8, CaseIterable, Sendable {
    case ko = 0, en, zh, ja

    /// The code in source files: `ko`, `en`, `zh`, `ja`.
    public var code: String { String(describing: self) }
}

/// What kinds of goods a brand sells, or a category word speaks of; a bit mask.
///
/// An ambiguous alias (Apple, Coach) counts as a mention only where the listing's brand field or
/// a category word in a shared domain supports it.
public struct ProductDomains: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Names in source files, in bit order.
    public static let names = [
        "clothing", "shoes", "bag", "watch", "jewellery", "eyewear", "cosmetics", "fragrance",
        "phone", "computer", "audio", "wearable", "camera", "game", "appliance", "toy", "sport",
        "golf", "outdoor", "kitchen", "stationery", "baby", "auto", "food",
    ]

    /// The domain of that name, or `nil`.
    public init?(name: some StringProtocol) {
        guard let bit = ProductDomains.names.firstIndex(where: { $0 == name }) else { return nil }
        rawValue = 1 << UInt32(bit)
    }

    /// The names of the domains in the mask, in bit order.
    public var memberNames: [String] {
        ProductDomains.names.indices.filter { rawValue >> UInt32($0) & 1 == 1 }
            .map { ProductDomains.names[$0] }
    }
}

/// What is special about a brand.
public struct BrandTraits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A category-only price reference says nothing about it (SCORING d, R4).
    public static let luxury = BrandTraits(rawValue: 1 << 0)
}

/// The brand registry. A brand's number is its index, in the order of `brands.tsv`;
/// `Missing.uint32` means no brand.
///
/// **Shape**: every per-brand array has `count` rows; every offsets array has `count + 1`.
public struct BrandTable: Equatable, Sendable {
    /// Stable ASCII names that other source files refer to: `louis-vuitton`.
    public var keys = ByteStrings()
    /// Display names; empty where the source gives none.
    public var namesKo = ByteStrings()
    public var namesEn = ByteStrings()
    public var namesZh = ByteStrings()
    public var domains: [ProductDomains] = []
    public var traits: [BrandTraits] = []
    /// Fingerprints of folded seller names (see ``Model/nameKey(_:)``), ascending per brand.
    public var authorisedOffsets: [UInt32] = [0]
    public var authorisedSellers: [UInt64] = []
    /// Brands it sells jointly with, ascending per brand, both ways.
    public var coBrandOffsets: [UInt32] = [0]
    public var coBrands: [UInt32] = []
    /// Brand-field values: ascending name keys, and whose they are.
    public var fieldKeys: [UInt64] = []
    public var fieldBrands: [UInt32] = []

    public init() {}

    @inlinable public var count: Int { domains.count }

    /// The brand that a brand-field value names. - Complexity: O(log n), no allocation.
    @inlinable public func brand(fieldKey: UInt64) -> UInt32? {
        var low = 0
        var high = fieldKeys.count
        while low < high {
            let middle = (low + high) / 2
            if fieldKeys[middle] < fieldKey { low = middle + 1 } else { high = middle }
        }
        return low < fieldKeys.count && fieldKeys[low] == fieldKey ? fieldBrands[low] : nil
    }

    /// Whether the brand lists the seller as its own. - Complexity: O(log n), no allocation.
    @inlinable public func isAuthorised(brand: UInt32, sellerKey: UInt64) -> Bool {
        var low = Int(authorisedOffsets[Int(brand)])
        let end = Int(authorisedOffsets[Int(brand) + 1])
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if authorisedSellers[middle] < sellerKey { low = middle + 1 } else { high = middle }
        }
        return low < end && authorisedSellers[low] == sellerKey
    }

    /// Whether the two brands sell goods together, so that naming both is no contradiction.
    @inlinable public func isCoBrand(_ brand: UInt32, _ other: UInt32) -> Bool {
        let range = Int(coBrandOffsets[Int(brand)])..<Int(coBrandOffsets[Int(brand) + 1])
        return brand == other || coBrands[range].contains(other)
    }

    /// The name to show, in the language asked for or the nearest one there is.
    public func name(_ brand: UInt32, _ language: Language) -> String {
        let row = Int(brand)
        let order: [ByteStrings] =
            switch language {
            case .ko: [namesKo, namesEn, namesZh]
            case .zh: [namesZh, namesEn, namesKo]
            case .en, .ja: [namesEn, namesKo, namesZh]
            }
        return order.first { !$0[row].isEmpty }?.string(row) ?? keys.string(row)
    }
}
