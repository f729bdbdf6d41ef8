import KleanCatalog
import KleanColumns
package import KleanConsole
package import KleanCore
import KleanIndex
import KleanModel

/// Checks every byte of a store, a model or an index, whichever a folder is.
package struct Verification: Sendable {
    package enum Kind: String, Sendable { case store, model, index }

    package let kind: Kind
    package let path: String
    package let digest: Digest
    /// What was checked, for people and programs.
    package let facts: [(name: String, value: Table.Cell)]

    /// Says what a folder is, by the file that names its content.
    ///
    /// - Throws: ``InspectionError/notVerifiable(path:found:)``,
    ///   ``InspectionError/notFound(path:)``, ``IndexError/unfinished(path:)``.
    package static func kind(of path: String) throws -> Kind {
        guard FileSystem.exists(path) else { throw InspectionError.notFound(path: path) }
        guard FileSystem.isDirectory(path) else {
            throw InspectionError.notVerifiable(path: path, found: "a file")
        }
        let marks: [(String, Kind)] = [
            ("index.json", .index), ("store.json", .store), ("manifest.json", .model),
        ]
        for (name, kind) in marks where FileSystem.exists("\(path)/\(name)") { return kind }
        if FileSystem.exists("\(path)/job") { throw IndexError.unfinished(path: path) }
        throw InspectionError.notVerifiable(path: path, found: "a folder without their files")
    }

    /// Reads everything and compares it with checksums and digests.
    ///
    /// - Parameter progress: Files or chunks done, and all.
    /// - Throws: `CatalogError`, `ModelError` or ``IndexError``, naming file, expected and found.
    package init(_ path: String, progress: (Int, Int) -> Void = { _, _ in }) throws {
        self.path = path
        kind = try Verification.kind(of: path)
        switch kind {
        case .store:
            let store = try Store(path: path)
            try store.verify(progress: progress)
            digest = store.digest
            let manifest = store.manifest
            let catalog = try store.catalogDigest(threads: availableProcessors())
            facts = [
                ("catalog", .text(catalog.hex)),
                ("chunks", .integer(Int64(manifest.chunks.count))),
                ("listings", .integer(Int64(manifest.liveRows))),
                ("superseded", .integer(Int64(manifest.tombstones))),
                (
                    "bytes",
                    Verification.bytes(
                        manifest.chunks.reduce(0) { $0 + $1.hotBytes + $1.coldBytes + $1.idsBytes })
                ),
            ]
        case .model:
            let model = try Model.load(path)
            digest = model.digest
            facts = [
                ("name", .text(model.name)), ("brands", .integer(Int64(model.brands.count))),
                ("patterns", .integer(Int64(model.patterns.count))),
                ("price references", .integer(Int64(model.prices.count))),
                ("bank entries", .integer(Int64(model.banks.entryCount))),
            ]
        case .index:
            let index = try SuspicionIndex(path: path)
            try index.verify(progress: progress)
            let manifest = index.manifest
            digest = manifest.digest
            let sample = SampleText(manifest).map {
                [("sample", Table.Cell.text($0.sentence(.en)))]
            }
            facts =
                [
                    ("model", .text("\(manifest.modelName) \(manifest.model.short)")),
                    ("snapshot", .text(manifest.snapshot.short)),
                    ("shards", .integer(Int64(manifest.shards.count))),
                    ("quarantined", .list(manifest.quarantined.map(\.name))),
                    ("listings scored", .integer(Int64(manifest.scoredRows))),
                    ("over the threshold", .integer(Int64(manifest.overThreshold))),
                    ("ranked", .integer(Int64(manifest.ranked))),
                    ("result digest", .text(manifest.resultDigest.hex)),
                ] + (sample ?? [])
        }
    }

    /// One line for each fact.
    package var table: Table {
        var table = Table([.init("checked", key: "name"), .init("found", key: "value")])
        table.append([.text("kind"), .text(kind.rawValue)])
        table.append([.text("digest"), .text(digest.hex)])
        for (name, value) in facts { table.append([.text(name), value]) }
        table.append([.text("state"), .text("every byte is as it was written")])
        return table
    }

    private static func bytes(_ count: UInt64) -> Table.Cell {
        .shown(.integer(Int64(count)), as: NumberText.bytes(count))
    }
}
