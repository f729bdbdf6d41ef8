internal import CKleanText

/// Finds needles by looking their keys up where words begin.
struct WordSearch: Sendable {
    let order: [Int]
    private let filter: FixedBuffer<UInt64>
    private let ranks: FixedBuffer<UInt32>
    private let groups: FixedBuffer<UInt32>
    private let keys: FixedBuffer<kt_key>
    private let shorter: FixedBuffer<UInt32>
    private let starts: FixedBuffer<UInt8>
    private let inner: FixedBuffer<UInt8>?
    private let hasDigits: Bool
    private let filterShift: Int
    private let windows: [NeedleTable.Window]

    /// `order`: the compiler's number of each needle that is found.
    init(_ compiler: PatternCompiler) {
        let built = NeedleTable(compiler)
        order = built.needles
        filter = FixedBuffer(built.filter)
        ranks = FixedBuffer(built.ranks)
        groups = FixedBuffer(built.groups)
        keys = FixedBuffer(built.keys)
        shorter = FixedBuffer(built.shorter)
        starts = FixedBuffer(built.starts)
        inner = built.inner.isEmpty ? nil : FixedBuffer(built.inner)
        hasDigits = built.hasDigits
        filterShift = built.filterShift
        windows = built.windows
    }

    /// Bytes of what is read at each place where a word begins.
    var byteCount: Int { filter.count * 8 }

    private var table: kt_table {
        func masks(_ round: Int) -> (UInt64, UInt64) {
            guard round < windows.count else { return (0, 0) }
            func mask(_ bytes: Int) -> UInt64 { ~0 >> UInt64(64 - 8 * bytes) }
            return (mask(windows[round].ascii), mask(windows[round].other))
        }
        return kt_table(
            filter: filter.pointer, ranks: ranks.pointer, groups: groups.pointer,
            keys: keys.pointer, shorter: shorter.pointer, starts: starts.pointer,
            inner: inner?.pointer, has_digits: hasDigits ? 1 : 0,
            filter_shift: UInt32(filterShift), rounds: UInt32(windows.count),
            windows: (masks(0), masks(1), masks(2)))
    }

    /// Leaves the matches in `workspace.room`.
    func find(_ needles: kt_needles, _ kernels: TextKernels, _ workspace: inout TextWorkspace) {
        let folded = workspace.folded
        var table = table
        var needles = needles
        workspace.withLayout(byteCount: folded.byteCount) { layout, room in
            folded.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                kernels.table.pointee.lay_out(base, folded.byteCount, &table, &layout)
                room.fill(folded, base, layout.places) { batch in
                    kernels.table.pointee.find(&table, &needles, &layout, batch)
                }
            }
        }
    }
}
