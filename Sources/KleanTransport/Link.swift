internal import CZeroMQ
internal import Glibc
internal import KleanCore

/// One ZeroMQ socket and the bell that wakes its owner, used by one thread from open to close.
///
/// The owner blocks in ``wait(milliseconds:)`` and is woken by a message, by the bell or by time.
/// Sends never block: a message that cannot be handed over is an error and stays the caller's.
/// "Handed over" is not "delivered": only the peer's answer proves that.
package struct Link: ~Copyable {
    private let socket: UnsafeMutableRawPointer
    private let bellSocket: UnsafeMutableRawPointer
    /// Says when a worker's connection breaks; a coordinator's end has none.
    private let monitor: UnsafeMutableRawPointer?
    private let context: TransportContext
    private let isRouter: Bool
    /// Where peers connect, or where this end is connected to.
    package let endpoint: String
    /// Wakes the owner from any thread.
    package let bell: Bell

    /// The coordinator's end: a ROUTER that refuses what it cannot route.
    ///
    /// - Parameters:
    ///   - endpoint: `tcp://127.0.0.1:*` takes a free port; ``endpoint`` says which.
    ///   - key: with it every peer must encrypt, and a ``Gatekeeper`` of the same context must
    ///     admit it; without, only this machine may connect unless `allowsInsecure`.
    ///   - frameBytesMax: a peer that sends a longer frame is disconnected before it is read.
    /// - Throws: ``TransportError/addressInUse(endpoint:)``,
    ///   ``TransportError/insecureAddress(endpoint:)``,
    ///   ``TransportError/badEndpoint(endpoint:detail:)``.
    package static func listening(
        at endpoint: String, allowsInsecure: Bool = false, key: KeyPair? = nil,
        frameBytesMax: Int = Limits.frameBytesMax, context: TransportContext
    ) throws(TransportError) -> Link {
        guard allowsInsecure || key != nil || isPrivate(endpoint) else {
            throw .insecureAddress(endpoint: endpoint)
        }
        let socket = try open(ZMQ_ROUTER, context)
        do throws(TransportError) {
            try set(socket, ZMQ_ROUTER_MANDATORY, 1)
            try setCommon(socket, frameBytesMax)
            if let key {
                try set(socket, ZMQ_CURVE_SERVER, 1)
                try set(socket, ZMQ_CURVE_SECRETKEY, key.secret)
                try set(socket, ZMQ_ZAP_DOMAIN, Gatekeeper.domain)
                try set(socket, enforceDomain, 1)
            }
            guard zmq_bind(socket, endpoint) == 0 else { throw bindError(endpoint) }
            let actual = try lastEndpoint(socket)
            return try Link(
                socket, monitor: nil, endpoint: actual, isRouter: true, context: context)
        } catch {
            zmq_close(socket)
            throw error
        }
    }

    /// A worker's end: a DEALER that reconnects by itself, with growing pauses.
    package static func connected(
        to endpoint: String, as identity: RoutingID, keys: WorkerKeys? = nil,
        context: TransportContext
    ) throws(TransportError) -> Link {
        let socket = try open(ZMQ_DEALER, context)
        do throws(TransportError) {
            let status = identity.bytes.withUnsafeBytes { raw in
                zmq_setsockopt(socket, ZMQ_ROUTING_ID, raw.baseAddress, raw.count)
            }
            guard status == 0 else { throw failure("set the routing id") }
            try setCommon(socket, Limits.frameBytesMax)
            if let keys {
                try set(socket, ZMQ_CURVE_SERVERKEY, keys.coordinator.text)
                try set(socket, ZMQ_CURVE_PUBLICKEY, keys.own.publicKey.text)
                try set(socket, ZMQ_CURVE_SECRETKEY, keys.own.secret)
            }
            let monitor = try watch(socket, context)
            do throws(TransportError) {
                guard zmq_connect(socket, endpoint) == 0 else { throw bindError(endpoint) }
                return try Link(
                    socket, monitor: monitor, endpoint: endpoint, isRouter: false,
                    context: context)
            } catch {
                zmq_close(monitor)
                throw error
            }
        } catch {
            zmq_close(socket)
            throw error
        }
    }

    private init(
        _ socket: UnsafeMutableRawPointer, monitor: UnsafeMutableRawPointer?, endpoint: String,
        isRouter: Bool, context: TransportContext
    ) throws(TransportError) {
        self.monitor = monitor
        let (receiver, bell) = try Bell.pair(context)
        self.socket = socket
        self.endpoint = endpoint
        self.isRouter = isRouter
        self.context = context
        self.bell = bell
        bellSocket = receiver
    }

    deinit {
        bell.silence()
        if let monitor {
            zmq_socket_monitor(socket, nil, 0)
            zmq_close(monitor)
        }
        zmq_close(bellSocket)
        zmq_close(socket)
    }

    /// What ended a wait.
    package struct Readiness: Equatable, Sendable {
        package var hasMessage: Bool
        package var wasRung: Bool
        /// The connection broke since the last wait: what was under way may be lost, and ZeroMQ
        /// connects again without a word.
        package var wasCut = false
    }

    /// Blocks until a message is there, the bell rings, or the time is over. A signal ends it too.
    ///
    /// - Parameter milliseconds: At least 0, and never "for ever": ZeroMQ's own commands run only
    ///   inside calls like this one.
    package func wait(milliseconds: Int) -> Readiness {
        var items = [
            zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
            zmq_pollitem_t(socket: bellSocket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        if let monitor {
            items.append(
                zmq_pollitem_t(socket: monitor, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        guard zmq_poll(&items, Int32(items.count), max(0, milliseconds)) > 0 else {
            return Readiness(hasMessage: false, wasRung: false)
        }
        let wasRung = items[1].revents != 0
        if wasRung { Link.drain(bellSocket) }
        let wasCut = items.count > 2 && items[2].revents != 0
        if wasCut, let monitor { Link.drain(monitor) }
        return Readiness(hasMessage: items[0].revents != 0, wasRung: wasRung, wasCut: wasCut)
    }

    /// Takes all that waits; only that it came matters.
    private static func drain(_ socket: UnsafeMutableRawPointer) {
        var byte: UInt8 = 0
        while zmq_recv(socket, &byte, 1, ZMQ_DONTWAIT) >= 0 {}
    }

    /// A socket that hears when `watched` loses a connection.
    private static func watch(
        _ watched: UnsafeMutableRawPointer, _ context: TransportContext
    ) throws(TransportError) -> UnsafeMutableRawPointer {
        let name = "inproc://monitor-\(RoutingID.random())"
        guard zmq_socket_monitor(watched, name, ZMQ_EVENT_DISCONNECTED) == 0 else {
            throw failure("watch a socket")
        }
        let monitor = try open(ZMQ_PAIR, context)
        do throws(TransportError) {
            try set(monitor, ZMQ_LINGER, 0)
            guard zmq_connect(monitor, name) == 0 else { throw failure("watch a socket") }
            return monitor
        } catch {
            zmq_close(monitor)
            throw error
        }
    }

    /// Sends one message of one or more frames. Frames over a kilobyte are not copied; they are
    /// released, on any thread, once ZeroMQ is done with them.
    ///
    /// - Parameter peer: Whom to; `nil` at a worker's end.
    /// - Throws: ``TransportError/unreachable``, ``TransportError/full``: nothing was sent.
    package func send(_ frames: [SharedBytes], to peer: RoutingID? = nil) throws(TransportError) {
        precondition(!frames.isEmpty, "a message has a frame")
        precondition((peer != nil) == isRouter, "a router names its peer, a dealer has one")
        if let peer {
            let status = peer.bytes.withUnsafeBytes { raw in
                zmq_send(socket, raw.baseAddress, raw.count, ZMQ_SNDMORE | ZMQ_DONTWAIT)
            }
            guard status >= 0 else { throw sendError() }
        }
        for (index, frame) in frames.enumerated() {
            var message = zmq_msg_t()
            OutgoingFrame.fill(&message, frame)
            let more = index + 1 < frames.count ? ZMQ_SNDMORE : 0
            while zmq_msg_send(&message, socket, more | ZMQ_DONTWAIT) < 0 {
                if zmq_errno() == EINTR { continue }
                let error = sendError()
                zmq_msg_close(&message)
                throw error
            }
        }
    }

    /// Takes the next message if one is there.
    ///
    /// - Returns: `nil` when no message waits.
    package func receive() throws(TransportError) -> Incoming? {
        var frames: [SharedBytes] = []
        var key: PublicKey?
        while true {
            let message = IncomingFrame()
            let status = zmq_msg_recv(message.pointer, socket, ZMQ_DONTWAIT)
            if status < 0 {
                let code = zmq_errno()
                if code == EINTR { continue }
                if code == EAGAIN, frames.isEmpty { return nil }
                throw Link.failure("receive", code)
            }
            frames.append(message.bytes)
            if zmq_msg_more(message.pointer) == 0 {
                key = zmq_msg_gets(message.pointer, "User-Id").flatMap {
                    PublicKey(String(cString: $0))
                }
                break
            }
        }
        guard isRouter else { return Incoming(peer: nil, key: nil, frames: frames) }
        let identity = frames.removeFirst().array
        guard (1...255).contains(identity.count) else { return nil }
        return Incoming(peer: RoutingID(bytes: identity), key: key, frames: frames)
    }

    /// One message.
    package struct Incoming {
        /// Whom it is from; `nil` at a worker's end.
        package let peer: RoutingID?
        /// The key that the peer proved to have; `nil` without encryption.
        package let key: PublicKey?
        /// Not copied.
        package let frames: [SharedBytes]
    }

    // MARK: - Options and errors

    private static func open(
        _ type: Int32, _ context: TransportContext
    ) throws(TransportError) -> UnsafeMutableRawPointer {
        try Scheduling.require()
        guard let socket = zmq_socket(context.pointer, type) else { throw failure("open a socket") }
        return socket
    }

    /// ZMQ_ZAP_ENFORCE_DOMAIN, which the header of 4.3 keeps among its drafts although the
    /// library obeys it: without a gatekeeper's answer nobody is admitted.
    private static let enforceDomain: Int32 = 93

    private static func setCommon(
        _ socket: UnsafeMutableRawPointer, _ frameBytesMax: Int
    ) throws(TransportError) {
        try set(socket, ZMQ_LINGER, 1_000)
        try set(socket, ZMQ_SNDHWM, TransportLimits.framesPerPeerMax)
        try set(socket, ZMQ_RCVHWM, TransportLimits.framesPerPeerMax)
        try set(socket, ZMQ_RECONNECT_IVL, 100)
        try set(socket, ZMQ_RECONNECT_IVL_MAX, 5_000)
        try set(socket, ZMQ_HANDSHAKE_IVL, 10_000)
        var bytesMax = Int64(frameBytesMax)
        guard zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytesMax, MemoryLayout<Int64>.size) == 0
        else { throw failure("bound the frame size") }
    }

    static func set(
        _ socket: UnsafeMutableRawPointer, _ option: Int32, _ value: Int32
    ) throws(TransportError) {
        var copy = value
        guard zmq_setsockopt(socket, option, &copy, MemoryLayout<Int32>.size) == 0 else {
            throw failure("set socket option \(option)")
        }
    }

    private static func set(
        _ socket: UnsafeMutableRawPointer, _ option: Int32, _ text: String
    ) throws(TransportError) {
        guard zmq_setsockopt(socket, option, text, text.utf8.count) == 0 else {
            throw failure("set socket option \(option)")
        }
    }

    private static func lastEndpoint(
        _ socket: UnsafeMutableRawPointer
    ) throws(TransportError) -> String {
        var text = [UInt8](repeating: 0, count: 512)
        var count = text.count
        guard zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else {
            throw failure("ask for the endpoint")
        }
        return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether only this machine can reach the endpoint.
    private static func isPrivate(_ endpoint: String) -> Bool {
        endpoint.hasPrefix("ipc://") || endpoint.hasPrefix("inproc://")
            || endpoint.hasPrefix("tcp://127.") || endpoint.hasPrefix("tcp://[::1]:")
            || endpoint.hasPrefix("tcp://localhost:")
    }

    private static func bindError(_ endpoint: String) -> TransportError {
        let code = zmq_errno()
        return code == EADDRINUSE
            ? .addressInUse(endpoint: endpoint)
            : .badEndpoint(endpoint: endpoint, detail: String(cString: zmq_strerror(code)))
    }

    private func sendError() -> TransportError {
        let code = zmq_errno()
        switch code {
        case EHOSTUNREACH: return .unreachable
        case EAGAIN: return .full
        default: return Link.failure("send", code)
        }
    }

    static func failure(_ action: String, _ code: Int32 = zmq_errno()) -> TransportError {
        .system(action: action, code: code, detail: String(cString: zmq_strerror(code)))
    }
}

/// What a worker needs to connect to a coordinator that demands keys.
package struct WorkerKeys: Sendable {
    package var own: KeyPair
    package var coordinator: PublicKey

    package init(own: KeyPair, coordinator: PublicKey) {
        self.own = own
        self.coordinator = coordinator
    }
}

/// Bounds of the transport; byte credit keeps queues far below them.
package enum TransportLimits {
    /// Frames waiting for one peer, in each direction.
    package static let framesPerPeerMax: Int32 = 65_536
    /// Frames smaller than this are copied rather than shared.
    package static let copiedBytesMax = 1_024
}
