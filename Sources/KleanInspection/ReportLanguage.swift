/// A language that evidence can be read in.
package enum ReportLanguage: String, CaseIterable, Sendable {
    case ko, en

    /// The text of this language; the other one is not made.
    package func say(
        _ korean: @autoclosure () -> String, _ english: @autoclosure () -> String
    ) -> String {
        switch self {
        case .ko: korean()
        case .en: english()
        }
    }
}

/// Korean particles, whose form depends on how the word before them ends.
package enum Particle: Sendable {
    /// 은/는, 이/가, 을/를, 과/와
    case topic, subject, object, with

    /// The word with its particle: `나이키는`, `구찌와`, `삼성은`; `Nike은(는)` where the sound of
    /// the end is not known.
    package func after(_ word: String) -> String {
        let (closed, open) =
            switch self {
            case .topic: ("은", "는")
            case .subject: ("이", "가")
            case .object: ("을", "를")
            case .with: ("과", "와")
            }
        guard let ends = Particle.endsClosed(word) else { return "\(word)\(closed)(\(open))" }
        return word + (ends ? closed : open)
    }

    /// Whether the word ends in a consonant; `nil` when only its readers know. Marks and quotes at
    /// the end have no sound.
    private static func endsClosed(_ word: String) -> Bool? {
        let quiet: Set<Unicode.Scalar> = ["”", "’", "\"", "'", ")", "』", "】", "%"]
        guard let last = word.unicodeScalars.reversed().first(where: { !quiet.contains($0) })
        else { return nil }
        switch last.value {
        case 0xAC00...0xD7A3: return (last.value - 0xAC00) % 28 != 0
        // 영 일 이 삼 사 오 육 칠 팔 구
        case 0x30...0x39: return [0, 1, 3, 6, 7, 8].contains(last.value - 0x30)
        default: return nil
        }
    }
}

extension DefaultStringInterpolation {
    /// A word with its particle: `"\(brand, .topic)"`.
    mutating func appendInterpolation(_ word: String, _ particle: Particle) {
        appendInterpolation(particle.after(word))
    }
}
