internal import KleanColumns
package import KleanCore

/// Writes a checked source as a model folder.
///
/// | file | content |
/// |---|---|
/// | `manifest.json` | name, digest, the names of the other two, counts |
/// | `registry-<digest>.kln` | brands, patterns, lexicon, prices, rates, weights |
/// | `banks-<digest>.kln` | the hash banks |
package enum ModelBuilder {
    /// Writes the model of `source` to `folder`.
    ///
    /// A new folder appears by rename, whole or not at all. An existing model is replaced, if
    /// asked for, by renaming its manifest, so that at any instant the old or the new one is
    /// there. The bytes depend on the content alone (for one version of liblz4).
    ///
    /// - Returns: The model's digest.
    /// - Throws: ``ModelError/exists(path:)`` when something is there that may not be replaced;
    ///   ``ModelError/file(_:)``.
    @discardableResult
    package static func build(
        _ source: ModelSource, to folder: String, replacing: Bool = false
    ) throws(ModelError) -> Digest {
        try build(source.model, to: folder, replacing: replacing)
    }

    /// Writes a model; as ``build(_:to:replacing:)``.
    @discardableResult
    package static func build(
        _ model: Model, to folder: String, replacing: Bool = false
    ) throws(ModelError) -> Digest {
        var model = model
        model.digest = model.contentDigest
        let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        do {
            if FileSystem.exists(path) {
                let isModel = FileSystem.exists(path + "/" + ModelManifest.fileName)
                guard replacing, isModel else { throw ModelError.exists(path: path) }
                try write(model, into: path)
                try removeOthers(than: ModelManifest(model), in: path)
            } else {
                try FileSystem.createDirectory(FileSystem.parent(of: path))
                try writeNew(model, to: path)
            }
        } catch let error as ModelError {
            throw error
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .damaged(file: path, expected: "to be written", found: "\(error)")
        }
        return model.digest
    }

    private static func writeNew(_ model: Model, to path: String) throws {
        let name = FileSystem.name(of: path)
        let temporary = FileSystem.parent(of: path) + "/.\(name).\(model.digest.short).tmp"
        try FileSystem.remove(temporary)
        do {
            try FileSystem.createDirectory(temporary)
            try write(model, into: temporary)
            try FileSystem.rename(temporary, to: path)
        } catch {
            try FileSystem.remove(temporary)
            throw error
        }
        try FileSystem.syncDirectory(of: path)
    }

    /// Containers first, the manifest that names them last.
    private static func write(_ model: Model, into folder: String) throws {
        let manifest = ModelManifest(model)
        var registry = ContainerWriter(kind: .modelRegistry, effort: .high)
        model.writeRegistry(to: &registry)
        try writeFileDurably(folder + "/" + manifest.registry, registry.finish())
        var banks = ContainerWriter(kind: .modelBanks)
        model.writeBanks(to: &banks)
        try writeFileDurably(folder + "/" + manifest.banks, banks.finish())
        try writeFileDurably(folder + "/" + ModelManifest.fileName, manifest.bytes())
    }

    private static func removeOthers(than manifest: ModelManifest, in folder: String) throws {
        for name in try FileSystem.list(folder) where name.hasSuffix(".kln") {
            if name != manifest.registry, name != manifest.banks {
                try FileSystem.remove(folder + "/" + name)
            }
        }
    }
}
