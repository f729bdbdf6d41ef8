internal import CKleanColumns
internal import Glibc

/// An open file that closes itself. Inside this module only; others use ``FileSystem``.
struct FileDescriptor: ~Copyable {
    let raw: Int32
    let path: String

    /// - Parameter action: what a failure prevents, as in "cannot open".
    init(_ path: String, _ flags: Int32, _ action: String) throws(FileError) {
        raw = try uninterrupted(path, action) { open(path, flags | O_CLOEXEC, 0o644) }
        self.path = path
    }

    deinit { _ = close(raw) }  // What must not be lost was synced before.

    /// The size, once it is sure that this is a regular file and not, say, a folder.
    func regularFileBytes() throws(FileError) -> Int {
        var status = stat()
        _ = try uninterrupted(path, "look at") { fstat(raw, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return Int(status.st_size)
        case S_IFDIR: throw FileError(path, "read", EISDIR)
        default: throw FileError(path, "read a device, socket or pipe as a file", EINVAL)
        }
    }

    /// Writes all of `bytes` after what was written before.
    func write(_ bytes: [UInt8]) throws(FileError) {
        let blockBytesMax = 1 << 26
        var done = 0
        while done < bytes.count {
            done += try uninterrupted(path, "write") {
                bytes.withUnsafeBytes { raw in
                    let count = min(raw.count - done, blockBytesMax)
                    return Glibc.write(self.raw, raw.baseAddress?.advanced(by: done), count)
                }
            }
        }
    }

    /// Starts what ``sync()`` waits for. A file system that cannot loses time, nothing else.
    func beginSync() { _ = kc_begin_sync(raw) }

    func sync() throws(FileError) {
        _ = try uninterrupted(path, "flush") { fsync(raw) }
    }
}

/// Repeats a call until no signal interrupts it; -1 becomes a ``FileError``.
///
/// A path that holds a NUL would reach the system cut short and name another file, so it is
/// refused here.
@discardableResult
func uninterrupted<Result: SignedInteger>(
    _ path: String, _ action: String, _ call: () -> Result
) throws(FileError) -> Result {
    guard !path.utf8.contains(0) else { throw FileError(path, action, EINVAL) }
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw FileError(path, action, code) }
    }
}
