/// One value as it stands in a block of input bytes.
struct RawCell: Equatable {
    enum Form: UInt8 {
        /// The record has no such column, or its value is JSON's null.
        case absent
        /// The bytes are the text.
        case plain
        /// CSV: `""` inside stands for one quote.
        case doubledQuotes
        /// CSV: starts at its opening quote and goes on after the closing one.
        case brokenQuotes
        /// JSON string content with backslashes.
        case escaped
        case number
        case boolean
        /// JSON array or object, brackets included.
        case list, object
    }

    var start: UInt32 = 0
    var end: UInt32 = 0
    var form = Form.absent

    var count: Int { Int(end - start) }
}

/// Scratch memory of one row. Texts stay where they are until ``reset()``; one is written at a
/// time, between ``begin()`` and ``end()``.
final class Scratch {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var used = 0
    private var textStart = 0
    /// Outgrown memory that finished texts of this row still lie in.
    private var retired: [UnsafeMutablePointer<UInt8>] = []

    init() {
        capacity = 1 << 14
        memory = .allocate(capacity: capacity)
    }

    deinit {
        memory.deallocate()
        for old in retired { old.deallocate() }
    }

    /// Forgets every text.
    func reset() {
        used = 0
        textStart = 0
        guard !retired.isEmpty else { return }
        for old in retired { old.deallocate() }
        retired = []
    }

    func begin() { textStart = used }

    func end() -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: memory + textStart, count: used - textStart)
    }

    private func grow(_ count: Int) {
        let length = used - textStart
        capacity = max(capacity * 2, (length + count) * 2)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory + textStart, count: length)
        retired.append(memory)
        memory = larger
        textStart = 0
        used = length
    }

    func append(_ byte: UInt8) {
        if used == capacity { grow(1) }
        memory[used] = byte
        used += 1
    }

    func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if capacity - used < bytes.count { grow(bytes.count) }
        guard let start = bytes.baseAddress else { return }
        (memory + used).update(from: start, count: bytes.count)
        used += bytes.count
    }

    /// Writes a code point as UTF-8; surrogates and out-of-range values become U+FFFD.
    func append(scalar value: UInt32) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        for byte in String(scalar).utf8 { append(byte) }
    }
}

extension RawCell {
    /// The cell's text: in the block itself where nothing is escaped, else in scratch.
    func text(in base: UnsafeBufferPointer<UInt8>, _ scratch: Scratch)
        -> UnsafeBufferPointer<UInt8>
    {
        let raw = UnsafeBufferPointer(rebasing: base[Int(start)..<Int(end)])
        switch form {
        case .absent: return UnsafeBufferPointer(rebasing: raw[0..<0])
        case .plain, .number, .boolean, .list, .object: return raw
        case .doubledQuotes: return undouble(raw, scratch)
        case .brokenQuotes: return unbreak(raw, scratch)
        case .escaped: return unescape(raw, scratch)
        }
    }

    private func undouble(_ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch)
        -> UnsafeBufferPointer<UInt8>
    {
        scratch.begin()
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            scratch.append(byte)
            let isPair = byte == UInt8(ascii: "\"") && index + 1 < raw.count
            index += isPair && raw[index + 1] == byte ? 2 : 1
        }
        return scratch.end()
    }

    /// Quoted up to the closing quote, then literal: `"abc"def` is `abcdef`.
    private func unbreak(_ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch)
        -> UnsafeBufferPointer<UInt8>
    {
        scratch.begin()
        let quote = raw.first ?? 0
        var index = 1
        var isQuoted = true
        while index < raw.count {
            let byte = raw[index]
            if isQuoted, byte == quote {
                if index + 1 < raw.count, raw[index + 1] == quote {
                    index += 1
                } else {
                    isQuoted = false
                    index += 1
                    continue
                }
            }
            scratch.append(byte)
            index += 1
        }
        return scratch.end()
    }

    private func unescape(_ raw: UnsafeBufferPointer<UInt8>, _ scratch: Scratch)
        -> UnsafeBufferPointer<UInt8>
    {
        scratch.begin()
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < raw.count else {
                scratch.append(byte)
                index += 1
                continue
            }
            let next = raw[index + 1]
            index += 2
            switch next {
            case UInt8(ascii: "n"): scratch.append(0x0A)
            case UInt8(ascii: "r"): scratch.append(0x0D)
            case UInt8(ascii: "t"): scratch.append(0x09)
            case UInt8(ascii: "b"): scratch.append(0x08)
            case UInt8(ascii: "f"): scratch.append(0x0C)
            case UInt8(ascii: "u"): appendUnicode(raw, &index, scratch)
            default: scratch.append(next)
            }
        }
        return scratch.end()
    }

    /// `\uXXXX`, with its low surrogate where one follows. `index` stands after the `u`.
    private func appendUnicode(
        _ raw: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ scratch: Scratch
    ) {
        guard let first = hex4(raw, index) else {
            scratch.append(scalar: 0xFFFD)
            return
        }
        index += 4
        let isHigh = first & 0xFC00 == 0xD800
        if isHigh, index + 1 < raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u"), let second = hex4(raw, index + 2),
            second & 0xFC00 == 0xDC00
        {
            index += 6
            scratch.append(scalar: 0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF))
        } else {
            scratch.append(scalar: first)
        }
    }

    private func hex4(_ raw: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32? {
        guard index + 4 <= raw.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let byte = raw[index + offset]
            let nibble: UInt8
            switch byte {
            case 0x30...0x39: nibble = byte - 0x30
            case 0x41...0x46: nibble = byte - 0x41 + 10
            case 0x61...0x66: nibble = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt32(nibble)
        }
        return value
    }
}
