package import KleanCatalog
package import KleanColumns
package import KleanCore

extension ContainerKind {
    /// What survey found in one chunk.
    package static let surveyResult = ContainerKind("KSRV")
    /// What score said of one chunk.
    package static let scoreResult = ContainerKind("KSCR")
    /// What survey found in the whole catalog.
    package static let profile = ContainerKind("KPRF")
}

/// Which rows of the catalog a chunk holds.
package struct SurveyScope: Sendable, Equatable {
    /// Ordinal of the chunk's first row.
    package var firstOrdinal: UInt32
    /// Rows of the catalog, dead ones included.
    package var catalogRows: UInt64
    /// Superseded rows of the chunk, ascending: nothing is said of them.
    package var deadRows: [UInt32]
    /// Rows to be scored, ascending; `nil` for all. The survey is always of all.
    package var sampledRows: [UInt32]?

    /// The chunk's share of the snapshot's overlay: its counters stand in for the packed ones.
    package var overlay: CounterOverlay?

    package init(
        firstOrdinal: UInt32, catalogRows: UInt64, deadRows: [UInt32] = [],
        overlay: CounterOverlay? = nil
    ) {
        self.firstOrdinal = firstOrdinal
        self.catalogRows = catalogRows
        self.deadRows = deadRows
        self.overlay = overlay
    }

    /// Rows whose pictures are tallied. Smaller catalogs are tallied whole; of bigger ones a fair
    /// sample bounds the tallies at any scale, and does not depend on how the rows are chunked.
    static let sampledRows: UInt64 = 4_194_304

    func isSampled(ordinal: UInt32) -> Bool {
        guard catalogRows > SurveyScope.sampledRows else { return true }
        let hash = Fingerprint.mix(UInt64(ordinal) ^ 0x7069_6374_7572_6573)
        return hash.multipliedFullWidth(by: catalogRows).high < SurveyScope.sampledRows
    }
}

/// What the survey phase says of one chunk: its join pairs and its share of the tallies.
///
/// **Columns** (kind `KSRV`): 1 totals `[u64]`: live rows, sampled rows, pictures, newest listing
/// date + 1 (0 unknown), rows with orders not corrected for lag; 10–16 pairs: row `u32`, entry
/// `u32`, fingerprint `u64`, kind `u8`, slot `u8`, distance `u16`, quality `u8`; 20–21 entry `u32`
/// and its matching pictures `u32`;
/// 200–241 the tallies, each sorted: pictures, sellers, cells, votes, tokens.
package struct SurveyResult: Sendable, Equatable {
    package var totals: SurveyTotals
    /// By row, kind, slot, distance, entry.
    package var pairs: [ListingPair]
    /// Bank entries that matched, ascending, and how many hashes each.
    package var matchedEntries: [UInt32]
    package var matchCounts: [UInt32]
    var images: [ImageTally]
    var sellers: [SellerTally]
    var cells: [CellTally]
    var votes: [PriceVote]
    var tokens: [TokenTally]

    /// The file. - Complexity: O(bytes).
    package func encoded(_ effort: CompressionEffort = .fast) -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .surveyResult, effort: effort)
        writer.add(.surveyTotals, totals.words)
        ListingPair.write(pairs, to: &writer)
        writer.add(.surveyEntry, matchedEntries)
        writer.add(.surveyEntryCount, matchCounts)
        ImageTally.write(images, to: &writer)
        SellerTally.write(sellers, to: &writer)
        CellTally.write(cells, to: &writer)
        PriceVote.write(votes, to: &writer)
        TokenTally.write(tokens, to: &writer)
        return (writer.finish(), writer.digest)
    }

    package init(reading reader: ContainerReader) throws(ContainerError) {
        totals = try SurveyTotals(reading: reader)
        pairs = try ListingPair.read(reader)
        matchedEntries = try reader.u32(.surveyEntry)
        matchCounts = try reader.u32(.surveyEntryCount)
        try reader.expectEqualCounts(
            [.surveyEntry, .surveyEntryCount], [matchedEntries.count, matchCounts.count])
        images = try ImageTally.read(reader)
        sellers = try SellerTally.read(reader)
        cells = try CellTally.read(reader)
        votes = try PriceVote.read(reader)
        tokens = try TokenTally.read(reader)
    }

    init(
        totals: SurveyTotals, pairs: [ListingPair], matchedEntries: [UInt32],
        matchCounts: [UInt32], images: [ImageTally], sellers: [SellerTally], cells: [CellTally],
        votes: [PriceVote], tokens: [TokenTally]
    ) {
        self.totals = totals
        self.pairs = pairs
        self.matchedEntries = matchedEntries
        self.matchCounts = matchCounts
        self.images = images
        self.sellers = sellers
        self.cells = cells
        self.votes = votes
        self.tokens = tokens
    }
}

extension ColumnID {
    static let surveyTotals = ColumnID(1)
    static let pairRow = ColumnID(10)
    static let pairEntry = ColumnID(11)
    static let pairFingerprint = ColumnID(12)
    static let pairKind = ColumnID(13)
    static let pairSlot = ColumnID(14)
    static let pairDistance = ColumnID(15)
    static let pairQuality = ColumnID(16)
    static let surveyEntry = ColumnID(20)
    static let surveyEntryCount = ColumnID(21)
}

/// Sums over live rows.
package struct SurveyTotals: Sendable, Equatable {
    package var rows: UInt64 = 0
    package var sampledRows: UInt64 = 0
    package var pictures: UInt64 = 0
    /// Latest listing date in seconds since 1970, plus one; 0 when none is known.
    package var newestListedPlusOne: UInt64 = 0
    /// Rows with orders whose counters no overlay corrected for the delay of reports.
    package var uncorrectedRows: UInt64 = 0

    package init() {}

    var words: [UInt64] {
        [rows, sampledRows, pictures, newestListedPlusOne, uncorrectedRows]
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        let words = try reader.u64(.surveyTotals)
        guard words.count == 5 else {
            throw .segmentContent(
                file: reader.name, column: .surveyTotals,
                detail: "totals: expected 5, found \(words.count)")
        }
        rows = words[0]
        sampledRows = words[1]
        pictures = words[2]
        newestListedPlusOne = words[3]
        uncorrectedRows = words[4]
    }

    mutating func absorb(_ other: SurveyTotals) {
        rows += other.rows
        sampledRows += other.sampledRows
        pictures += other.pictures
        newestListedPlusOne = max(newestListedPlusOne, other.newestListedPlusOne)
        uncorrectedRows += other.uncorrectedRows
    }
}

extension ListingPair {
    /// The columns of a survey result that the score phase needs.
    package static let columns: [ColumnID] = [
        .pairRow, .pairEntry, .pairFingerprint, .pairKind, .pairSlot, .pairDistance, .pairQuality,
    ]

    static func write(_ pairs: [ListingPair], to writer: inout ContainerWriter) {
        writer.add(.pairRow, pairs.map(\.row))
        writer.add(.pairEntry, pairs.map(\.entry))
        writer.add(.pairFingerprint, pairs.map(\.fingerprint))
        writer.add(.pairKind, pairs.map(\.kind.rawValue))
        writer.add(.pairSlot, pairs.map(\.slot))
        writer.add(.pairDistance, pairs.map(\.distance))
        writer.add(.pairQuality, pairs.map(\.quality))
    }

    /// The pairs of one chunk out of its survey result, or of the part of it that was sent.
    package static func read(_ reader: ContainerReader) throws(ContainerError) -> [ListingPair] {
        let rows = try reader.u32(.pairRow)
        let entries = try reader.u32(.pairEntry)
        let fingerprints = try reader.u64(.pairFingerprint)
        let kinds = try reader.u8(.pairKind)
        let slots = try reader.u8(.pairSlot)
        let distances = try reader.u16(.pairDistance)
        let qualities = try reader.u8(.pairQuality)
        try reader.expectEqualCounts(
            columns,
            [
                rows.count, entries.count, fingerprints.count, kinds.count, slots.count,
                distances.count, qualities.count,
            ])
        var pairs: [ListingPair] = []
        pairs.reserveCapacity(rows.count)
        for index in rows.indices {
            guard let kind = PairKind(rawValue: kinds[index]) else {
                throw .segmentContent(
                    file: reader.name, column: .pairKind,
                    detail: "pair kind: expected 0 or 1, found \(kinds[index])")
            }
            let pair = ListingPair(
                row: rows[index], kind: kind, slot: slots[index], entry: entries[index],
                distance: distances[index], quality: qualities[index],
                fingerprint: fingerprints[index])
            guard pairs.last.map({ $0 < pair }) ?? true else {
                throw .segmentContent(
                    file: reader.name, column: .pairRow, detail: "pair \(index): out of order")
            }
            pairs.append(pair)
        }
        return pairs
    }
}
