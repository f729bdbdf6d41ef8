internal import Glibc
internal import Synchronization

/// A whole new file, durably; see ``FileSystem/writeDurably(_:_:)``.
package func writeFileDurably(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try FileSystem.writeDurably(path, bytes)
}

extension FileSystem {
    /// Writes a new file so that after a crash it is there whole or not at all: a temporary in the
    /// same folder, fsync, rename, fsync of the folder. On failure the temporary is removed and
    /// what was at `path` is still there.
    ///
    /// - Throws: ``FileError`` about `path`, never about the temporary.
    package static func writeDurably(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let temporary = TemporaryName.next(beside: path)
        do throws(FileError) {
            let file = try FileDescriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, "create")
            do throws(FileError) {
                try file.write(bytes)
                try file.sync()
                try rename(temporary, to: path)
            } catch {
                unlink(temporary)
                throw error
            }
        } catch {
            throw FileError(path, error.action, error.errorNumber)
        }
        try syncDirectory(of: path)
    }
}

/// Names of files that are not finished: `.name.<process>.<number>.tmp` beside their target.
package enum TemporaryName {
    private static let number = Atomic<UInt64>(0)
    /// Drawn: process numbers come again, on other hosts and in a container that starts anew.
    private static let process = String(UInt64.random(in: .min ... .max), radix: 16)

    /// A new one.
    static func next(beside path: String) -> String {
        let count = number.wrappingAdd(1, ordering: .relaxed).newValue
        let folder = FileSystem.parent(of: path)
        return "\(folder)/.\(FileSystem.name(of: path)).\(process).\(count).tmp"
    }

    /// Whether a name is such a file: one that a crash left behind, or that is being written.
    package static func matches(_ name: String) -> Bool {
        name.hasPrefix(".") && name.hasSuffix(".tmp")
    }
}
