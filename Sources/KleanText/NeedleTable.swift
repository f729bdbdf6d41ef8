internal import CKleanText

/// Files keys by the hash of their first bytes, as `kt_table` looks them up.
///
/// A filter of at least ``filterBitsPerKey`` bits a key says whether any key begins so; the keys of
/// one of its bits make a group, in the order of their bytes.
struct NeedleTable {
    private(set) var filter: [UInt64]
    private(set) var ranks: [UInt32] = []
    /// First key of each.
    private(set) var groups: [UInt32] = []
    private(set) var keys: [kt_key] = []
    /// By key, the longest key of its group that it begins with, or `KT_NO_KEY`.
    private(set) var shorter: [UInt32] = []
    /// The first bytes of the keys, sixteen each.
    private(set) var starts: [UInt8] = []
    /// Numbers in the compiler's list, by key.
    private(set) var needles: [Int] = []
    /// What stands where needles may begin within words; empty if there are none.
    private(set) var inner: [UInt8] = []
    /// Whether any key begins with a digit.
    let hasDigits: Bool
    let filterShift: Int
    /// Bytes of the windows in use, longest first.
    let windows: [Window]

    /// Bytes by which a key is filed; one that begins with an ASCII letter or digit by other ones
    /// than the rest, which have two or three bytes a character.
    struct Window {
        var ascii: Int
        var other: Int

        func length(of key: [UInt8]) -> Int { key[0] < 0x80 ? ascii : other }
    }

    static let allWindows = [
        Window(ascii: 4, other: 6), Window(ascii: 2, other: 3), Window(ascii: 1, other: 2),
    ]
    static let filterBitsPerKey = 16
    static let filterBitsMin = 1 << 12
    static let filterBitsMax = 1 << 22

    /// One needle on its way into the table.
    private struct Entry {
        var bit: Int
        var key: [UInt8]
        var needle: Int
    }

    /// - Parameter compiler: Its keys are folded, without separators and not empty.
    init(_ compiler: PatternCompiler) {
        func window(of key: [UInt8]) -> Int {
            Self.allWindows.firstIndex { $0.length(of: key) <= key.count } ?? 0
        }
        let used = Set(compiler.keys.map(window))
        let wanted = min(
            max(compiler.keys.count * Self.filterBitsPerKey, Self.filterBitsMin),
            Self.filterBitsMax)
        let logBits = Int.bitWidth - (wanted - 1).leadingZeroBitCount
        filterShift = 64 - logBits
        windows = Self.allWindows.indices.filter(used.contains).map { Self.allWindows[$0] }
        filter = Array(repeating: 0, count: 1 << (logBits - 6))
        hasDigits = compiler.keys.contains { (48...57).contains($0[0]) }
        var entries: [Entry] = []
        for (needle, key) in compiler.keys.enumerated() {
            let length = Self.allWindows[window(of: key)].length(of: key)
            let hash = kt_hash(Self.number(key.prefix(length)))
            entries.append(Entry(bit: Int(hash >> UInt64(filterShift)), key: key, needle: needle))
        }
        entries.sort { left, right in
            if left.bit != right.bit { return left.bit < right.bit }
            if left.key != right.key { return right.key.lexicographicallyPrecedes(left.key) }
            return left.needle < right.needle
        }
        add(entries, compiler)
        count()
        addInner(compiler)
    }

    /// At most eight bytes, the first lowest.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func add(_ entries: [Entry], _ compiler: PatternCompiler) {
        var first = 0
        while first < entries.count {
            var end = first
            while end < entries.count, entries[end].bit == entries[first].bit { end += 1 }
            filter[entries[first].bit / 64] |= 1 << UInt64(entries[first].bit % 64)
            addGroup(entries[first..<end], compiler)
            first = end
        }
        groups.append(UInt32(keys.count))
        starts += Array(repeating: 0xFF, count: Int(KT_KEYS_AT_ONCE * KT_KEY_BYTES))
    }

    private mutating func addKey(_ key: [UInt8], _ first: kt_needle, _ compiler: PatternCompiler) {
        var new = kt_key(
            bytes: first.key, length: UInt32(key.count), needle_first: UInt32(needles.count),
            needle_end: 0,
            check: withUnsafePointer(to: first) { kt_check_needle($0, compiler.bytes) },
            tail: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        withUnsafeMutableBytes(of: &new.tail) {
            $0.copyBytes(from: key.dropFirst(Int(KT_KEY_BYTES)).prefix($0.count))
        }
        keys.append(new)
        shorter.append(KT_NO_KEY)
    }

    /// Keys with the same bit, the last by their bytes first.
    private mutating func addGroup(_ entries: ArraySlice<Entry>, _ compiler: PatternCompiler) {
        let keyFirst = keys.count
        groups.append(UInt32(keyFirst))
        var last: [UInt8] = []
        for entry in entries {
            if entry.key != last {
                last = entry.key
                addKey(last, compiler.needles[entry.needle], compiler)
                let size = Int(KT_KEY_BYTES)
                starts += last.prefix(size) + Array(repeating: 0, count: max(size - last.count, 0))
            }
            needles.append(entry.needle)
            keys[keys.count - 1].needle_end = UInt32(needles.count)
        }
        linkShorter(from: keyFirst, compiler)
    }

    /// A key's beginnings follow it, so from the last on those of the key at hand are a stack.
    private mutating func linkShorter(from first: Int, _ compiler: PatternCompiler) {
        func bytes(_ key: Int) -> ArraySlice<UInt8> {
            compiler.bytes[Int(keys[key].bytes)...].prefix(Int(keys[key].length))
        }
        var beginnings: [Int] = []
        for key in (first..<keys.count).reversed() {
            while let begun = beginnings.last, !bytes(key).starts(with: bytes(begun)) {
                beginnings.removeLast()
            }
            if let begun = beginnings.last { shorter[key] = UInt32(begun) }
            beginnings.append(key)
        }
    }

    private mutating func count() {
        var before = 0
        for word in filter {
            ranks.append(UInt32(before))
            before += word.nonzeroBitCount
        }
    }

    /// How needles begin that may do so where no word does.
    private mutating func addInner(_ compiler: PatternCompiler) {
        for (index, key) in compiler.keys.enumerated()
        where !compiler.beginsWithWord(compiler.needles[index], key) {
            if inner.isEmpty { inner = Array(repeating: 0, count: Int(KT_INNER_BYTES)) }
            // Separators may follow the first character of a key set apart; never stand inside.
            let character = key[0] < 0x80 ? 1 : key[0] < 0xE0 ? 2 : 3
            let size = compiler.needles[index].isInOnePiece ? key.count : character
            let second = size > 1 ? key[1]...key[1] : 0...255
            let third = size > 2 ? key[2]...key[2] : 0...255
            for byte in second {
                inner[Int(kt_pair(key[0], byte))] = 0xFF
                for next in third { inner[256 + Int(kt_pair(byte, next))] = 0xFF }
            }
        }
    }
}

extension kt_needle {
    fileprivate var isInOnePiece: Bool { gap_count == 0 && rule & KT_SPLITTABLE == 0 }
}

extension PatternCompiler {
    /// Whether one needle in 32 at most may begin within a word: then looking them up where words
    /// begin is the faster search.
    var beginsMostlyWithWords: Bool {
        let others = keys.indices.count { !beginsWithWord(needles[$0], keys[$0]) }
        return others * 32 <= keys.count
    }

    /// Whether a needle's rule lets it begin at anchors only: behind no letter of its own kind.
    fileprivate func beginsWithWord(_ needle: kt_needle, _ key: [UInt8]) -> Bool {
        if needle.gap_count > 0 {
            let first = gaps[Int(needle.gap_first)]
            if first.at == 0, first.length > 0 { return true }
        }
        let rule = PatternRule(rawValue: needle.rule)
        let behind: PatternRule =
            key[0] < 0x80
            ? [.latinBoundary, .latinLetterBoundary, .wholeToken] : [.hangulStart, .wholeToken]
        return !rule.isDisjoint(with: behind)
    }
}
