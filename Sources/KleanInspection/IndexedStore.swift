package import KleanCatalog
import KleanColumns
import KleanCore
package import KleanIndex

/// The snapshot of a store that an index was made from.
package struct IndexedStore: Sendable {
    package let store: Store

    /// Finds the snapshot, also when the store has grown since.
    ///
    /// - Parameter path: The store; by default where it stood when the index was made.
    /// - Throws: ``InspectionError/originUnknown(index:what:)``,
    ///   ``InspectionError/otherSnapshot(store:expected:found:)``, `CatalogError`.
    package init(of index: SuspicionIndex, path: String? = nil) throws {
        guard let path = path ?? index.origin?.store else {
            throw InspectionError.originUnknown(index: index.path, what: "store")
        }
        let current = try Store(path: path)
        let wanted = index.manifest.snapshot
        if current.digest == wanted {
            store = current
            return
        }
        for number in try current.snapshots().reversed() {
            let older = try Store(path: path, manifest: number)
            if older.digest == wanted {
                store = older
                return
            }
        }
        throw InspectionError.otherSnapshot(
            store: path, expected: wanted.short, found: current.digest.short)
    }

    /// The ids of a chunk's rows.
    func ids(_ chunk: Int) throws -> ByteStrings {
        try store.cold(chunk).strings(.idText)
    }

    func isSuperseded(_ chunk: Int, row: Int) -> Bool {
        store.tombstones.contains(chunk: chunk, row: row)
    }
}
