internal import CKleanText

/// Finds needles by looking their keys up where words begin.
struct WordSearch: Sendable {
    let order: [Int]
    private let filter: FixedBuffer<UInt64>
    private let ranks: FixedBuffer<UInt32>
    private let groups: FixedBuffer<UInt32>
    private let keys: FixedBuffer<kt_key>
    private let starts: FixedBuffer<UInt8>
    private let inner: FixedBuffer<UInt8>?
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
        starts = FixedBuffer(built.starts)
        inner = built.inner.isEmpty ? nil : FixedBuffer(built.inner)
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
            keys: keys.pointer, starts: starts.pointer, inner: inner?.pointer,
            filter_shift: UInt32(filterShift), rounds: UInt32(windows.count),
            windows: (masks(0), masks(1), masks(2)))
    }

    /// Leaves the finds in `workspace.found` and returns how many there are.
    func find(
        _ needles: kt_needles, _ kernels: TextKernels, _ workspace: inout TextWorkspace
    ) -> Int {
        let folded = workspace.folded
        var table = table
        var needles = needles
        return workspace.withLayout(byteCount: folded.byteCount) { layout, found in
            folded.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                kernels.table.pointee.lay_out(base, folded.byteCount, table.inner, &layout)
                while true {
                    let count = kt_find(
                        &table, &needles, kernels.table, base, folded.starts, &layout, &found,
                        found.count)
                    if count <= found.count { return count }
                    found = Array(repeating: kt_found(), count: count * 2)
                }
            }
        }
    }
}
