import KleanCore
internal import KleanSchedule
internal import KleanTransport

/// Who is connected: routing ids, session numbers and what each said of itself.
struct SessionTable {
    struct Session {
        let id: WorkerID
        let peer: RoutingID
        let name: String
        let pid: Int
        let host: String
        let incarnation: UInt64
        /// What it proved to have when it connected.
        let key: PublicKey?
        /// It sees the store, so its chunks are not sent.
        var readsChunks = false
        var chunksUnread = 0

        /// What it is trusted by: its key, or without keys its name.
        var identity: String { key?.text ?? name }
    }

    // Hash order is random: look up, never iterate. `all` is in order of joining.
    private var byID: [WorkerID: Session] = [:]
    private var byPeer: [RoutingID: WorkerID] = [:]
    private(set) var all: [WorkerID] = []
    private var next: UInt32 = 1
    private(set) var endedCount = 0
    /// Routing ids whose sessions ended, oldest first: a repeated `hello` opens none of them again.
    private var ended: [RoutingID] = []
    private var endedPlace = 0
    private var endedIDs: Set<RoutingID> = []

    subscript(id: WorkerID) -> Session? { byID[id] }

    func id(of peer: RoutingID) -> WorkerID? { byPeer[peer] }

    mutating func add(
        peer: RoutingID, name: String, pid: Int, host: String, incarnation: UInt64,
        key: PublicKey?
    ) -> Session {
        let session = Session(
            id: WorkerID(next), peer: peer, name: name, pid: pid, host: host,
            incarnation: incarnation, key: key)
        next += 1
        byID[session.id] = session
        byPeer[peer] = session.id
        all.append(session.id)
        return session
    }

    mutating func set(_ id: WorkerID, readsChunks: Bool) { byID[id]?.readsChunks = readsChunks }

    /// - Returns: how many chunks the session could not read, with this one.
    mutating func countUnread(_ id: WorkerID) -> Int {
        byID[id]?.chunksUnread += 1
        return byID[id]?.chunksUnread ?? 0
    }

    mutating func remove(_ id: WorkerID) {
        guard let session = byID.removeValue(forKey: id) else { return }
        byPeer[session.peer] = nil
        endedCount += 1
        bar(session.peer)
        all.removeAll { $0 == id }
    }

    /// Whether a session of this routing id has ended, among the last ``Limits/workersMax``.
    func isEnded(_ peer: RoutingID) -> Bool { endedIDs.contains(peer) }

    private mutating func bar(_ peer: RoutingID) {
        endedIDs.insert(peer)
        guard ended.count >= Limits.workersMax else { return ended.append(peer) }
        endedIDs.remove(ended[endedPlace])
        ended[endedPlace] = peer
        endedPlace = (endedPlace + 1) % ended.count
    }

    /// Sessions of one process.
    func sessions(name: String, pid: Int) -> [WorkerID] {
        all.filter { byID[$0]?.name == name && byID[$0]?.pid == pid }
    }

    /// Sessions of one worker process before its present one.
    func sessions(incarnation: UInt64) -> [WorkerID] {
        all.filter { byID[$0]?.incarnation == incarnation }
    }
}
