import Foundation
import KleanColumns
import KleanCoordinator
import KleanCore
import KleanLedger

/// A job as on-call sees it: what a living coordinator says of now, and what the ledger knows of
/// the past. Without a coordinator the ledger alone answers.
struct JobView {
    let index: String
    let folder: JobFolder
    let ledger: Ledger
    let job: LedgerJob
    /// What the coordinator last said; `nil` when none lives.
    let board: JobBoard?

    init(index: String) throws {
        self.index = index
        folder = JobFolder(index: index)
        ledger = try Ledger(existing: folder.ledger)
        job = try ledger.job()
        board = try ControlClient.ask(folder, .status)?.board
    }

    /// Has the coordinator do it, or, when none lives, does it in the ledger under the job's lock.
    ///
    /// - Returns: what was done, a line each.
    static func order(
        _ index: String, _ request: ControlRequest, dead: (Ledger) throws -> [String]
    ) throws -> [String] {
        let folder = JobFolder(index: index)
        let ledger = try Ledger(existing: folder.ledger)
        if let reply = try ControlClient.ask(folder, request) { return reply.lines }
        let lock = try FileLock(folder.lock)
        defer { withExtendedLifetime(lock) {} }
        return try dead(ledger)
    }

    /// For orders that only make sense to a living coordinator.
    static func live(_ index: String, _ request: ControlRequest) throws -> ControlReply {
        let folder = JobFolder(index: index)
        _ = try Ledger(existing: folder.ledger)
        guard let reply = try ControlClient.ask(folder, request) else {
            throw CommandError(
                "\(index): no coordinator lives that could be told; where the job stands: "
                    + "klean status \(index)", .notRunning)
        }
        return reply
    }

    /// Why the last run ended, when it ended badly and could still say so.
    func lastError() throws -> String? {
        struct End: Decodable { var error: String? }
        let mark = Array("\"event\":\"run ended\"".utf8)
        guard FileSystem.exists(folder.runLog),
            let line = try FileSystem.read(folder.runLog).split(separator: 0x0A)
                .last(where: { $0.contains(mark) })
        else { return nil }
        do {
            return try JSONDecoder().decode(End.self, from: Data(line)).error
        } catch {
            return nil  // Cut short by the crash that it was about to tell of.
        }
    }

    /// The phase that is under way, or where the next run would go on.
    var phase: Phase {
        get throws {
            if let board {
                return ["score", "publish", "done"].contains(board.activity) ? .score : .survey
            }
            return try ledger.profile() == nil ? .survey : .score
        }
    }

    /// Shards of a phase by state, from the coordinator if it lives.
    func counts() throws -> JobBoard.ShardCounts {
        if let board { return board.shards }
        let phase = try phase
        var counts = JobBoard.ShardCounts()
        counts.total = job.shardCount
        counts.committed = try ledger.committedShards(phase).count
        counts.quarantined = try Set(
            ledger.quarantined().filter { $0.phase == phase || $0.phase == .survey }.map(\.shard)
        ).count
        counts.pending = max(0, counts.total - counts.committed - counts.quarantined)
        return counts
    }

    /// What the job is doing, in a word.
    var state: String {
        get throws {
            guard let board else { return try ledger.published() == nil ? "stopped" : "published" }
            if board.isPaused { return "paused" }
            return board.isDraining ? "draining" : board.activity
        }
    }
}
