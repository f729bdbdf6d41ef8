/// What ZeroMQ refused, captured as a code at the call.
package enum TransportError: Error, Equatable, CustomStringConvertible {
    /// Somebody already listens there.
    case addressInUse(endpoint: String)
    case badEndpoint(endpoint: String, detail: String)
    /// The endpoint can be reached from other machines, and nobody said that this is wanted.
    case insecureAddress(endpoint: String)
    /// The peer is not connected (any more).
    case unreachable
    /// The queue to the peer is full; the message is still the caller's.
    case full
    /// Any other refusal, with ZeroMQ's own text.
    case system(action: String, code: Int32, detail: String)

    package var description: String {
        switch self {
        case .addressInUse(let endpoint):
            "\(endpoint): address in use; end the process that listens there or choose another"
        case .badEndpoint(let endpoint, let detail):
            "\(endpoint): \(detail); expected tcp://ADDRESS:PORT or ipc://PATH"
        case .insecureAddress(let endpoint):
            "\(endpoint): can be reached from other machines without encryption; "
                + "give --keys, bind to 127.0.0.1, or spell out --insecure"
        case .unreachable: "the peer is not connected"
        case .full: "the queue to the peer is full"
        case .system(let action, let code, let detail): "cannot \(action): \(detail) (\(code))"
        }
    }
}
