internal import Glibc
internal import KleanColumns

/// Writing into the middle of a file.
enum FilePart {
    static func write(_ bytes: [UInt8], at offset: UInt64, to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, "open") }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                pwrite(
                    descriptor, raw.baseAddress?.advanced(by: done), raw.count - done,
                    off_t(offset) + off_t(done))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "write")
            }
            done += count
        }
    }
}

/// Tells when standard input closes.
enum StandardInput {
    /// Blocks until there is nothing more to read; what is read is ignored.
    static func waitForEnd() {
        var byte: UInt8 = 0
        while true {
            let count = read(0, &byte, 1)
            if count == 0 || (count < 0 && errno != EINTR) { return }
        }
    }
}
