/// Where a pattern may stand in a title. Combine freely; an empty set is a plain substring.
///
/// Boundaries are judged on the folded view: "letter" means any letter or digit of any script,
/// a separator everything else. See ``TextPattern`` for what spaces and punctuation inside a
/// pattern mean.
package struct PatternRule: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Anywhere, even inside a word: Chinese terms, long unmistakable Korean ones.
    package static let substring: PatternRule = []
    /// No Latin letter and no digit on either side.
    package static let latinBoundary = PatternRule(rawValue: 1 << 0)
    /// No Latin letter on either side; a digit may follow a letter ("airpods2") or precede one.
    package static let latinLetterBoundary = PatternRule(rawValue: 1 << 1)
    /// No Hangul directly before.
    package static let hangulStart = PatternRule(rawValue: 1 << 2)
    /// After it no Hangul, or particles (은, 는, 용, 에서 ...) and then no Hangul, or a pattern with
    /// ``suffixAfterBrand``, or one of the scanner's continuation words.
    package static let hangulEnd = PatternRule(rawValue: 1 << 3)
    /// No letter or digit of any script on either side.
    package static let wholeToken = PatternRule(rawValue: 1 << 4)
    /// Only directly after an accepted match of a ``brand`` pattern, at most one separator between.
    package static let suffixAfterBrand = PatternRule(rawValue: 1 << 5)
    /// This pattern names a brand: what ``suffixAfterBrand`` looks for.
    package static let brand = PatternRule(rawValue: 1 << 6)
    /// No katakana on either side.
    package static let kanaBoundary = PatternRule(rawValue: 1 << 7)
    /// Also with its letters set apart: 구*찌, 나 이 키, N.I.K.E. Every piece must be short (one
    /// letter, or two where the separator is no space), whole, and one separator apart.
    package static let splittable = PatternRule(rawValue: 1 << 8)
    /// Also with syllables exchanged for ones drawn alike (대 and 머, 귀 and 커): reported as
    /// ``TextDisguise/lookAlike``.
    package static let lookAlikeSyllables = PatternRule(rawValue: 1 << 9)

    /// The usual rule for a Korean alias: ``hangulStart`` and ``hangulEnd``.
    package static let hangulBoundary: PatternRule = [.hangulStart, .hangulEnd]
}

/// One thing to look for in titles.
///
/// `bytes` is UTF-8 as a person writes it; the scanner folds it as it folds titles. Inside it
/// - a space matches zero to three separators: 갤럭시 워치 finds 갤럭시워치 and 갤럭시-워치;
/// - punctuation must stand in the title too, spaces around it aside: `1:1` finds "1 : 1";
/// - between letters that adjoin nothing may stand (but see ``PatternRule/splittable``).
package struct TextPattern: Hashable, Sendable {
    package var bytes: [UInt8]
    package var rule: PatternRule
    /// The caller's number, handed back in matches. Several patterns may share one.
    package var payload: UInt32

    package init(_ bytes: [UInt8], rule: PatternRule, payload: UInt32) {
        self.bytes = bytes
        self.rule = rule
        self.payload = payload
    }

    package init(_ text: String, rule: PatternRule, payload: UInt32) {
        self.init(Array(text.utf8), rule: rule, payload: payload)
    }
}
