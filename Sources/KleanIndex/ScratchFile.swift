internal import Glibc
import KleanColumns
import Synchronization

/// A file that only this process uses, for sorted runs that do not fit in memory: appended to from
/// any thread, read back at offsets, gone when released.
final class ScratchFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let end = Mutex<Int64>(0)

    init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path, "create") }
        unlink(path)  // The name is not needed; a crash leaves nothing behind.
    }

    deinit { close(descriptor) }

    /// Reserves room at the end and writes there. - Returns: where the bytes stand.
    func append(_ bytes: [UInt8]) throws(FileError) -> Range<Int64> {
        let start = end.withLock { end in
            defer { end += Int64(bytes.count) }
            return end
        }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                pwrite(
                    descriptor, raw.baseAddress?.advanced(by: done), min(raw.count - done, 1 << 26),
                    Int(start) + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "write")
            }
            done += count
        }
        return start..<start + Int64(bytes.count)
    }

    /// Reads up to `count` bytes at an offset into the front of `buffer`.
    ///
    /// - Returns: bytes read; fewer than asked for only at the end of the file.
    func read(_ count: Int, at offset: Int64, into buffer: inout [UInt8]) throws(FileError) -> Int {
        var done = 0
        while done < count {
            let got = buffer.withUnsafeMutableBytes { raw in
                pread(
                    descriptor, raw.baseAddress?.advanced(by: done), count - done,
                    Int(offset) + done)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "read")
            }
            if got == 0 { break }
            done += got
        }
        return done
    }
}
