internal import Glibc

/// The few file operations that the layers need, with typed errors and no Foundation.
///
/// All block, so they are called from threads that we own.
package enum FileSystem {
    /// Whether something is there; `false` also where we may not look.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a folder is there.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Bytes of the file.
    package static func size(_ path: String) throws(FileError) -> UInt64 {
        var status = stat()
        try uninterrupted(path, "look at") { stat(path, &status) }
        return UInt64(status.st_size)
    }

    /// Creates the folder and its parents; an existing one is fine.
    package static func createDirectory(_ path: String) throws(FileError) {
        if isDirectory(path) { return }
        let above = parent(of: path)
        if above != path { try createDirectory(above) }
        do {
            try uninterrupted(path, "create the folder") { mkdir(path, 0o755) }
        } catch {
            // Someone else may have created it meanwhile, which is as good.
            guard error.errorNumber == EEXIST, isDirectory(path) else { throw error }
        }
    }

    /// Names in a folder, sorted by bytes, without `.` and `..`.
    package static func list(_ path: String) throws(FileError) -> [String] {
        guard !path.utf8.contains(0), let folder = opendir(path) else {
            throw FileError(path, "list the folder")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw FileError(path, "list the folder") }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Removes a file or a folder with all in it; a missing one is fine. Of a symbolic link, the
    /// link goes and what it leads to stays.
    package static func remove(_ path: String) throws(FileError) {
        do {
            var status = stat()
            try uninterrupted(path, "look at") { lstat(path, &status) }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                try uninterrupted(path, "remove") { unlink(path) }
                return
            }
            for name in try list(path) { try remove("\(path)/\(name)") }
            try uninterrupted(path, "remove the folder") { rmdir(path) }
        } catch {
            guard error.reason == .notFound else { throw error }
        }
    }

    /// Moves a file over `target` in one step; durable after ``syncDirectory(of:)``.
    package static func rename(_ path: String, to target: String) throws(FileError) {
        try uninterrupted(target, "rename into place") { Glibc.rename(path, target) }
    }

    /// A second name for the same file; replaces an existing target in one step.
    package static func link(_ path: String, to target: String) throws(FileError) {
        let temporary = TemporaryName.next(beside: target)
        try uninterrupted(target, "link into place") { Glibc.link(path, temporary) }
        do {
            try rename(temporary, to: target)
        } catch {
            unlink(temporary)
            throw error
        }
        // A rename between two names of one file does nothing and leaves both.
        unlink(temporary)
    }

    /// The whole file. For manifests and sources, not for chunks: see ``MappedFile``.
    ///
    /// - Throws: ``FileError``, with reason ``FileError/Reason/tooLarge`` past `bytesMax`, before
    ///   anything is allocated.
    package static func read(
        _ path: String, bytesMax: Int = 1 << 30
    ) throws(FileError) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
        let file = try FileDescriptor(path, O_RDONLY | O_NONBLOCK, "open")
        let count = try file.regularFileBytes()
        guard count <= bytesMax else { throw FileError(path, "read", EFBIG) }
        var failure: FileError?
        // Room for files whose size the system does not know beforehand, as in /proc.
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 1 << 16)) { buffer, filled in
            do throws(FileError) {
                while filled < buffer.count {
                    let (start, room) = (buffer.baseAddress, buffer.count - filled)
                    let got = try uninterrupted(path, "read") {
                        Glibc.read(file.raw, start?.advanced(by: filled), room)
                    }
                    if got == 0 { return }
                    filled += got
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes a file in place, synced if asked.
    package static func write(_ path: String, _ bytes: [UInt8], sync: Bool) throws(FileError) {
        let file = try FileDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, "create")
        try file.write(bytes)
        if sync { try file.sync() }
    }

    /// Writes a file in place and has the system begin to move it to the disk, without waiting:
    /// for many files that become durable together. Durable after ``sync(_:)``.
    package static func beginWrite(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let file = try FileDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, "create")
        try file.write(bytes)
        file.beginSync()
    }

    /// Waits until a file's bytes are on the disk. - Throws: also what went wrong since they were
    /// written, whoever wrote them.
    package static func sync(_ path: String) throws(FileError) {
        try FileDescriptor(path, O_RDONLY, "open").sync()
    }

    /// Makes creations, renames and removals in the folder that holds `path` durable.
    package static func syncDirectory(of path: String) throws(FileError) {
        try FileDescriptor(parent(of: path), O_RDONLY | O_DIRECTORY, "open").sync()
    }

    /// The folder that holds `path`: `a/b` for `a/b/c`, `.` for `c`, `/` for `/c` and `/`.
    package static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parts }
        return parts.isEmpty ? "." : parts
    }

    /// The last component of `path`: `c` for `a/b/c` and for `a/b/c/`.
    package static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
