package import KleanCore

/// One committed snapshot as `klean store log` tells it. Nothing depends on when it was made.
package struct SnapshotFacts: Equatable, Sendable {
    package var number: UInt32
    /// 0 for none; the parent may have been dropped since.
    package var parent: UInt32
    package var digest: Digest
    package var chunks: Int
    /// Chunks that the parent does not have; all of them where the parent is not there.
    package var newChunks: Int
    /// Superseded rows included.
    package var rows: UInt64
    package var tombstones: UInt64
    package var hasOverlay: Bool
    package var bytes: UInt64
    package var isCurrent: Bool

    package var liveRows: UInt64 { rows - tombstones }
}

extension Store {
    /// Every snapshot that is kept, oldest first.
    package func history() throws(CatalogError) -> [SnapshotFacts] {
        let numbers = try snapshots()
        var names: [UInt32: Set<String>] = [:]
        var facts: [SnapshotFacts] = []
        for number in numbers {
            let manifest = try Store.readManifest(path, number)
            let chunks = Set(manifest.chunks.map(\.name))
            names[number] = chunks
            facts.append(
                SnapshotFacts(
                    number: number, parent: manifest.parent, digest: manifest.digest,
                    chunks: chunks.count,
                    newChunks: chunks.subtracting(names[manifest.parent] ?? []).count,
                    rows: manifest.rows, tombstones: manifest.tombstones,
                    hasOverlay: manifest.overlayFile != nil,
                    bytes: manifest.chunks.reduce(0) {
                        $0 + $1.hotBytes + $1.coldBytes + $1.idsBytes
                    },
                    isCurrent: number == numbers.last))
        }
        return facts
    }

    /// The snapshot that a person means: `3`, or the first digits of a digest.
    ///
    /// - Throws: ``CatalogError/noSnapshot(path:wanted:found:)``.
    package static func open(_ path: String, named text: String) throws(CatalogError) -> Store {
        let current = try Store(path: path)
        let facts = try current.history()
        let found = facts.filter { fact in
            text.count >= 6
                ? fact.digest.hex.hasPrefix(text.lowercased()) : String(fact.number) == text
        }
        // Two snapshots of one digest hold the same rows: the newest stands for both.
        guard let last = found.last, found.allSatisfy({ $0.digest == last.digest }) else {
            throw .noSnapshot(
                path: path, wanted: text,
                found: facts.map { "\($0.number) (\($0.digest.short))" }.joined(separator: ", "))
        }
        return try Store(path: path, manifest: last.number)
    }

    static func readManifest(_ path: String, _ number: UInt32) throws(CatalogError) -> Manifest {
        try StoreFiles(path: path).readManifest(number)
    }
}
