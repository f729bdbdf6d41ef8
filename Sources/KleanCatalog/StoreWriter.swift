import KleanColumns
import KleanCore

/// The moments of a commit, in order. A crash between any two leaves the old snapshot valid; the
/// new one exists from ``storeWritten`` on.
package enum CommitStep: Int, CaseIterable, Sendable {
    case chunksWritten, tombstonesWritten, overlayWritten, rejectsWritten, manifestWritten
    case storeWritten, finished
}

/// All that a manifest names, before it is written.
package struct Snapshot: Sendable {
    /// With their ordinals.
    package var chunks: [ChunkEntry]
    package var tombstones: Tombstones
    package var overlay: CounterOverlay?
    /// Of hashes that the new chunks add; the base's stay.
    package var hashFamilies: Set<String> = []

    package init(chunks: [ChunkEntry], tombstones: Tombstones, overlay: CounterOverlay?) {
        self.chunks = chunks
        self.tombstones = tombstones
        self.overlay = overlay
    }
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
    /// For tests: `KLEAN_CRASH_AT` names an instant at which this process kills itself.
    private let crash = CrashPoint(environment: "KLEAN_CRASH_AT")
    /// Files of chunks that may not be on the disk yet; four hundred bytes a chunk.
    private let unsynced = Monitor<[String]>([])
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
            || isTemporary(name)
    }

    /// A `store.json` that was being written when its writer died.
    private static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(".store.json.") && TemporaryName.matches(name)
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
            let names = try FileSystem.list(files.manifests)
            let kept = Set(names.filter { $0.hasSuffix(".json") }.map { $0.prefix { $0 != "." } })
            for name in names
            where (UInt32(name.prefix { $0 != "." }) ?? .max) >= number
                || !kept.contains(name.prefix { $0 != "." })
            {
                try FileSystem.remove("\(files.manifests)/\(name)")
            }
            // The last commit may have ended just before its rejects took their name.
            let pending = files.pendingRejects(number - 1)
            if base != nil, FileSystem.exists(pending) {
                try FileSystem.rename(pending, to: files.rejects)
            }
            for name in try FileSystem.list(path)
            where (name.hasPrefix("rejects.") && name != "rejects.jsonl")
                || StoreWriter.isTemporary(name)
            {
                try FileSystem.remove("\(path)/\(name)")
            }
        }
    }

    // MARK: chunks

    /// Writes the chunk's three files, which become durable with the commit: a thread that waits
    /// for the disk encodes nothing. Any thread; each index once.
    ///
    /// - Returns: The entry, with `firstOrdinal` still 0: ``commit`` counts.
    package func write(_ chunk: EncodedChunk, index: Int) throws(CatalogError) -> ChunkEntry {
        let name = "\(StoreFiles.digits(number, 6))-\(StoreFiles.digits(UInt32(index), 5))"
        try CatalogError.writing { () throws(FileError) in
            for (step, file, bytes) in [
                ("hot", files.hot(name), chunk.hot), ("cold", files.cold(name), chunk.cold),
                ("ids", files.ids(name), chunk.ids),
            ] {
                try FileSystem.beginWrite(file, bytes)
                unsynced.change { $0.append(file) }
                crash.reach("pack", step)
            }
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
        try StoreWriter.placed((base?.manifest.chunks ?? []) + entries)
    }

    /// Gives chunks their ordinals, in the order in which they stand.
    static func placed(_ entries: [ChunkEntry]) throws(CatalogError) -> [ChunkEntry] {
        var all: [ChunkEntry] = []
        var next: UInt64 = 0
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
    ///   - hashFamilies: Of hashes that klean made for them.
    ///   - onStep: For tests: called after each step; throwing stands for a crash there.
    package func commit(
        _ entries: [ChunkEntry], superseded: [Int: [UInt32]] = [:],
        hashFamilies: Set<String> = [],
        onStep: (CommitStep) throws(CatalogError) -> Void = { (_) throws(CatalogError) in }
    ) throws(CatalogError) -> Store {
        let chunks = try placed(entries)
        var tombstones = base?.tombstones ?? Tombstones(chunks: 0)
        tombstones.extend(to: chunks.count)
        for chunk in superseded.keys.sorted() {
            tombstones.insert(superseded[chunk] ?? [], chunk: chunk)
        }
        let overlay = try carriedOverlay(to: chunks, superseded)
        var snapshot = Snapshot(chunks: chunks, tombstones: tombstones, overlay: overlay)
        snapshot.hashFamilies = hashFamilies
        return try commit(snapshot, onStep: onStep)
    }

    /// Makes a whole new snapshot current: chunks of the base and new ones, in any mix.
    package func commit(
        _ snapshot: Snapshot,
        onStep: (CommitStep) throws(CatalogError) -> Void = { (_) throws(CatalogError) in }
    ) throws(CatalogError) -> Store {
        func reach(_ step: CommitStep) throws(CatalogError) {
            crash.reach("commit", String(describing: step))
            try onStep(step)
        }
        try CatalogError.writing { () throws(FileError) in
            for file in unsynced.change({ $0 }) { try FileSystem.sync(file) }
            try FileSystem.syncDirectory(of: files.chunks + "/x")
        }
        try reach(.chunksWritten)
        let (chunks, tombstones) = (snapshot.chunks, snapshot.tombstones)
        let name = "\(StoreFiles.digits(number, 6)).tombstones.kln"
        let hasTombstones = tombstones.count > 0
        if hasTombstones { try durably(files.tombstones(name), tombstones.encode()) }
        try reach(.tombstonesWritten)
        let overlayName = "\(StoreFiles.digits(number, 6)).overlay.kln"
        if let overlay = snapshot.overlay {
            try durably(files.overlay(overlayName), overlay.encode())
        }
        try reach(.overlayWritten)
        if !FileSystem.exists(files.pendingRejects(number)) { try rejects().finish() }
        try reach(.rejectsWritten)
        let manifest = Manifest(
            number: number, parent: base?.manifest.number ?? 0, chunks: chunks,
            tombstonesFile: hasTombstones ? name : nil, tombstones: tombstones.count,
            overlayFile: snapshot.overlay == nil ? nil : overlayName,
            hashFamilies: snapshot.hashFamilies.union(base?.manifest.hashFamilies ?? []).sorted(),
            digest: tombstones.snapshotDigest(chunks, overlay: snapshot.overlay))
        try durably(files.manifest(number), try StoreFiles.encodeManifest(manifest))
        try reach(.manifestWritten)
        try durably(files.store, try StoreFiles.encodeStore(current: number))
        try reach(.storeWritten)
        try CatalogError.writing { () throws(FileError) in
            try FileSystem.rename(files.pendingRejects(number), to: files.rejects)
            try FileSystem.syncDirectory(of: files.rejects)
        }
        try reach(.finished)
        lock.change { $0 = nil }
        return try Store(path: path)
    }

    /// The base's overlay in the grown snapshot: a listing that is superseded hands its counters
    /// to its successor.
    private func carriedOverlay(
        to chunks: [ChunkEntry], _ superseded: [Int: [UInt32]]
    ) throws(CatalogError) -> CounterOverlay? {
        guard let base, let overlay = base.overlay else { return nil }
        let baseCount = base.manifest.chunks.count
        var entries = chunks.indices.map { overlay.entries($0) }
        var heirs: [[UInt8]: CounterOverlay.Counters] = [:]
        for chunk in superseded.keys.sorted() where chunk < baseCount {
            let dead = Set(superseded[chunk] ?? [])
            let heired = entries[chunk].filter { dead.contains($0.row) }
            guard !heired.isEmpty else { continue }
            entries[chunk].removeAll { dead.contains($0.row) }
            let ids: ByteStrings
            do { ids = try base.cold(chunk).strings(.idText) } catch let error as ContainerError {
                throw .container(error)
            } catch { throw .corrupt(file: base.coldPath(chunk), expected: "ids", found: "none") }
            for (row, counters) in heired { heirs[Array(ids[Int(row)])] = counters }
        }
        if !heirs.isEmpty {
            for chunk in baseCount..<chunks.count {
                let name = files.cold(chunks[chunk].name)
                let ids: ByteStrings
                do {
                    ids = try ContainerReader(path: name, kind: .coldChunk).strings(.idText)
                } catch { throw .container(error) }
                for row in 0..<ids.count {
                    guard let counters = heirs[Array(ids[row])] else { continue }
                    entries[chunk].append((UInt32(row), counters))
                }
            }
        }
        return overlay.moved(to: entries, coveredChunks: overlay.coveredChunks)
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
