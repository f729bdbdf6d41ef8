#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Bytes in order, from wherever they come: a file, a pipe, what an archive holds.
protocol ByteStream: AnyObject {
    /// How errors and reports name it.
    var path: String { get }
    /// Bytes taken from the file itself so far, packed as they lie there.
    var consumed: UInt64 { get }
    /// Bytes of the file itself; 0 when nobody knows (pipes).
    var size: UInt64 { get }
    /// Bytes come as they lie in the file, so that `consumed` is exact.
    var isPlain: Bool { get }

    /// Fills the buffer, less only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int
}

extension ByteStream {
    /// Adds up to `count` bytes to the end of an array, fewer only at the end.
    func read(_ count: Int, onto bytes: inout [UInt8]) throws(CatalogError) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        let result = bytes.withUnsafeMutableBytes { buffer -> Result<Int, CatalogError> in
            do throws(CatalogError) {
                return .success(
                    try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...])))
            } catch {
                return .failure(error)
            }
        }
        let filled = try result.get()
        bytes.removeLast(count - filled)
        return filled
    }
}

/// A file or pipe, or standard input, which is called `-`.
final class FileStream: ByteStream {
    let path: String
    let size: UInt64
    /// A file that can be read from any place, and again.
    let isRegular: Bool
    let isPlain = true
    private(set) var consumed: UInt64 = 0
    private let descriptor: Int32
    private let isOwned: Bool

    static let standardInput = "-"

    init(path: String) throws(CatalogError) {
        isOwned = path != FileStream.standardInput
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : 0
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .notFound(file: path) : .unreadable(file: path, reason: systemError(errno))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = systemError(errno)
            if isOwned { close(descriptor) }
            throw .unreadable(file: path, reason: reason)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            if isOwned { close(descriptor) }
            throw .isDirectory(file: path)
        }
        self.path = isOwned ? path : "standard input"
        isRegular = isOwned && status.st_mode & S_IFMT == S_IFREG
        size = isRegular ? UInt64(max(0, status.st_size)) : 0
    }

    deinit { if isOwned { close(descriptor) } }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let filled = try readFully(descriptor, into: buffer, path)
        consumed += UInt64(filled)
        return filled
    }

    /// Goes to a place of a regular file; `nil` when it cannot.
    func seek(_ offset: Int64, _ whence: Int32) -> Int64? {
        let place = lseek(descriptor, off_t(offset), whence)
        return place < 0 ? nil : Int64(place)
    }
}

/// A stream whose first bytes can be looked at before they are read.
final class PeekedStream: ByteStream {
    let base: any ByteStream
    private var pending: [UInt8]
    private var done = 0

    var path: String { base.path }
    var consumed: UInt64 { base.consumed }
    var size: UInt64 { base.size }
    var isPlain: Bool { base.isPlain }
    var head: [UInt8] { pending }

    /// - Parameter count: Bytes to look at; fewer are there only when the stream is shorter.
    init(_ base: any ByteStream, peeking count: Int) throws(CatalogError) {
        self.base = base
        pending = []
        _ = try base.read(count, onto: &pending)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let waiting = min(buffer.count, pending.count - done)
        if waiting > 0 {
            pending.withUnsafeBytes { held in
                buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: held[done..<(done + waiting)]))
            }
            done += waiting
        }
        guard waiting < buffer.count else { return waiting }
        return waiting
            + (try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[waiting...])))
    }

    /// Goes to a place of a regular file and forgets what was looked at.
    func seek(_ offset: Int64, _ whence: Int32) -> Int64? {
        guard let file = base as? FileStream, file.isRegular else { return nil }
        // What is pending was read already: the file stands behind where its reader thinks it is.
        let shift = whence == SEEK_CUR ? Int64(pending.count - done) : 0
        guard let place = file.seek(offset - shift, whence) else { return nil }
        done = pending.count
        return place
    }
}

/// Reads until the buffer is full or the file ends.
func readFully(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, _ path: String)
    throws(CatalogError) -> Int
{
    var filled = 0
    while filled < buffer.count {
        let got = readOnce(
            descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        if got < 0 {
            if errno == EINTR { continue }
            throw .unreadable(file: path, reason: systemError(errno))
        }
        if got == 0 { break }
        filled += got
    }
    return filled
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
