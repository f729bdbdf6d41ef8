internal import KleanColumns
import KleanCore
internal import KleanTransport
internal import KleanWire

/// The model and profile as workers may ask for them: their files, mapped when first wanted.
struct ArtifactShelf {
    private(set) var artifacts: [Artifact] = []
    private var mapped: [String: MappedFile] = [:]

    /// Puts a folder or a file on the shelf.
    mutating func add(_ kind: Artifact.Kind, _ digest: Digest, path: String) throws {
        var files: [Artifact.File] = []
        if FileSystem.isDirectory(path) {
            try ArtifactShelf.walk(path, "", &files)
        } else {
            files = [Artifact.File(name: "", byteCount: try FileSystem.size(path))]
        }
        artifacts.removeAll { $0.kind == kind }
        artifacts.append(Artifact(kind: kind, digest: digest, path: path, files: files))
    }

    /// The bytes of a part, not copied; `nil` for what is not on the shelf.
    mutating func part(_ request: ArtifactRequest) throws -> SharedBytes? {
        guard let artifact = artifacts.first(where: { $0.digest == request.digest }),
            artifact.files.indices.contains(Int(request.file))
        else { return nil }
        let file = artifact.files[Int(request.file)]
        let path = file.name.isEmpty ? artifact.path : "\(artifact.path)/\(file.name)"
        let map = try mapped[path] ?? MappedFile(path)
        mapped[path] = map
        let end = request.offset.addingReportingOverflow(UInt64(request.byteCount))
        guard !end.overflow, end.partialValue <= UInt64(map.bytes.count) else { return nil }
        let range = Int(request.offset)..<Int(end.partialValue)
        return SharedBytes(UnsafeRawBufferPointer(rebasing: map.bytes[range]), owner: map)
    }

    private static func walk(
        _ root: String, _ prefix: String, _ files: inout [Artifact.File]
    ) throws {
        for name in try FileSystem.list(prefix.isEmpty ? root : "\(root)/\(prefix)") {
            let relative = prefix.isEmpty ? name : "\(prefix)/\(name)"
            if FileSystem.isDirectory("\(root)/\(relative)") {
                try walk(root, relative, &files)
            } else {
                files.append(
                    Artifact.File(
                        name: relative, byteCount: try FileSystem.size("\(root)/\(relative)")))
            }
        }
    }
}
