package import KleanColumns
import KleanCore

/// From a listing's id to its row in one chunk: the fingerprints of all ids, sorted, and the row of
/// each. Searched where it lies mapped, so a lookup touches a few pages of each chunk.
package struct IDIndex: Sendable {
    private let fingerprints: StoredSegment
    private let rows: StoredSegment
    package let count: Int

    /// Two equal fingerprints stand in row order.
    static func encode(_ ids: ByteStrings) -> [UInt8] {
        var pairs: [(key: UInt64, row: UInt32)] = []
        pairs.reserveCapacity(ids.count)
        ids.bytes.withUnsafeBufferPointer { bytes in
            for row in 0..<ids.count {
                let range = Int(ids.offsets[row])..<Int(ids.offsets[row + 1])
                let key = fingerprint(UnsafeBufferPointer(rebasing: bytes[range]))
                pairs.append((key, UInt32(row)))
            }
        }
        let sorted = sorted(pairs)
        var writer = ContainerWriter(kind: .idChunk)
        writer.addPlain(.idFingerprint, sorted.map(\.key))
        writer.addPlain(.idRow, sorted.map(\.row))
        return writer.finish()
    }

    /// By key, then row. Keys are uniform, so dealing them out by their highest bits leaves piles
    /// of about one; a pile is then sorted by insertion, which keeps equal keys in row order.
    ///
    /// - Precondition: rows ascend.
    private static func sorted(_ pairs: [(key: UInt64, row: UInt32)])
        -> [(key: UInt64, row: UInt32)]
    {
        let bits = UInt64(min(18, max(1, 64 - pairs.count.leadingZeroBitCount)))
        let shift = 64 - bits
        var next = [Int](repeating: 0, count: 1 << Int(bits))
        for pair in pairs { next[Int(pair.key >> shift)] += 1 }
        var start = 0
        for pile in next.indices {
            let count = next[pile]
            // Only made-up ids pile up; insertion would then be quadratic.
            if count > 64 {
                return pairs.sorted { ($0.key, $0.row) < ($1.key, $1.row) }
            }
            next[pile] = start
            start += count
        }
        var dealt = pairs
        for pair in pairs {
            let pile = Int(pair.key >> shift)
            dealt[next[pile]] = pair
            next[pile] += 1
        }
        for place in 1..<max(1, dealt.count) {
            let pair = dealt[place]
            var free = place
            while free > 0, dealt[free - 1].key > pair.key {
                dealt[free] = dealt[free - 1]
                free -= 1
            }
            dealt[free] = pair
        }
        return dealt
    }

    /// - Parameter access: ``FileAccess/scattered`` to look up a few ids.
    /// - Throws: ``ContainerError``. The checksums of the two columns are not checked here:
    ///   ``Store/verify(progress:)`` does, and every answer is compared with the id's text.
    package init(path: String, access: FileAccess = .sequential) throws(ContainerError) {
        let reader = try ContainerReader(path: path, kind: .idChunk, access: access)
        fingerprints = try reader.storedSegment(.idFingerprint)
        rows = try reader.storedSegment(.idRow)
        count = rows.bytes.count / 4
        guard fingerprints.bytes.count == count * 8, rows.bytes.count == count * 4 else {
            throw .segmentContent(
                file: path, column: .idRow,
                detail: "rows: expected \(fingerprints.bytes.count / 8), found \(count)")
        }
    }

    /// The fingerprint at a place of the sorted list.
    func storedKey(at place: Int) -> UInt64 {
        UInt64(
            littleEndian: fingerprints.bytes.loadUnaligned(
                fromByteOffset: place * 8, as: UInt64.self))
    }

    func row(_ place: Int) -> UInt32 {
        UInt32(littleEndian: rows.bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self))
    }

    /// The first place whose fingerprint is not below `key`.
    ///
    /// - Complexity: O(log log n) expected: fingerprints are uniform, so interpolation lands near.
    func lowerBound(_ key: UInt64) -> Int {
        var low = 0
        var high = count
        var steps = 0
        while low < high {
            let first = storedKey(at: low)
            if first >= key { return low }
            let last = storedKey(at: high - 1)
            if last < key { return high }
            var middle = low + (high - low) / 2
            // Past a few steps the keys are not uniform and halving is the better bet.
            if steps < 8, last > first {
                let share = Double(key - first) / Double(last - first)
                middle = min(max(low + Int(share * Double(high - low - 1)), low), high - 1)
            }
            if storedKey(at: middle) < key { low = middle + 1 } else { high = middle }
            steps += 1
        }
        return low
    }

    /// Rows whose ids have the fingerprint, in row order: usually one or none.
    package func candidates(_ key: UInt64) -> [Int] {
        var found: [Int] = []
        var place = lowerBound(key)
        while place < count, storedKey(at: place) == key {
            found.append(Int(row(place)))
            place += 1
        }
        return found
    }
}
