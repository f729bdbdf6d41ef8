internal import CKleanText
package import KleanCore

/// How much a fold merges.
package enum FoldStrength: Sendable, CaseIterable {
    /// Unicode's NFKC_Casefold: letter case, compatibility forms, invisible characters. Invalid
    /// UTF-8 becomes U+FFFD, one for each byte.
    case plain
    /// Also look-alike letters and accents (UTS #39) and typed jamo; every separator that is not
    /// ASCII, and invalid UTF-8, becomes a space. What titles are scanned in.
    case merged
}

/// An original code point that the merged fold took for another.
package struct LookAlike: Hashable, Sendable {
    /// Byte offset of the code point in the title as stored.
    package var offset: Int
    package var byteCount: Int
    package var codePoint: UInt32
    /// First code point of what it was taken for.
    package var looksLike: UInt32
    /// ``TextDisguise/lookAlike``, ``TextDisguise/accent`` or ``TextDisguise/styled``.
    package var kind: TextDisguise

    package init(
        offset: Int, byteCount: Int, codePoint: UInt32, looksLike: UInt32, kind: TextDisguise
    ) {
        self.offset = offset
        self.byteCount = byteCount
        self.codePoint = codePoint
        self.looksLike = looksLike
        self.kind = kind
    }
}

/// Brings text to the form in which it is compared.
package struct TextFolder: Sendable {
    package let kernels: TextKernels

    package init(kernels: TextKernels = .best) { self.kernels = kernels }

    /// Folds one string. - Complexity: O(n), allocates.
    package func fold(_ text: some Sequence<UInt8>, _ strength: FoldStrength = .merged) -> [UInt8] {
        var titles = ByteStrings()
        titles.append(text)
        var folded = FoldedText()
        fold(titles, rows: 0..<1, strength, into: &folded)
        return Array(folded[0])
    }

    /// Folds rows of a batch into a reused buffer.
    package func fold(
        _ titles: ByteStrings, rows: Range<Int>, _ strength: FoldStrength = .merged,
        into folded: inout FoldedText
    ) {
        folded.fold(titles, rows: rows, strength, kernels)
    }

    /// Whether letters of a text carry accents.
    package static func hasAccent(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let range = 0..<bytes.count
        return !TextFolder().lookAlikes(in: bytes, range: range, kinds: .accent).isEmpty
    }

    /// The code points in a byte range of a title that are no plain letters, in order: what a
    /// match's ``TextDisguise`` consists of. For evidence, not for the scan path.
    package func lookAlikes(
        in title: some Sequence<UInt8>, range: Range<Int>,
        kinds: TextDisguise = [.lookAlike]
    ) -> [LookAlike] {
        let bytes = Array(title)
        var found: [LookAlike] = []
        var merged: [UInt8] = Array(repeating: 0, count: 128)
        bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            var offset = 0
            while offset < bytes.count {
                var code: UInt32 = 0
                let length = max(kt_decode(start + offset, bytes.count - offset, &code), 1)
                var kind: UInt32 = 0
                let mergedLength = kt_fold_code(code, 1, &merged, &kind)
                let disguise = TextDisguise(rawValue: UInt8(truncatingIfNeeded: kind))
                if range.contains(offset), mergedLength > 0, !disguise.isDisjoint(with: kinds) {
                    var target: UInt32 = 0
                    _ = kt_decode(&merged, mergedLength, &target)
                    found.append(
                        LookAlike(
                            offset: offset, byteCount: length, codePoint: code,
                            looksLike: target, kind: disguise))
                }
                offset += length
            }
        }
        return found
    }
}
