internal import KleanCore
internal import KleanModel
internal import KleanText

/// The keys of a dictionary's values, all at once: no allocation per value.
enum FieldKeys {
    /// ``Model/nameKey(_:)`` of each value: brand fields, categories, logo labels.
    static func names(_ values: ByteStrings) -> [UInt64] {
        folded(values) { bytes in
            Fingerprint.of(bytes.lazy.filter { isNameByte($0) })
        }
    }

    /// ``Model/sellerKey(_:)`` of each value.
    static func sellers(_ values: ByteStrings) -> [UInt64] {
        folded(values) { bytes in Fingerprint.of(SingleSpaced(bytes: bytes)) }
    }

    private static func folded(_ values: ByteStrings, _ key: (ArraySlice<UInt8>) -> UInt64)
        -> [UInt64]
    {
        var text = FoldedText()
        TextFolder().fold(values, rows: 0..<values.count, .plain, into: &text)
        return (0..<values.count).map { key(text[$0]) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 128 || (97...122).contains(byte) || (48...57).contains(byte)
    }
}

/// Bytes without leading and trailing spaces, inner runs of them as one.
private struct SingleSpaced: Sequence, IteratorProtocol {
    private let bytes: ArraySlice<UInt8>
    private var at: Int
    private var hasWord = false

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    mutating func next() -> UInt8? {
        var sawSpace = false
        while at < bytes.endIndex, bytes[at] == 32 {
            sawSpace = true
            at += 1
        }
        guard at < bytes.endIndex else { return nil }
        if sawSpace, hasWord {
            hasWord = false  // The next call gives the letter.
            return 32
        }
        hasWord = true
        defer { at += 1 }
        return bytes[at]
    }
}

/// Brand-field values that say "none".
enum BrandField {
    /// Whether the value, by its name key, names no brand at all.
    static func isEmpty(key: UInt64) -> Bool { emptyKeys.contains(key) }

    /// Only looked up, never iterated.
    private static let emptyKeys: Set<UInt64> = Set(
        [
            "", "없음", "브랜드없음", "브랜드 없음", "해당없음", "기타", "기타브랜드", "미지정", "자체브랜드",
            "자체제작", "상세페이지 참조", "상세설명참조", "상세설명 참조", "no brand", "nobrand", "none",
            "n/a", "na", "null", "nil", "unbranded", "generic", "unknown", "other", "others",
            "not applicable", "does not apply", "无", "无品牌", "其他", "其它", "無", "ノーブランド", "なし",
        ].map { Model.nameKey($0.utf8) })
}
