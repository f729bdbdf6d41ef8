import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
package import KleanIndex
import KleanScore

/// What `klean export` writes.
package enum ExportFormat: String, CaseIterable, Sendable {
    case csv, jsonl, sqlite
}

/// Writes an index for other tools, streaming: one page of entries in memory at a time.
package struct Export: Sendable {
    package let index: SuspicionIndex
    package let language: ReportLanguage

    package init(_ index: SuspicionIndex, language: ReportLanguage) {
        self.index = index
        self.language = language
    }

    /// Writes all ranked entries; with `store`, every listing's score as well: in SQLite beside
    /// the entries, in CSV and JSON Lines in their place.
    ///
    /// - Parameters:
    ///   - store: Where the ids of unranked listings are; `nil` for the ranking only.
    ///   - progress: Rows written, and all rows.
    /// - Returns: Rows written.
    /// - Throws: ``IndexError``, `FileError`, SQLite's errors; no partial file is left.
    @discardableResult package func write(
        _ format: ExportFormat, to path: String, allScoresFrom store: IndexedStore? = nil,
        progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> UInt64 {
        if format == .sqlite {
            return try SQLiteExport(self).write(to: path, store: store, progress: progress)
        }
        let file = try ExportFile(path)
        let total = store == nil ? UInt64(index.manifest.ranked) : index.manifest.rows
        var rows: UInt64 = 0
        if format == .csv {
            let keys = store == nil ? Export.entryKeys : Export.scoreKeys
            try file.write(keys.joined(separator: ",") + "\n")
        }
        func put(_ keys: [String], _ cells: [Table.Cell]) throws {
            try file.write(format == .csv ? Export.csv(cells) : Export.json(keys, cells))
            rows += 1
            if rows % 65_536 == 0 { progress(rows, total) }
        }
        if let store {
            try forEachScore(store) { try put(Export.scoreKeys, $0.cells) }
        } else {
            try index.forEachEntry { entry in
                if format == .csv {
                    try put(Export.entryKeys, entryCells(entry))
                } else {
                    try file.write(entryJSON(entry))
                    rows += 1
                    if rows % 65_536 == 0 { progress(rows, total) }
                }
            }
        }
        try file.commit()
        progress(rows, total)
        return rows
    }

    // MARK: - Ranked entries

    static let entryKeys =
        [
            "rank", "ordinal", "id", "score", "score_raw", "probability", "title", "brand",
            "category", "seller", "shop", "price_minor", "currency", "reasons", "explanation",
        ] + Term.allCases.map { "term_\($0.name)" }

    private func entryCells(_ entry: IndexedEntry) -> [Table.Cell] {
        listingCells(entry)
            + [
                .list(entry.entry.evidence.map(\.code.name)),
                .text(sentences(entry).joined(separator: " / ")),
            ] + entry.entry.contributions.map { .number($0.double, digits: 5) }
    }

    func listingCells(_ entry: IndexedEntry) -> [Table.Cell] {
        let listing = entry.listing
        return [
            .integer(Int64(entry.rank)), .integer(Int64(entry.ordinal)), Export.cell(listing.id),
            .number(entry.score.double, digits: 5), .integer(Int64(entry.score.raw)),
            .share(Exact.sigmoid(entry.score.double)), Export.cell(listing.title),
            Export.cell(listing.brand), Export.cell(listing.category),
            Export.cell(listing.seller), Export.cell(listing.shop),
            listing.price == Missing.int64 ? .missing : .integer(listing.price),
            listing.currency == .missing ? .missing : .text(listing.currency.code),
        ]
    }

    func sentences(_ entry: IndexedEntry) -> [String] {
        let text = EvidenceText(language, labels: index.labels, listing: entry.listing)
        return entry.entry.evidence.map { text.sentence($0) }
    }

    private func entryJSON(_ entry: IndexedEntry) -> String {
        var json = JSONObject()
        for (key, cell) in zip(Export.entryKeys, listingCells(entry)) { json.add(key, cell) }
        let texts = sentences(entry)
        json.add(
            "evidence",
            array: zip(entry.entry.evidence, texts).map { EvidenceJSON.object($0, text: $1) })
        var terms = JSONObject()
        terms.add("intercept", .number(index.manifest.intercept.double, digits: 5))
        for (term, value) in zip(Term.allCases, entry.entry.contributions) where value.raw != 0 {
            terms.add(term.name, .number(value.double, digits: 5))
        }
        json.add("contributions", object: terms)
        return json.text + "\n"
    }

    // MARK: - All scores

    static let scoreKeys = ["ordinal", "id", "score", "score_raw", "rank"]

    /// One listing's score; no score when its shard is quarantined.
    struct ScoreRow {
        var ordinal: UInt32
        var id: ArraySlice<UInt8>
        var score: Fixed?
        /// 0 when it is not ranked.
        var rank: UInt32

        var cells: [Table.Cell] {
            [
                .integer(Int64(ordinal)), Export.cell(Array(id)),
                score.map { .number($0.double, digits: 5) } ?? .missing,
                score.map { .integer(Int64($0.raw)) } ?? .missing,
                rank == 0 ? .missing : .integer(Int64(rank)),
            ]
        }
    }

    /// Every live listing in catalog order.
    func forEachScore(_ store: IndexedStore, _ body: (ScoreRow) throws -> Void) throws {
        let ordinals = try index.ranking().ordinals
        // Ranks by ordinal: four bytes a row, less than the scores themselves.
        var ranks = [UInt32](repeating: 0, count: Int(index.manifest.rows))
        for (place, ordinal) in ordinals.enumerated() { ranks[Int(ordinal)] = UInt32(place + 1) }
        for (number, shard) in index.manifest.shards.enumerated() {
            let scores = try index.scores(shard: number)
            let ids = try store.ids(number)
            for row in 0..<Int(shard.rows) where !store.isSuperseded(number, row: row) {
                if let score = scores?[row], score == ShardScorer.deadScore { continue }
                let ordinal = shard.firstOrdinal + UInt32(row)
                try body(
                    ScoreRow(
                        ordinal: ordinal, id: ids[row], score: scores.map { Fixed(raw: $0[row]) },
                        rank: ranks[Int(ordinal)]))
            }
        }
    }

    // MARK: - Text

    static func csv(_ cells: [Table.Cell]) -> String {
        cells.map { EncodedText.csv($0.plainText) }.joined(separator: ",") + "\n"
    }

    static func json(_ keys: [String], _ cells: [Table.Cell]) -> String {
        var json = JSONObject()
        for (key, cell) in zip(keys, cells) { json.add(key, cell) }
        return json.text + "\n"
    }

    static func cell(_ text: [UInt8]) -> Table.Cell {
        text.isEmpty ? .missing : .text(String(decoding: text, as: UTF8.self))
    }
}
