/// Whether a text speaks of counterfeits. Korean may come decomposed (as mail programs on Macs
/// send it): comparison is by canonical equivalence.
package enum CounterfeitWords {
    /// Whether the text complains of a counterfeit: a word for one that is not denied, or a word
    /// for genuine goods that is.
    package static func isIn(_ text: String) -> Bool {
        let text = text.lowercased()
        return fakes.contains { finds($0, in: text, denied: false) }
            || genuine.contains { finds($0, in: text, denied: true) }
    }

    private static let fakes = [
        "가품", "짝퉁", "위조", "모조품", "이미테이션", "레플리카", "짭", "counterfeit", "replica",
        "knockoff", "knock-off", "fake", "bogus", "假货", "假冒", "仿品", "冒牌", "赝品",
    ]
    private static let genuine = ["정품", "진품", "authentic", "genuine", "正品"]
    /// What follows a Korean noun that is denied, and what stands before a denied English or
    /// Chinese one.
    private static let denialsAfter = ["아니", "아님", "아닌", "아닙", "아녜", "아녀", "맞지 않"]
    private static let denialsBefore = ["not ", "n't ", "isn't", "no ", "不是", "非"]
    /// Characters between a word and its denial: particles and blanks, "an", "a".
    private static let reach = 6

    private static func finds(_ word: String, in text: String, denied: Bool) -> Bool {
        var rest = text[...]
        while let range = rest.firstRange(of: word) {
            if isDenied(range, in: text) == denied { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func isDenied(_ range: Range<String.Index>, in text: String) -> Bool {
        let after = text[range.upperBound...].prefix(reach)
        let before = text[..<range.lowerBound].suffix(reach)
        return denialsAfter.contains { after.contains($0) }
            || denialsBefore.contains { before.contains($0) }
    }
}
