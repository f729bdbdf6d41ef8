package import KleanWire

/// Why a worker ended although it was not asked to.
package enum WorkerError: Error, Equatable, CustomStringConvertible {
    /// The coordinator will not work with this worker; ``Refusal/code`` says why.
    case refused(Refusal)
    /// The coordinator's messages are of another protocol version.
    case protocolVersion(expected: UInt8, found: UInt8)
    /// Nobody answered for so long.
    case coordinatorLost(endpoint: String, seconds: Int)
    /// The model or profile could not be loaded or fetched here.
    case unprepared(String)

    package var description: String {
        switch self {
        case .refused(let refusal):
            switch refusal.code {
            case .protocolVersion:
                "refused by the coordinator: protocol version: "
                    + "expected \(refusal.expected), found \(refusal.found)"
            case .scorerVersion:
                "refused by the coordinator: scorer version: "
                    + "expected \(refusal.expected), found \(refusal.found)"
            case .tooManyWorkers:
                "refused by the coordinator: at most \(refusal.expected) workers"
            case .evicted:
                "refused by the coordinator: expected \(refusal.expected), found \(refusal.found)"
            case .unknownSession, .malformed:
                "refused by the coordinator: expected \(refusal.expected), found \(refusal.found)"
            }
        case .protocolVersion(let expected, let found):
            "the coordinator speaks another protocol: expected version \(expected), found \(found)"
        case .coordinatorLost(let endpoint, let seconds):
            "\(endpoint): no coordinator answered for \(seconds) s; "
                + "one that demands keys is silent to all whose key it does not list"
        case .unprepared(let detail): "cannot prepare: \(detail)"
        }
    }
}

/// How a worker ended in good order.
package enum WorkerEnd: Equatable, Sendable {
    /// The coordinator had no more work.
    case drained
    /// Standard input closed: whoever started this worker is gone or wants it gone. A shard may
    /// still be under way on the compute thread; the caller ends the process.
    case inputClosed
}
