import KleanColumns
import KleanCore

/// Finds ids that stand in more than one place of a snapshot, by merging the sorted id indexes of
/// its chunks: memory is bounded however many listings there are.
struct RepeatedIDs {
    /// Fingerprints looked at together; 16 bytes each.
    static let entriesPerRangeMax = 4 << 20

    struct Place: Equatable {
        var chunk: Int
        var row: UInt32
    }

    let indexes: [IDIndex]
    let coldPaths: [String]
    /// Rows that no longer count before this search.
    let tombstones: Tombstones
    /// Chunks from here on are new; a pair needs at least one of them.
    let firstNew: Int

    /// Rows that a later row with the same id supersedes, by chunk. The last one stays.
    func superseded() throws(CatalogError) -> [Int: [UInt32]] {
        var found: [Int: [UInt32]] = [:]
        let total = indexes.reduce(0) { $0 + $1.count }
        let ranges = max(
            1,
            (total + RepeatedIDs.entriesPerRangeMax - 1)
                / RepeatedIDs.entriesPerRangeMax)
        let width = UInt64.max / UInt64(ranges) &+ 1
        for range in 0..<ranges {
            let low = UInt64(range) &* width
            let isLast = range == ranges - 1
            let groups = candidates(from: low, below: isLast ? nil : low &+ width)
            try settle(groups, into: &found)
        }
        for chunk in found.keys { found[chunk]?.sort() }
        return found
    }

    /// Places that share a fingerprint, in catalog order within each group.
    private func candidates(from low: UInt64, below high: UInt64?) -> [[Place]] {
        var entries: [(key: UInt64, place: UInt64)] = []
        for (chunk, index) in indexes.enumerated() {
            var place = low == 0 ? 0 : index.lowerBound(low)
            let end = high.map { index.lowerBound($0) } ?? index.count
            while place < end {
                let row = index.row(place)
                if !tombstones.contains(chunk: chunk, row: Int(row)) {
                    entries.append((index.storedKey(at: place), UInt64(chunk) << 32 | UInt64(row)))
                }
                place += 1
            }
        }
        entries.sort { ($0.key, $0.place) < ($1.key, $1.place) }
        var groups: [[Place]] = []
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1 {
                let group = entries[start..<end].map {
                    Place(
                        chunk: Int($0.place >> 32), row: UInt32(truncatingIfNeeded: $0.place))
                }
                if group[group.count - 1].chunk >= firstNew { groups.append(group) }
            }
            start = end
        }
        return groups
    }

    /// Compares the ids themselves: equal fingerprints need not be equal ids.
    private func settle(_ groups: [[Place]], into found: inout [Int: [UInt32]])
        throws(CatalogError)
    {
        guard !groups.isEmpty else { return }
        var texts = groups.map { [[UInt8]](repeating: [], count: $0.count) }
        var byChunk: [[(group: Int, member: Int)]] = Array(repeating: [], count: indexes.count)
        for (group, places) in groups.enumerated() {
            for (member, place) in places.enumerated() {
                byChunk[place.chunk].append((group, member))
            }
        }
        for (chunk, members) in byChunk.enumerated() where !members.isEmpty {
            let ids: ByteStrings
            do {
                let reader = try ContainerReader(path: coldPaths[chunk], kind: .coldChunk)
                ids = try reader.strings(.idText)
            } catch { throw .container(error) }
            for (group, member) in members {
                let row = Int(groups[group][member].row)
                guard row < ids.count else {
                    throw .corrupt(
                        file: coldPaths[chunk], expected: "a row \(row)", found: "\(ids.count) rows"
                    )
                }
                texts[group][member] = Array(ids[row])
            }
        }
        for (group, places) in groups.enumerated() {
            var seen: Set<[UInt8]> = []
            for (member, place) in places.enumerated().reversed()
            where !seen.insert(texts[group][member]).inserted {
                found[place.chunk, default: []].append(place.row)
            }
        }
    }
}
