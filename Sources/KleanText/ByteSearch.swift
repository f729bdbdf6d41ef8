internal import CKleanText

/// Finds needles by walking the titles byte by byte.
struct ByteSearch: Sendable {
    private let next16: FixedBuffer<UInt16>?
    private let next32: FixedBuffer<UInt32>?
    private let classes: FixedBuffer<UInt8>
    private let rowShift: Int
    private let accepting: Int
    private let stateCount: Int
    private let outputFirst: FixedBuffer<UInt32>
    private let outputs: FixedBuffer<UInt32>

    /// Bytes of the automaton that a search agrees to build.
    static let bytesMax = 256 << 20

    init(_ compiler: PatternCompiler) throws(TextError) {
        let built = try PatternAutomaton(keys: compiler.keys, bytesMax: Self.bytesMax)
        let isNarrow = built.stateCount <= 65_536
        next16 = isNarrow ? FixedBuffer(built.next.map { UInt16($0) }) : nil
        next32 = isNarrow ? nil : FixedBuffer(built.next)
        classes = FixedBuffer(built.classes)
        rowShift = built.rowShift
        accepting = built.accepting
        stateCount = built.stateCount
        outputFirst = FixedBuffer(built.outputFirst)
        outputs = FixedBuffer(built.outputs)
    }

    /// Bytes of the automaton.
    var byteCount: Int { (stateCount << rowShift) * (next16 == nil ? 4 : 2) }

    private var automaton: kt_automaton {
        kt_automaton(
            next16: next16?.pointer, next32: next32?.pointer, classes: classes.pointer,
            row_shift: UInt32(rowShift), accepting: UInt32(accepting),
            output_first: outputFirst.pointer, outputs: outputs.pointer)
    }

    /// Leaves the matches in `workspace.room`.
    func find(_ needles: kt_needles, _ kernels: TextKernels, _ workspace: inout TextWorkspace) {
        let folded = workspace.folded
        var automaton = automaton
        var needles = needles
        workspace.withWalk(byteCount: folded.byteCount) { walk, room in
            folded.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                kt_scan(
                    &automaton, kernels.table, base, folded.starts, folded.rowCount,
                    &walk.classes, &walk.stops, &walk.firsts, &walk.counts)
                kernels.table.pointee.find_places(base, folded.byteCount, &walk.places)
                walk.places.withUnsafeBufferPointer { places in
                    room.fill(folded, base, places.baseAddress) { batch in
                        kernels.table.pointee.judge_stops(
                            &automaton, &needles, walk.stops, walk.firsts, walk.counts, batch)
                    }
                }
            }
        }
    }
}

/// What a walk writes; reused from block to block.
struct WalkRoom: Sendable {
    var classes: [UInt8] = []
    var stops: [kt_stop] = []
    /// Where the stops of each part of a block begin, and how many they are.
    var firsts = [Int](repeating: 0, count: Int(KT_STREAMS))
    var counts = [Int](repeating: 0, count: Int(KT_STREAMS))
    var places: [kt_place] = []

    mutating func grow(byteCount: Int) {
        let roomy = byteCount + byteCount / 2
        if stops.count < byteCount { stops = Array(repeating: kt_stop(), count: roomy) }
        if classes.count < byteCount + Int(KT_SCAN_SLACK) {
            classes = Array(repeating: 0, count: roomy + Int(KT_SCAN_SLACK))
        }
        if places.count < kt_place_count(byteCount) {
            places = Array(repeating: kt_place(), count: kt_place_count(roomy))
        }
    }
}
