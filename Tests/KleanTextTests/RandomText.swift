import KleanCore

/// Seeded pseudo-random numbers (SplitMix64), so that a failure repeats.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Fingerprint.mix(state)
    }
}

/// Titles made to be difficult: every script, typed jamo, marks, invisible characters, emoji, and
/// on demand broken UTF-8.
enum RandomText {
    private static let ranges: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0xAC00...0xD7A3, 0xD77E...0xD7A3,
        0x3131...0x3163, 0x1100...0x1112, 0x1161...0x1175, 0x11A8...0x11C2, 0x300...0x345,
        0x3040...0x30FF, 0xFF61...0xFFDC, 0x4E00...0x9FFF, 0x400...0x45F, 0x391...0x3C9,
        0x2000...0x206F, 0xFF01...0xFF5E, 0x1D400...0x1D7FF, 0x1F300...0x1F6FF, 0xC0...0x24F,
        0xE000...0xE010, 0xE0000...0xE0080, 0x0...0x1F, 0x20000...0x20010,
    ]

    static func title(codePoints: Int, _ random: inout SeededRandom) -> [UInt8] {
        var text = String.UnicodeScalarView()
        var range = ranges[0]
        for _ in 0..<codePoints {
            if Int.random(in: 0..<3, using: &random) == 0 {
                range = ranges.randomElement(using: &random) ?? range
            }
            text.append(Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? " ")
        }
        return Array(String(text).utf8)
    }

    /// Overwrites, inserts, deletes and truncates a few bytes.
    static func broken(_ title: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var title = title
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0...title.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where at < title.count:
                title[at] = UInt8.random(in: 0...255, using: &random)
            case 1: title.insert(UInt8.random(in: 128...255, using: &random), at: at)
            case 2 where at < title.count: title.remove(at: at)
            case 3: title.removeLast(min(title.count, Int.random(in: 0...3, using: &random)))
            default: break
            }
        }
        return title
    }
}
