internal import Glibc

/// A new file of a known size, filled through memory and then put into place in one step.
///
/// It has a temporary name until ``publish()``; a draft that is never published leaves nothing.
// Sendable although it holds a pointer: whoever fills it is its only user until it is published.
package final class MappedDraft: @unchecked Sendable {
    package let path: String
    /// Page-aligned, zeros at first.
    package let bytes: UnsafeMutableRawBufferPointer
    private let temporary: String
    private var isPublished = false

    /// - Parameter byteCount: At least 1. The disk space is claimed now, so that filling cannot
    ///   run into a full disk.
    /// - Throws: ``FileError``.
    package init(_ path: String, byteCount: Int) throws(FileError) {
        precondition(byteCount > 0, "a draft holds something")
        self.path = path
        temporary = TemporaryName.next(beside: path)
        let name = temporary
        let file = try FileDescriptor(name, O_RDWR | O_CREAT | O_EXCL, "create")
        let code = posix_fallocate(file.raw, 0, off_t(byteCount))
        guard code == 0 else {
            unlink(name)
            throw FileError(path, "claim \(byteCount) bytes for", code)
        }
        guard let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0),
            start != MAP_FAILED
        else {
            let code = errno
            unlink(name)
            throw FileError(path, "map", code)
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        munmap(bytes.baseAddress, bytes.count)
        if !isPublished { unlink(temporary) }
    }

    /// Gives the file its name, replacing what had it. What is there is whole for every reader
    /// from now on; it is not flushed, so after a power cut it may be damaged or gone.
    ///
    /// - Throws: ``FileError``.
    package func publish() throws(FileError) {
        try FileSystem.rename(temporary, to: path)
        isPublished = true
    }
}
