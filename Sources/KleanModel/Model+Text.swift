package import KleanCore
package import KleanText

/// What the text scanners are made of.
extension Model {
    /// Every pattern; the payload is its index in ``patterns``.
    package var textPatterns: [TextPattern] {
        patterns.enumerated().map { index, pattern in
            TextPattern(
                pattern.text, rule: PatternRule(rawValue: pattern.ruleBits),
                payload: UInt32(index))
        }
    }

    /// Korean category and accessory words: what may stand directly after a brand's name, as 가방
    /// in 구찌가방.
    package var continuations: [String] {
        var words: [String] = []
        for pattern in patterns where pattern.kind == .category || pattern.kind == .accessory {
            let word = String(decoding: pattern.text, as: UTF8.self)
            let shape = WordShape(word)
            if shape.isHangul, (2...16).contains(shape.hangul), shape.isOneWord {
                words.append(word)
            }
        }
        return words
    }

    /// The names whose misspellings are looked for; the payload is the index in ``patterns``.
    package var nearMissAliases: [(text: [UInt8], payload: UInt32)] {
        patterns.enumerated().filter { $0.element.traits.contains(.nearMiss) }
            .map { ($0.element.text, UInt32($0.offset)) }
    }

    /// The names of which pieces and masked forms are looked for; the payload is the index in
    /// ``patterns``, the owner the brand.
    package var namedAliases: [NamedAlias] {
        patterns.indices.filter {
            patterns[$0].kind == .brand
                && patterns[$0].traits.isDisjoint(with: [.ambiguous, .distortion])
        }.map {
            NamedAlias(
                text: patterns[$0].text, payload: UInt32($0), owner: patterns[$0].number,
                isFamous: brands.traits[Int(patterns[$0].number)].contains(.luxury))
        }
    }

    /// What is never a misspelling: the honest words, and every other name and term.
    package var nearMissExclusions: ByteStrings {
        var words = words
        for pattern in patterns where pattern.traits.isDisjoint(with: [.nearMiss, .distortion]) {
            words.append(pattern.text)
        }
        return words
    }
}
