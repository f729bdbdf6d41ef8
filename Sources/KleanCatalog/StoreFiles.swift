internal import FoundationEssentials
import KleanColumns
import KleanCore

/// Where the parts of a store stand, and the JSON files that name them.
///
/// | file | holds |
/// |---|---|
/// | `store.json` | format, version, number of the current manifest: replaced by each commit |
/// | `manifests/000001.json` | one snapshot: ``Manifest`` |
/// | `manifests/000002.tombstones.kln` | superseded rows by chunk |
/// | `manifests/000002.overlay.kln` | counters that stand in for packed ones |
/// | `chunks/000001-00000.hot.kln`, `.cold.kln`, `.ids.kln` | one chunk |
/// | `rejects.jsonl` | every record that was not packed |
/// | `lock` | held by the one packer |
struct StoreFiles: Sendable {
    static let format = "klean store"
    static let version = 1

    let path: String

    var store: String { "\(path)/store.json" }
    var manifests: String { "\(path)/manifests" }
    var chunks: String { "\(path)/chunks" }
    var rejects: String { "\(path)/rejects.jsonl" }
    var lock: String { "\(path)/lock" }

    func manifest(_ number: UInt32) -> String {
        "\(manifests)/\(StoreFiles.digits(number, 6)).json"
    }
    func tombstones(_ name: String) -> String { "\(manifests)/\(name)" }
    func overlay(_ name: String) -> String { "\(manifests)/\(name)" }
    /// Rejects of a pack that may not have been committed yet.
    func pendingRejects(_ number: UInt32) -> String {
        "\(path)/rejects.\(StoreFiles.digits(number, 6)).jsonl"
    }
    func hot(_ name: String) -> String { "\(path)/\(StoreFiles.hot(name))" }
    /// The same inside the store, for who sees the store elsewhere.
    static func hot(_ name: String) -> String { "chunks/\(name).hot.kln" }
    func cold(_ name: String) -> String { "\(chunks)/\(name).cold.kln" }
    func ids(_ name: String) -> String { "\(chunks)/\(name).ids.kln" }

    static func digits(_ number: UInt32, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // MARK: store.json

    private struct StoreFile: Codable {
        var format: String
        var version: Int
        var manifest: UInt32
    }

    static func encodeStore(current: UInt32) throws(CatalogError) -> [UInt8] {
        try encode(StoreFile(format: format, version: version, manifest: current))
    }

    /// The number of the current manifest.
    func readStore() throws(CatalogError) -> UInt32 {
        guard FileSystem.exists(store) else {
            if !FileSystem.exists(path) { throw .notFound(file: path) }
            throw .notAStore(path: path, found: try whatStands())
        }
        let file: StoreFile = try decode(store, expected: "a \(StoreFiles.format) file")
        guard file.format == StoreFiles.format else {
            throw .notAStore(path: path, found: "format \(file.format)")
        }
        guard file.version == StoreFiles.version else {
            throw .storeVersion(
                path: path, expected: StoreFiles.version, found: file.version)
        }
        return file.manifest
    }

    private func whatStands() throws(CatalogError) -> String {
        guard FileSystem.isDirectory(path) else { return "a file" }
        let names: [String]
        do { names = try FileSystem.list(path) } catch { throw CatalogError(reading: error) }
        if names.contains("chunks"), names.contains("lock") { return "an unfinished pack" }
        return names.isEmpty ? "an empty folder" : "a folder with \(names[0])"
    }

    // MARK: manifests

    private struct ManifestFile: Codable {
        struct Chunk: Codable {
            var name: String
            var rows: UInt32
            var firstOrdinal: UInt32
            var hotDigest: String
            var coldDigest: String
            var hotBytes: UInt64
            var coldBytes: UInt64
            var idsBytes: UInt64
        }
        var version: Int
        var number: UInt32
        var parent: UInt32
        var rows: UInt64
        var tombstones: UInt64
        var tombstonesFile: String?
        var overlayFile: String?
        /// Missing where klean made no hashes.
        var hashFamilies: [String]?
        var digest: String
        var chunks: [Chunk]
    }

    static func encodeManifest(_ manifest: Manifest) throws(CatalogError) -> [UInt8] {
        try encode(
            ManifestFile(
                version: version, number: manifest.number, parent: manifest.parent,
                rows: manifest.rows, tombstones: manifest.tombstones,
                tombstonesFile: manifest.tombstonesFile, overlayFile: manifest.overlayFile,
                hashFamilies: manifest.hashFamilies.isEmpty ? nil : manifest.hashFamilies,
                digest: manifest.digest.hex,
                chunks: manifest.chunks.map { chunk in
                    ManifestFile.Chunk(
                        name: chunk.name, rows: chunk.rows, firstOrdinal: chunk.firstOrdinal,
                        hotDigest: chunk.hotDigest.hex, coldDigest: chunk.coldDigest.hex,
                        hotBytes: chunk.hotBytes, coldBytes: chunk.coldBytes,
                        idsBytes: chunk.idsBytes)
                }))
    }

    func readManifest(_ number: UInt32) throws(CatalogError) -> Manifest {
        let name = manifest(number)
        let file: ManifestFile = try decode(name, expected: "a manifest")
        guard file.version == StoreFiles.version else {
            throw .storeVersion(path: name, expected: StoreFiles.version, found: file.version)
        }
        let families = file.hashFamilies ?? []
        if let other = families.first(where: { !HashFamily.known.contains($0) }) {
            throw .hashFamily(
                path: name, expected: HashFamily.known.sorted().joined(separator: ", "),
                found: other)
        }
        guard let digest = Digest(hex: file.digest), file.number == number else {
            throw .corrupt(file: name, expected: "manifest \(number)", found: "\(file.number)")
        }
        var next: UInt64 = 0
        var chunks: [ChunkEntry] = []
        for chunk in file.chunks {
            guard let hot = Digest(hex: chunk.hotDigest), let cold = Digest(hex: chunk.coldDigest),
                UInt64(chunk.firstOrdinal) == next, chunk.rows > 0,
                chunk.rows <= Limits.rowsPerChunkMax, StoreFiles.isPlainName(chunk.name)
            else {
                throw .corrupt(
                    file: name, expected: "chunk \(chunks.count) from row \(next)",
                    found: "\(chunk.name) from row \(chunk.firstOrdinal)")
            }
            next += UInt64(chunk.rows)
            chunks.append(
                ChunkEntry(
                    name: chunk.name, rows: chunk.rows, firstOrdinal: chunk.firstOrdinal,
                    hotDigest: hot, coldDigest: cold, hotBytes: chunk.hotBytes,
                    coldBytes: chunk.coldBytes, idsBytes: chunk.idsBytes))
        }
        let manifest = Manifest(
            number: number, parent: file.parent, chunks: chunks,
            tombstonesFile: file.tombstonesFile, tombstones: file.tombstones,
            overlayFile: file.overlayFile, hashFamilies: families, digest: digest)
        guard manifest.rows == file.rows, file.tombstones <= file.rows,
            file.tombstonesFile.map(StoreFiles.isPlainName) ?? true,
            file.overlayFile.map(StoreFiles.isPlainName) ?? true
        else {
            throw .corrupt(file: name, expected: "\(manifest.rows) rows", found: "\(file.rows)")
        }
        return manifest
    }

    /// Keeps a snapshot from being dropped for as long as the lock lives.
    func hold(_ number: UInt32) throws(CatalogError) -> FileLock {
        do { return try FileLock(sharing: manifest(number)) } catch {
            if error.reason == .locked { throw .busy(path: error.path) }
            throw CatalogError(reading: error)
        }
    }

    func readOverlay(_ name: String, chunks: Int) throws(CatalogError) -> CounterOverlay {
        let found: CounterOverlay
        do {
            let reader = try ContainerReader(path: overlay(name), kind: .counterOverlay)
            found = try CounterOverlay(reading: reader)
        } catch { throw .container(error) }
        guard found.chunkCount == chunks else {
            throw .corrupt(
                file: overlay(name), expected: "\(chunks) chunks", found: "\(found.chunkCount)")
        }
        return found
    }

    /// Names come from a file: they must stay inside their folder.
    private static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains(UInt8(ascii: "/"))
    }

    // MARK: JSON

    private static func encode(_ value: some Encodable) throws(CatalogError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")] } catch {
            throw .cannotWrite(path: "store.json", reason: "\(error)")
        }
    }

    private func decode<Value: Decodable>(_ name: String, expected: String)
        throws(CatalogError) -> Value
    {
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(name) } catch { throw CatalogError(reading: error) }
        do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
            throw .corrupt(file: name, expected: expected, found: "other or damaged JSON")
        }
    }
}
