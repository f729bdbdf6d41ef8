internal import CKleanCatalog
import KleanCore

/// Turns a cell's bytes into text that a store keeps: UTF-8 in form C, on one line, trimmed, within
/// bounds, without markup.
///
/// What it changes: bytes that are not UTF-8 become U+FFFD; control characters, line ends, spaces
/// of any kind and runs of them become one space; invisible marks vanish; full-width digits become
/// plain ones; HTML's character references are resolved and its tags left out; letters with their
/// marks are composed; text past the bound is cut at a character.
struct TextSettler {
    struct Change: OptionSet {
        let rawValue: UInt8
        static let repaired = Change(rawValue: 1)
        static let cut = Change(rawValue: 2)
        static let rewritten = Change(rawValue: 4)
    }

    /// Texts that were escaped twice on their way here are resolved twice.
    private static let roundsMax = 2

    /// The settled text, in place where nothing had to change.
    static func settle(
        _ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch,
        bytesMax: Int = Limits.textBytesMax, isLink: Bool = false
    ) -> (text: UnsafeBufferPointer<UInt8>, change: Change) {
        var text = trim(raw)
        guard text.count > 0 else { return (text, []) }
        var change: Change = []
        // A link's ampersands are its own.
        let interest =
            isLink
            ? KCAT_TEXT_INVALID | KCAT_TEXT_CONTROL
            : KCAT_TEXT_INVALID | KCAT_TEXT_CONTROL | KCAT_TEXT_DOUBLE_SPACE | KCAT_TEXT_AMPERSAND
                | KCAT_TEXT_ANGLE | KCAT_TEXT_SPECIAL
        for _ in 0..<roundsMax {
            guard let start = text.baseAddress, text.count > 0 else { break }
            let kinds = Int(kcat_text_kinds(start, text.count))
            guard kinds & interest != 0 else { break }
            var rewriter = TextRewriter(text, scratch, isLink: isLink)
            let before = text
            text = trim(rewriter.run())
            if rewriter.isRepaired { change.insert(.repaired) }
            if areEqual(before, text) { break }
            change.insert(.rewritten)
        }
        if !isLink, let start = text.baseAddress, text.count > 0,
            Int(kcat_text_kinds(start, text.count)) & KCAT_TEXT_COMPOSABLE != 0
        {
            let composed = trim(compose(text, scratch))
            if !areEqual(composed, text) { change.insert(.rewritten) }
            text = composed
        }
        if text.count > bytesMax {
            text = UnsafeBufferPointer(rebasing: text[..<cutPlace(text, bytesMax)])
            change.insert(.cut)
        }
        if text.count < raw.count, change.isEmpty, hidesMarks(raw, around: text) {
            change.insert(.rewritten)
        }
        return (text, change)
    }

    /// Whether more than plain blanks was trimmed off.
    private static func hidesMarks(
        _ raw: UnsafeBufferPointer<UInt8>, around text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        raw.count { $0 >= 0x80 } != text.count { $0 >= 0x80 }
    }

    /// Without white space, no-break and ideographic spaces, marks of order and zero width at the
    /// ends.
    static func trim(_ raw: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var low = 0
        var high = raw.count
        while low < high {
            if raw[low] <= 0x20 {
                low += 1
            } else if let width = blank(raw, low, high) {
                low += width
            } else {
                break
            }
        }
        while high > low {
            if raw[high - 1] <= 0x20 {
                high -= 1
            } else if high - low >= 2, blank(raw, high - 2, high) == 2 {
                high -= 2
            } else if high - low >= 3, blank(raw, high - 3, high) == 3 {
                high -= 3
            } else {
                break
            }
        }
        return UnsafeBufferPointer(rebasing: raw[low..<high])
    }

    /// Bytes of the blank character at a place, `nil` for any other.
    private static func blank(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int, _ end: Int) -> Int? {
        let first = raw[at]
        if first == 0xC2, at + 1 < end, raw[at + 1] == 0xA0 { return 2 }
        guard at + 2 < end, first == 0xE2 || first == 0xE3 || first == 0xEF else { return nil }
        switch (first, raw[at + 1], raw[at + 2]) {
        case (0xE2, 0x80, 0x80...0x8F), (0xE2, 0x80, 0xA8...0xAA), (0xE2, 0x80, 0xAF),
            (0xE2, 0x81, 0x9F), (0xE2, 0x81, 0xA0), (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF):
            return 3
        default: return nil
        }
    }

    /// The last character boundary at or before `limit`.
    static func cutPlace(_ text: UnsafeBufferPointer<UInt8>, _ limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        var place = limit
        while place > 0, text[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }

    /// Unicode's form C, by the standard library's tables.
    private static func compose(_ text: UnsafeBufferPointer<UInt8>, _ scratch: Scratch)
        -> UnsafeBufferPointer<UInt8>
    {
        scratch.begin()
        var composed = TextComposer.compose(String(decoding: text, as: UTF8.self))
        composed.withUTF8 { scratch.append($0) }
        return scratch.end()
    }
}
