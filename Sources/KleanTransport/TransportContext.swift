internal import CZeroMQ

/// ZeroMQ's I/O threads, shared by the sockets of one process.
// Sendable although it holds a pointer: libzmq's contexts are thread-safe.
package final class TransportContext: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    /// - Parameter ioThreads: More than one helps only across connections.
    package init(ioThreads: Int32 = 1) {
        guard let created = zmq_ctx_new() else {
            preconditionFailure("zmq_ctx_new fails only without memory")
        }
        pointer = created
        zmq_ctx_set(created, ZMQ_IO_THREADS, ioThreads)
        zmq_ctx_set(created, ZMQ_BLOCKY, 0)
    }

    /// Waits until every socket is closed; each has its linger set, so the wait is bounded.
    deinit {
        while zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
    }
}
