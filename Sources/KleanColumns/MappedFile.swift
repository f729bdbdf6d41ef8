internal import Glibc

/// A file mapped read-only for as long as someone holds this. The kernel reads what is touched.
///
/// Published files are replaced by rename and never shortened in place: if another program cuts a
/// mapped file short, touching what is gone ends this process with SIGBUS, as with any mapping.
// Sendable although it holds a pointer: nothing writes to a published file.
package final class MappedFile: @unchecked Sendable {
    package let path: String
    /// Page-aligned; empty for an empty file.
    package let bytes: UnsafeRawBufferPointer

    /// - Parameter access: How its pages will be touched.
    /// - Throws: ``FileError``: missing, unreadable, a folder, a device or pipe.
    package init(_ path: String, access: FileAccess = .sequential) throws(FileError) {
        // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
        let file = try FileDescriptor(path, O_RDONLY | O_NONBLOCK, "open")
        let count = try file.regularFileBytes()
        self.path = path
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, file.raw, 0),
            start != MAP_FAILED
        else { throw FileError(path, "map") }
        if access == .scattered { madvise(start, count, MADV_RANDOM) }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}

/// How the pages of a mapped file will be touched.
package enum FileAccess: Sendable {
    /// Most of them, in order: the kernel reads ahead.
    case sequential
    /// A few here and there: reading ahead would fetch thirty pages for each one.
    case scattered
}
