/// Which old encoding a text is most likely in.
///
/// Chinese in GB18030 often decodes as CP949 without one error, and the other way round, so
/// validity says little. Every candidate has a small model of a text in its language: how often a letter is
/// of the everyday kind, of the rare kind, a symbol, or none at all, spread evenly within the kind.
/// The likelihoods of the same bytes under all models decide, and their ratio is the confidence.
enum EncodingPlausibility {
    /// Bytes looked at, from lines that are not plain ASCII.
    private static let bytesMax = 1 << 16
    /// Letters of one text depend on each other: evidence counts by this part of its weight.
    private static let temper = 0.2
    /// A byte that is no letter of the encoding. Costs are natural logarithms, written down as
    /// numbers: sums in one fixed order, no function of the C library's.
    private static let brokenCost = 16.0
    /// One of the sixty letters, digits and marks of plain ASCII text.
    private static let asciiCost = 4.1
    /// A byte of noise, beyond ASCII.
    private static let noiseCost = 4.85

    private static let candidates: [TextEncoding] = [
        .cp949, .gb18030, .shiftJIS, .eucJP, .big5, .windows1252,
    ]

    /// - Returns: `nil` when the bytes are no more likely as text than as noise.
    static func best(_ sample: [UInt8]) -> EncodingGuess? {
        let text = linesBeyondASCII(sample)
        guard !text.isEmpty else { return EncodingGuess(encoding: .utf8) }
        let costs = text.withUnsafeBufferPointer { bytes in candidates.map { cost(bytes, $0) } }
        let noise = text.reduce(0.0) { $0 + ($1 < 0x80 ? asciiCost : noiseCost) }
        var best = 0
        for place in costs.indices where costs[place] < costs[best] { best = place }
        guard costs[best] < noise else { return nil }
        // The nearest rival tells the confidence: half for a tie, all for a wide margin.
        var rival = noise
        for place in costs.indices where place != best { rival = min(rival, costs[place]) }
        let margin = (rival - costs[best]) * temper
        let odds = powerOfTwo(margin * 1.4427)
        let confidence = min(99, Int(100 * odds / (odds + 1)))
        return EncodingGuess(encoding: candidates[best], confidence: confidence)
    }

    /// 2 to the power of a number above 0, capped at 2^40; straight between whole powers.
    private static func powerOfTwo(_ exponent: Double) -> Double {
        let capped = min(40, max(0, exponent))
        let whole = capped.rounded(.down)
        return Double(UInt64(1) << UInt64(whole)) * (1 + capped - whole)
    }

    private static func linesBeyondASCII(_ sample: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for line in sample.split(separator: 0x0A) where line.contains(where: { $0 >= 0x80 }) {
            text += line
            text.append(0x0A)
            if text.count >= bytesMax { break }
        }
        return text
    }

    /// Minus the logarithm of the text's likelihood.
    private static func cost(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding)
        -> Double
    {
        var sum = 0.0
        var at = 0
        var wasHigh = false
        while at < bytes.count {
            let lead = bytes[at]
            if lead < 0x80 {
                sum += asciiCost
                wasHigh = false
                at += 1
                continue
            }
            let trail = at + 1 < bytes.count ? bytes[at + 1] : 0
            let letter = letter(encoding, lead, trail, wasHigh)
            sum += letter.cost
            wasHigh = true
            at += letter.width
        }
        return sum
    }

    private struct Letter {
        var width: Int
        var cost: Double
        static let broken = Letter(width: 1, cost: brokenCost)
    }

    private static func letter(
        _ encoding: TextEncoding, _ lead: UInt8, _ trail: UInt8, _ wasHigh: Bool
    ) -> Letter {
        switch encoding {
        case .cp949: korean(lead, trail)
        case .gb18030: chinese(lead, trail)
        case .shiftJIS: shiftJIS(lead, trail)
        case .eucJP: eucJP(lead, trail)
        case .big5: big5(lead, trail)
        default: western(lead, wasHigh)
        }
    }

    // Costs are -ln(share of the kind / letters of the kind).

    private static func korean(_ lead: UInt8, _ trail: UInt8) -> Letter {
        let isPair = trail >= 0xA1 && trail <= 0xFE
        switch lead {
        case 0xB0...0xC8 where isPair: return Letter(width: 2, cost: 7.83)  // 0.93 / 2,350
        case 0xCA...0xFD where isPair: return Letter(width: 2, cost: 13.1)  // 0.01 / 4,888
        case 0xA1...0xAC where isPair: return Letter(width: 2, cost: 9.8)  // 0.055 / 990
        case 0x81...0xC6 where trail >= 0x41: return Letter(width: 2, cost: 14.4)  // 0.005 / 8,822
        default: return .broken
        }
    }

    private static func chinese(_ lead: UInt8, _ trail: UInt8) -> Letter {
        let isPair = trail >= 0xA1 && trail <= 0xFE
        switch lead {
        case 0xB0...0xD7 where isPair: return Letter(width: 2, cost: 8.34)  // 0.90 / 3,755
        case 0xD8...0xF7 where isPair: return Letter(width: 2, cost: 11.5)  // 0.03 / 3,008
        case 0xA1...0xA9 where isPair: return Letter(width: 2, cost: 9.26)  // 0.065 / 682
        case 0x81...0xFE where trail >= 0x40 && trail != 0x7F && trail != 0xFF:
            return Letter(width: 2, cost: 14.8)  // 0.005 / 14,000
        case 0x81...0xFE where (0x30...0x39).contains(trail): return Letter(width: 4, cost: 21)
        default: return .broken
        }
    }

    private static func shiftJIS(_ lead: UInt8, _ trail: UInt8) -> Letter {
        let isTrail = trail >= 0x40 && trail <= 0xFC && trail != 0x7F
        switch lead {
        case 0xA1...0xDF: return Letter(width: 1, cost: 7.4)  // 0.04 / 63
        case 0x82 where trail >= 0x9F && isTrail, 0x83 where trail <= 0x96 && isTrail:
            return Letter(width: 2, cost: 5.92)  // 0.45 / 169
        case 0x88...0x97 where isTrail: return Letter(width: 2, cost: 8.9)  // 0.40 / 2,965
        case 0x81...0x84 where isTrail: return Letter(width: 2, cost: 8.3)  // 0.09 / 380
        case 0x87...0x9F where isTrail, 0xE0...0xFC where isTrail:
            return Letter(width: 2, cost: 12.6)  // 0.02 / 5,800
        default: return .broken
        }
    }

    private static func eucJP(_ lead: UInt8, _ trail: UInt8) -> Letter {
        let isPair = trail >= 0xA1 && trail <= 0xFE
        switch lead {
        case 0x8E where trail >= 0xA1 && trail <= 0xDF: return Letter(width: 2, cost: 7.4)
        case 0xA4 where isPair, 0xA5 where isPair: return Letter(width: 2, cost: 5.92)
        case 0xB0...0xCF where isPair: return Letter(width: 2, cost: 8.9)
        case 0xA1...0xA8 where isPair: return Letter(width: 2, cost: 8.3)
        case 0xD0...0xF4 where isPair: return Letter(width: 2, cost: 12.1)
        default: return .broken
        }
    }

    private static func big5(_ lead: UInt8, _ trail: UInt8) -> Letter {
        let isTrail = (trail >= 0x40 && trail <= 0x7E) || (trail >= 0xA1 && trail <= 0xFE)
        switch lead {
        case 0xA4...0xC6 where isTrail: return Letter(width: 2, cost: 8.68)  // 0.92 / 5,401
        case 0xC9...0xF9 where isTrail: return Letter(width: 2, cost: 12.9)  // 0.02 / 7,652
        case 0xA1...0xA3 where isTrail: return Letter(width: 2, cost: 8.9)  // 0.055 / 408
        default: return .broken
        }
    }

    /// Accented letters stand alone among plain ones; two side by side are rare.
    private static func western(_ byte: UInt8, _ wasHigh: Bool) -> Letter {
        let run = wasHigh ? 3.5 : 0
        switch byte {
        case 0xC0...0xFF where byte != 0xD7 && byte != 0xF7:
            return Letter(width: 1, cost: 4.2 + run)
        case 0x81, 0x8D, 0x8F, 0x90, 0x9D: return .broken
        case 0x80...0x9F: return Letter(width: 1, cost: 6.3 + run)
        default: return Letter(width: 1, cost: 6.5 + run)
        }
    }
}
