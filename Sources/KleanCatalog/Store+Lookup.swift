package import KleanColumns
import KleanCore

extension Store {
    /// A chunk's own counters, whatever an overlay says.
    package func packedColumns(_ chunk: Int, _ columns: [ColumnID] = ColumnID.hot)
        throws(CatalogError) -> HotColumns
    {
        let reader = try hot(chunk)
        do { return try HotColumns(reading: reader, columns: columns) } catch {
            throw .container(error)
        }
    }

    /// The live listing of each id, `Missing.uint32` for none: many lookups at once.
    ///
    /// - Complexity: each id in each chunk's index until it is found; one decoded id column for
    ///   each chunk that holds any.
    package func ordinals(_ ids: [[UInt8]]) throws(CatalogError) -> [UInt32] {
        var found = [UInt32](repeating: Missing.uint32, count: ids.count)
        let keys = ids.map { fingerprint($0) }
        // Neighbours in an index are looked up one after the other.
        var open = ids.indices.sorted { keys[$0] < keys[$1] }
        for chunk in manifest.chunks.indices.reversed() where !open.isEmpty {
            do {
                let index = try IDIndex(path: idsPath(chunk))
                var hits: [(place: Int, row: Int)] = []
                for place in open {
                    for row in index.candidates(keys[place])
                    where !tombstones.contains(chunk: chunk, row: row) {
                        hits.append((place, row))
                    }
                }
                guard !hits.isEmpty else { continue }
                let texts = try ContainerReader(path: coldPath(chunk), kind: .coldChunk)
                    .strings(.idText)
                for (place, row) in hits
                where row < texts.count && texts[row].elementsEqual(ids[place]) {
                    found[place] = manifest.chunks[chunk].firstOrdinal + UInt32(row)
                }
            } catch { throw .container(error) }
            open.removeAll { found[$0] != Missing.uint32 }
        }
        return found
    }
}
