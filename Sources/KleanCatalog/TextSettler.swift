internal import CKleanCatalog
import KleanCore

/// Turns a cell's bytes into text that a store keeps: UTF-8, on one line, trimmed, within bounds.
///
/// What it changes: bytes that are not UTF-8 become U+FFFD; control characters, line ends and runs
/// of spaces become one space; HTML's character references are resolved; text past the bound is cut
/// at a character.
struct TextSettler {
    struct Change: OptionSet {
        let rawValue: UInt8
        static let repaired = Change(rawValue: 1)
        static let cut = Change(rawValue: 2)
        static let rewritten = Change(rawValue: 4)
    }

    /// The settled text, in place where nothing had to change.
    static func settle(
        _ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch,
        bytesMax: Int = Limits.textBytesMax, isLink: Bool = false
    ) -> (text: UnsafeBufferPointer<UInt8>, change: Change) {
        var text = trim(raw)
        guard let start = text.baseAddress, text.count > 0 else { return (text, []) }
        let kinds = Int(kcat_text_kinds(start, text.count))
        var change: Change = []
        var ofInterest = KCAT_TEXT_INVALID | KCAT_TEXT_CONTROL | KCAT_TEXT_DOUBLE_SPACE
        if !isLink { ofInterest |= KCAT_TEXT_AMPERSAND }  // A link's ampersands are its own.
        if kinds & ofInterest != 0 {
            let before = text
            var isRepaired = false
            text = trim(rewrite(text, scratch, &isRepaired))
            if isRepaired { change.insert(.repaired) }
            if !before.elementsEqual(text) { change.insert(.rewritten) }
        }
        if text.count > bytesMax {
            text = UnsafeBufferPointer(rebasing: text[..<cutPlace(text, bytesMax)])
            change.insert(.cut)
        }
        return (text, change)
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

    private static func rewrite(
        _ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch, _ isRepaired: inout Bool
    ) -> UnsafeBufferPointer<UInt8> {
        scratch.begin()
        var isSpace = false
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            if byte <= 0x20 || byte == 0x7F {
                if !isSpace { scratch.append(0x20) }
                isSpace = true
                index += 1
                continue
            }
            if byte < 0x80 {
                if byte == UInt8(ascii: "&"), let (scalar, width) = reference(raw, index) {
                    scratch.append(scalar: scalar)
                    index += width
                } else {
                    scratch.append(byte)
                    index += 1
                }
                isSpace = false
                continue
            }
            let width = characterWidth(raw, index)
            guard width > 0 else {
                isRepaired = true
                isSpace = false
                scratch.append(scalar: 0xFFFD)
                index += 1
                // The rest of a broken sequence belongs to the same mark.
                while index < raw.count, raw[index] & 0xC0 == 0x80 { index += 1 }
                continue
            }
            let isControl =
                (byte == 0xC2 && raw[index + 1] < 0xA0)
                || (byte == 0xE2 && raw[index + 1] == 0x80
                    && (raw[index + 2] == 0xA8 || raw[index + 2] == 0xA9))
            if isControl {
                if !isSpace { scratch.append(0x20) }
            } else {
                scratch.append(UnsafeBufferPointer(rebasing: raw[index..<(index + width)]))
            }
            isSpace = isControl
            index += width
        }
        return scratch.end()
    }

    /// Bytes of the well-formed character at a place; 0 when it is not well-formed.
    private static func characterWidth(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        let first = raw[at]
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, at + width <= raw.count,
            let start = raw.baseAddress
        else { return 0 }
        let kinds = Int(kcat_text_kinds(start + at, width))
        return kinds & KCAT_TEXT_INVALID == 0 ? width : 0
    }

    /// An HTML character reference: its code point and the bytes that it takes.
    private static func reference(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int)
        -> (UInt32, Int)?
    {
        let limit = min(raw.count, at + 12)
        guard let end = (at..<limit).first(where: { raw[$0] == UInt8(ascii: ";") }) else {
            return nil
        }
        let name = String(decoding: raw[(at + 1)..<end], as: UTF8.self)
        let width = end - at + 1
        if name.hasPrefix("#x") || name.hasPrefix("#X") {
            return UInt32(name.dropFirst(2), radix: 16).flatMap(visible).map { ($0, width) }
        }
        if name.hasPrefix("#") {
            return UInt32(name.dropFirst(1)).flatMap(visible).map { ($0, width) }
        }
        return named[name].map { ($0, width) }
    }

    private static func visible(_ value: UInt32) -> UInt32? {
        value < 0x20 || (0x7F..<0xA0).contains(value) ? 0x20 : value
    }

    private static let named: [String: UInt32] = [
        "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0x20,
        "copy": 0xA9, "reg": 0xAE, "trade": 0x2122, "hellip": 0x2026, "middot": 0xB7,
        "ndash": 0x2013, "mdash": 0x2014, "lsquo": 0x2018, "rsquo": 0x2019, "ldquo": 0x201C,
        "rdquo": 0x201D, "times": 0xD7, "deg": 0xB0, "bull": 0x2022,
    ]
}
