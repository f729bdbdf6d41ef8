internal import KleanText

/// Of what scripts a word is written, and how long it is in each.
struct WordShape {
    private(set) var latinLetters = 0
    private(set) var digits = 0
    private(set) var hangul = 0
    private(set) var han = 0
    private(set) var kana = 0
    private(set) var endsInLetter = false
    private(set) var isOneWord = true

    init(_ text: String) {
        for scalar in text.unicodeScalars {
            endsInLetter = false
            switch scalar.value {
            case 0x30...0x39: digits += 1
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F:
                latinLetters += 1
                endsInLetter = true
            case 0xAC00...0xD7A3: hangul += 1
            case 0x3131...0x318E: hangul += 1
            case 0x3040...0x30FF, 0x31F0...0x31FF: kana += 1
            case 0x3400...0x9FFF: han += 1
            case 0x20, 0x2D, 0x26, 0x2E: isOneWord = false
            default: break
            }
        }
    }

    var hasLatin: Bool { latinLetters + digits > 0 }
    var isHangul: Bool { hangul > 0 && !hasLatin && han + kana == 0 }
    var isLatin: Bool { latinLetters > 0 && hangul + han + kana == 0 }

    /// No Latin letter or digit, and no Hangul, runs on at either side.
    var boundary: PatternRule {
        var rule: PatternRule = []
        if hasLatin { rule.insert(.latinBoundary) }
        if hangul > 0 { rule.formUnion(.hangulBoundary) }
        if kana > 0 { rule.insert(.kanaBoundary) }
        return rule
    }

    /// As ``boundary``, but Hangul may run on after it.
    var start: PatternRule { boundary.subtracting(.hangulEnd) }

    /// As ``boundary``, but Hangul may stand before it.
    var end: PatternRule { boundary.subtracting(.hangulStart) }

    /// A model's name: Hangul may run on after it, and what is "for" it is for its brand.
    var modelRule: PatternRule { start.union(.brand) }

    /// Where a brand's name may stand, and how it may be disguised.
    func brandRule(isAmbiguous: Bool) -> PatternRule {
        var rule: PatternRule = [.brand]
        if isHangul, hangul >= 4, !isAmbiguous {
            rule.formUnion(start)
        } else {
            rule.formUnion(boundary)
        }
        if isLatin, latinLetters >= 4, endsInLetter, digits == 0 {
            rule.remove(.latinBoundary)
            rule.insert(.latinLetterBoundary)
        }
        guard !isAmbiguous else { return rule }
        if isHangul || (isLatin && latinLetters >= 4) || han >= 3 {
            rule.insert(.splittable)
        }
        if isHangul, hangul >= 3 { rule.insert(.lookAlikeSyllables) }
        return rule
    }

    /// Long enough to look for misspellings (SCORING N2); of four Latin letters only those with a
    /// digit for a letter are.
    var allowsNearMiss: Bool { (isLatin && latinLetters >= 4 && digits == 0) || hangul >= 3 }

    /// Spellings of a Korean name of three syllables and more with a digit for a syllable that is
    /// read like it, but not for the first, where it counts things (5메가): 나2키.
    static func withDigits(_ name: String) -> [String] {
        guard WordShape(name).isHangul, WordShape(name).hangul >= 3 else { return [] }
        let letters = Array(name)
        return letters.indices.dropFirst().compactMap { index in
            digits[letters[index]].map { digit in
                String(letters[..<index]) + String(digit) + String(letters[(index + 1)...])
            }
        }
    }

    /// How digits are read in Korean.
    private static let digits: [Character: Character] = [
        "영": "0", "공": "0", "일": "1", "이": "2", "삼": "3", "사": "4", "오": "5", "육": "6", "륙": "6",
        "칠": "7", "팔": "8", "구": "9",
    ]
}
