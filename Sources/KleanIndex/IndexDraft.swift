internal import Glibc
import KleanColumns
import KleanCore

/// The files of an index that is being made: in a folder of their own until they are whole.
struct IndexDraft: Sendable {
    private static let prefix = ".draft-"

    let files: IndexFiles

    /// Creates the folder; drafts that a crash left behind are removed.
    init(in path: String) throws {
        files = IndexFiles(path: path, folder: "\(IndexDraft.prefix)\(getpid())")
        do {
            try FileSystem.createDirectory(path)
            for name in try FileSystem.list(path) where name.hasPrefix(IndexDraft.prefix) {
                try FileSystem.remove("\(path)/\(name)")
            }
            try FileSystem.createDirectory("\(path)/\(files.folder)/pages")
            try FileSystem.createDirectory("\(path)/\(files.folder)/scores")
        } catch { throw IndexError.file(error) }
    }

    func write(_ file: String, _ bytes: [UInt8]) throws {
        do { try FileSystem.write(file, bytes, sync: true) } catch { throw IndexError.file(error) }
    }

    /// Takes over a file that is durable already, without copying it where the disk allows.
    func link(_ source: String, to target: String) throws {
        do {
            do { try FileSystem.link(source, to: target) } catch  where error.errorNumber == EXDEV {
                try FileSystem.write(target, try FileSystem.read(source), sync: true)
            }
        } catch { throw IndexError.file(error) }
    }

    /// Puts the folder into place, then the manifest that names it, then removes older folders.
    ///
    /// - Returns: The manifest with the folder's final name.
    func commit(_ manifest: IndexManifest, origin: IndexOrigin?) throws -> IndexManifest {
        var manifest = manifest
        let draft = "\(files.path)/\(files.folder)"
        do {
            for folder in ["pages", "scores"] {
                try FileSystem.syncDirectory(of: "\(draft)/\(folder)/.")
            }
            try FileSystem.syncDirectory(of: "\(draft)/.")
            // The same content published again must not remove the folder that is being read.
            if try currentFolder() == manifest.folder { manifest.folder += "-again" }
            try FileSystem.remove("\(files.path)/\(manifest.folder)")
            try FileSystem.rename(draft, to: "\(files.path)/\(manifest.folder)")
            try FileSystem.syncDirectory(of: draft)
            if let origin {
                try writeFileDurably(IndexFiles.origin(files.path), try origin.encoded())
            }
            try writeFileDurably(IndexFiles.manifest(files.path), try manifest.encoded())
            for name in try FileSystem.list(files.path)
            where name.hasPrefix("index-") && name != manifest.folder {
                try FileSystem.remove("\(files.path)/\(name)")
            }
        } catch let error as FileError {
            throw IndexError.file(error)
        }
        return manifest
    }

    /// The folder that the published manifest names, if there is one that can be read.
    private func currentFolder() throws -> String? {
        let name = IndexFiles.manifest(files.path)
        guard FileSystem.exists(name) else { return nil }
        do {
            return try IndexManifest(decoding: FileSystem.read(name), file: name).folder
        } catch is IndexError {
            return nil  // Damaged or of another version: about to be replaced.
        }
    }

    func discard() {
        do { try FileSystem.remove("\(files.path)/\(files.folder)") } catch {
            // The reason for discarding is the one to tell; the next merge removes the folder.
        }
    }
}
