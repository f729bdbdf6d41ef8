internal import Glibc
package import KleanTransport
internal import Synchronization

/// Serves ``MetricsPages`` on a thread of its own. At most ``clientsMax`` connections at a time,
/// each for at most ``clientMs``, one request each; the rest waits in the kernel's queue. A slow
/// or hostile client costs others a wait at most, and the process it asks about nothing.
package final class MetricsServer: Sendable {
    static let clientsMax = 16
    static let clientMs: UInt64 = 5_000
    static let turnMs: Int32 = 100

    /// With the port that was chosen.
    package let address: MetricsAddress
    private let listener: Int32
    private let pages: MetricsPages
    private let isOver = Atomic<Bool>(false)

    /// Listens from the moment that this returns.
    package init(at address: MetricsAddress, pages: MetricsPages) throws(MetricsError) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK
        let listener = Glibc.socket(family, kind, 0)
        guard listener >= 0 else {
            throw MetricsServer.failure("open a socket", address, errno)
        }
        var yes: Int32 = 1
        setsockopt(
            listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let status = address.withSocketAddress { Glibc.bind(listener, $0, $1) }
        guard status == 0, listen(listener, Int32(MetricsServer.clientsMax)) == 0 else {
            let code = errno
            Glibc.close(listener)
            throw MetricsServer.failure("listen", address, code)
        }
        self.listener = listener
        self.pages = pages
        self.address = MetricsAddress(host: address.host, port: MetricsServer.port(of: listener))
    }

    deinit { Glibc.close(listener) }

    package func start() -> OSThread { OSThread { self.run() } }

    /// The thread ends within ``turnMs``.
    package func close() { isOver.store(true, ordering: .relaxed) }

    private func run() {
        var clients: [MetricsClient] = []
        while !isOver.load(ordering: .relaxed) {
            let hasRoom = clients.count < MetricsServer.clientsMax
            var items = clients.map {
                pollfd(
                    fd: $0.descriptor, events: Int16($0.response == nil ? POLLIN : POLLOUT),
                    revents: 0)
            }
            items.append(
                pollfd(fd: listener, events: hasRoom ? Int16(POLLIN) : 0, revents: 0))
            _ = poll(&items, nfds_t(items.count), MetricsServer.turnMs)
            for (client, item) in zip(clients, items) where item.revents != 0 {
                client.serve(pages)
            }
            if hasRoom, items[clients.count].revents != 0, let client = accept() {
                clients.append(client)
            }
            let now = Machine.milliseconds
            clients.removeAll { $0.isDone || now >= $0.deadlineMs }
        }
    }

    private func accept() -> MetricsClient? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return MetricsClient(descriptor, untilMs: Machine.milliseconds + MetricsServer.clientMs)
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()  // Both families have the port at the same place.
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    private static func failure(
        _ operation: String, _ address: MetricsAddress, _ code: Int32
    ) -> MetricsError {
        code == EADDRINUSE
            ? .addressInUse(address.description)
            : .system(
                operation: operation, address: address.description,
                detail: String(cString: strerror(code)))
    }
}

/// One connection: a request, then an answer.
private final class MetricsClient {
    let descriptor: Int32
    let deadlineMs: UInt64
    private(set) var response: [UInt8]?
    private(set) var isDone = false
    private var request: [UInt8] = []
    private var sentBytes = 0

    init(_ descriptor: Int32, untilMs: UInt64) {
        self.descriptor = descriptor
        deadlineMs = untilMs
    }

    deinit { Glibc.close(descriptor) }

    /// Does what can be done now without waiting.
    func serve(_ pages: MetricsPages) {
        if response == nil {
            var part = [UInt8](repeating: 0, count: MetricsExchange.headBytesMax)
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else {
                isDone = !(count < 0 && (errno == EAGAIN || errno == EINTR))
                return
            }
            request += part[..<count]
            response = MetricsExchange.answer(request, pages)
        }
        guard let response else { return }
        let count = response.withUnsafeBytes {
            Glibc.send(
                descriptor, $0.baseAddress?.advanced(by: sentBytes), $0.count - sentBytes,
                Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else {
            isDone = !(count < 0 && (errno == EAGAIN || errno == EINTR))
            return
        }
        sentBytes += count
        isDone = sentBytes == response.count
    }
}
