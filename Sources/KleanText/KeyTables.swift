internal import CKleanText

/// The patterns' keys by their first letters, as `kt_scan` looks them up: a bit map of hashes that
/// stays in the first caches, and 32 bytes a key to compare with.
final class KeyTables: Sendable {
    private let word: [KeyWindow]
    private let mid: [KeyWindow]
    private let midIsLatin: Bool
    /// Bytes of all tables.
    let byteCount: Int

    /// - Parameter needles: One for each of the keys, in order.
    init(_ keys: [[UInt8]], _ needles: [kt_needle]) {
        var all = [[Int]](repeating: [], count: Int(KT_WINDOW_KINDS))
        var within = all
        var midIsLatin = false
        for (number, key) in keys.enumerated() {
            let kind = Int(kt_window_kind(key, key.count))
            all[kind].append(number)
            guard Self.mayBeginWithin(key, PatternRule(rawValue: needles[number].rule)) else {
                continue
            }
            within[kind].append(number)
            if key[0] < 0x80 { midIsLatin = true }
        }
        word = all.enumerated().map { KeyWindow(kind: $0.offset, $0.element, keys, needles) }
        mid = within.enumerated().map { KeyWindow(kind: $0.offset, $0.element, keys, needles) }
        self.midIsLatin = midIsLatin
        byteCount = (word + mid).reduce(0) { $0 + $1.byteCount }
    }

    /// Whether a key may begin where no word does, see `kt_key_tables`. Characters that are neither
    /// ASCII nor Hangul always begin one.
    private static func mayBeginWithin(_ key: [UInt8], _ rule: PatternRule) -> Bool {
        if key[0] < 0x80 {
            return rule.isDisjoint(with: [.latinBoundary, .latinLetterBoundary, .wholeToken])
        }
        guard (0xEA...0xED).contains(key[0]) else { return false }
        return rule.isDisjoint(with: [.hangulStart, .wholeToken])
    }

    var view: kt_key_tables {
        var view = kt_key_tables()
        view.word = (word[0].view, word[1].view, word[2].view, word[3].view)
        view.mid = (mid[0].view, mid[1].view, mid[2].view, mid[3].view)
        view.word_kinds = Self.kinds(word)
        view.mid_kinds = Self.kinds(mid)
        view.mid_is_latin = midIsLatin ? 1 : 0
        return view
    }

    private static func kinds(_ windows: [KeyWindow]) -> UInt32 {
        UInt32(windows.lastIndex { $0.keyCount > 0 }.map { $0 + 1 } ?? 0)
    }
}

/// The keys of one kind of window, by hash.
private struct KeyWindow: Sendable {
    let bits: FixedBuffer<UInt32>
    let first: FixedBuffer<UInt32>
    let keys: FixedBuffer<kt_key>
    let bitShift: UInt32
    let bucketShift: UInt32

    let keyCount: Int
    var byteCount: Int { 4 * bits.count + 4 * first.count + 32 * keys.count }

    init(kind: Int, _ numbers: [Int], _ all: [[UInt8]], _ needles: [kt_needle]) {
        // Enough for few false hits, but no more than the second-level cache holds.
        let bitCount = max(
            6, min(Self.log2(64 * numbers.count), max(18, Self.log2(16 * numbers.count))))
        let bucketCount = max(1, Self.log2(2 * numbers.count))
        bitShift = UInt32(64 - bitCount)
        bucketShift = UInt32(64 - bucketCount)
        var found: [(bucket: Int, key: kt_key)] = []
        var bits = [UInt32](repeating: 0, count: (1 << bitCount) / 32)
        for number in numbers {
            let key = all[number]
            let letters = Self.letters(key)
            let hash = kt_window_hash(letters, UInt32(kind))
            let bit = Int(hash >> UInt64(bitShift))
            bits[bit >> 5] |= 1 << UInt32(bit & 31)
            found.append(
                (
                    Int(hash >> UInt64(bucketShift)),
                    kt_key(
                        letters: letters, mask: ~0 >> UInt64(64 - 8 * min(key.count, 8)),
                        key: needles[number].key, length: UInt32(key.count),
                        needle: UInt32(number), unused: 0)
                ))
        }
        found.sort { ($0.bucket, $0.key.needle) < ($1.bucket, $1.key.needle) }
        var first = [UInt32](repeating: 0, count: (1 << bucketCount) + 1)
        for entry in found { first[entry.bucket + 1] += 1 }
        for bucket in 0..<1 << bucketCount { first[bucket + 1] += first[bucket] }
        self.bits = FixedBuffer(bits)
        self.first = FixedBuffer(first)
        // The kernel may look at one before and one behind.
        keys = FixedBuffer([kt_key()] + found.map(\.key) + [kt_key()])
        keyCount = numbers.count
    }

    /// The first eight bytes, little-endian.
    private static func letters(_ key: [UInt8]) -> UInt64 {
        key.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }

    /// Rounded up.
    private static func log2(_ count: Int) -> Int {
        count < 2 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    }

    var view: kt_window {
        kt_window(
            bits: bits.pointer, bit_shift: bitShift, bucket_shift: bucketShift,
            first: first.pointer, keys: keys.pointer + 1)
    }
}

/// A lower-case letter, a digit or any byte of a character that is not ASCII, after folding.
@inline(__always) func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte &- 97 < 26 || byte &- 48 < 10
}
