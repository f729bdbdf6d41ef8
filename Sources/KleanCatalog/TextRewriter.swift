internal import CKleanCatalog
import KleanCore

/// One walk over a text that needs changes, writing the changed text to scratch memory.
struct TextRewriter {
    /// Some bytes were no UTF-8 and are U+FFFD now.
    private(set) var isRepaired = false
    private let raw: UnsafeBufferPointer<UInt8>
    private let scratch: Scratch
    private let isLink: Bool
    private var at = 0
    private var isSpace = false
    /// The last character that was written.
    private var previous: UInt32 = 0

    init(_ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch, isLink: Bool) {
        self.raw = raw
        self.scratch = scratch
        self.isLink = isLink
    }

    mutating func run() -> UnsafeBufferPointer<UInt8> {
        scratch.begin()
        while at < raw.count {
            let byte = raw[at]
            if byte <= 0x20 || byte == 0x7F {
                space()
                at += 1
            } else if byte < 0x80 {
                plain(byte)
            } else {
                wide()
            }
        }
        return scratch.end()
    }

    private mutating func space() {
        if !isSpace { scratch.append(0x20) }
        isSpace = true
        previous = 0x20
    }

    private mutating func plain(_ byte: UInt8) {
        if !isLink, byte == UInt8(ascii: "&"), let (scalar, width) = HTMLText.reference(raw, at) {
            at += width
            put(scalar, next: 0)
            return
        }
        if !isLink, byte == UInt8(ascii: "<"), let tag = HTMLText.tag(raw, at) {
            at += tag.width
            if tag.parts { space() }
            return
        }
        scratch.append(byte)
        previous = UInt32(byte)
        isSpace = false
        at += 1
    }

    private mutating func wide() {
        let width = TextRewriter.characterWidth(raw, at)
        guard width > 0 else {
            isRepaired = true
            isSpace = false
            scratch.append(scalar: 0xFFFD)
            previous = 0xFFFD
            at += 1
            // The rest of a broken sequence belongs to the same mark.
            while at < raw.count, raw[at] & 0xC0 == 0x80 { at += 1 }
            return
        }
        let scalar = TextRewriter.scalar(raw, at, width)
        at += width
        if isLink, !TextRewriter.isControl(scalar) {
            scratch.append(scalar: scalar)
            isSpace = false
            return
        }
        put(scalar, next: peek())
    }

    private func peek() -> UInt32 {
        guard at < raw.count else { return 0 }
        if raw[at] < 0x80 { return UInt32(raw[at]) }
        let width = TextRewriter.characterWidth(raw, at)
        return width > 0 ? TextRewriter.scalar(raw, at, width) : 0
    }

    /// Writes a character, or what becomes of it.
    private mutating func put(_ scalar: UInt32, next: UInt32) {
        switch TextRewriter.kind(scalar) {
        case .space: space()
        case .nothing: break
        case .joiner:
            if TextRewriter.joins(previous, next) { scratch.append(scalar: scalar) }
        case .digit(let digit):
            scratch.append(0x30 + digit)
            previous = 0x30
            isSpace = false
        case .itself:
            scratch.append(scalar: scalar)
            previous = scalar
            isSpace = false
        }
    }

    private enum Kind {
        case itself, space, nothing, joiner
        case digit(UInt8)
    }

    private static func isControl(_ scalar: UInt32) -> Bool {
        scalar < 0x20 || (0x7F..<0xA0).contains(scalar) || scalar == 0x2028 || scalar == 0x2029
    }

    private static func kind(_ scalar: UInt32) -> Kind {
        switch scalar {
        case 0..<0x21, 0x7F...0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x2800,
            0x3000, 0x3164, 0xFFA0:
            .space
        // Soft hyphen, Hangul fillers, zero width, marks of order, byte order mark, notes, tags.
        case 0xAD, 0x115F, 0x1160, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0xFEFF, 0xFFF0...0xFFFB, 0xE0000...0xE007F:
            .nothing
        case 0x200C, 0x200D: .joiner
        case 0xFF10...0xFF19: .digit(UInt8(scalar - 0xFF10))
        default: .itself
        }
    }

    /// A zero-width joiner means something between pictographs and in scripts whose letters join;
    /// anywhere else it only hides a word.
    private static func joins(_ previous: UInt32, _ next: UInt32) -> Bool {
        func isPicture(_ scalar: UInt32) -> Bool {
            switch scalar {
            case 0x2190...0x2BFF, 0xFE0F, 0x1F000...0x1FAFF: true
            default: false
            }
        }
        func isJoining(_ scalar: UInt32) -> Bool { (0x0600...0x0DFF).contains(scalar) }
        return (isPicture(previous) && isPicture(next)) || (isJoining(previous) && isJoining(next))
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

    private static func scalar(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int, _ width: Int)
        -> UInt32
    {
        var value = UInt32(raw[at]) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
        for place in 1..<width { value = value << 6 | UInt32(raw[at + place] & 0x3F) }
        return value
    }
}
