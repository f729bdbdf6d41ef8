import KleanColumns
import KleanCore

/// The moments of a commit, in order. A crash between any two leaves the old snapshot valid; the
/// new one exists from ``storeWritten`` on.
package enum CommitStep: Int, CaseIterable, Sendable {
    case chunksWritten, tombstonesWritten, rejectsWritten, manifestWritten, storeWritten, finished
}

/// One packer's transaction on a store: chunks first, then one commit that makes them count.
///
/// Holds the store's lock until it is committed, abandoned or gone. ``abandon()`` or a crash leaves
/// what was committed before; the next writer clears away what was not.
package final class StoreWriter: Sendable {
    package let path: String
    /// The snapshot that this one grows from.
    package let base: Store?
    /// Of the manifest that ``commit(_:superseded:rejects:onStep:)`` will write.
    package let number: UInt32
    private let files: StoreFiles
    /// Until the transaction ends.
    private let lock: Monitor<FileLock?>
    private let madeFolder: Bool

    /// Starts a new store in a folder that is missing, empty or holds an unfinished pack.
    ///
    /// - Throws: ``CatalogError/storeExists(path:)``, ``CatalogError/busy(path:)``,
    ///   ``CatalogError/cannotWrite(path:reason:)`` for a folder that holds other things.
    package static func create(_ path: String) throws(CatalogError) -> StoreWriter {
        let files = StoreFiles(path: path)
        let existed = FileSystem.exists(path)
        if existed {
            if FileSystem.exists(files.store) { throw .storeExists(path: path) }
            let names = try CatalogError.reading { () throws(FileError) in
                try FileSystem.list(path)
            }
            if let other = names.first(where: { !isOurs($0) }) {
                throw .cannotWrite(
                    path: path, reason: "the folder holds \(other); choose an empty folder")
            }
        }
        return try StoreWriter(files, base: nil, madeFolder: !existed)
    }

    /// Opens the next transaction of an existing store; of a missing one, its first.
    package static func append(_ path: String) throws(CatalogError) -> StoreWriter {
        let files = StoreFiles(path: path)
        guard FileSystem.exists(files.store) else { return try create(path) }
        return try StoreWriter(files, base: try Store(path: path), madeFolder: false)
    }

    private static func isOurs(_ name: String) -> Bool {
        ["lock", "chunks", "manifests"].contains(name) || name.hasPrefix("rejects.")
            || name.hasPrefix("store.json.tmp.")
    }

    private init(_ files: StoreFiles, base: Store?, madeFolder: Bool) throws(CatalogError) {
        self.files = files
        path = files.path
        lock = Monitor(
            try CatalogError.writing { () throws(FileError) in
                try FileSystem.createDirectory(files.path)
                return try FileLock(files.lock)
            })
        // The snapshot may have changed between reading it and holding the lock.
        self.base = base == nil ? nil : try Store(path: files.path)
        self.madeFolder = madeFolder
        number = (self.base?.manifest.number ?? 0) + 1
        if self.base == nil, FileSystem.exists(files.store) { throw .storeExists(path: path) }
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.createDirectory(files.chunks)
            try FileSystem.createDirectory(files.manifests)
        }
        try clearLeftovers()
    }

    /// Removes what earlier packers wrote and never committed.
    private func clearLeftovers() throws(CatalogError) {
        var named: Set<String> = []
        for snapshot in try base?.snapshots() ?? [] {
            for chunk in try files.readManifest(snapshot).chunks { named.insert(chunk.name) }
        }
        let isNamed = named
        try CatalogError.writing { () throws(FileError) in
            for name in try FileSystem.list(files.chunks)
            where !isNamed.contains(String(name.prefix { $0 != "." })) {
                try FileSystem.remove("\(files.chunks)/\(name)")
            }
            for name in try FileSystem.list(files.manifests)
            where (UInt32(name.prefix { $0 != "." }) ?? .max) >= number || name.contains(".tmp.") {
                try FileSystem.remove("\(files.manifests)/\(name)")
            }
            // The last commit may have ended just before its rejects took their name.
            let pending = files.pendingRejects(number - 1)
            if base != nil, FileSystem.exists(pending) {
                try FileSystem.rename(pending, to: files.rejects)
            }
            for name in try FileSystem.list(path)
            where name.hasPrefix("rejects.") && name != "rejects.jsonl" {
                try FileSystem.remove("\(path)/\(name)")
            }
        }
    }

    // MARK: chunks

    /// Writes the chunk's three files durably. Any thread; each index once.
    ///
    /// - Returns: The entry, with `firstOrdinal` still 0: ``commit`` counts.
    package func write(_ chunk: EncodedChunk, index: Int) throws(CatalogError) -> ChunkEntry {
        let name = "\(StoreFiles.digits(number, 6))-\(StoreFiles.digits(UInt32(index), 5))"
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.write(files.hot(name), chunk.hot, sync: true)
            try FileSystem.write(files.cold(name), chunk.cold, sync: true)
            try FileSystem.write(files.ids(name), chunk.ids, sync: true)
        }
        return ChunkEntry(
            name: name, rows: UInt32(chunk.rows), firstOrdinal: 0, hotDigest: chunk.hotDigest,
            coldDigest: chunk.coldDigest, hotBytes: UInt64(chunk.hot.count),
            coldBytes: UInt64(chunk.cold.count), idsBytes: UInt64(chunk.ids.count))
    }

    func idsPath(_ entry: ChunkEntry) -> String { files.ids(entry.name) }
    func coldPath(_ entry: ChunkEntry) -> String { files.cold(entry.name) }

    // MARK: commit

    /// All chunks of the new snapshot: the base's, then the new ones, with their ordinals.
    func placed(_ entries: [ChunkEntry]) throws(CatalogError) -> [ChunkEntry] {
        var all = base?.manifest.chunks ?? []
        var next = base?.manifest.rows ?? 0
        for entry in entries where entry.rows > 0 {
            var placed = entry
            placed.firstOrdinal = UInt32(truncatingIfNeeded: next)
            next += UInt64(entry.rows)
            // The highest ordinal stands for "none" in columns.
            guard next < UInt64(UInt32.max) else {
                throw .tooManyRows(expected: UInt64(UInt32.max) - 1, found: next)
            }
            all.append(placed)
        }
        return all
    }

    /// Makes the new chunks count, all at once.
    ///
    /// - Parameters:
    ///   - entries: What ``write(_:index:)`` returned, in catalog order.
    ///   - superseded: By chunk of the new snapshot, rows that no longer count.
    ///   - onStep: For tests: called after each step; throwing stands for a crash there.
    package func commit(
        _ entries: [ChunkEntry], superseded: [Int: [UInt32]] = [:],
        onStep: (CommitStep) throws(CatalogError) -> Void = { (_) throws(CatalogError) in }
    ) throws(CatalogError) -> Store {
        let chunks = try placed(entries)
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.syncDirectory(of: files.chunks + "/x")
        }
        try onStep(.chunksWritten)
        var tombstones = base?.tombstones ?? Tombstones(chunks: 0)
        tombstones.extend(to: chunks.count)
        for chunk in superseded.keys.sorted() {
            tombstones.insert(superseded[chunk] ?? [], chunk: chunk)
        }
        let name = "\(StoreFiles.digits(number, 6)).tombstones.kln"
        let hasTombstones = tombstones.count > 0
        if hasTombstones { try durably(files.tombstones(name), tombstones.encode()) }
        try onStep(.tombstonesWritten)
        if !FileSystem.exists(files.pendingRejects(number)) { try rejects().finish() }
        try onStep(.rejectsWritten)
        let manifest = Manifest(
            number: number, parent: base?.manifest.number ?? 0, chunks: chunks,
            tombstonesFile: hasTombstones ? name : nil, tombstones: tombstones.count,
            digest: tombstones.snapshotDigest(chunks))
        try durably(files.manifest(number), try StoreFiles.encodeManifest(manifest))
        try onStep(.manifestWritten)
        try durably(files.store, try StoreFiles.encodeStore(current: number))
        try onStep(.storeWritten)
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.rename(files.pendingRejects(number), to: files.rejects)
            try FileSystem.syncDirectory(of: files.rejects)
        }
        try onStep(.finished)
        lock.change { $0 = nil }
        return try Store(path: path)
    }

    /// Opens the list of rejects that will be `rejects.jsonl` once the snapshot counts: the earlier
    /// ones, with room for new ones. Finish it before the commit.
    package func rejects() throws(CatalogError) -> RejectFile {
        let before = base != nil && FileSystem.exists(files.rejects) ? files.rejects : nil
        return try RejectFile(files.pendingRejects(number), after: before)
    }

    private func durably(_ file: String, _ bytes: [UInt8]) throws(CatalogError) {
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.writeDurably(file, bytes)
        }
    }

    /// Removes what this transaction wrote; a store that it began vanishes.
    package func abandon() throws(CatalogError) {
        if madeFolder {
            try CatalogError.writing { () throws(FileError) in try FileSystem.remove(path) }
        } else {
            try clearLeftovers()
        }
        lock.change { $0 = nil }
    }
}

extension CatalogError {
    static func writing<Result>(_ body: () throws(FileError) -> Result)
        throws(CatalogError) -> Result
    {
        do { return try body() } catch { throw CatalogError(writing: error) }
    }

    static func reading<Result>(_ body: () throws(FileError) -> Result)
        throws(CatalogError) -> Result
    {
        do { return try body() } catch { throw CatalogError(reading: error) }
    }
}
