internal import KleanCore

/// The hashes of a batch that are worth joining, each distinct one once.
///
/// Catalogs repeat stock pictures; finding an equal hash costs tens of nanoseconds, comparing one
/// with a bank of ten thousand over a microsecond.
struct QueryBatch {
    /// Distinct hashes in order of first appearance.
    private(set) var hashes: [Hash256] = []
    /// The queries of distinct hash `i` are `members[starts[i]..<starts[i + 1]]`.
    private var starts: [UInt32] = []
    private var members: [UInt32] = []

    /// - Complexity: O(n), a fixed number of allocations.
    init(_ all: [Hash256], quality: [UInt8], qualityMin: UInt8) {
        var table = [UInt32](repeating: 0, count: QueryBatch.tableCount(all.count))
        let mask = table.count - 1
        var numbers: [UInt32] = []  // distinct number of each query, or the maximum
        numbers.reserveCapacity(all.count)
        hashes.reserveCapacity(all.count)
        for (query, hash) in all.enumerated() {
            guard quality[query] >= qualityMin else {
                numbers.append(.max)
                continue
            }
            var slot = Int(truncatingIfNeeded: hash.fingerprint) & mask
            while table[slot] != 0, hashes[Int(table[slot]) - 1] != hash {
                slot = (slot + 1) & mask
            }
            if table[slot] == 0 {
                hashes.append(hash)
                table[slot] = UInt32(hashes.count)
            }
            numbers.append(table[slot] - 1)
        }
        group(numbers)
    }

    /// The queries that hold distinct hash `index`, ascending.
    func queries(of index: Int) -> ArraySlice<UInt32> {
        members[Int(starts[index])..<Int(starts[index + 1])]
    }

    private mutating func group(_ numbers: [UInt32]) {
        starts = [UInt32](repeating: 0, count: hashes.count + 1)
        for number in numbers where number != .max { starts[Int(number) + 1] += 1 }
        for index in hashes.indices { starts[index + 1] += starts[index] }
        var next = starts
        members = [UInt32](repeating: 0, count: Int(starts[hashes.count]))
        for (query, number) in numbers.enumerated() where number != .max {
            members[Int(next[Int(number)])] = UInt32(query)
            next[Int(number)] += 1
        }
    }

    /// A power of two, at most half full.
    private static func tableCount(_ count: Int) -> Int {
        var size = 16
        while size < 2 * count { size *= 2 }
        return size
    }
}
