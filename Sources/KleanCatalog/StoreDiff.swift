import KleanColumns
import KleanCore

/// What changed from one snapshot to another, by external id: in any two stores, however they are
/// cut into chunks.
///
/// Rows that both share (the same chunk, live in both) are not looked at. Of the others each pass
/// holds the keys of ``rowsPerPassMax`` at most, 40 bytes a row, and decodes their chunks again.
package struct StoreDiff: Sendable {
    package enum Change: String, CaseIterable, Sendable { case added, removed, changed }

    package struct Item: Equatable, Sendable {
        package var change: Change
        /// Removed listings as the old snapshot had them, all others as the new one has them.
        package var listing: Listing
    }

    static let rowsPerPassMax = 8 << 20

    package private(set) var added: UInt64 = 0
    package private(set) var removed: UInt64 = 0
    package private(set) var changed: UInt64 = 0
    /// The first of each kind, in catalog order.
    package private(set) var items: [Item] = []

    private struct Entry {
        var id: (UInt64, UInt64)
        var content: (UInt64, UInt64)
        var place: UInt64
        var isNew: Bool
    }

    /// - Parameters:
    ///   - limit: Listings named of each kind; counts are whole in any case.
    ///   - progress: Chunks decoded and to decode.
    package init(
        from old: Store, to new: Store, limit: Int, rowsPerPass: Int = StoreDiff.rowsPerPassMax,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let oldRows = StoreDiff.rows(of: old, notIn: new)
        let newRows = StoreDiff.rows(of: new, notIn: old)
        let total = (oldRows + newRows).reduce(0) { $0 + $1.count }
        let passes = max(1, (total + rowsPerPass - 1) / rowsPerPass)
        let width = UInt64.max / UInt64(passes)
        let work = (oldRows + newRows).count { $0.count > 0 } * passes
        var done = 0
        var places: [Change: [UInt64]] = [:]
        for pass in 0..<passes {
            var entries: [Entry] = []
            for (store, rows, isNew) in [(old, oldRows, false), (new, newRows, true)] {
                for chunk in rows.indices where rows[chunk].count > 0 {
                    let wanted = rows[chunk]
                    try store.forEachListing(chunk) { row, listing in
                        guard wanted.contains(row) else { return }
                        let id = StoreDiff.key(listing.id)
                        guard min(Int(id.0 / width), passes - 1) == pass else { return }
                        let content = StoreDiff.halves(ListingDigest.of(listing))
                        entries.append(
                            Entry(
                                id: id, content: content, place: UInt64(chunk) << 32 | UInt64(row),
                                isNew: isNew))
                    }
                    done += 1
                    progress(done, work)
                }
            }
            merge(&entries, &places, limit)
        }
        for change in Change.allCases {
            let store = change == .removed ? old : new
            items += try StoreDiff.listings(places[change] ?? [], store).map {
                Item(change: change, listing: $0)
            }
        }
    }

    private mutating func merge(
        _ entries: inout [Entry], _ places: inout [Change: [UInt64]], _ limit: Int
    ) {
        entries.sort { left, right in
            left.id != right.id ? left.id < right.id : !left.isNew && right.isNew
        }
        var index = 0
        while index < entries.count {
            let entry = entries[index]
            let isPair = index + 1 < entries.count && entries[index + 1].id == entry.id
            let other = isPair ? entries[index + 1] : entry
            index += isPair ? 2 : 1
            if isPair, other.content == entry.content { continue }
            let change: Change = isPair ? .changed : entry.isNew ? .added : .removed
            switch change {
            case .added: added += 1
            case .removed: removed += 1
            case .changed: changed += 1
            }
            places[change, default: []].append(other.place)
            if places[change, default: []].count > 2 * limit + 1_024 {
                places[change] = Array((places[change] ?? []).sorted().prefix(limit))
            }
        }
        for change in Change.allCases {
            places[change] = Array((places[change] ?? []).sorted().prefix(limit))
        }
    }

    /// Rows of one chunk that are looked at.
    private enum Rows {
        /// All live ones, so many.
        case all(Int)
        case some(Set<Int>)

        var count: Int {
            switch self {
            case .all(let count): count
            case .some(let rows): rows.count
            }
        }

        func contains(_ row: Int) -> Bool {
            if case .some(let rows) = self { rows.contains(row) } else { true }
        }
    }

    /// Live rows by chunk that the other snapshot does not hold in the very same place.
    private static func rows(of store: Store, notIn other: Store) -> [Rows] {
        var twins: [Digest: Int] = [:]
        // Counters that may differ under the same chunk make every row a candidate.
        if store.overlay == other.overlay {
            for (chunk, entry) in other.manifest.chunks.enumerated() {
                twins[entry.identity] = chunk
            }
        }
        return store.manifest.chunks.enumerated().map { chunk, entry in
            let dead = store.tombstones.rows[chunk]
            guard let twin = twins[entry.identity] else {
                return .all(Int(entry.rows) - dead.count)
            }
            return .some(
                Set(other.tombstones.rows[twin].map(Int.init)).subtracting(dead.map(Int.init)))
        }
    }

    private static func key(_ id: [UInt8]) -> (UInt64, UInt64) {
        var builder = DigestBuilder(domain: "klean id 1")
        builder.update(id)
        return halves(builder.finish())
    }

    private static func halves(_ digest: Digest) -> (UInt64, UInt64) {
        (
            digest.bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            digest.bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }

    private static func listings(_ places: [UInt64], _ store: Store) throws -> [Listing] {
        var found: [Listing] = []
        var rest = places[...]
        while let first = rest.first {
            let chunk = Int(first >> 32)
            let end = rest.firstIndex { Int($0 >> 32) != chunk } ?? rest.endIndex
            let rows = Set(rest[..<end].map { Int($0 & 0xFFFF_FFFF) })
            try store.forEachListing(chunk) { row, listing in
                if rows.contains(row) { found.append(listing) }
            }
            rest = rest[end...]
        }
        return found
    }
}

extension ChunkEntry {
    /// What the chunk holds, under any name.
    fileprivate var identity: Digest {
        var builder = DigestBuilder(domain: "klean chunk 1")
        builder.update(hotDigest)
        builder.update(coldDigest)
        return builder.finish()
    }
}
