import KleanConsole
package import KleanCore

/// A text with the parts that evidence points to marked, by brackets or in bold.
package enum MarkedText {
    package enum Style: Sendable {
        /// `【…】`: for files, pipes and mail.
        case brackets
        /// Bold and underlined on a terminal.
        case terminal
    }

    /// The text of a field with every evidence range on it marked; ranges that touch are one.
    ///
    /// - Parameter text: The field's stored UTF-8.
    package static func marked(
        _ text: [UInt8], field: EvidenceField, evidence: [Evidence], style: Style = .brackets
    ) -> String {
        let ranges = evidence.filter { $0.field == field }
            .map { aligned(Int($0.start)..<Int($0.end), in: text) }.filter { !$0.isEmpty }
        let (open, close) =
            switch style {
            case .brackets: ("【", "】")
            case .terminal: ("\u{1B}[1;4m", "\u{1B}[0m")
            }
        var result = ""
        var done = 0
        for range in merged(ranges) {
            result += part(text, done..<range.lowerBound)
            result += open + part(text, range) + close
            done = range.upperBound
        }
        return result + part(text, done..<text.count)
    }

    /// Joined, ascending, without overlap.
    package static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    /// The range within the text, widened to whole characters.
    package static func aligned(_ range: Range<Int>, in text: [UInt8]) -> Range<Int> {
        var low = min(max(range.lowerBound, 0), text.count)
        var high = min(max(range.upperBound, low), text.count)
        guard low < high else { return low..<low }
        while low > 0, text[low] & 0xC0 == 0x80 { low -= 1 }
        while high < text.count, text[high] & 0xC0 == 0x80 { high += 1 }
        return low..<high
    }

    private static func part(_ text: [UInt8], _ range: Range<Int>) -> String {
        DisplayWidth.printable(String(decoding: text[range], as: UTF8.self))
    }
}
