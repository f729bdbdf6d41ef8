package import KleanColumns
package import KleanCore

/// Counters of 90 days that stand in for the packed ones of a snapshot, so that orders, refunds and
/// complaints change without a repack.
///
/// **Shape**: for each chunk the rows with an entry, rising, and three counters each
/// (`Missing.uint32` where unknown). In the first ``coveredChunks`` chunks a row without an entry
/// has no counters at all; in later ones, which were appended since, it keeps its packed ones.
/// **File** (kind `KOVL`): 80 covered chunks and whether lag was corrected `[u64 x 2]`, 81 ends by
/// chunk, 82 rows, 83 orders, 84 refunds, 85 complaints.
/// **Memory**: 16 bytes an entry while the snapshot is open.
package struct CounterOverlay: Equatable, Sendable {
    package struct Counters: Equatable, Sendable {
        package var orders: UInt32
        package var refunds: UInt32
        package var complaints: UInt32

        package init(
            orders: UInt32 = Missing.uint32, refunds: UInt32 = Missing.uint32,
            complaints: UInt32 = Missing.uint32
        ) {
            self.orders = orders
            self.refunds = refunds
            self.complaints = complaints
        }
    }

    package private(set) var coveredChunks: Int
    /// Orders count only where complaints about them have had their time to come in.
    package let isLagCorrected: Bool
    private var offsets: [UInt32] = [0]
    private var rows: [UInt32] = []
    private var orders: [UInt32] = []
    private var refunds: [UInt32] = []
    private var complaints: [UInt32] = []

    /// - Parameter entries: by chunk, rows rising; the chunks given are the covered ones.
    package init(covering entries: [[(row: UInt32, counters: Counters)]], isLagCorrected: Bool) {
        coveredChunks = entries.count
        self.isLagCorrected = isLagCorrected
        for chunk in entries { append(chunk) }
    }

    private mutating func append(_ entries: [(row: UInt32, counters: Counters)]) {
        for (row, counters) in entries {
            rows.append(row)
            orders.append(counters.orders)
            refunds.append(counters.refunds)
            complaints.append(counters.complaints)
        }
        offsets.append(UInt32(rows.count))
    }

    /// Rows with counters of their own.
    package var count: Int { rows.count }
    package var chunkCount: Int { offsets.count - 1 }

    package func entries(_ chunk: Int) -> [(row: UInt32, counters: Counters)] {
        guard chunk < chunkCount else { return [] }
        return (Int(offsets[chunk])..<Int(offsets[chunk + 1])).map { place in
            (
                rows[place],
                Counters(
                    orders: orders[place], refunds: refunds[place], complaints: complaints[place])
            )
        }
    }

    /// Replaces a chunk's packed counters; columns that were not read stay empty.
    package func apply(chunk: Int, to columns: inout HotColumns) {
        if chunk < coveredChunks {
            let missing = [UInt32](repeating: Missing.uint32, count: columns.rowCount)
            if !columns.orders.isEmpty { columns.orders = missing }
            if !columns.refunds.isEmpty { columns.refunds = missing }
            if !columns.complaints.isEmpty { columns.complaints = missing }
        }
        for (row, counters) in entries(chunk) where Int(row) < columns.rowCount {
            if !columns.orders.isEmpty { columns.orders[Int(row)] = counters.orders }
            if !columns.refunds.isEmpty { columns.refunds[Int(row)] = counters.refunds }
            if !columns.complaints.isEmpty { columns.complaints[Int(row)] = counters.complaints }
        }
    }

    /// One chunk of the overlay by itself: what travels beside that chunk.
    package func only(chunk: Int) -> CounterOverlay {
        var one = CounterOverlay(covering: [entries(chunk)], isLagCorrected: isLagCorrected)
        one.coveredChunks = chunk < coveredChunks ? 1 : 0
        return one
    }

    /// The same entries in a snapshot that has grown or was rewritten.
    ///
    /// - Parameters:
    ///   - entries: by chunk of the new snapshot.
    ///   - coveredChunks: the first chunks whose rows without an entry have no counters.
    func moved(to entries: [[(row: UInt32, counters: Counters)]], coveredChunks: Int)
        -> CounterOverlay
    {
        var moved = CounterOverlay(covering: entries, isLagCorrected: isLagCorrected)
        moved.coveredChunks = coveredChunks
        return moved
    }

    // MARK: bytes

    private var writer: ContainerWriter {
        var writer = ContainerWriter(kind: .counterOverlay)
        writer.add(.overlayFacts, [UInt64(coveredChunks), isLagCorrected ? 1 : 0])
        writer.addOffsets(.overlayOffsets, offsets)
        writer.add(.overlayRows, rows)
        writer.add(.overlayOrders, orders)
        writer.add(.overlayRefunds, refunds)
        writer.add(.overlayComplaints, complaints)
        return writer
    }

    package var digest: Digest { writer.digest }
    package func encode() -> [UInt8] { writer.finish() }

    /// - Throws: ``ContainerError``: damage, or rows that do not rise.
    package init(reading reader: ContainerReader) throws(ContainerError) {
        let facts = try reader.u64(.overlayFacts)
        offsets = try reader.offsets(.overlayOffsets)
        rows = try reader.u32(.overlayRows)
        orders = try reader.u32(.overlayOrders)
        refunds = try reader.u32(.overlayRefunds)
        complaints = try reader.u32(.overlayComplaints)
        guard facts.count == 2, facts[1] <= 1, facts[0] <= UInt64(max(0, offsets.count - 1)),
            offsets.first == 0, Int(offsets[offsets.count - 1]) == rows.count,
            orders.count == rows.count, refunds.count == rows.count,
            complaints.count == rows.count
        else {
            throw .segmentContent(
                file: reader.name, column: .overlayRows,
                detail: "entries: expected \(rows.count) of each column, found others")
        }
        coveredChunks = Int(facts[0])
        isLagCorrected = facts[1] == 1
        for chunk in 0..<chunkCount {
            let list = rows[Int(offsets[chunk])..<Int(offsets[chunk + 1])]
            guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw .segmentContent(
                    file: reader.name, column: .overlayRows,
                    detail: "rows of chunk \(chunk): expected them to rise, found others")
            }
        }
    }
}
