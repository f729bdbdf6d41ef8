internal import KleanCore

/// Misspells brand names as sellers of fakes do. Used when a world is made, not row by row.
enum Disguise {
    /// Spellings one edit away: a Latin name of five letters or more loses a doubled letter, swaps
    /// two, gains or changes one; a Hangul name of three syllables or more changes one vowel.
    static func nearMisses(english: String, korean: String) -> [String] {
        var found: [String] = []
        let letters = Array(english)
        if letters.count >= 5, letters.allSatisfy({ $0.isASCII && $0.isLetter }) {
            if let pair = (1..<letters.count - 1).first(where: { letters[$0] == letters[$0 + 1] }) {
                found.append(edited(letters) { $0.remove(at: pair) })
            }
            let middle = letters.count / 2
            if letters[middle] != letters[middle - 1] {
                found.append(edited(letters) { $0.swapAt(middle, middle - 1) })
            }
            found.append(edited(letters) { $0.insert($0[middle], at: middle) })
            found.append(edited(letters) { $0[middle] = $0[middle] == "e" ? "a" : "e" })
        }
        let syllables = Array(korean.unicodeScalars)
        if syllables.count >= 3, syllables.allSatisfy({ (0xAC00...0xD7A3).contains($0.value) }) {
            for place in 1..<min(3, syllables.count) {
                // The last vowel that is one step away: ㅣ to ㅡ, ㅏ to ㅐ and so on.
                let index = syllables[place].value - 0xAC00
                let vowel = index / 28 % 21
                let other = vowel == 20 ? vowel - 2 : vowel + 1
                var changed = syllables
                let value = 0xAC00 + (index / 588) * 588 + other * 28 + index % 28
                guard let scalar = Unicode.Scalar(value) else { continue }
                changed[place] = scalar
                found.append(text(changed))
            }
        }
        return found.filter { $0 != english && $0 != korean }
    }

    /// The same name to the eye: Cyrillic and Greek look-alikes, full-width letters, an invisible
    /// character or a dot between syllables.
    static func confusables(english: String, korean: String) -> [String] {
        var found: [String] = []
        let letters = Array(english.unicodeScalars)
        if letters.count >= 4, letters.allSatisfy({ $0.isASCII && $0.properties.isAlphabetic }) {
            if let place = letters.indices.last(where: { lookAlikes[letters[$0]] != nil }),
                let other = lookAlikes[letters[place]]
            {
                var one = letters
                one[place] = other
                found.append(text(one))
            }
            found.append(text(letters.map { Unicode.Scalar($0.value + 0xFEE0) ?? $0 }))
            found.append(text(letters.prefix(2) + ["\u{200B}"] + letters.dropFirst(2)))
        }
        let syllables = Array(korean.unicodeScalars)
        if syllables.count >= 2, syllables.allSatisfy({ (0xAC00...0xD7A3).contains($0.value) }) {
            found.append(text(syllables.prefix(1) + ["\u{200B}"] + syllables.dropFirst()))
            if syllables.count <= 3 {
                found.append(
                    text(Array(syllables.map { [$0] }.joined(separator: ["\u{00B7}"]))))
            }
        }
        return found
    }

    /// **Source**: pairs of Unicode's confusables data that look alike in common fonts.
    private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
        "a": "\u{0430}", "c": "\u{0441}", "e": "\u{0435}", "i": "\u{0456}", "o": "\u{043E}",
        "p": "\u{0440}", "s": "\u{0455}", "x": "\u{0445}", "y": "\u{0443}", "A": "\u{0391}",
        "B": "\u{0392}", "C": "\u{0421}", "E": "\u{0415}", "H": "\u{041D}", "M": "\u{041C}",
        "N": "\u{039D}", "O": "\u{041E}", "P": "\u{0420}", "S": "\u{0405}", "T": "\u{0422}",
    ]

    private static func edited(_ letters: [Character], _ edit: (inout [Character]) -> Void)
        -> String
    {
        var copy = letters
        edit(&copy)
        return String(copy)
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
