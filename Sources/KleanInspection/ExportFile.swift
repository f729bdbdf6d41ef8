internal import Glibc
import KleanColumns

/// A file that appears whole or not at all: written under another name in the same folder, synced,
/// then renamed. Released without ``commit()``, it leaves nothing.
final class ExportFile {
    private static let blockBytes = 1 << 20

    let path: String
    let temporary: String
    private var descriptor: Int32
    private var block: [UInt8] = []

    init(_ path: String) throws(FileError) {
        self.path = path
        let folder = FileSystem.parent(of: path)
        temporary = "\(folder)/.\(FileSystem.name(of: path)).\(getpid()).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "create") }
        block.reserveCapacity(ExportFile.blockBytes + 4_096)
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporary)
        }
    }

    func write(_ text: String) throws(FileError) {
        block += text.utf8
        if block.count >= ExportFile.blockBytes { try flush() }
    }

    func commit() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw FileError(path, "flush") }
        close(descriptor)
        descriptor = -1
        do { try ExportFile.settle(temporary, path) } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Moves a finished file into place.
    static func settle(_ temporary: String, _ path: String) throws(FileError) {
        if FileSystem.isDirectory(path) { throw FileError(path, "replace", EISDIR) }
        try FileSystem.rename(temporary, to: path)
        try FileSystem.syncDirectory(of: path)
    }

    private func flush() throws(FileError) {
        var done = 0
        while done < block.count {
            let count = block.withUnsafeBytes { raw in
                Glibc.write(descriptor, raw.baseAddress?.advanced(by: done), raw.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "write")
            }
            done += count
        }
        block.removeAll(keepingCapacity: true)
    }
}
