/// What will happen, by time and then in the order planned: a binary heap.
struct Agenda<Note> {
    private var items: [(at: UInt64, sequence: UInt64, note: Note)] = []
    private var sequence: UInt64 = 0

    mutating func plan(_ note: Note, at time: UInt64) {
        sequence += 1
        items.append((time, sequence, note))
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: UInt64, note: Note)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        if !items.isEmpty {
            items[0] = last
            var parent = 0
            while true {
                let left = 2 * parent + 1
                guard left < items.count else { break }
                let right = left + 1
                let least = right < items.count && isBefore(right, left) ? right : left
                guard isBefore(least, parent) else { break }
                items.swapAt(least, parent)
                parent = least
            }
        }
        return (first.at, first.note)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (items[left].at, items[left].sequence) < (items[right].at, items[right].sequence)
    }
}
