internal import CKleanCatalog
import KleanCore

/// Parses one block of delimited records into rows. Pure: same block, same batch.
struct DelimitedParser: Sendable {
    let delimiter: UInt8
    let quote: UInt8
    /// Cells that the header has.
    let columnCount: Int
    /// For each slot of the settle plan, its column.
    let columnOfSlot: [Int]
    let plan: SettlePlan

    private static let cellsAtOnce = 1 << 15
    private static let rowsAtOnce = 1 << 13

    func parse(_ block: Block) -> RowBatch {
        var run = Run(parser: self, block: block)
        block.bytes.withUnsafeBufferPointer { run.parse($0) }
        return run.settler.finish()
    }

    /// The state of one block's parsing.
    private struct Run {
        let parser: DelimitedParser
        let block: Block
        var settler: RowSettler
        var number: UInt64
        var cells: [RawCell]
        /// Line ends before `counted`.
        var lines: UInt64 = 0
        var counted = 0

        init(parser: DelimitedParser, block: Block) {
            self.parser = parser
            self.block = block
            settler = RowSettler(parser.plan)
            number = block.firstRecord
            cells = Array(repeating: RawCell(), count: parser.plan.slotCount)
        }

        mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress else { return }
            var found = [kcat_cell](repeating: kcat_cell(), count: DelimitedParser.cellsAtOnce)
            var rowEnds = [UInt32](repeating: 0, count: DelimitedParser.rowsAtOnce)
            var start = 0
            while start < bytes.count {
                var used = 0
                let rows = kcat_list_cells(
                    base + start, bytes.count - start, parser.delimiter, parser.quote, 1, &found,
                    found.count, &rowEnds, rowEnds.count, &used)
                if rows == 0, used < bytes.count - start {
                    // One record has more cells than there was room for.
                    found = Array(repeating: kcat_cell(), count: found.count * 4)
                    continue
                }
                let part = UnsafeBufferPointer(rebasing: bytes[start...])
                found.withUnsafeBufferPointer { found in
                    var first = 0
                    for row in 0..<rows {
                        let end = Int(rowEnds[row])
                        settle(
                            UnsafeBufferPointer(rebasing: found[first..<end]), part, start, bytes)
                        first = end
                    }
                }
                start += used
            }
            settler.count(lines: UInt64(kcat_count_lines(base, bytes.count)))
        }

        private mutating func settle(
            _ record: UnsafeBufferPointer<kcat_cell>, _ part: UnsafeBufferPointer<UInt8>,
            _ start: Int, _ bytes: UnsafeBufferPointer<UInt8>
        ) {
            defer { number += 1 }
            settler.countRead()
            var reason: RejectReason?
            if record.count < parser.columnCount {
                reason = isBlank(record[...], part) ? .emptyRow : .shortRow
            } else if record.count > parser.columnCount,
                !isBlank(record[parser.columnCount...], part)
            {
                reason = .longRow
            }
            if reason == nil {
                for (slot, column) in parser.columnOfSlot.enumerated() {
                    cells[slot] = RawCell(record[column])
                }
                reason = cells.withUnsafeBufferPointer {
                    settler.settle($0, in: part, number: number)
                }
                if reason == .emptyRow, !isBlank(record[...], part) { reason = .noTitle }
            }
            guard let reason else { return }
            let isWidth = reason == .shortRow || reason == .longRow
            reject(
                reason, record, start, bytes,
                isWidth ? "expected \(parser.columnCount) cells, found \(record.count)" : "")
        }

        private func isBlank(
            _ cells: Slice<UnsafeBufferPointer<kcat_cell>>, _ part: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            cells.allSatisfy { cell in
                part[cell.range].allSatisfy { $0 <= 0x20 }
            }
        }

        private mutating func reject(
            _ reason: RejectReason, _ record: UnsafeBufferPointer<kcat_cell>, _ start: Int,
            _ bytes: UnsafeBufferPointer<UInt8>, _ detail: String
        ) {
            guard let first = record.first, let last = record.last, let base = bytes.baseAddress
            else { return }
            let low = start + first.range.lowerBound - (first.isQuoted ? 1 : 0)
            let high = min(
                start + last.range.upperBound + (last.isQuoted ? 1 : 0), bytes.count)
            if low > counted {
                lines += UInt64(kcat_count_lines(base + counted, low - counted))
                counted = low
            }
            let kept = min(high, low + CatalogLimits.rejectBytesMax)
            settler.reject(reason, detail, line: lines, raw: Array(bytes[low..<kept]))
        }
    }
}

extension kcat_cell {
    var range: Range<Int> { Int(start)..<(Int(end_flags) & Int(KCAT_END_MASK)) }
    var isQuoted: Bool { Int(end_flags) & Int(KCAT_QUOTED) != 0 }
    var isEscaped: Bool { Int(end_flags) & Int(KCAT_ESCAPED) != 0 }
}

extension RawCell {
    init(_ cell: kcat_cell) {
        start = cell.start
        end = cell.end_flags & UInt32(KCAT_END_MASK)
        form = !cell.isEscaped ? .plain : cell.isQuoted ? .doubledQuotes : .brokenQuotes
    }
}
