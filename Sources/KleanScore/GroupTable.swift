internal import KleanCore

/// Numbers distinct pairs of words in order of first appearance.
///
/// Open addressing, at most half full; grows by doubling.
struct GroupTable {
    /// The distinct pairs, by number.
    private(set) var keys: [Pair] = []
    private var slots: [UInt32]

    struct Pair: Hashable {
        var high: UInt64
        var low: UInt64
    }

    init(expected: Int = 256) {
        var size = 64
        while size < 2 * expected { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    var count: Int { keys.count }

    /// The pair's number, and whether it is new. - Complexity: O(1) expected.
    @inline(__always)
    mutating func number(_ high: UInt64, _ low: UInt64) -> (index: Int, isNew: Bool) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: GroupTable.hash(high, low)) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if keys[index].low == low, keys[index].high == high { return (index, false) }
            slot = (slot + 1) & mask
        }
        keys.append(Pair(high: high, low: low))
        slots[slot] = UInt32(keys.count)
        if keys.count * 2 > slots.count { grow() }
        return (keys.count - 1, true)
    }

    @inline(__always)
    private static func hash(_ high: UInt64, _ low: UInt64) -> UInt64 {
        Fingerprint.mix(high &* 0x9E37_79B9_7F4A_7C15 ^ low)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (index, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: GroupTable.hash(key.high, key.low)) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(index) + 1
        }
    }
}
