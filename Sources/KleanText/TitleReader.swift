package import KleanCore

/// Everything that the names in some titles say, each list by row and start. Reused.
package struct TitleFindings: Sendable {
    package var matches: [TextMatch] = []
    package var nearMisses: [NearMissMatch] = []

    package init() {}

    package mutating func removeAll() {
        matches.removeAll(keepingCapacity: true)
        nearMisses.removeAll(keepingCapacity: true)
    }
}

/// Folds, scans and looks for near misses, block by block so that each block stays in cache.
package struct TitleReader: Sendable {
    package let scanner: TitleScanner
    package let nearMisses: NearMissIndex?
    package let pieces: NamePieceIndex?

    package init(
        scanner: TitleScanner, nearMisses: NearMissIndex? = nil, pieces: NamePieceIndex? = nil
    ) {
        self.scanner = scanner
        self.nearMisses = nearMisses
        self.pieces = pieces
    }

    /// Appends what stands in `rows`; row numbers are those of `titles`.
    package func read(
        _ titles: ByteStrings, rows: Range<Int>, into findings: inout TitleFindings,
        _ workspace: inout TextWorkspace
    ) {
        var first = rows.lowerBound
        while first < rows.upperBound {
            let last = min(first + TitleScanner.rowsPerBlock, rows.upperBound)
            workspace.folded.fold(titles, rows: first..<last, .merged, scanner.kernels)
            scanner.scanBlock(titles, into: &findings.matches, &workspace)
            nearMisses?.scan(into: &findings.nearMisses, &workspace)
            pieces?.scan(titles, into: &findings.nearMisses, &workspace, scanner.kernels)
            first = last
        }
    }
}
