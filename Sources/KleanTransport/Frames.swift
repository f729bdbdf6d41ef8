internal import CZeroMQ

/// A received frame, alive as long as someone holds its bytes.
final class IncomingFrame {
    let pointer: UnsafeMutablePointer<zmq_msg_t>

    init() {
        pointer = .allocate(capacity: 1)
        zmq_msg_init(pointer)
    }

    deinit {
        zmq_msg_close(pointer)
        pointer.deallocate()
    }

    var bytes: SharedBytes {
        SharedBytes(
            UnsafeRawBufferPointer(start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)),
            owner: self)
    }
}

/// A frame on its way out: small ones are copied, large ones shared until ZeroMQ lets go.
enum OutgoingFrame {
    /// Keeps the bytes alive while ZeroMQ reads them.
    private final class Hold {
        let bytes: SharedBytes
        init(_ bytes: SharedBytes) { self.bytes = bytes }
    }

    static func fill(_ message: inout zmq_msg_t, _ frame: SharedBytes) {
        let raw = frame.unsafeBytes
        if raw.count < TransportLimits.copiedBytesMax {
            zmq_msg_init_size(&message, raw.count)
            frame.withUnsafeBytes { source in
                if let start = source.baseAddress, source.count > 0 {
                    zmq_msg_data(&message)?.copyMemory(from: start, byteCount: source.count)
                }
            }
            return
        }
        let hold = Unmanaged.passRetained(Hold(frame))
        zmq_msg_init_data(
            &message, UnsafeMutableRawPointer(mutating: raw.baseAddress), raw.count,
            { _, hint in
                if let hint { Unmanaged<Hold>.fromOpaque(hint).release() }
            }, hold.toOpaque())
    }
}
