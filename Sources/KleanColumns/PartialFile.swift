internal import Glibc

/// A file of which parts are read.
///
/// Copies where ``MappedFile`` maps: a shared file system that fails under a mapping ends the
/// process by SIGBUS, under a read it is an error that can be told.
package struct PartialFile: ~Copyable {
    /// When it was opened.
    package let byteCount: UInt64
    private let file: FileDescriptor

    /// - Throws: ``FileError``: missing, unreadable, a folder, a device or pipe.
    package init(_ path: String) throws(FileError) {
        // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
        let file = try FileDescriptor(path, O_RDONLY | O_NONBLOCK, "open")
        byteCount = UInt64(try file.regularFileBytes())
        self.file = file
    }

    /// The bytes from `offset` on; fewer than asked for if the file ends before.
    package func read(_ count: Int, at offset: UInt64) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                while filled < count {
                    let (start, done) = (buffer.baseAddress, filled)
                    let got = try uninterrupted(file.path, "read") {
                        pread(
                            file.raw, start?.advanced(by: done), count - done,
                            off_t(offset) + off_t(done))
                    }
                    if got == 0 { return }
                    filled += got
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
