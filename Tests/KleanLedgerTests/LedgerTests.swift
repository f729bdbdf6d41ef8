import Foundation
import KleanCore
import KleanLedger
import Testing

/// What a ledger was told before it was closed, it tells after it is opened again.
@Suite struct LedgerTests {
    static func job(_ byte: UInt8) -> LedgerJob {
        let digest = Digest(bytes: [UInt8](repeating: byte, count: 32))
        return LedgerJob(
            id: digest, snapshot: digest, model: digest, parameters: "sample=1", scorerVersion: 1,
            shardCount: 4)
    }

    static func shard(_ number: UInt32, basis: UInt64 = .max, attempt: UInt32 = 1) -> CommittedShard
    {
        CommittedShard(
            phase: .score, shard: number, attempt: attempt, basis: basis, byteCount: 100,
            checksum: .max - UInt64(number))
    }

    /// Runs `body` with a path in a folder that goes away.
    func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "klean-ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try body(folder.appending(path: "ledger.sqlite").path)
    }

    @Test func firstCommitWins() throws {
        try withPath { path in
            let ledger = try Ledger(path: path, job: Self.job(1))
            #expect(try ledger.append([.committed(Self.shard(2))]) == [Self.shard(2)])
            #expect(try ledger.append([.committed(Self.shard(2, attempt: 2))]).isEmpty)
            let both = [Self.shard(0), Self.shard(2, basis: 7)]
            #expect(try ledger.append(both.map { .committed($0) }) == both)
            #expect(try ledger.committed(.score, basis: .max) == [Self.shard(0), Self.shard(2)])
            #expect(try ledger.committed(.survey, basis: .max).isEmpty)
        }
    }

    @Test func historySurvivesReopening() throws {
        try withPath { path in
            let lease = Lease(phase: .survey, shard: 3, attempt: 2, basis: 9)
            let attempt = LedgerAttempt(
                lease: lease, worker: "w1", incarnation: .max, host: "here", startMs: 5, endMs: 9,
                outcome: "lostSolo", detail: "silent")
            do {
                let ledger = try Ledger(path: path, job: Self.job(1))
                try ledger.append([
                    .attempt(attempt), .quarantined(.survey, shard: 3, reason: "three workers"),
                    .quarantined(.score, shard: 1, reason: "corrupt"),
                    .released(.score, shard: 1), .profile(Self.job(5).id, basis: .max - 1),
                ])
            }
            let ledger = try Ledger(path: path, job: Self.job(1))
            #expect(try ledger.attempts(.survey, shard: 3) == [attempt])
            #expect(try ledger.lastAttempts(.survey) == [3: 2])
            #expect(try ledger.quarantined().map(\.reason) == ["three workers"])
            #expect(try ledger.profile()?.digest == Self.job(5).id)
            #expect(try ledger.profile()?.basis == .max - 1)
            #expect(try ledger.published() == nil)
            try ledger.append([.published(index: Self.job(6).id)])
            #expect(try ledger.published() == Self.job(6).id)
        }
    }

    /// A new survey result makes the profile stale, and a new profile the scores of an old one, in
    /// the same transaction: no crash can leave one without the other.
    @Test func staleProfilesAndScoresGoTogether() throws {
        try withPath { path in
            let ledger = try Ledger(path: path, job: Self.job(1))
            try ledger.append([
                .profile(Self.job(5).id, basis: 7), .committed(Self.shard(0, basis: 7)),
            ])
            var survey = Self.shard(3, basis: 1)
            survey.phase = .survey
            try ledger.append([.committed(survey)])
            #expect(try ledger.profile() == nil)
            #expect(try ledger.committed(.score, basis: 7) == [Self.shard(0, basis: 7)])
            try ledger.append([.profile(Self.job(6).id, basis: 8)])
            #expect(try ledger.committed(.score, basis: 7).isEmpty)
            #expect(try ledger.committed(.survey, basis: 1) == [survey])
            try ledger.append([.committed(survey)])  // Repeated: changes nothing.
            #expect(try ledger.profile()?.digest == Self.job(6).id)
        }
    }

    @Test func anotherJobIsRefused() throws {
        try withPath { path in
            _ = try Ledger(path: path, job: Self.job(1))
            #expect(
                throws: LedgerError.otherJob(
                    path: path, expected: Self.job(2).id, found: Self.job(1).id)
            ) { try Ledger(path: path, job: Self.job(2)) }
        }
    }

    @Test func garbageIsRefused() throws {
        try withPath { path in
            try Data(repeating: 0x41, count: 10_000).write(to: URL(filePath: path))
            #expect(throws: LedgerError.self) { try Ledger(path: path, job: Self.job(1)) }
        }
    }
}
