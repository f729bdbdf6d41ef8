import KleanCore
internal import KleanText

/// How names in fields (not in titles) are compared.
extension Model {
    /// The key of a brand-field or category value: case, compatibility forms, spaces and
    /// punctuation do not count, so `THE NORTH-FACE` and `the north face` are one.
    ///
    /// Look-alike letters do count: a Cyrillic "Nіke" is not Nike.
    /// - Complexity: O(n), allocates.
    package static func nameKey(_ text: some Sequence<UInt8>) -> UInt64 {
        Fingerprint.of(TextFolder().fold(text, .plain).lazy.filter { isNameByte($0) })
    }

    /// The key of a seller or shop name: case, compatibility forms and the number of spaces do
    /// not count, everything else does, so that nobody is mistaken for an authorised seller.
    /// - Complexity: O(n), allocates.
    package static func sellerKey(_ text: some Sequence<UInt8>) -> UInt64 {
        let words = TextFolder().fold(text, .plain).split(separator: 32)
        return Fingerprint.of(words.joined(separator: [32]))
    }

    /// The category key of price rows that hold for all of a brand's goods of one domain; source
    /// files write the category as `@shoes`. Never the key of a category text.
    package static func domainKey(_ domain: ProductDomains) -> UInt64 {
        Fingerprint.of("@" + domain.memberNames.joined(separator: ","))
    }

    /// The category key of price rows that hold for all of a brand's goods, written `@any`.
    package static let anyKey = Fingerprint.of("@any".utf8)

    /// The key of a price row's category field.
    static func priceCategoryKey(_ category: String) -> UInt64? {
        if category.isEmpty { return nil }
        guard category.hasPrefix("@") else { return nameKey(category.utf8) }
        if category == "@any" { return anyKey }
        return ProductDomains(name: category.dropFirst()).map(domainKey)
    }

    /// Letters and digits of ASCII, and everything beyond it.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 128 || (97...122).contains(byte) || (48...57).contains(byte)
    }
}

/// The key by which two patterns would be the same: their letters, digits and punctuation.
/// Spaces match a missing space too, so they make no difference.
func termKey(_ text: String) -> [UInt8] {
    TextFolder().fold(text.utf8, .merged).filter { $0 > 32 }
}

/// The key by which a person would take two names for one: letters and digits.
func patternKey(_ text: String) -> [UInt8] {
    TextFolder().fold(text.utf8, .merged).filter {
        $0 >= 128 || (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "&")
    }
}
