import KleanCore
import KleanText

/// The scanner's meaning said in the plainest way: every pattern at every place, over characters
/// of the merged fold. The oracle for random tests; without suffixes and continuations.
struct NaiveSearch {
    struct Find: Hashable, Comparable {
        var start: Int
        var end: Int
        var pattern: Int

        static func < (left: Find, right: Find) -> Bool {
            (left.start, -left.end, left.pattern) < (right.start, -right.end, right.pattern)
        }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// Finds in a folded text, ranges into it.
    static func search(_ text: [UInt8], _ patterns: [TextPattern]) -> [Find] {
        var finds: Set<Find> = []
        for (number, pattern) in patterns.enumerated() {
            let folded = TextFolder().fold(pattern.bytes)
            for start in text.indices {
                if let end = match(text, from: start, folded, pattern.rule) {
                    finds.insert(Find(start: start, end: end, pattern: number))
                }
            }
        }
        return finds.sorted()
    }

    /// Where the pattern that starts at `start` ends, by walking both side by side.
    private static func match(
        _ text: [UInt8], from start: Int, _ pattern: [UInt8], _ rule: PatternRule
    ) -> Int? {
        guard isWord(text[start]) else { return nil }
        let words = pattern.split(whereSeparator: { !isWord($0) })
        var at = start
        for (index, word) in words.enumerated() {
            if index > 0 {
                let from = at
                while at < text.count, !isWord(text[at]) { at += 1 }
                let between = pattern[words[index - 1].endIndex..<word.startIndex]
                let literal = between.filter { $0 != 32 }
                if literal.isEmpty, at - from > 3 { return nil }
                if !literal.isEmpty, text[from..<at].filter({ $0 != 32 }) != literal { return nil }
            }
            guard text[at...].starts(with: word) else { return nil }
            at += word.count
        }
        return boundaries(text, start, at, rule) ? at : nil
    }

    private static func boundaries(
        _ text: [UInt8], _ start: Int, _ end: Int, _ rule: PatternRule
    ) -> Bool {
        func isLatin(_ byte: UInt8) -> Bool { byte < 0x80 && isWord(byte) }
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        let before = start > 0 ? text[start - 1] : 32
        let after = end < text.count ? text[end] : 32
        if rule.contains(.latinBoundary), isLatin(before) || isLatin(after) { return false }
        if rule.contains(.latinLetterBoundary) {
            if isLatin(before), !isDigit(before) || isDigit(text[start]) { return false }
            if isLatin(after), !isDigit(after) || isDigit(text[end - 1]) { return false }
        }
        if rule.contains(.wholeToken), isWord(before) || isWord(after) { return false }
        let preceding = String(decoding: text[..<start], as: UTF8.self).unicodeScalars.last
        let following = String(decoding: text[end...], as: UTF8.self)
        if rule.contains(.hangulStart), isHangul(preceding) { return false }
        if rule.contains(.hangulEnd), !mayEnd(Substring(following), 0) { return false }
        if rule.contains(.kanaBoundary) {
            if isKatakana(preceding) || isKatakana(following.unicodeScalars.first) { return false }
        }
        return true
    }

    private static func isHangul(_ scalar: Unicode.Scalar?) -> Bool {
        guard let value = scalar?.value else { return false }
        return (0xAC00...0xD7A3).contains(value) || (0x1100...0x11FF).contains(value)
    }

    private static func isKatakana(_ scalar: Unicode.Scalar?) -> Bool {
        guard let value = scalar?.value else { return false }
        return (0x30A1...0x30FF).contains(value)
    }

    static let particles = [
        "은", "는", "이", "가", "을", "를", "의", "에", "도", "와", "과", "로", "으로", "만", "용", "형",
        "에서", "에게", "께", "한테", "까지", "부터", "처럼", "보다", "마저", "조차", "밖에", "이나", "나",
        "이랑", "랑", "하고", "이고", "고", "라고", "이라고", "란", "이란", "든", "이든", "든지", "이며",
        "며", "님", "표", "산", "제",
    ]

    private static func mayEnd(_ rest: Substring, _ depth: Int) -> Bool {
        guard let first = rest.unicodeScalars.first?.value, (0xAC00...0xD7A3).contains(first) else {
            return true
        }
        return depth < 3
            && particles.contains {
                rest.hasPrefix($0) && mayEnd(rest.dropFirst($0.count), depth + 1)
            }
    }
}
