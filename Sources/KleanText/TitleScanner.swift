package import KleanCore

/// Finds several thousand patterns at once in the folded view of titles.
package struct TitleScanner: Sendable {
    private let patterns: [TextPattern]
    private let folded: [[UInt8]]
    private let folder = TextFolder()

    /// - Parameters:
    ///   - patterns: In any order; a match names its pattern by index.
    ///   - continuations: Words that may directly follow a ``PatternRule/hangulEnd`` pattern, such
    ///     as 가방 in 구찌가방.
    /// - Throws: each case of ``TextError``.
    package init(patterns: [TextPattern], continuations: [String] = []) throws(TextError) {
        self.patterns = patterns
        folded = patterns.map { TextFolder().fold($0.bytes) }
        for (index, bytes) in folded.enumerated() where bytes.isEmpty {
            throw .emptyPattern(index: index)
        }
    }

    /// Appends the matches in `rows`, sorted by ``TextMatch/precedes(_:_:)``.
    package func scan(
        _ titles: ByteStrings, rows: Range<Int>, into matches: inout [TextMatch],
        _ workspace: inout TextWorkspace
    ) {
        let first = matches.count
        for row in rows {
            let text = folder.fold(titles[row])
            for (index, pattern) in folded.enumerated() where pattern.count <= text.count {
                for start in 0...text.count - pattern.count
                where text[start..<start + pattern.count].elementsEqual(pattern) {
                    let end = start + pattern.count
                    guard boundary(text, start, end, patterns[index].rule) else { continue }
                    matches.append(
                        TextMatch(
                            row: UInt32(row), payload: patterns[index].payload,
                            pattern: UInt32(index), start: UInt16(clamping: start),
                            end: UInt16(clamping: end), token: token(text, start),
                            lastToken: token(text, end - 1)))
                }
            }
        }
        matches[first...].sort(by: TextMatch.precedes)
    }

    /// The matches in one text, as row 0.
    package func scan(_ text: [UInt8]) -> [TextMatch] {
        var titles = ByteStrings()
        titles.append(text)
        var matches: [TextMatch] = []
        var workspace = TextWorkspace()
        scan(titles, rows: 0..<1, into: &matches, &workspace)
        return matches
    }

    private func boundary(_ text: [UInt8], _ start: Int, _ end: Int, _ rule: PatternRule) -> Bool {
        let before = start > 0 ? text[start - 1] : 32
        let after = end < text.count ? text[end] : 32
        func latin(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
        if rule.contains(.latinBoundary) || rule.contains(.latinLetterBoundary) {
            if latin(before) || latin(after) { return false }
        }
        if rule.contains(.hangulStart), before >= 128 { return false }
        if rule.contains(.wholeToken),
            latin(before) || latin(after) || before >= 128 || after >= 128
        {
            return false
        }
        return true
    }

    private func token(_ text: [UInt8], _ offset: Int) -> UInt16 {
        func isWord(_ byte: UInt8) -> Bool {
            byte >= 128 || (97...122).contains(byte) || (48...57).contains(byte)
        }
        var count = 0
        for index in stride(from: 1, through: offset, by: 1)
        where isWord(text[index]) && !isWord(text[index - 1]) { count += 1 }
        return UInt16(clamping: offset > 0 && isWord(text[0]) ? count : max(count - 1, 0))
    }
}
