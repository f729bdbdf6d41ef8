/// From an id's fingerprint to its row, for the rows that a pack holds. Open addressing.
struct IDTable {
    private var keys: [UInt64]
    /// Row + 1; 0 is free.
    private var rows: [UInt32]
    private(set) var count = 0

    init(capacity: Int = 1 << 12) {
        var size = 1 << 12
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: 0, count: size)
        rows = Array(repeating: 0, count: size)
    }

    /// Puts a row under its key; returns the row that stood there with an equal id.
    mutating func insert(_ key: UInt64, row: Int, isEqual: (Int) -> Bool) -> Int? {
        if (count + 1) * 2 > keys.count { grow() }
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while rows[slot] != 0 {
            if keys[slot] == key {
                let known = Int(rows[slot]) - 1
                if isEqual(known) {
                    rows[slot] = UInt32(row) + 1
                    return known
                }
            }
            slot = (slot + 1) & mask
        }
        keys[slot] = key
        rows[slot] = UInt32(row) + 1
        count += 1
        return nil
    }

    private mutating func grow() {
        let oldKeys = keys
        let oldRows = rows
        keys = Array(repeating: 0, count: oldKeys.count * 2)
        rows = Array(repeating: 0, count: oldKeys.count * 2)
        let mask = keys.count - 1
        for place in oldKeys.indices where oldRows[place] != 0 {
            var slot = Int(truncatingIfNeeded: oldKeys[place]) & mask
            while rows[slot] != 0 { slot = (slot + 1) & mask }
            keys[slot] = oldKeys[place]
            rows[slot] = oldRows[place]
        }
    }
}
