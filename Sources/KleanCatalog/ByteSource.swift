#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A catalog file as a stream of bytes, read on the caller's thread.
final class ByteSource {
    let path: String
    /// 0 when the file system does not say (pipes, `/proc`).
    let size: UInt64
    private(set) var offset: UInt64 = 0
    private let descriptor: Int32
    /// Converts what is read from here on.
    var transcoder: Transcoder?

    init(path: String) throws(CatalogError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .notFound(file: path) : .unreadable(file: path, reason: systemError(errno))
        }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let reason = systemError(errno)
            close(opened)
            throw .unreadable(file: path, reason: reason)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(opened)
            throw .isDirectory(file: path)
        }
        self.path = path
        descriptor = opened
        size = UInt64(max(0, status.st_size))
    }

    deinit { close(descriptor) }

    /// Adds at least `count` bytes of UTF-8 to the end of `bytes`, fewer only at the file's end.
    ///
    /// - Returns: Bytes added.
    func read(_ count: Int, onto bytes: inout [UInt8]) throws(CatalogError) -> Int {
        guard let transcoder else { return try readRaw(count, onto: &bytes) }
        let before = bytes.count
        var isAtEnd = false
        while bytes.count - before < count, !isAtEnd {
            var piece: [UInt8] = []
            let want = max(1 << 14, count / 2)
            isAtEnd = try readRaw(want, onto: &piece) < want
            transcoder.convert(piece, isLast: isAtEnd, onto: &bytes)
        }
        return bytes.count - before
    }

    /// Adds up to `count` bytes as they stand in the file.
    private func readRaw(_ count: Int, onto bytes: inout [UInt8]) throws(CatalogError) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        var filled = 0
        var failure: Int32 = 0
        bytes.withUnsafeMutableBytes { buffer in
            while filled < count {
                let got = readOnce(
                    descriptor, buffer.baseAddress.map { $0 + start + filled }, count - filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        bytes.removeLast(count - filled)
        guard failure == 0 else {
            throw .unreadable(file: path, reason: systemError(failure))
        }
        offset += UInt64(filled)
        return filled
    }
}

private func readOnce(_ descriptor: Int32, _ pointer: UnsafeMutableRawPointer?, _ count: Int)
    -> Int
{
    read(descriptor, pointer, count)
}

/// What the system calls an error number.
func systemError(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text).lowercased()
}
