import KleanCore

/// Parsed rows that wait to become chunks, in catalog order; among them each id counts once.
struct HeldRows {
    struct Part {
        var batch: RowBatch
        var source: Int
        /// Of its first row among all held rows.
        var firstRow: Int
        /// Rows that a later one superseded; empty while there are none.
        var isDead: [Bool]
        var nextRow = 0
    }

    /// Rows of one batch that go into a chunk together.
    struct Run: Sendable {
        var batch: RowBatch
        var rows: Range<Int>
        var source: Int
    }

    /// Rows with an id that another row has stay, all of them.
    private let keepsRepeated: Bool
    private var parts: [Part] = []
    private var table = IDTable()
    private var rowCount = 0
    private(set) var live = 0
    private(set) var bytes = 0

    init(keepsRepeated: Bool = false) { self.keepsRepeated = keepsRepeated }

    /// Adds a batch; calls `superseded` with source and id of each row that one of its ids
    /// replaces.
    mutating func append(_ batch: RowBatch, source: Int, superseded: (Int, [UInt8]) -> Void) {
        guard batch.hot.rowCount > 0 else { return }
        parts.append(Part(batch: batch, source: source, firstRow: rowCount, isDead: []))
        rowCount += batch.hot.rowCount
        live += batch.hot.rowCount
        bytes += batch.byteCount
        insert(part: parts.count - 1, superseded)
    }

    private mutating func insert(part: Int, _ superseded: (Int, [UInt8]) -> Void) {
        if keepsRepeated { return }
        var replaced: [Int] = []
        let held = parts
        let added = held[part]
        for row in added.nextRow..<added.batch.hot.rowCount where !added.isDead(row) {
            let known = table.insert(added.batch.idKeys[row], row: added.firstRow + row) { other in
                let (otherPart, otherRow) = HeldRows.locate(other, in: held)
                return held[otherPart].batch.cold.id[otherRow]
                    .elementsEqual(added.batch.cold.id[row])
            }
            if let known { replaced.append(known) }
        }
        for row in replaced {
            let (oldPart, oldRow) = HeldRows.locate(row, in: held)
            if parts[oldPart].isDead.isEmpty {
                parts[oldPart].isDead = Array(
                    repeating: false, count: parts[oldPart].batch.hot.rowCount)
            }
            parts[oldPart].isDead[oldRow] = true
            live -= 1
            superseded(parts[oldPart].source, Array(parts[oldPart].batch.cold.id[oldRow]))
        }
    }

    private static func locate(_ row: Int, in parts: [Part]) -> (part: Int, row: Int) {
        var low = 0
        var high = parts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return (low, row - parts[low].firstRow)
    }

    /// Takes the first `count` live rows out. ``recount()`` before anything is added again.
    mutating func cut(_ count: Int) -> [Run] {
        var runs: [Run] = []
        var wanted = min(count, live)
        var done = 0
        while wanted > 0, done < parts.count {
            let part = parts[done]
            var row = part.nextRow
            while wanted > 0, row < part.batch.hot.rowCount {
                while row < part.batch.hot.rowCount, part.isDead(row) { row += 1 }
                var end = row
                while end < part.batch.hot.rowCount, end - row < wanted, !part.isDead(end) {
                    end += 1
                }
                if end > row {
                    runs.append(Run(batch: part.batch, rows: row..<end, source: part.source))
                    wanted -= end - row
                    live -= end - row
                }
                row = end
            }
            parts[done].nextRow = row
            if row == part.batch.hot.rowCount { done += 1 }
        }
        parts.removeFirst(done)
        return runs
    }

    /// Numbers the rows that stay from 0 and forgets the ids of those that left.
    mutating func recount() {
        rowCount = 0
        bytes = 0
        table = IDTable(capacity: live)
        for part in parts.indices {
            parts[part].firstRow = rowCount
            rowCount += parts[part].batch.hot.rowCount
            bytes += parts[part].batch.byteCount
            insert(part: part) { _, _ in }
        }
    }
}

extension HeldRows.Part {
    func isDead(_ row: Int) -> Bool { !isDead.isEmpty && isDead[row] }
}
