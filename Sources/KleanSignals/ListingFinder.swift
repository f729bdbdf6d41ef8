import KleanCatalog
import KleanColumns
import KleanCore

/// Looks many names up at once: ids by the chunks' id indexes, then addresses in the `url` column.
struct ListingFinder {
    let store: Store

    /// The live listing of each name, `Missing.uint32` for none. Of an address that several
    /// listings share the last one counts, as with ids.
    ///
    /// - Complexity: a lookup of each name in each chunk's index, the id column of chunks that hold
    ///   any, and one pass over all `url` columns when an address is left over.
    func ordinals(_ names: [String]) throws -> [UInt32] {
        var found = try store.ordinals(names.map { Array($0.utf8) })
        var wanted: [String: Int] = [:]
        for (place, name) in names.enumerated()
        where found[place] == Missing.uint32 && ListingFinder.isAddress(name) {
            wanted[ListingReference.normalised(name)] = place
        }
        guard !wanted.isEmpty else { return found }
        for chunk in store.manifest.chunks.indices {
            let urls = try store.cold(chunk).strings(.url)
            for row in 0..<urls.count where !urls[row].isEmpty {
                guard let place = wanted[ListingReference.normalised(urls.string(row))],
                    !store.tombstones.contains(chunk: chunk, row: row)
                else { continue }
                found[place] = store.manifest.chunks[chunk].firstOrdinal + UInt32(row)
            }
        }
        return found
    }

    private static func isAddress(_ name: String) -> Bool {
        name.contains("/") && name.contains(".")
    }
}
