internal import CKleanText

/// Turns patterns as people write them into what the kernels compare: keys without separators,
/// the gaps between, and the words that may follow.
struct PatternCompiler {
    private(set) var needles: [kt_needle] = []
    private(set) var gaps: [kt_gap] = []
    private(set) var bytes: [UInt8] = []
    private(set) var words: [kt_word] = []
    private(set) var wordFirst: [UInt32] = []
    /// Key of each needle.
    private(set) var keys: [[UInt8]] = []
    private let folder = TextFolder(kernels: .scalar)

    static let keyBytesMax = 1_024
    static let wordBytesMax = 48

    init(_ patterns: [TextPattern], continuations: [String]) throws(TextError) {
        for (index, pattern) in patterns.enumerated() {
            var seen: Set<[UInt8]> = []
            for spelling in Self.spellings(of: pattern) {
                let folded = folder.fold(spelling.bytes)
                guard seen.insert(folded).inserted else { continue }
                try add(folded, spelling.kind, pattern, index)
            }
        }
        addWords(patterns, continuations)
    }

    /// The pattern as written, in the other letter cases where the merged fold looks at them (of
    /// scripts other than Latin it merges capitals by their own shape), and with like syllables.
    private static func spellings(of pattern: TextPattern) -> [(bytes: [UInt8], kind: UInt32)] {
        var spellings: [(bytes: [UInt8], kind: UInt32)] = [(pattern.bytes, 0)]
        if pattern.bytes.contains(where: { (0xC3...0xE1).contains($0) }) {
            let text = String(decoding: pattern.bytes, as: UTF8.self)
            spellings.append((Array(text.lowercased().utf8), 0))
            spellings.append((Array(text.uppercased().utf8), 0))
            let title = text.prefix(1).uppercased() + text.dropFirst().lowercased()
            spellings.append((Array(title.utf8), 0))
        }
        if pattern.rule.contains(.lookAlikeSyllables) {
            for bytes in LikeSyllables.variants(of: pattern.bytes) {
                spellings.append((bytes, UInt32(TextDisguise.lookAlike.rawValue)))
            }
        }
        return spellings
    }

    private mutating func add(
        _ folded: [UInt8], _ kind: UInt32, _ pattern: TextPattern, _ index: Int
    ) throws(TextError) {
        var key: [UInt8] = []
        var literal: [UInt8] = []
        var isGap = false
        var found: [(at: Int, literal: [UInt8])] = []
        for byte in folded {
            if isWordByte(byte) {
                if isGap, !(key.isEmpty && literal.isEmpty) { found.append((key.count, literal)) }
                key.append(byte)
                literal = []
                isGap = false
            } else {
                isGap = true
                if byte != 32 { literal.append(byte) }
            }
        }
        if !literal.isEmpty { found.append((key.count, literal)) }
        if key.isEmpty { throw .emptyPattern(index: index) }
        guard key.count <= Self.keyBytesMax else {
            throw .patternTooLong(index: index, bytes: key.count, bytesMax: Self.keyBytesMax)
        }
        needles.append(
            kt_needle(
                key: store(key), key_length: UInt32(key.count), gap_first: UInt32(gaps.count),
                gap_count: UInt32(found.count), rule: pattern.rule.rawValue, kind: kind,
                pattern: UInt32(index), payload: pattern.payload))
        keys.append(key)
        for gap in found {
            gaps.append(
                kt_gap(
                    at: UInt32(gap.at), literal: store(gap.literal),
                    length: UInt32(gap.literal.count)))
        }
    }

    private mutating func store(_ added: [UInt8]) -> UInt32 {
        defer { bytes += added }
        return UInt32(bytes.count)
    }

    /// Particles, continuations and suffix patterns, by the number of their first syllable.
    private mutating func addWords(_ patterns: [TextPattern], _ continuations: [String]) {
        var all: [(syllable: Int, bytes: [UInt8], isFinal: Bool)] = []
        func collect(_ folded: [UInt8], isFinal: Bool) {
            guard folded.count >= 3, folded.count <= Self.wordBytesMax, folded[0] >= 0xEA else {
                return
            }
            let high = Int(folded[0] & 15) << 12 | Int(folded[1] & 63) << 6
            let code = high | Int(folded[2] & 63)
            if (0xAC00...0xD7A3).contains(code) { all.append((code - 0xAC00, folded, isFinal)) }
        }
        for word in Particles.all + continuations {
            collect(folder.fold(word.utf8), isFinal: false)
        }
        for pattern in patterns where pattern.rule.contains(.suffixAfterBrand) {
            collect(folder.fold(pattern.bytes), isFinal: true)
        }
        all.sort { left, right in
            if left.syllable != right.syllable { return left.syllable < right.syllable }
            return left.bytes.lexicographicallyPrecedes(right.bytes)
        }
        for entry in all {
            while wordFirst.count <= entry.syllable { wordFirst.append(UInt32(words.count)) }
            words.append(
                kt_word(
                    key: store(entry.bytes), length: UInt32(entry.bytes.count),
                    is_final: entry.isFinal ? 1 : 0))
        }
        while wordFirst.count < 11_173 { wordFirst.append(UInt32(words.count)) }
    }
}

/// What may follow a Korean noun without making it another word: particles, and 용 ("for") and 형
/// ("type").
enum Particles {
    static let all = [
        "은", "는", "이", "가", "을", "를", "의", "에", "도", "와", "과", "로", "으로", "만", "용", "형",
        "에서", "에게", "께", "한테", "까지", "부터", "처럼", "보다", "마저", "조차", "밖에", "이나", "나",
        "이랑", "랑", "하고", "이고", "고", "라고", "이라고", "란", "이란", "든", "이든", "든지", "이며",
        "며", "님", "표", "산", "제",
    ]
}

/// Syllables that are drawn alike (야민정음): the commonest exchanges.
enum LikeSyllables {
    private static let pairs: [(Character, Character)] = [
        ("대", "머"), ("귀", "커"), ("며", "띠"), ("파", "과"), ("유", "윾"), ("의", "익"), ("비", "네"),
    ]

    /// Spellings of a pattern with one or two syllables exchanged.
    static func variants(of bytes: [UInt8]) -> [[UInt8]] {
        let text = Array(String(decoding: bytes, as: UTF8.self))
        var variants: [[Character]] = []
        for index in text.indices {
            guard let like = partner(of: text[index]) else { continue }
            for base in [text] + variants where variants.count < 8 && base[index] == text[index] {
                var variant = base
                variant[index] = like
                variants.append(variant)
            }
        }
        return variants.map { Array(String($0).utf8) }
    }

    private static func partner(of syllable: Character) -> Character? {
        for pair in pairs {
            if pair.0 == syllable { return pair.1 }
            if pair.1 == syllable { return pair.0 }
        }
        return nil
    }
}
