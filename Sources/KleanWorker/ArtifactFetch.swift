internal import KleanColumns
import KleanCore
package import KleanWire

/// Fetches a model or profile over the wire into the cache, a few parts in flight at a time.
///
/// Files are written into `CACHE/<digest>.tmp.<incarnation>`, which is renamed to `CACHE/<digest>`
/// when all of it is there; so a folder under its own name is whole. Workers that share a cache may
/// have the same process number, in containers or in one process.
package struct ArtifactFetch {
    static let partBytes: UInt64 = 1 << 20
    static let partsInFlightMax = 4

    package let artifact: Artifact
    private let folder: String
    private let partial: String
    private var nextFile = 0
    private var nextOffset: UInt64 = 0
    private var inFlight: [ArtifactRequest] = []
    private var bytesLeft: UInt64

    /// Where an artifact is or would be in the cache.
    package static func cached(_ artifact: Artifact, in cache: String) -> String {
        let folder = "\(cache)/\(artifact.digest.hex)"
        return artifact.files.count == 1 && artifact.files[0].name.isEmpty
            ? "\(folder)/file" : folder
    }

    /// - Parameter incarnation: The worker's, by which its unfinished files are told from others'.
    /// - Throws: ``FileError``.
    package init(_ artifact: Artifact, cache: String, incarnation: UInt64) throws {
        self.artifact = artifact
        folder = "\(cache)/\(artifact.digest.hex)"
        partial = "\(folder).tmp.\(String(incarnation, radix: 16))"
        bytesLeft = artifact.files.reduce(0) { $0 + $1.byteCount }
        try FileSystem.remove(partial)
        try FileSystem.createDirectory(partial)
        for file in artifact.files {
            let path = path(file)
            if let slash = path.lastIndex(of: "/") {
                try FileSystem.createDirectory(String(path[..<slash]))
            }
            try FileSystem.write(path, [], sync: false)
        }
    }

    package var isDone: Bool { bytesLeft == 0 }

    /// What may be asked for now.
    package mutating func requests() -> [ArtifactRequest] {
        var requests: [ArtifactRequest] = []
        while inFlight.count < ArtifactFetch.partsInFlightMax, nextFile < artifact.files.count {
            let size = artifact.files[nextFile].byteCount
            guard nextOffset < size else {
                nextFile += 1
                nextOffset = 0
                continue
            }
            let count = min(ArtifactFetch.partBytes, size - nextOffset)
            let request = ArtifactRequest(
                digest: artifact.digest, file: UInt32(nextFile), offset: nextOffset,
                byteCount: UInt32(count))
            nextOffset += count
            inFlight.append(request)
            requests.append(request)
        }
        return requests
    }

    /// Writes a part that was asked for; any other is ignored.
    package mutating func accept(_ part: ArtifactPart, _ bytes: [UInt8]) throws {
        let place = inFlight.firstIndex {
            $0.digest == part.digest && $0.file == part.file && $0.offset == part.offset
                && $0.byteCount == part.byteCount
        }
        guard let place else { return }
        inFlight.remove(at: place)
        try FilePart.write(bytes, at: part.offset, to: path(artifact.files[Int(part.file)]))
        bytesLeft -= UInt64(part.byteCount)
    }

    /// Puts the whole into place.
    package func finish() throws {
        if FileSystem.exists(folder) {
            try FileSystem.remove(partial)  // Another worker on this machine was faster.
        } else {
            do {
                try FileSystem.rename(partial, to: folder)
            } catch  where FileSystem.exists(folder) {
                try FileSystem.remove(partial)
            }
        }
    }

    private func path(_ file: Artifact.File) -> String {
        file.name.isEmpty ? "\(partial)/file" : "\(partial)/\(file.name)"
    }
}
