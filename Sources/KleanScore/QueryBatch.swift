internal import KleanCore

/// The hashes of a batch that are worth joining: of good enough quality and, if asked, each
/// distinct one once.
///
/// Catalogs repeat stock pictures; finding an equal hash costs tens of nanoseconds, comparing one
/// with a bank of a million some microseconds.
struct QueryBatch {
    /// Positions in the joined batch, ascending; `nil` when all of it is worth joining.
    private(set) var picks: [UInt32]?
    /// For each position of the joined batch the next with an equal hash; empty if not grouped.
    private var twins: [UInt32] = []
    private let count: Int

    /// Hashes to join.
    var queryCount: Int { picks?.count ?? count }

    /// - Complexity: O(n), a fixed number of allocations.
    init(
        _ hashes: UnsafeBufferPointer<Hash256>, quality: UnsafeBufferPointer<UInt8>,
        qualityMin: UInt8, groupsEqual: Bool
    ) {
        count = hashes.count
        if groupsEqual {
            group(hashes, quality, qualityMin)
        } else if let least = quality.min(), least < qualityMin {
            picks = quality.indices.compactMap { quality[$0] < qualityMin ? nil : UInt32($0) }
        }
    }

    /// Calls `body` with every position that query `index` stands for, the first one first.
    @inline(__always) func forEachPosition(of index: UInt32, _ body: (UInt32) -> Void) {
        var position = picks?[Int(index)] ?? index
        body(position)
        guard !twins.isEmpty else { return }
        while twins[Int(position)] != .max {
            position = twins[Int(position)]
            body(position)
        }
    }

    private mutating func group(
        _ hashes: UnsafeBufferPointer<Hash256>, _ quality: UnsafeBufferPointer<UInt8>,
        _ qualityMin: UInt8
    ) {
        var size = 16
        while size < 2 * hashes.count { size *= 2 }
        let mask = size - 1
        // Slots hold a distinct hash's number plus one.
        var table = [UInt32](repeating: 0, count: size)
        var distinct: [UInt32] = []
        distinct.reserveCapacity(hashes.count)
        var last: [UInt32] = []
        last.reserveCapacity(hashes.count)
        twins = [UInt32](repeating: .max, count: hashes.count)
        for position in hashes.indices where quality[position] >= qualityMin {
            let hash = hashes[position]
            var slot = Int(truncatingIfNeeded: hash.fingerprint) & mask
            while table[slot] != 0, hashes[Int(distinct[Int(table[slot]) - 1])] != hash {
                slot = (slot + 1) & mask
            }
            if table[slot] == 0 {
                distinct.append(UInt32(position))
                last.append(UInt32(position))
                table[slot] = UInt32(distinct.count)
            } else {
                let number = Int(table[slot]) - 1
                twins[Int(last[number])] = UInt32(position)
                last[number] = UInt32(position)
            }
        }
        picks = distinct
    }
}
