internal import CKleanCatalog
import KleanCore

/// What the first bytes of a file say of its encoding, and how sure that is.
struct EncodingGuess: Equatable {
    var encoding: TextEncoding
    /// Bytes of the mark at the start.
    var markBytes = 0
    /// How sure it is, in percent, `0...100`.
    var confidence = 100

    /// Below this many percent a person is told of the doubt.
    static let confidenceMin = 95

    /// - Returns: `nil` when nothing that klean reads fits.
    static func of(_ sample: [UInt8], isWhole: Bool) -> EncodingGuess? {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) {
            return EncodingGuess(encoding: .utf8, markBytes: 3)
        }
        if sample.starts(with: [0xFF, 0xFE]) {
            return EncodingGuess(encoding: .utf16LittleEndian, markBytes: 2)
        }
        if sample.starts(with: [0xFE, 0xFF]) {
            return EncodingGuess(encoding: .utf16BigEndian, markBytes: 2)
        }
        if let wide = utf16(sample) { return EncodingGuess(encoding: wide, confidence: 98) }
        // A character at the end may be cut in two.
        let checked = isWhole ? sample : Array(sample[..<max(0, sample.count - 4)])
        let (broken, others) = brokenUTF8(checked)
        if broken == 0 { return EncodingGuess(encoding: .utf8) }
        // Two or three bytes seldom make UTF-8 by chance; a file with some broken ones is UTF-8
        // that was cut or spliced.
        if (broken <= 8 && broken * 5 <= others) || broken * 50 <= others {
            return EncodingGuess(encoding: .utf8, confidence: 100 - broken * 100 / others)
        }
        return EncodingPlausibility.best(checked)
    }

    /// Zero bytes on one side of most pairs.
    private static func utf16(_ sample: [UInt8]) -> TextEncoding? {
        let start = sample.prefix(4_096)
        var zeros = (even: 0, odd: 0)
        for (place, byte) in start.enumerated() where byte == 0 {
            if place % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        let pairs = start.count / 2
        if zeros.odd * 10 > pairs, zeros.even * 10 < zeros.odd { return .utf16LittleEndian }
        if zeros.even * 10 > pairs, zeros.odd * 10 < zeros.even { return .utf16BigEndian }
        return nil
    }

    /// Sequences that are no UTF-8, and all sequences beyond ASCII.
    static func brokenUTF8(_ sample: [UInt8]) -> (broken: Int, others: Int) {
        var broken = 0
        var others = 0
        sample.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count, let base = bytes.baseAddress {
                let lead = bytes[index]
                guard lead >= 0x80 else {
                    index += 1
                    continue
                }
                let width = min(lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2, bytes.count - index)
                others += 1
                let kinds = Int(kcat_text_kinds(base + index, width))
                let isBroken = kinds & Int(KCAT_TEXT_INVALID) != 0
                broken += isBroken ? 1 : 0
                index += isBroken ? 1 : width
            }
        }
        return (broken, others)
    }
}
