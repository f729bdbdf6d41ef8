internal import KleanTransport

/// Which of the log lines that peers cause are written: the first few of each peer and so many of
/// all in a window of time. The rest is counted and summed up in one line when the window ends.
struct Complaints {
    static let windowMs: UInt64 = 60_000

    /// Lines that one peer may cause in a window, and that all together may.
    let perPeerMax: Int
    let linesMax: Int
    private var sinceMs: UInt64?
    // At most ``linesMax`` entries: a peer enters with a line that is written.
    private var lines: [RoutingID: Int] = [:]
    private var written = 0
    private var passedOver = 0

    init(perPeerMax: Int = 3, linesMax: Int = 200) {
        self.perPeerMax = perPeerMax
        self.linesMax = linesMax
    }

    /// Whether a line is to be written now; it counts either way.
    mutating func mayWrite(_ peer: RoutingID, now: UInt64) -> Bool {
        if sinceMs == nil { sinceMs = now }
        let earlier = lines[peer] ?? 0
        guard written < linesMax, earlier < perPeerMax else {
            passedOver += 1
            return false
        }
        lines[peer] = earlier + 1
        written += 1
        return true
    }

    /// Ends a window that is over, or any at the end of a run.
    ///
    /// - Returns: the lines that were not written; `nil` if all were, or the window goes on.
    mutating func sumUp(now: UInt64, isLast: Bool = false) -> Int? {
        guard let sinceMs, isLast || now - min(now, sinceMs) >= Self.windowMs else { return nil }
        let count = passedOver
        self = Complaints(perPeerMax: perPeerMax, linesMax: linesMax)
        return count > 0 ? count : nil
    }
}
