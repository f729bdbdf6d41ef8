internal import GRDB
package import KleanCore

/// One shard's history in a line.
package struct LedgerShard: Equatable, Sendable {
    package var phase: Phase
    package var shard: UInt32
    package var attempts: Int
    /// Attempts that ended badly; what came second or was given back does not count.
    package var failures: Int
    package var lastWorker: String
    package var lastOutcome: String
    package var lastDetail: String
    package var lastEndMs: Int64
}

/// One worker's history in a line, over all its incarnations.
package struct LedgerWorker: Equatable, Sendable {
    package var name: String
    package var host: String
    package var committed: Int
    package var failures: Int
    package var lastEndMs: Int64
}

/// What people ask of a ledger, dead or alive.
extension Ledger {
    private static let benign = "('committed', 'superseded', 'returned', 'agreed')"

    package func job() throws(LedgerError) -> LedgerJob {
        try read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM job"),
                let id = Digest(hex: row["id"] as String),
                let snapshot = Digest(hex: row["snapshot"] as String),
                let model = Digest(hex: row["model"] as String)
            else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "no job row") }
            return LedgerJob(
                id: id, snapshot: snapshot, model: model, parameters: row["parameters"],
                scorerVersion: row["scorerVersion"], shardCount: row["shards"])
        }
    }

    /// Shards committed in a phase.
    package func committedShards(_ phase: Phase) throws(LedgerError) -> [UInt32] {
        try read { database in
            try UInt32.fetchAll(
                database, sql: "SELECT shard FROM committed WHERE phase = ? ORDER BY shard",
                arguments: [phase.rawValue])
        }
    }

    /// The phases whose committed result of this shard was scored twice and agreed.
    package func checked(shard: UInt32) throws(LedgerError) -> [Phase] {
        try read { database in
            try UInt8.fetchAll(
                database,
                sql: "SELECT phase FROM committed WHERE shard = ? AND isChecked ORDER BY phase",
                arguments: [shard]
            ).compactMap { Phase(rawValue: $0) }
        }
    }

    /// Shards of a phase that were tried at all, in order; with `failedOnly` those that ever
    /// failed.
    ///
    /// - Complexity: O(attempts).
    package func shards(
        _ phase: Phase, failedOnly: Bool
    ) throws(LedgerError) -> [LedgerShard] {
        try read { database in
            // SQLite takes the bare columns from the row that holds the maximum.
            try Row.fetchAll(
                database,
                sql: """
                    SELECT shard, count(*) AS attempts,
                        sum(outcome NOT IN \(Ledger.benign)) AS failures,
                        max(sequence), worker, outcome, detail, endMs
                    FROM attempt WHERE phase = ? GROUP BY shard
                    HAVING NOT ? OR failures > 0 ORDER BY shard
                    """,
                arguments: [phase.rawValue, failedOnly]
            ).map { row in
                LedgerShard(
                    phase: phase, shard: row["shard"], attempts: row["attempts"],
                    failures: row["failures"], lastWorker: row["worker"],
                    lastOutcome: row["outcome"], lastDetail: row["detail"],
                    lastEndMs: row["endMs"])
            }
        }
    }

    /// Everyone who ever ended an attempt, by name.
    package func workers() throws(LedgerError) -> [LedgerWorker] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT worker, host, sum(outcome = 'committed') AS committed,
                        sum(outcome NOT IN \(Ledger.benign)) AS failures, max(sequence), endMs
                    FROM attempt GROUP BY worker ORDER BY worker
                    """
            ).map { row in
                LedgerWorker(
                    name: row["worker"], host: row["host"], committed: row["committed"],
                    failures: row["failures"], lastEndMs: row["endMs"])
            }
        }
    }
}
