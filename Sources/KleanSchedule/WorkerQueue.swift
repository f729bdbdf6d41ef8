/// A queue of workers; both ends in constant time.
struct WorkerQueue: Sendable {
    private var items: [WorkerID] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ worker: WorkerID) { items.append(worker) }

    mutating func popFirst() -> WorkerID? {
        guard head < items.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > items.count {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }

    mutating func putBack(_ worker: WorkerID) {
        if head > 0 {
            head -= 1
            items[head] = worker
        } else {
            items.insert(worker, at: 0)
        }
    }
}
