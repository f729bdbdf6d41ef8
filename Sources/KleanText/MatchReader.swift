internal import CKleanText
import KleanCore

/// Turns what kernels found in a folded block, in order, into offsets, tokens and disguises of the
/// original titles.
struct MatchReader {
    private let folded: FoldedText
    private let bytes: UnsafePointer<UInt8>
    private let kernels: TextKernels
    private var row = -1
    private var rowStart = 0
    private var isPlainRow = false
    private var eventCursor = 0
    /// Token starts in `rowStart..<counted`.
    private var counted = 0
    private var tokens: UInt32 = 0

    /// - Parameter bytes: Those of `folded`, alive as long as the reader.
    init(_ folded: FoldedText, _ bytes: UnsafePointer<UInt8>, _ kernels: TextKernels) {
        self.folded = folded
        self.bytes = bytes
        self.kernels = kernels
    }

    /// Rows must not fall from call to call.
    @inline(__always)
    mutating func enter(_ newRow: Int) {
        guard newRow != row else { return }
        row = newRow
        rowStart = Int(folded.starts[row])
        counted = rowStart
        tokens = 0
        isPlainRow = !folded.hasEvents(in: row, from: &eventCursor)
    }

    /// The range of the original title; 65,535 at most.
    @inline(__always)
    func original(_ start: Int, _ end: Int) -> (start: UInt16, end: UInt16) {
        if isPlainRow {
            return (UInt16(clamping: start - rowStart), UInt16(clamping: end - rowStart))
        }
        let range = folded.original(start..<end, row: row)
        return (UInt16(clamping: range.lowerBound), UInt16(clamping: range.upperBound))
    }

    /// Index of the token that the letter at `position` belongs to. A position before an earlier
    /// one of the row costs a recount.
    @inline(__always)
    mutating func token(at position: Int) -> Int {
        if position + 1 < counted {
            counted = rowStart
            tokens = 0
        }
        tokens += kernels.table.pointee.count_tokens(bytes, counted, position + 1)
        counted = position + 1
        return max(Int(tokens) - 1, 0)
    }
}

extension FoldedText {
    /// Whether anything in `row` was changed but for ASCII case. The cursor only moves forward.
    func hasEvents(in row: Int, from cursor: inout Int) -> Bool {
        let start = starts[row]
        while cursor < eventCount, events[cursor].out < start { cursor += 1 }
        return cursor < eventCount && events[cursor].out < starts[row + 1]
    }
}
