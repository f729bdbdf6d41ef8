/// A 256-bit perceptual image hash (PDQ) in canonical bit order.
///
/// **Shape**: four 64-bit words; bit `k` of the hash (weight 2^k, `k = 16 * row + column` of the
/// 16 x 16 DCT) is bit `k % 64` of word `k / 64`. On disk: 32 bytes, words little-endian, word 0
/// first. Hex is written most significant 16-bit word first, as PDQ tools print it.
public struct Hash256: Hashable, Sendable, BitwiseCopyable {
    public var word0: UInt64
    public var word1: UInt64
    public var word2: UInt64
    public var word3: UInt64

    @inlinable public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Reads 64 hexadecimal digits, either case; `nil` for anything else.
    public init?(hex: some StringProtocol) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for character in hex.utf8 {
            guard let nibble = hexNibble(character), count < 64 else { return nil }
            words.3 = words.3 << 4 | words.2 >> 60
            words.2 = words.2 << 4 | words.1 >> 60
            words.1 = words.1 << 4 | words.0 >> 60
            words.0 = words.0 << 4 | UInt64(nibble)
            count += 1
        }
        guard count == 64 else { return nil }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// 64 lowercase hexadecimal digits, most significant first.
    public var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in [word3, word2, word1, word0] {
            for shift in stride(from: 60, through: 0, by: -4) {
                text.append(hexDigit(UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Differing bits, `0...256`.
    @inlinable public func distance(to other: Hash256) -> Int {
        (word0 ^ other.word0).nonzeroBitCount + (word1 ^ other.word1).nonzeroBitCount
            + (word2 ^ other.word2).nonzeroBitCount + (word3 ^ other.word3).nonzeroBitCount
    }

    /// A 64-bit key for grouping equal hashes; see ``Fingerprint``.
    @inlinable public var fingerprint: UInt64 {
        var state = Fingerprint.mix(word0 ^ 0x9E37_79B9_7F4A_7C15)
        state = Fingerprint.mix(state ^ word1)
        state = Fingerprint.mix(state ^ word2)
        return Fingerprint.mix(state ^ word3)
    }
}

/// The value of one hexadecimal digit in ASCII, or `nil`.
public func hexNibble(_ ascii: UInt8) -> UInt8? {
    switch ascii {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): ascii - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): ascii - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): ascii - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// The lowercase ASCII digit of a value in `0...15`.
public func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
