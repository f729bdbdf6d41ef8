internal import CKleanCatalog

/// What the first bytes of a file say of its encoding, and how sure that is.
struct EncodingGuess: Equatable {
    var encoding: TextEncoding
    /// Bytes of the mark at the start.
    var markBytes = 0
    /// `nil` when there is no doubt; else a sentence for a person.
    var doubt: String?

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
        if let wide = utf16(sample) { return EncodingGuess(encoding: wide) }
        // A character at the end may be cut in two.
        let checked = isWhole ? sample[...] : sample[..<max(0, sample.count - 4)]
        let (broken, others) = brokenUTF8(Array(checked))
        if broken == 0 || (broken <= 8 && broken * 5 <= others) || broken * 50 <= others {
            return EncodingGuess(encoding: .utf8)
        }
        return legacy(Array(checked), others)
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

    /// Korean text in CP949 is nearly all Hangul; Chinese read as CP949 is a mixture of Hangul and
    /// Hanja, often without a single error. Western text has few letters beyond ASCII.
    private static func legacy(_ sample: [UInt8], _ others: Int) -> EncodingGuess? {
        if let korean = count(sample, .cp949), korean.broken * 200 <= korean.hangul + korean.han {
            if korean.hangul > 0, korean.hangul >= korean.han * 19 {
                let isSure = korean.hangul >= 50
                return EncodingGuess(
                    encoding: .cp949,
                    doubt: isSure ? nil : "little text to tell CP949 from others by")
            }
        }
        if let chinese = count(sample, .gb18030), chinese.han > 0,
            chinese.broken * 200 <= chinese.han
        {
            return EncodingGuess(
                encoding: .gb18030,
                doubt: "the encoding is taken for GB18030; pass --encoding if texts look wrong")
        }
        let high = sample.count { $0 >= 0x80 }
        guard high * 5 < sample.count else { return nil }
        return EncodingGuess(
            encoding: .windows1252,
            doubt: "the encoding is taken for Windows-1252; pass --encoding if texts look wrong")
    }

    private static func count(_ sample: [UInt8], _ encoding: TextEncoding)
        -> (hangul: Int, han: Int, broken: Int)?
    {
        guard let transcoder = Transcoder(encoding) else { return nil }
        var text: [UInt8] = []
        transcoder.convert(sample, isLast: true, onto: &text)
        var hangul = 0
        var han = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0xAC00...0xD7A3: hangul += 1
            case 0x4E00...0x9FFF, 0xF900...0xFAFF: han += 1
            default: break
            }
        }
        return (hangul, han, Int(transcoder.broken))
    }
}
