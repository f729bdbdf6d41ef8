/// Workers that have committed nothing in this job, and how often each was lost with work in hand.
///
/// Such a worker may have been killed by its shard or may be no good: until somebody who did commit
/// has tried the shard too, the loss is held against the worker.
///
/// At most ``recordsMax`` are remembered; the oldest are forgotten first, which lets a refused one
/// in again.
struct Strangers: Sendable {
    /// What is counted: a name, or with keys a name behind a key, or a key.
    struct Record: Sendable {
        var name: String
        var losses = 0
        /// Losses after which it is refused.
        var lossesMax: Int
        /// Times that a lost process came back alive; so many are taken for a bad network.
        var returns = 0

        var isRefused: Bool { losses >= lossesMax }
    }

    static let recordsMax = 1_024
    static let returnsMax = 12

    // Hash order is random: look up, never iterate. `order` is in order of the first loss.
    private var records: [String: Record] = [:]
    private var order: [String] = []

    /// - Returns: whether the worker is refused from now on.
    mutating func lose(_ id: String, name: String, lossesMax: Int) -> Bool {
        if records[id] == nil {
            if order.count == Self.recordsMax { records[order.removeFirst()] = nil }
            order.append(id)
            records[id] = Record(name: name, lossesMax: lossesMax)
        }
        guard var record = records[id], !record.isRefused else { return false }
        record.losses += 1
        records[id] = record
        return record.isRefused
    }

    /// The process lives: it was the network.
    mutating func comeBack(_ id: String) {
        guard var record = records[id], record.losses > 0, !record.isRefused,
            record.returns < Self.returnsMax
        else { return }
        record.losses -= 1
        record.returns += 1
        records[id] = record
    }

    /// It committed, or a person trusts it.
    mutating func forget(_ id: String) {
        guard records.removeValue(forKey: id) != nil else { return }
        order.removeAll { $0 == id }
    }

    subscript(id: String) -> Record? { records[id] }

    /// In order of their first loss.
    var refused: [(id: String, record: Record)] {
        order.compactMap { id in
            records[id].flatMap { $0.isRefused ? (id, $0) : nil }
        }
    }
}
