internal import CKleanText
package import KleanCore

/// How patterns are looked for. All ways find the same.
package enum TitleSearch: Sendable, CaseIterable {
    /// Where words begin, each place is asked whether any pattern begins like it. Patterns that may
    /// begin within words cost a look at more places.
    case words
    /// Titles are walked byte by byte through an automaton of all patterns: 256 bytes for each byte
    /// of theirs beyond shared beginnings, 7 MB for 4,000 brand aliases, 256 MB at most.
    case bytes
}

/// Finds several thousand patterns at once in the merged fold of titles.
package struct TitleScanner: Sendable {
    /// How this scanner's patterns are looked for.
    package let search: TitleSearch
    private let tables: ScannerTables
    package let kernels: TextKernels
    private let patterns: [TextPattern]

    /// Rows folded and scanned at a time, so that a block stays in the second-level cache.
    package static let rowsPerBlock = 1_024

    /// - Parameters:
    ///   - patterns: In any order; a match names its pattern by index.
    ///   - continuations: Words that may directly follow a ``PatternRule/hangulEnd`` pattern, such
    ///     as 가방 in 구찌가방; at most 16 syllables each.
    ///   - search: How to look for them; `nil` for by words if nearly all begin with one and the
    ///     kernels are vector code.
    /// - Throws: each case of ``TextError``.
    package init(
        patterns: [TextPattern], continuations: [String] = [], kernels: TextKernels = .best,
        search: TitleSearch? = nil
    ) throws(TextError) {
        self.kernels = kernels
        self.patterns = patterns
        let compiler = try PatternCompiler(patterns, continuations: continuations)
        let suitsWords = kernels.findsPlacesFast && compiler.beginsMostlyWithWords
        self.search = search ?? (suitsWords ? .words : .bytes)
        tables = try ScannerTables(compiler, self.search)
    }

    /// Bytes of the automaton, or of the filter that is asked where words begin.
    package var tableBytes: Int {
        switch tables.search {
        case .words(let words): words.byteCount
        case .bytes(let bytes): bytes.byteCount
        }
    }

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
        find(&workspace)
        let first = matches.count
        workspace.room.append(to: &matches)
        let folded = workspace.folded
        var index = first
        var event = 0
        var changed = 0
        while index < matches.count, let next = folded.nextChangedRow(from: changed, &event) {
            changed = next
            let row = folded.firstRow + changed
            while index < matches.count, matches[index].row < row { index += 1 }
            while index < matches.count, matches[index].row == row {
                place(&matches[index], titles, folded)
                index += 1
            }
        }
    }

    /// Where a match stands in a title that folding changed, and what changed its letters.
    private func place(_ match: inout TextMatch, _ titles: ByteStrings, _ folded: FoldedText) {
        let row = Int(match.row) - folded.firstRow
        let start = Int(folded.starts[row])
        let range = start + Int(match.start)..<start + Int(match.end)
        let original = folded.original(range, row: row)
        match.start = UInt16(clamping: original.lowerBound)
        match.end = UInt16(clamping: original.upperBound)
        let disguise = folded.disguise(range)
        guard !disguise.isEmpty else { return }
        match.disguise.formUnion(
            undisguised(
                disguise, titles[Int(match.row)], (match.start, match.end),
                patterns[Int(match.pattern)]))
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

    /// Leaves the matches in `workspace.room`.
    private func find(_ workspace: inout TextWorkspace) {
        switch tables.search {
        case .words(let words): words.find(tables.views, kernels, &workspace)
        case .bytes(let bytes): bytes.find(tables.views, kernels, &workspace)
        }
    }
}

/// What a scanner's kernels read, at fixed addresses.
private struct ScannerTables: Sendable {
    enum Search: Sendable {
        case words(WordSearch)
        case bytes(ByteSearch)
    }

    let search: Search
    let needles: FixedBuffer<kt_needle>
    let checks: FixedBuffer<kt_check>
    let gaps: FixedBuffer<kt_gap>
    let bytes: FixedBuffer<UInt8>
    let words: FixedBuffer<kt_word>
    let wordFirst: FixedBuffer<UInt32>

    init(_ compiler: PatternCompiler, _ search: TitleSearch) throws(TextError) {
        let ordered: [kt_needle]
        switch search {
        case .words:
            let words = WordSearch(compiler)
            ordered = words.order.map { compiler.needles[$0] }
            self.search = .words(words)
        case .bytes:
            ordered = compiler.needles
            self.search = .bytes(try ByteSearch(compiler))
        }
        needles = FixedBuffer(ordered)
        checks = FixedBuffer(
            ordered.map { needle in
                withUnsafePointer(to: needle) { kt_check_needle($0, compiler.bytes) }
            })
        gaps = FixedBuffer(compiler.gaps)
        bytes = FixedBuffer(compiler.bytes)
        words = FixedBuffer(compiler.words)
        wordFirst = FixedBuffer(compiler.wordFirst)
    }

    var views: kt_needles {
        kt_needles(
            needles: needles.pointer, checks: checks.pointer, gaps: gaps.pointer,
            keys: bytes.pointer,
            words: words.pointer, word_first: wordFirst.pointer)
    }
}
