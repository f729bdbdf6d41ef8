package import KleanCore

/// How much a fold merges.
package enum FoldStrength: Sendable, CaseIterable {
    /// Unicode's NFKC_Casefold: letter case, compatibility forms, invisible characters.
    case plain
    /// Also look-alike letters and accents (UTS #39), Korean jamo, and every separator that is not
    /// ASCII becomes a space. What titles are scanned in.
    case merged
}

/// An original code point that the merged fold took for another.
package struct LookAlike: Hashable, Sendable {
    /// Byte offset of the code point in the title as stored.
    package var offset: Int
    package var byteCount: Int
    package var codePoint: UInt32
    /// First code point of what it looks like.
    package var looksLike: UInt32

    package init(offset: Int, byteCount: Int, codePoint: UInt32, looksLike: UInt32) {
        self.offset = offset
        self.byteCount = byteCount
        self.codePoint = codePoint
        self.looksLike = looksLike
    }
}

/// Brings text to the form in which it is compared.
package struct TextFolder: Sendable {
    package init() {}

    /// Folds one string. - Complexity: O(n), allocates.
    package func fold(_ text: some Sequence<UInt8>, _ strength: FoldStrength = .merged) -> [UInt8] {
        text.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : ($0 < 32 && strength == .merged ? 32 : $0) }
    }

    /// Folds rows of a batch into a reused buffer.
    package func fold(
        _ titles: ByteStrings, rows: Range<Int>, _ strength: FoldStrength = .merged,
        into folded: inout FoldedText
    ) {
        folded.bytes.removeAll(keepingCapacity: true)
        folded.starts.removeAll(keepingCapacity: true)
        folded.firstRow = rows.lowerBound
        folded.bytes.append(10)
        for row in rows {
            folded.starts.append(UInt32(folded.bytes.count))
            folded.bytes += fold(titles[row], strength)
            folded.bytes.append(10)
        }
        folded.starts.append(UInt32(folded.bytes.count))
    }

    /// The look-alikes within a byte range of a title, in order.
    package func lookAlikes(in title: some Sequence<UInt8>, range: Range<Int>) -> [LookAlike] { [] }
}
