internal import Glibc

/// What the operating system refused, with the path.
package struct FileError: Error, Equatable, CustomStringConvertible {
    /// The refusals that callers tell apart; everything else is ``other``.
    package enum Reason: Equatable, Sendable {
        case notFound, isDirectory, notDirectory, notPermitted, alreadyExists, diskFull, locked
        case other
    }

    package let path: String
    /// What was being done, as in "cannot open".
    package let action: String
    package let errorNumber: Int32

    package var reason: Reason {
        switch errorNumber {
        case ENOENT: .notFound
        case EISDIR: .isDirectory
        case ENOTDIR: .notDirectory
        case EACCES, EPERM: .notPermitted
        case EEXIST, ENOTEMPTY: .alreadyExists
        case ENOSPC, EDQUOT: .diskFull
        case EWOULDBLOCK: .locked
        default: .other
        }
    }

    package init(_ path: String, _ action: String, _ errorNumber: Int32 = Glibc.errno) {
        self.path = path
        self.action = action
        self.errorNumber = errorNumber
    }

    package var description: String {
        "\(path): cannot \(action): \(String(cString: strerror(errorNumber)))"
    }
}

/// The few file operations that the layers need, with typed errors and no Foundation.
package enum FileSystem {
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Creates the folder and its parents; an existing one is fine.
    package static func createDirectory(_ path: String) throws(FileError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try createDirectory(String(path[..<slash]))
        }
        guard mkdir(path, 0o755) == 0 || (errno == EEXIST && isDirectory(path)) else {
            throw FileError(path, "create the folder")
        }
    }

    /// Names in a folder, sorted by bytes, without `.` and `..`.
    package static func list(_ path: String) throws(FileError) -> [String] {
        guard let folder = opendir(path) else { throw FileError(path, "list the folder") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// Removes a file or a folder with all in it; a missing one is fine.
    package static func remove(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw FileError(path, "look at")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            if unlink(path) != 0, errno != ENOENT { throw FileError(path, "remove") }
            return
        }
        for name in try list(path) { try remove("\(path)/\(name)") }
        if rmdir(path) != 0, errno != ENOENT { throw FileError(path, "remove the folder") }
    }

    package static func rename(_ path: String, to target: String) throws(FileError) {
        guard Glibc.rename(path, target) == 0 else { throw FileError(target, "rename into place") }
    }

    /// A second name for the same file; replaces an existing target.
    package static func link(_ path: String, to target: String) throws(FileError) {
        if unlink(target) != 0, errno != ENOENT { throw FileError(target, "replace") }
        guard Glibc.link(path, target) == 0 else { throw FileError(target, "link into place") }
    }

    package static func size(_ path: String) throws(FileError) -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, "look at") }
        return UInt64(status.st_size)
    }

    /// The whole file. For manifests and sources, not for chunks: see ``MappedFile``.
    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        if isDirectory(path) { throw FileError(path, "read", EISDIR) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, "open") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "read")
            }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    /// Writes a new file so that after a crash it is there whole or not at all: a temporary in the
    /// same folder, fsync, rename, fsync of the folder. On failure the temporary is removed.
    package static func writeDurably(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let temporary = "\(path).tmp.\(getpid())"
        do {
            try write(temporary, bytes, sync: true)
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error.path == temporary
                ? FileError(path, error.action, error.errorNumber) : error
        }
        try syncDirectory(of: path)
    }

    /// Writes a file in place, synced if asked.
    package static func write(_ path: String, _ bytes: [UInt8], sync: Bool) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "create") }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(
                    descriptor, raw.baseAddress?.advanced(by: done), min(raw.count - done, 1 << 26))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "write")
            }
            done += count
        }
        if sync, fsync(descriptor) != 0 { throw FileError(path, "flush") }
    }

    /// Makes renames in the folder that holds `path` durable.
    package static func syncDirectory(of path: String) throws(FileError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(folder, "open") }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw FileError(folder, "flush") }
    }
}

/// A whole new file, durably; see ``FileSystem/writeDurably(_:_:)``.
package func writeFileDurably(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try FileSystem.writeDurably(path, bytes)
}

/// An advisory lock on a file, held until the value is released: one writer at a time.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``FileError`` with reason ``FileError/Reason/locked`` when somebody holds it.
    package init(_ path: String) throws(FileError) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw FileError(path, "open the lock") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let error = FileError(path, "lock")
            close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}

/// A file mapped read-only. The kernel reads what is touched.
// Sendable although it holds a pointer: nothing writes to a published file.
package final class MappedFile: @unchecked Sendable {
    package let path: String
    package let bytes: UnsafeRawBufferPointer

    package init(_ path: String) throws(FileError) {
        self.path = path
        if FileSystem.isDirectory(path) { throw FileError(path, "read", EISDIR) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, "open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path, "look at") }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { throw FileError(path, "map") }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}
