internal import Glibc
internal import KleanColumns

/// A stream socket in the file system that only its owner may use, for one line each way.
struct UnixSocket: ~Copyable {
    let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Listens at a path; what stood there is removed. The mode is 0600 from the first instant.
    static func listening(at path: String) throws(FileError) -> UnixSocket {
        let socket = UnixSocket(Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0))
        guard socket.descriptor >= 0, fchmod(socket.descriptor, 0o600) == 0 else {
            throw FileError(path, "open a socket")
        }
        unlink(path)
        try withAddress(path) { address, length in
            Glibc.bind(socket.descriptor, address, length)
        }
        guard chmod(path, 0o600) == 0, listen(socket.descriptor, ControlLimits.backlog) == 0
        else { throw FileError(path, "listen") }
        return socket
    }

    /// - Returns: `nil` when nobody listens.
    static func connected(to path: String, seconds: Int) throws(FileError) -> UnixSocket? {
        let socket = UnixSocket(Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0))
        guard socket.descriptor >= 0 else { throw FileError(path, "open a socket") }
        socket.limit(seconds: seconds)
        do throws(FileError) {
            try withAddress(path) { address, length in
                Glibc.connect(socket.descriptor, address, length)
            }
        } catch {
            if errno == ENOENT || errno == ECONNREFUSED || error.reason == .notFound { return nil }
            throw error
        }
        return socket
    }

    /// Waits for a client for so long.
    func accept(milliseconds: Int32) -> UnixSocket? {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&item, 1, milliseconds) > 0 else { return nil }
        let client = Glibc.accept(descriptor, nil, nil)
        guard client >= 0 else { return nil }
        let socket = UnixSocket(client)
        socket.limit(seconds: ControlLimits.clientSeconds)
        return socket
    }

    /// The bytes up to the first line break; `nil` when too many or too slow.
    func line(bytesMax: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= bytesMax {
            let count = recv(descriptor, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += part[..<count]
            if let end = part[..<count].firstIndex(of: 0x0A) {
                return Array(bytes.dropLast(count - end))
            }
        }
        return nil
    }

    /// A client that does not take the answer in time goes without.
    func send(_ bytes: [UInt8]) {
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            left = left.dropFirst(count)
        }
    }

    private func limit(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    /// A socket address holds 107 bytes of path; a longer folder is named by its descriptor.
    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(FileError) {
        let folder = open(
            FileSystem.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileError(path, "open the folder of") }
        defer { close(folder) }
        let short = "/proc/self/fd/\(folder)/\(FileSystem.name(of: path))"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw FileError(path, "reach") }
    }
}
