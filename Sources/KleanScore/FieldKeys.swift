internal import KleanCore
internal import KleanModel
internal import KleanText

/// The keys of a dictionary's values, all at once: no allocation per value.
enum FieldKeys {
    /// ``Model/nameKey(_:)`` of each value: brand fields, categories, logo labels.
    static func names(_ values: ByteStrings) -> [UInt64] {
        folded(values) { bytes in
            var draft = FingerprintDraft()
            for byte in bytes where isNameByte(byte) { draft.add(byte) }
            return draft.finish()
        }
    }

    /// ``Model/sellerKey(_:)`` of each value: no spaces at the ends, inner runs of them as one.
    static func sellers(_ values: ByteStrings) -> [UInt64] {
        folded(values) { bytes in
            var draft = FingerprintDraft()
            var owesSpace = false
            for byte in bytes {
                if byte == 32 {
                    owesSpace = !draft.isEmpty
                    continue
                }
                if owesSpace { draft.add(32) }
                owesSpace = false
                draft.add(byte)
            }
            return draft.finish()
        }
    }

    private static func folded(
        _ values: ByteStrings, _ key: (UnsafeBufferPointer<UInt8>) -> UInt64
    ) -> [UInt64] {
        var text = FoldedText()
        TextFolder().fold(values, rows: 0..<values.count, .plain, into: &text)
        return text.bytes.withUnsafeBufferPointer { bytes in
            (0..<values.count).map { row in
                let range = Int(text.starts[row])..<Int(text.starts[row + 1]) - 1
                return key(UnsafeBufferPointer(rebasing: bytes[range]))
            }
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 128 || (97...122).contains(byte) || (48...57).contains(byte)
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
