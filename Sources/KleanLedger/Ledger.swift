internal import Foundation
internal import GRDB
package import KleanCore

/// The durable record of one job, in SQLite (WAL, full sync).
///
/// A batch is on the disk when ``append(_:)`` returns; what it says counts only then. The caller
/// has put result files in place before it commits them. Used by one thread at a time.
///
/// **Tables**: `job` (one row, with the secret that draws the shards to be scored twice),
/// `committed` (phase, shard, basis → attempt, bytes, checksum, by whom, whether checked),
/// `distrust` (identity → name, reason),
/// `attempt` (history, append-only), `quarantine` (phase, shard → reason, whether a person skipped
/// it), `milestone`
/// (name → digest, basis: the profile and the published index). A first survey commit takes the
/// profile's milestone away, and a profile takes away score commits of another basis.
package final class Ledger: Sendable {
    package static let version = 3

    package let path: String
    let database: DatabaseQueue

    /// Opens the ledger, or makes it for this job.
    ///
    /// - Throws: ``LedgerError``; ``LedgerError/otherJob(path:expected:found:)`` when it belongs to
    ///   another job.
    package init(path: String, job: LedgerJob) throws(LedgerError) {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL")
            }
            let found = try database.write { database in
                try Ledger.migrate(database, job)
                return try Ledger.storedJob(database)
            }
            guard found.version == Ledger.version else {
                throw LedgerError.version(
                    path: path, expected: Ledger.version, found: found.version)
            }
            guard found.id == job.id else {
                throw LedgerError.otherJob(path: path, expected: job.id, found: found.id)
            }
            self.path = path
            self.database = database
        } catch {
            throw Ledger.error(error, path)
        }
    }

    /// Opens a ledger that is there, whatever its job, to look at it or to leave a note for the
    /// next coordinator. Readers do not disturb a coordinator that writes.
    ///
    /// - Throws: ``LedgerError``; ``LedgerError/notFound(path:)`` when there is none.
    package init(existing path: String) throws(LedgerError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .notFound(path: path) }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let found = try database.read { try Ledger.storedJob($0) }
            guard found.version == Ledger.version else {
                throw LedgerError.version(
                    path: path, expected: Ledger.version, found: found.version)
            }
            self.path = path
            self.database = database
        } catch {
            throw Ledger.error(error, path)
        }
    }

    /// Appends a batch in one transaction, durable on return.
    ///
    /// - Returns: Of the commits in the batch, those that came first; a later one of the same
    ///   phase, shard and basis changes nothing.
    @discardableResult
    package func append(_ records: [LedgerRecord]) throws(LedgerError) -> [CommittedShard] {
        do {
            return try database.write { database in
                var first: [CommittedShard] = []
                for record in records {
                    if case .committed(let shard) = record {
                        if try Ledger.commit(database, shard) { first.append(shard) }
                    } else {
                        try Ledger.write(database, record)
                    }
                }
                return first
            }
        } catch {
            throw Ledger.error(error, path)
        }
    }

    /// The results that count for a basis, by shard.
    package func committed(_ phase: Phase, basis: UInt64) throws(LedgerError) -> [CommittedShard] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT shard, attempt, bytes, checksum, identity, isChecked FROM committed
                    WHERE phase = ? AND basis = ? ORDER BY shard
                    """,
                arguments: [phase.rawValue, Int64(bitPattern: basis)]
            ).map { row in
                var shard = CommittedShard(
                    phase: phase, shard: row["shard"], attempt: row["attempt"], basis: basis,
                    byteCount: UInt64(bitPattern: row["bytes"]),
                    checksum: UInt64(bitPattern: row["checksum"]), identity: row["identity"])
                shard.isChecked = row["isChecked"]
                return shard
            }
        }
    }

    /// Shards that are given up, by phase and shard.
    package func quarantined() throws(LedgerError) -> [LedgerQuarantine] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM quarantine ORDER BY phase, shard"
            ).compactMap { row in
                Phase(rawValue: row["phase"]).map {
                    LedgerQuarantine(
                        phase: $0, shard: row["shard"], reason: row["reason"],
                        isSkipped: row["isSkipped"])
                }
            }
        }
    }

    /// Workers that lied, by identity.
    package func distrusted() throws(LedgerError) -> [LedgerDistrust] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM distrust ORDER BY identity").map {
                LedgerDistrust(identity: $0["identity"], name: $0["name"], reason: $0["reason"])
            }
        }
    }

    /// 32 random bytes that never leave the coordinator: what is checked cannot be foreseen.
    package func secret() throws(LedgerError) -> Digest {
        try read { database in
            guard let text = try String.fetchOne(database, sql: "SELECT secret FROM job"),
                let secret = Digest(hex: text)
            else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "no secret") }
            return secret
        }
    }

    /// The highest attempt number of each shard that has one, over all coordinators of the job.
    package func lastAttempts(_ phase: Phase) throws(LedgerError) -> [UInt32: UInt32] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT shard, max(attempt) AS last FROM attempt
                    WHERE phase = ? GROUP BY shard
                    """,
                arguments: [phase.rawValue])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["shard"], $0["last"]) })
        }
    }

    /// The history of one shard, oldest first.
    package func attempts(
        _ phase: Phase, shard: UInt32
    ) throws(LedgerError) -> [LedgerAttempt] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM attempt WHERE phase = ? AND shard = ? ORDER BY sequence",
                arguments: [phase.rawValue, shard]
            ).map { row in
                LedgerAttempt(
                    lease: Lease(
                        phase: phase, shard: shard, attempt: row["attempt"],
                        basis: UInt64(bitPattern: row["basis"])),
                    worker: row["worker"], incarnation: UInt64(bitPattern: row["incarnation"]),
                    host: row["host"], startMs: row["startMs"], endMs: row["endMs"],
                    progressMs: row["progressMs"], rowsDone: row["rowsDone"],
                    bytes: row["bytes"], outcome: row["outcome"], detail: row["detail"])
            }
        }
    }

    /// The profile that score results must be based on, once there is one.
    package func profile() throws(LedgerError) -> (digest: Digest, basis: UInt64)? {
        try milestone("profile")
    }

    /// The index that was published last.
    package func published() throws(LedgerError) -> Digest? { try milestone("index")?.digest }

    // MARK: - Private parts

    private func milestone(_ name: String) throws(LedgerError) -> (digest: Digest, basis: UInt64)? {
        try read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT digest, basis FROM milestone WHERE name = ?",
                    arguments: [name]),
                let digest = Digest(hex: row["digest"] as String)
            else { return nil }
            return (digest, UInt64(bitPattern: row["basis"]))
        }
    }

    func read<Value>(
        _ body: (Database) throws -> Value
    ) throws(LedgerError) -> Value {
        do { return try database.read(body) } catch { throw Ledger.error(error, path) }
    }

    private static func migrate(_ database: Database, _ job: LedgerJob) throws {
        if try database.tableExists("job") { return }
        try database.execute(
            sql: """
                CREATE TABLE job (
                    id TEXT NOT NULL, version INTEGER NOT NULL, snapshot TEXT NOT NULL,
                    model TEXT NOT NULL, parameters TEXT NOT NULL,
                    scorerVersion INTEGER NOT NULL, shards INTEGER NOT NULL,
                    secret TEXT NOT NULL) STRICT;
                CREATE TABLE committed (
                    phase INTEGER NOT NULL, shard INTEGER NOT NULL, basis INTEGER NOT NULL,
                    attempt INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL,
                    identity TEXT NOT NULL, isChecked INTEGER NOT NULL,
                    PRIMARY KEY (phase, basis, shard)) STRICT, WITHOUT ROWID;
                CREATE TABLE attempt (
                    sequence INTEGER PRIMARY KEY, phase INTEGER NOT NULL, shard INTEGER NOT NULL,
                    attempt INTEGER NOT NULL, basis INTEGER NOT NULL, worker TEXT NOT NULL,
                    incarnation INTEGER NOT NULL, host TEXT NOT NULL, startMs INTEGER NOT NULL,
                    endMs INTEGER NOT NULL, progressMs INTEGER NOT NULL, rowsDone INTEGER NOT NULL,
                    bytes INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
                CREATE INDEX attemptByShard ON attempt (phase, shard);
                CREATE TABLE quarantine (
                    phase INTEGER NOT NULL, shard INTEGER NOT NULL, reason TEXT NOT NULL,
                    isSkipped INTEGER NOT NULL,
                    PRIMARY KEY (phase, shard)) STRICT, WITHOUT ROWID;
                CREATE TABLE distrust (
                    identity TEXT PRIMARY KEY, name TEXT NOT NULL, reason TEXT NOT NULL)
                    STRICT, WITHOUT ROWID;
                CREATE TABLE milestone (
                    name TEXT PRIMARY KEY, digest TEXT NOT NULL, basis INTEGER NOT NULL)
                    STRICT, WITHOUT ROWID;
                """)
        try database.execute(
            sql: "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, lower(hex(randomblob(32))))",
            arguments: [
                job.id.hex, version, job.snapshot.hex, job.model.hex, job.parameters,
                job.scorerVersion, job.shardCount,
            ])
    }

    private static func storedJob(_ database: Database) throws -> (id: Digest, version: Int) {
        guard let row = try Row.fetchOne(database, sql: "SELECT id, version FROM job"),
            let id = Digest(hex: row["id"] as String)
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "no job row") }
        return (id, row["version"])
    }

    private static func commit(_ database: Database, _ shard: CommittedShard) throws -> Bool {
        try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO committed VALUES (?, ?, ?, ?, ?, ?, ?, 0)"
        ).execute(arguments: [
            shard.phase.rawValue, shard.shard, Int64(bitPattern: shard.basis), shard.attempt,
            Int64(bitPattern: shard.byteCount), Int64(bitPattern: shard.checksum), shard.identity,
        ])
        let isFirst = database.changesCount > 0
        if isFirst, shard.phase == .survey {
            // A profile made without this shard is no longer the profile of the job.
            try dropProfile(database)
        }
        return isFirst
    }

    private static func dropProfile(_ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM milestone WHERE name = 'profile'").execute()
    }

    private static func distrust(_ database: Database, _ worker: LedgerDistrust) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO distrust VALUES (?, ?, ?)",
            arguments: [worker.identity, worker.name, worker.reason])
        let surveyed = try UInt32.fetchAll(
            database, sql: "SELECT shard FROM committed WHERE phase = ? AND identity = ?",
            arguments: [Phase.survey.rawValue, worker.identity])
        for shard in surveyed { try revoke(database, .survey, shard) }
        try database.execute(
            sql: "DELETE FROM committed WHERE identity = ?", arguments: [worker.identity])
    }

    /// A score was made from its shard's survey, so it goes with it.
    private static func revoke(_ database: Database, _ phase: Phase, _ shard: UInt32) throws {
        try database.cachedStatement(
            sql: "DELETE FROM committed WHERE phase >= ? AND shard = ?"
        ).execute(arguments: [phase.rawValue, shard])
        if phase == .survey, database.changesCount > 0 { try dropProfile(database) }
    }

    private static func write(_ database: Database, _ record: LedgerRecord) throws {
        switch record {
        case .committed: break  // Answered for in `commit`.
        case .attempt(let attempt):
            try database.cachedStatement(
                sql: """
                    INSERT INTO attempt (phase, shard, attempt, basis, worker, incarnation, host,
                        startMs, endMs, progressMs, rowsDone, bytes, outcome, detail)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                attempt.lease.phase.rawValue, attempt.lease.shard, attempt.lease.attempt,
                Int64(bitPattern: attempt.lease.basis), attempt.worker,
                Int64(bitPattern: attempt.incarnation), attempt.host, attempt.startMs,
                attempt.endMs, attempt.progressMs, attempt.rowsDone, attempt.bytes,
                attempt.outcome, attempt.detail,
            ])
        case .quarantined(let phase, let shard, let reason):
            try setQuarantine(database, phase, shard, reason, isSkipped: false)
        case .skipped(let phase, let shard, let reason):
            try setQuarantine(database, phase, shard, reason, isSkipped: true)
        case .released(let phase, let shard):
            try database.execute(
                sql: "DELETE FROM quarantine WHERE phase = ? AND shard = ?",
                arguments: [phase.rawValue, shard])
        case .checked(let phase, let shard, let basis):
            try database.execute(
                sql: """
                    UPDATE committed SET isChecked = 1
                    WHERE phase = ? AND basis = ? AND shard = ?
                    """,
                arguments: [phase.rawValue, Int64(bitPattern: basis), shard])
        case .revoked(let phase, let shard): try revoke(database, phase, shard)
        case .distrusted(let worker): try distrust(database, worker)
        case .trusted(let identity):
            try database.execute(
                sql: "DELETE FROM distrust WHERE identity = ?", arguments: [identity])
        case .profile(let digest, let basis):
            try setMilestone(database, "profile", digest, basis)
            // Their result files are about to be replaced.
            try database.execute(
                sql: "DELETE FROM committed WHERE phase = ? AND basis <> ?",
                arguments: [Phase.score.rawValue, Int64(bitPattern: basis)])
        case .published(let index):
            try setMilestone(database, "index", index, 0)
        }
    }

    private static func setQuarantine(
        _ database: Database, _ phase: Phase, _ shard: UInt32, _ reason: String, isSkipped: Bool
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?)",
            arguments: [phase.rawValue, shard, reason, isSkipped])
    }

    private static func setMilestone(
        _ database: Database, _ name: String, _ digest: Digest, _ basis: UInt64
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO milestone VALUES (?, ?, ?)",
            arguments: [name, digest.hex, Int64(bitPattern: basis)])
    }

    private static func error(_ error: any Error, _ path: String) -> LedgerError {
        switch error {
        case let error as LedgerError: return error
        case let error as DatabaseError:
            let detail = error.message ?? "SQLite code \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_FULL: return .diskFull(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(path: path)
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: return .damaged(path: path, detail: detail)
            default: return .system(path: path, detail: detail)
            }
        default: return .system(path: path, detail: "\(error)")
        }
    }
}
