import KleanCore
import KleanLedger
import KleanSchedule
import KleanWire

/// A coordinator process as the simulation keeps it: the real schedule and what the shell knows.
struct SimulatedCoordinator {
    struct Session {
        var routing: UInt64
        var worker: Int
        var incarnation: UInt64
        var readsChunks = false
        var chunksUnread = 0
    }

    struct ResultKey: Hashable {
        var session: WorkerID
        var lease: Lease
    }

    enum Order {
        case store(WorkerID, ResultHeader, [UInt8], identity: String)
        case compare(WorkerID, ResultHeader, [UInt8])
        case distrust([LedgerDistrust])
        case record(LedgerRecord)
    }

    var schedule: Schedule
    let ledger: DiskLedger
    var sessions: [WorkerID: Session] = [:]
    var byRouting: [UInt64: WorkerID] = [:]
    /// Routing ids whose sessions ended.
    var ended: Set<UInt64> = []
    /// In order of joining.
    var roster: [WorkerID] = []
    var nextSession: UInt32 = 1
    /// Connections that broke; found out at the next send.
    var gone: Set<UInt64> = []
    var results: [ResultKey: (header: ResultHeader, bytes: [UInt8])] = [:]
    var orders: [Order] = []
    var isCommitPlanned = false
    var profile: Digest?
    /// Results of checks that differ: the committed one and the checker's.
    var disputes: [Lease: (committed: [UInt8], checker: [UInt8])] = [:]
    var quarantined: [(phase: Phase, shard: UInt32)] = []
    var events: [ScheduleEvent] = []
    /// Who could not read a shard's chunk, until the chunk is looked at.
    var unread: [UInt32: Set<WorkerID>] = [:]
    /// Losses of a shard by workers that ran it alone and were no vanishing peers.
    var honestLosses: [UInt32: Int] = [:]

    func given(_ phase: Phase) -> Set<UInt32> {
        Set(quarantined.filter { $0.phase == phase }.map(\.shard))
    }

    mutating func remove(_ id: WorkerID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        byRouting[session.routing] = nil
        ended.insert(session.routing)
        roster.removeAll { $0 == id }
    }
}
