internal import FoundationEssentials
internal import KleanColumns
package import KleanCore

/// `manifest.json` of a model folder: what the model is called and where its parts are.
///
/// **Format** 1: keys sorted, UTF-8. The digest alone decides what the model is; the counts are
/// for people.
struct ModelManifest: Codable, Equatable {
    static let fileName = "manifest.json"
    static let formatVersion = 1

    var format = ModelManifest.formatVersion
    var name: String
    var digest: String
    /// File names below the model folder.
    var registry: String
    var banks: String
    var brands: Int
    var patterns: Int
    var prices: Int
    var bankEntries: Int

    init(_ model: Model) {
        name = model.name
        digest = model.digest.hex
        registry = "registry-\(model.digest.short).kln"
        banks = "banks-\(model.digest.short).kln"
        brands = model.brands.count
        patterns = model.patterns.count
        prices = model.prices.count
        bankEntries = model.banks.entryCount
    }

    /// Reads the manifest of a model folder.
    init(folder: String) throws(ModelError) {
        let path = folder + "/" + ModelManifest.fileName
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(path, bytesMax: 1 << 20)
        } catch  where error.reason == .notFound || error.reason == .notDirectory {
            throw .notModel(path: folder)
        } catch {
            throw .file(error)
        }
        let manifest: ModelManifest
        do {
            manifest = try JSONDecoder().decode(ModelManifest.self, from: Data(bytes))
        } catch {
            // The decoder's own words depend on its version.
            throw .damaged(file: path, expected: "a model manifest", found: "something else")
        }
        guard manifest.format == ModelManifest.formatVersion else {
            throw .format(
                path: path, expected: ModelManifest.formatVersion, found: manifest.format)
        }
        for name in [manifest.registry, manifest.banks]
        where name.isEmpty || name.contains("/") || name.hasPrefix(".") {
            throw .damaged(file: path, expected: "a plain file name", found: name)
        }
        self = manifest
    }

    func bytes() throws(ModelError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            return try Array(encoder.encode(self)) + [10]
        } catch {
            throw .damaged(
                file: ModelManifest.fileName, expected: "an encodable manifest", found: "\(error)")
        }
    }
}

extension Model {
    /// The files that make up the model in `folder`, manifest last: what a peer needs to load it.
    package static func fileNames(_ folder: String) throws(ModelError) -> [String] {
        let manifest = try ModelManifest(folder: folder)
        return [manifest.registry, manifest.banks, ModelManifest.fileName]
    }

    /// The digest that the manifest in `folder` names, without loading the model.
    package static func manifestDigest(_ folder: String) throws(ModelError) -> Digest {
        let manifest = try ModelManifest(folder: folder)
        guard let digest = Digest(hex: manifest.digest) else {
            throw .damaged(
                file: folder + "/" + ModelManifest.fileName, expected: "a digest",
                found: manifest.digest)
        }
        return digest
    }
}
