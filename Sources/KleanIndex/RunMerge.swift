import KleanColumns
import KleanCore
import KleanScore

/// Merges sorted runs into one ranking: score descending, ordinal ascending.
///
/// A binary heap holds one entry for each run; each run keeps a window of its bytes, so memory is
/// windows, not entries.
struct RunMerge {
    /// Bytes over all windows.
    static let windowBytesTotal = 64 << 20

    private var cursors: [RunCursor]
    /// Indices into `cursors`, a heap by ``precedes(_:_:)``.
    private var heap: [Int] = []

    init(_ file: ScratchFile, runs: [Range<Int64>]) throws(FileError) {
        let used = runs.filter { !$0.isEmpty }
        let window = max(16 << 10, min(4 << 20, RunMerge.windowBytesTotal / max(1, used.count)))
        cursors = []
        for run in used { cursors.append(try RunCursor(file, run: run, windowBytes: window)) }
        heap = Array(cursors.indices)
        for index in (0..<heap.count / 2).reversed() { sift(index) }
    }

    /// The best entry not yet handed out, or `nil` at the end.
    mutating func next() throws(FileError) -> (entry: RankedEntry, listing: ListingFacts)? {
        guard let best = heap.first else { return nil }
        let result = cursors[best].decoded
        if try cursors[best].advance() {
            sift(0)
        } else {
            let last = heap.removeLast()
            if !heap.isEmpty {
                heap[0] = last
                sift(0)
            }
        }
        return result
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        cursors[left].score != cursors[right].score
            ? cursors[left].score > cursors[right].score
            : cursors[left].ordinal < cursors[right].ordinal
    }

    private mutating func sift(_ start: Int) {
        var parent = start
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if precedes(heap[child], heap[best]) { best = child }
            }
            if best == parent { return }
            heap.swapAt(parent, best)
            parent = best
        }
    }
}

/// A place in one run.
private struct RunCursor {
    private let file: ScratchFile
    private var rest: Range<Int64>
    private var window: [UInt8]
    private var filled = 0
    private var start = 0
    private var length = 0
    private(set) var score: Int32 = 0
    private(set) var ordinal: UInt32 = 0

    /// - Precondition: `run` holds at least one record.
    init(_ file: ScratchFile, run: Range<Int64>, windowBytes: Int) throws(FileError) {
        self.file = file
        rest = run
        window = [UInt8](repeating: 0, count: windowBytes)
        _ = try advance()
    }

    var decoded: (entry: RankedEntry, listing: ListingFacts) {
        var reader = RunRecordReader(window[start..<start + length])
        return reader.entry()
    }

    /// Moves to the next record. - Returns: `false` at the end of the run.
    mutating func advance() throws(FileError) -> Bool {
        start += length
        length = 0
        guard try need(RunRecord.headBytes) else { return false }
        length = Int(load(0, as: UInt32.self))
        guard try need(length) else { preconditionFailure("a run ends with a whole record") }
        score = load(4, as: Int32.self)
        ordinal = load(8, as: UInt32.self)
        return true
    }

    private func load<Value: FixedWidthInteger>(_ offset: Int, as _: Value.Type) -> Value {
        let at = start + offset
        return window.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Value.self))
        }
    }

    /// Makes `count` bytes from `start` available; `false` when the run has no more.
    private mutating func need(_ count: Int) throws(FileError) -> Bool {
        if filled - start >= count { return true }
        if filled == start, rest.isEmpty { return false }
        var moved = [UInt8](repeating: 0, count: max(window.count, count))
        let kept = filled - start
        moved.replaceSubrange(0..<kept, with: window[start..<filled])
        let wanted = min(moved.count - kept, rest.count)
        var block = [UInt8](repeating: 0, count: wanted)
        let got = try file.read(wanted, at: rest.lowerBound, into: &block)
        moved.replaceSubrange(kept..<kept + got, with: block[..<got])
        window = moved
        rest = rest.lowerBound + Int64(got)..<rest.upperBound
        start = 0
        filled = kept + got
        return filled >= count
    }
}
