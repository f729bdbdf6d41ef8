/// What on-call asks of a living coordinator over the socket in the job's folder: one JSON line
/// each way, then the connection ends.
package enum ControlRequest: Codable, Equatable, Sendable {
    case status
    /// Answered without the loop, so also when it is wedged.
    case dump
    case retry(shards: [Int])
    case retryQuarantined
    /// Ends quarantine or a skip.
    case release(shards: [Int])
    case skip(shards: [Int], reason: String)
    case drain(worker: String, reason: String)
    case evict(worker: String)
    /// Lets a worker in again that was refused for its losses.
    case trust(worker: String)
    case pause
    case resume
    /// Finish what is leased, then end; `now`: end at once.
    case cancel(now: Bool)
}

package struct ControlReply: Codable, Equatable, Sendable {
    /// What was done, a line each.
    package var lines: [String] = []
    /// Why nothing was done.
    package var error: String?
    package var board: JobBoard?
    package var dump: JobDump?

    package init(
        lines: [String] = [], error: String? = nil, board: JobBoard? = nil, dump: JobDump? = nil
    ) {
        self.lines = lines
        self.error = error
        self.board = board
        self.dump = dump
    }
}

/// Bounds of the control socket.
enum ControlLimits {
    static let requestBytesMax = 1 << 16
    static let replyBytesMax = 64 << 20
    /// How long a client may take to speak or listen.
    static let clientSeconds = 2
    /// How long the loop may take to answer an order.
    static let answerMs: UInt64 = 5_000
    /// Connections waiting to be accepted.
    static let backlog: Int32 = 16
}
