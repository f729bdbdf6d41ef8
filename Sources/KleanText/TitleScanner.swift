internal import CKleanText
package import KleanCore

/// Finds several thousand patterns at once in the merged fold of titles.
///
/// The patterns' keys make one automaton with a dense row of 128 two-byte entries for each state
/// (four-byte ones past 65,536 states, 256 where the patterns use more than 126 byte values): 256
/// bytes for each byte of the patterns beyond shared beginnings, 7 MB for 4,000 brand aliases, and
/// at most ``automatonBytesMax``.
package struct TitleScanner: Sendable {
    private let tables: ScannerTables
    package let kernels: TextKernels
    private let patterns: [TextPattern]

    /// Bytes of the automaton that a scanner agrees to build.
    package static let automatonBytesMax = 256 << 20
    /// Rows folded and scanned at a time, so that a block stays in the second-level cache.
    package static let rowsPerBlock = 1_024

    /// - Parameters:
    ///   - patterns: In any order; a match names its pattern by index.
    ///   - continuations: Words that may directly follow a ``PatternRule/hangulEnd`` pattern, such
    ///     as 가방 in 구찌가방; at most 16 syllables each.
    /// - Throws: each case of ``TextError``.
    package init(
        patterns: [TextPattern], continuations: [String] = [], kernels: TextKernels = .best
    ) throws(TextError) {
        self.kernels = kernels
        self.patterns = patterns
        tables = try ScannerTables(PatternCompiler(patterns, continuations: continuations))
    }

    /// Bytes of the automaton.
    package var automatonBytes: Int {
        (tables.stateCount << tables.rowShift) * (tables.next16 == nil ? 4 : 2)
    }
    /// States of the automaton.
    package var stateCount: Int { tables.stateCount }

    /// Appends the matches in `rows`, sorted by ``TextMatch/precedes(_:_:)``.
    ///
    /// - Complexity: O(bytes + matches), no allocation once the workspace has grown.
    package func scan(
        _ titles: ByteStrings, rows: Range<Int>, into matches: inout [TextMatch],
        _ workspace: inout TextWorkspace
    ) {
        var first = rows.lowerBound
        while first < rows.upperBound {
            let last = min(first + Self.rowsPerBlock, rows.upperBound)
            workspace.folded.fold(titles, rows: first..<last, .merged, kernels)
            scanBlock(titles, into: &matches, &workspace)
            first = last
        }
    }

    /// The matches in one text, as row 0.
    package func scan(_ text: some Sequence<UInt8>) -> [TextMatch] {
        var titles = ByteStrings()
        titles.append(text)
        var matches: [TextMatch] = []
        var workspace = TextWorkspace()
        scan(titles, rows: 0..<1, into: &matches, &workspace)
        return matches
    }

    /// Scans the folded view in the workspace, which `titles` gave.
    func scanBlock(
        _ titles: ByteStrings, into matches: inout [TextMatch], _ workspace: inout TextWorkspace
    ) {
        let count = find(&workspace)
        let folded = workspace.folded
        var eventCursor = 0
        workspace.found.withUnsafeBufferPointer { found in
            for found in found.prefix(count) {
                let needle = tables.needles.pointer[Int(found.needle)]
                let row = Int(found.row)
                var match = TextMatch(
                    row: UInt32(folded.firstRow + row), payload: needle.payload,
                    pattern: needle.pattern, start: 0, end: 0,
                    token: UInt16(clamping: found.token),
                    lastToken: UInt16(clamping: found.last_token),
                    disguise: TextDisguise(rawValue: UInt8(truncatingIfNeeded: found.kind)))
                if folded.hasEvents(in: row, from: &eventCursor) {
                    place(&match, Int(found.start)..<Int(found.end), titles, folded)
                } else {
                    let start = folded.starts[row]
                    match.start = UInt16(clamping: found.start - start)
                    match.end = UInt16(clamping: found.end - start)
                }
                matches.append(match)
            }
        }
    }

    /// Where a match stands in a title that folding changed, and what changed its letters.
    private func place(
        _ match: inout TextMatch, _ range: Range<Int>, _ titles: ByteStrings, _ folded: FoldedText
    ) {
        let row = Int(match.row)
        let original = folded.original(range, row: row - folded.firstRow)
        match.start = UInt16(clamping: original.lowerBound)
        match.end = UInt16(clamping: original.upperBound)
        let disguise = folded.disguise(range)
        guard !disguise.isEmpty else { return }
        match.disguise.formUnion(
            undisguised(
                disguise, titles[row], (match.start, match.end), patterns[Int(match.pattern)]))
    }

    /// Without look-alikes and accents if the pattern itself is spelt with the same letters: an
    /// alias in Greek is no distortion of a Latin one.
    private func undisguised(
        _ disguise: TextDisguise, _ title: ArraySlice<UInt8>, _ range: (start: UInt16, end: UInt16),
        _ pattern: TextPattern
    ) -> TextDisguise {
        guard !disguise.isDisjoint(with: [.lookAlike, .accent]) else { return disguise }
        let folder = TextFolder(kernels: .scalar)
        let part = title.dropFirst(Int(range.start)).prefix(Int(range.end - range.start))
        let written = folder.fold(part, .plain).filter(isWordByte)
        let meant = folder.fold(pattern.bytes, .plain).filter(isWordByte)
        return written == meant ? disguise.subtracting([.lookAlike, .accent]) : disguise
    }

    /// Leaves the finds in `workspace.found` and returns how many there are.
    private func find(_ workspace: inout TextWorkspace) -> Int {
        let byteCount = workspace.folded.byteCount
        workspace.makeRoom(byteCount: byteCount)
        var automaton = tables.automaton
        var needles = tables.views
        let rows = workspace.folded.rowCount
        var count = 0
        workspace.folded.bytes.withUnsafeBufferPointer { bytes in
            workspace.folded.starts.withUnsafeBufferPointer { starts in
                guard let base = bytes.baseAddress else { return }
                kt_scan(
                    &automaton, kernels.table, base, starts.baseAddress, rows,
                    &workspace.classes, &workspace.hits, &workspace.firsts, &workspace.counts)
                kernels.table.pointee.find_places(base, byteCount, &workspace.places)
                repeat {
                    if count > workspace.found.count {
                        workspace.found = Array(repeating: kt_found(), count: count * 2)
                    }
                    count = kt_judge(
                        &automaton, &needles, kernels.table, base, starts.baseAddress,
                        workspace.places, workspace.hits, workspace.firsts, workspace.counts,
                        &workspace.found, workspace.found.count)
                } while count > workspace.found.count
            }
        }
        return count
    }
}

/// What a scanner's kernels read, at fixed addresses.
private struct ScannerTables: Sendable {
    let next16: FixedBuffer<UInt16>?
    let next32: FixedBuffer<UInt32>?
    let classes: FixedBuffer<UInt8>
    let rowShift: Int
    let accepting: Int
    let stateCount: Int
    let outputFirst: FixedBuffer<UInt32>
    let outputs: FixedBuffer<UInt32>
    let needles: FixedBuffer<kt_needle>
    let checks: FixedBuffer<kt_check>
    let gaps: FixedBuffer<kt_gap>
    let bytes: FixedBuffer<UInt8>
    let words: FixedBuffer<kt_word>
    let wordFirst: FixedBuffer<UInt32>

    init(_ compiler: PatternCompiler) throws(TextError) {
        let built = try PatternAutomaton(
            keys: compiler.keys, bytesMax: TitleScanner.automatonBytesMax)
        let isNarrow = built.stateCount <= 65_536
        next16 = isNarrow ? FixedBuffer(built.next.map { UInt16($0) }) : nil
        next32 = isNarrow ? nil : FixedBuffer(built.next)
        classes = FixedBuffer(built.classes)
        rowShift = built.rowShift
        accepting = built.accepting
        stateCount = built.stateCount
        outputFirst = FixedBuffer(built.outputFirst)
        outputs = FixedBuffer(built.outputs)
        needles = FixedBuffer(compiler.needles)
        checks = FixedBuffer(
            compiler.needles.map { needle in
                withUnsafePointer(to: needle) { kt_check_needle($0, compiler.bytes) }
            })
        gaps = FixedBuffer(compiler.gaps)
        bytes = FixedBuffer(compiler.bytes)
        words = FixedBuffer(compiler.words)
        wordFirst = FixedBuffer(compiler.wordFirst)
    }

    var automaton: kt_automaton {
        kt_automaton(
            next16: next16?.pointer, next32: next32?.pointer, classes: classes.pointer,
            row_shift: UInt32(rowShift), accepting: UInt32(accepting),
            output_first: outputFirst.pointer, outputs: outputs.pointer)
    }

    var views: kt_needles {
        kt_needles(
            needles: needles.pointer, checks: checks.pointer, gaps: gaps.pointer,
            keys: bytes.pointer,
            words: words.pointer, word_first: wordFirst.pointer)
    }
}
