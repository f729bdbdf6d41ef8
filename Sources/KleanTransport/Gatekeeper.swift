internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// Answers ZeroMQ's question whether a peer may connect (ZAP, RFC 27): only with CURVE and only
/// with a key of the allow-list. Lives as long as its context's listening sockets need it; a
/// socket with the domain set admits nobody while no gatekeeper answers.
package final class Gatekeeper: Sendable {
    static let domain = "klean"
    /// How often the thread looks whether it should end.
    private static let pollMs = 100

    package let list: AllowList
    private let isOver = Atomic<Bool>(false)
    private let admitted = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let thread: Mutex<OSThread?> = Mutex(nil)

    /// - Throws: ``TransportError`` when the context has a gatekeeper already.
    package init(_ list: AllowList, context: TransportContext) throws(TransportError) {
        self.list = list
        try Scheduling.require()
        guard let socket = zmq_socket(context.pointer, ZMQ_REP) else {
            throw Link.failure("open the gate")
        }
        do throws(TransportError) {
            try Link.set(socket, ZMQ_LINGER, 0)
            guard zmq_bind(socket, "inproc://zeromq.zap.01") == 0 else {
                throw Link.failure("bind the gate")
            }
        } catch {
            zmq_close(socket)
            throw error
        }
        let owned = Owned(socket)
        thread.withLock { $0 = OSThread { [self] in guardGate(owned.socket) } }
    }

    /// Peers admitted and refused so far.
    package var counts: (admitted: Int, refused: Int) {
        (admitted.load(ordering: .relaxed), refused.load(ordering: .relaxed))
    }

    /// Ends the thread; from now on nobody is admitted.
    package func close() {
        isOver.store(true, ordering: .relaxed)
        let thread = self.thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    // A ZeroMQ socket handed to the one thread that uses and closes it.
    private struct Owned: @unchecked Sendable {
        let socket: UnsafeMutableRawPointer
        init(_ socket: UnsafeMutableRawPointer) { self.socket = socket }
    }

    private func guardGate(_ socket: UnsafeMutableRawPointer) {
        defer { zmq_close(socket) }
        while !isOver.load(ordering: .relaxed) {
            var item = zmq_pollitem_t(
                socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            guard zmq_poll(&item, 1, Gatekeeper.pollMs) > 0 else { continue }
            guard let request = Gatekeeper.receive(socket) else { continue }
            answer(request, socket)
        }
    }

    /// Request: version, id, domain, address, identity, mechanism, credentials.
    private func answer(_ request: [[UInt8]], _ socket: UnsafeMutableRawPointer) {
        let id = request.count > 1 ? request[1] : []
        var name: PublicKey?
        if request.count == 7, request[0] == Array("1.0".utf8),
            request[2] == Array(Gatekeeper.domain.utf8), request[5] == Array("CURVE".utf8),
            let key = PublicKey(raw: request[6])
        {
            list.refresh()
            if list.name(of: key) != nil { name = key }
        }
        if name == nil {
            refused.add(1, ordering: .relaxed)
        } else {
            admitted.add(1, ordering: .relaxed)
        }
        let reply = [
            Array("1.0".utf8), id, Array((name == nil ? "400" : "200").utf8),
            Array((name == nil ? "not allowed" : "OK").utf8), Array((name?.text ?? "").utf8), [],
        ]
        for (index, frame) in reply.enumerated() {
            let more = index + 1 < reply.count ? ZMQ_SNDMORE : 0
            while zmq_send(socket, frame, frame.count, more) < 0, zmq_errno() == EINTR {}
        }
    }

    private static func receive(_ socket: UnsafeMutableRawPointer) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        while true {
            let frame = IncomingFrame()
            while zmq_msg_recv(frame.pointer, socket, 0) < 0 {
                guard zmq_errno() == EINTR else { return nil }
            }
            frames.append(frame.bytes.array)
            if zmq_msg_more(frame.pointer) == 0 { return frames }
        }
    }
}
