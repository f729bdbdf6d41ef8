internal import CZeroMQ
internal import Synchronization

/// Wakes the thread that owns a ``Link``, from any other thread.
///
/// An inproc PAIR whose ringing end is used under a lock, because a ZeroMQ socket is one thread's
/// at a time. Ringing twice before the owner looks is ringing once.
package final class Bell: Sendable {
    // The pointer is a ZeroMQ socket; the lock makes it one thread's at a time.
    private struct State: @unchecked Sendable {
        var socket: UnsafeMutableRawPointer?
    }

    private let state: Mutex<State>

    private init(_ socket: UnsafeMutableRawPointer) {
        state = Mutex(State(socket: socket))
    }

    deinit { silence() }

    static func pair(
        _ context: TransportContext
    ) throws(TransportError) -> (receiver: UnsafeMutableRawPointer, bell: Bell) {
        guard let receiver = zmq_socket(context.pointer, ZMQ_PAIR) else {
            throw Link.failure("open a bell")
        }
        guard let sender = zmq_socket(context.pointer, ZMQ_PAIR) else {
            zmq_close(receiver)
            throw Link.failure("open a bell")
        }
        let name = "inproc://bell-\(RoutingID.random())"
        do throws(TransportError) {
            try Link.set(receiver, ZMQ_LINGER, 0)
            try Link.set(sender, ZMQ_LINGER, 0)
            guard zmq_bind(receiver, name) == 0, zmq_connect(sender, name) == 0 else {
                throw Link.failure("connect a bell")
            }
        } catch {
            zmq_close(receiver)
            zmq_close(sender)
            throw error
        }
        return (receiver, Bell(sender))
    }

    /// Never blocks; does nothing once the link is closed.
    package func ring() {
        state.withLock { state in
            guard let socket = state.socket else { return }
            // A full pipe means that a ring is already waiting.
            zmq_send(socket, "!", 1, ZMQ_DONTWAIT)
        }
    }

    func silence() {
        state.withLock { state in
            if let socket = state.socket { zmq_close(socket) }
            state.socket = nil
        }
    }
}
