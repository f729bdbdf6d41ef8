internal import GRDB
import KleanColumns
import KleanConsole
import KleanCore
import KleanIndex
import KleanScore

/// Writes an index as an SQLite database for ad-hoc questions.
///
/// Tables: `about` (key, value), `listing` (one row per ranked entry), `contribution` (entry x
/// term, non-zero ones), `evidence` (entry x reason), and `score` (every listing) if asked for.
struct SQLiteExport {
    private let export: Export

    init(_ export: Export) { self.export = export }

    func write(
        to path: String, store: IndexedStore?, progress: (UInt64, UInt64) -> Void
    ) throws -> UInt64 {
        let temporary = "\(FileSystem.parent(of: path))/.\(FileSystem.name(of: path)).sqlite.tmp"
        try FileSystem.remove(temporary)
        do {
            let rows = try fill(temporary, store, progress)
            try ExportFile.settle(temporary, path)
            return rows
        } catch {
            for name in [temporary, temporary + "-journal"] { try FileSystem.remove(name) }
            throw error
        }
    }

    private func fill(
        _ path: String, _ store: IndexedStore?, _ progress: (UInt64, UInt64) -> Void
    ) throws -> UInt64 {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // The file is new and thrown away on failure: only its end must be durable.
            try database.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let manifest = export.index.manifest
        let total = UInt64(manifest.ranked) + (store == nil ? 0 : manifest.rows)
        var rows: UInt64 = 0
        try queue.write { database in
            try database.execute(sql: SQLiteExport.schema)
            try writeAbout(database)
            let statements = try Statements(database)
            try export.index.forEachEntry { entry in
                try write(entry, statements)
                rows += 1
                if rows % 65_536 == 0 { progress(rows, total) }
            }
            if let store {
                let insert = try database.makeStatement(
                    sql: "INSERT INTO score VALUES (?, ?, ?, ?)")
                try export.forEachScore(store) { row in
                    try insert.execute(arguments: [
                        Int64(row.ordinal), String(decoding: row.id, as: UTF8.self),
                        row.score?.double, row.score.map { Int64($0.raw) },
                    ])
                    rows += 1
                    if rows % 65_536 == 0 { progress(rows, total) }
                }
            } else {
                try database.execute(sql: "DROP TABLE score")
            }
            try database.execute(sql: SQLiteExport.indexes)
        }
        try queue.close()
        progress(rows, total)
        return rows
    }

    private static let schema = """
        CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE listing (
            rank INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, id TEXT NOT NULL,
            score REAL NOT NULL, score_raw INTEGER NOT NULL, probability REAL NOT NULL,
            title TEXT, brand TEXT, category TEXT, seller TEXT, shop TEXT,
            price_minor INTEGER, currency TEXT);
        CREATE TABLE contribution (
            rank INTEGER NOT NULL, term TEXT NOT NULL, log_odds REAL NOT NULL,
            PRIMARY KEY (rank, term)) WITHOUT ROWID;
        CREATE TABLE evidence (
            rank INTEGER NOT NULL, position INTEGER NOT NULL, code TEXT NOT NULL,
            neutral INTEGER NOT NULL, field TEXT, slot INTEGER, first_byte INTEGER,
            end_byte INTEGER, a INTEGER, b INTEGER, c INTEGER, d INTEGER, text TEXT NOT NULL,
            PRIMARY KEY (rank, position)) WITHOUT ROWID;
        CREATE TABLE score (
            ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL, score REAL, score_raw INTEGER);
        """

    private static let indexes = """
        CREATE UNIQUE INDEX listing_id ON listing (id);
        CREATE INDEX listing_seller ON listing (seller);
        CREATE INDEX listing_brand ON listing (brand);
        CREATE INDEX evidence_code ON evidence (code);
        """

    private struct Statements {
        let listing: Statement
        let contribution: Statement
        let evidence: Statement

        init(_ database: Database) throws {
            func insert(_ table: String, _ count: Int) throws -> Statement {
                let marks = Array(repeating: "?", count: count).joined(separator: ", ")
                return try database.makeStatement(sql: "INSERT INTO \(table) VALUES (\(marks))")
            }
            listing = try insert("listing", 13)
            contribution = try insert("contribution", 3)
            evidence = try insert("evidence", 13)
        }
    }

    private func writeAbout(_ database: Database) throws {
        let manifest = export.index.manifest
        let facts: [(String, String)] = [
            ("index", manifest.digest.hex), ("result", manifest.resultDigest.hex),
            ("job", manifest.job.hex), ("snapshot", manifest.snapshot.hex),
            ("model", manifest.model.hex), ("model_name", manifest.modelName),
            ("profile", manifest.profile.hex), ("scorer_version", "\(manifest.scorerVersion)"),
            ("threshold", NumberText.fixed(manifest.threshold.double, digits: 5)),
            ("intercept", NumberText.fixed(manifest.intercept.double, digits: 5)),
            ("rows", "\(manifest.rows)"), ("scored_rows", "\(manifest.scoredRows)"),
            ("over_threshold", "\(manifest.overThreshold)"), ("ranked", "\(manifest.ranked)"),
            ("quarantined", manifest.quarantined.map(\.name).joined(separator: " ")),
            ("language", export.language.rawValue),
            (
                "sample",
                SampleText(manifest).map { $0.sentence(export.language) } ?? ""
            ),
        ]
        let insert = try database.makeStatement(sql: "INSERT INTO about VALUES (?, ?)")
        for (key, value) in facts { try insert.execute(arguments: [key, value]) }
    }

    private func write(_ entry: IndexedEntry, _ statements: Statements) throws {
        let rank = Int64(entry.rank)
        let listing = entry.listing
        try statements.listing.execute(arguments: [
            rank, Int64(entry.ordinal), text(listing.id), entry.score.double,
            Int64(entry.score.raw), Exact.sigmoid(entry.score.double), text(listing.title),
            text(listing.brand), text(listing.category), text(listing.seller),
            text(listing.shop), listing.price == Missing.int64 ? nil : listing.price,
            listing.currency == .missing ? nil : listing.currency.code,
        ])
        for (term, value) in zip(Term.allCases, entry.entry.contributions) where value.raw != 0 {
            try statements.contribution.execute(arguments: [rank, term.name, value.double])
        }
        let sentences = export.sentences(entry)
        for (position, item) in entry.entry.evidence.enumerated() {
            let isPicture = item.field == .image || item.field == .logo
            let hasRange = item.start < item.end
            try statements.evidence.execute(arguments: [
                rank, Int64(position), item.code.name, item.code.isNeutral,
                item.field == .none ? nil : String(describing: item.field),
                isPicture ? Int64(item.slot) : nil, hasRange ? Int64(item.start) : nil,
                hasRange ? Int64(item.end) : nil, argument(item.a), argument(item.b),
                argument(item.c), argument(item.d), sentences[position],
            ])
        }
    }

    private func text(_ bytes: [UInt8]) -> String? {
        bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private func argument(_ value: Int64) -> Int64? { value == -1 ? nil : value }
}
