internal import KleanCore

/// Any bytes as printable UTF-8 and back, byte for byte: how an exported store writes its texts.
///
/// | bytes | written |
/// |---|---|
/// | backslash | `\\` |
/// | control characters, and every byte from 0x80 of a text that is not UTF-8 | `\xHH` |
/// | all others | as they are |
package enum ExactText {
    private static let backslash = UInt8(ascii: "\\")

    /// - Complexity: one look at the bytes, one copy.
    package static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != backslash }
        let text = String(validating: bytes, as: UTF8.self)
        if isPlain, let text { return text }
        var written: [UInt8] = []
        written.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if byte == backslash {
                written += [backslash, backslash]
            } else if byte < 0x20 || byte == 0x7F || (byte >= 0x80 && text == nil) {
                written += [backslash, UInt8(ascii: "x"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            } else {
                written.append(byte)
            }
        }
        return String(decoding: written, as: UTF8.self)
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes[...]) }

    /// The bytes that ``encode(_:)-(ArraySlice<UInt8>)`` wrote; a backslash that starts nothing
    /// stands for itself.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard text.contains(backslash) else { return Array(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            let next = index + 1 < text.count ? text[index + 1] : 0
            if byte == backslash, next == backslash {
                bytes.append(backslash)
                index += 2
            } else if byte == backslash, next == UInt8(ascii: "x"), index + 3 < text.count,
                let high = hexNibble(text[index + 2]), let low = hexNibble(text[index + 3])
            {
                bytes.append(high << 4 | low)
                index += 4
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        return bytes
    }
}
