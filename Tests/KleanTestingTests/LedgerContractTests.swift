import Foundation
import KleanCore
import KleanLedger
import KleanTesting
import Testing

/// The ledger's contract, held against both that keep it: SQLite in a folder, and the journal of
/// the simulation on a disk that tears and loses writes.
@Suite struct LedgerContractTests {
    enum Kind: String, CaseIterable, Sendable { case sqlite, simulatedDisk }

    /// Where one ledger lives, to be opened again and again.
    final class Home {
        let kind: Kind
        let folder: URL
        let disk = SharedDisk()

        init(_ kind: Kind) throws {
            self.kind = kind
            folder = FileManager.default.temporaryDirectory
                .appending(path: "klean-contract-\(UUID().uuidString)")
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        }

        deinit {
            do { try FileManager.default.removeItem(at: folder) } catch { print("left: \(error)") }
        }

        var path: String { folder.appending(path: "ledger.sqlite").path }

        func open() throws -> any LedgerStore {
            switch kind {
            case .sqlite: try Ledger(path: path, job: LedgerRole.job)
            case .simulatedDisk: try DiskLedger(on: disk)
            }
        }
    }

    static func shard(
        _ phase: Phase, _ number: UInt32, basis: UInt64 = 7, by identity: String = "w1"
    ) -> CommittedShard {
        CommittedShard(
            phase: phase, shard: number, attempt: 1, basis: basis, byteCount: 9,
            checksum: UInt64(number), identity: identity)
    }

    static let digest = Digest(bytes: [UInt8](repeating: 4, count: 32))

    @Test(arguments: Kind.allCases)
    func theFirstCommitCountsAndStays(_ kind: Kind) throws {
        let home = try Home(kind)
        let first = Self.shard(.survey, 3)
        let late = Self.shard(.survey, 3, by: "w2")
        #expect(try home.open().append([.committed(first)]) == [first])
        #expect(try home.open().append([.committed(late)]).isEmpty)
        #expect(try home.open().committed(.survey, basis: 7) == [first])
        #expect(try home.open().committed(.score, basis: 7).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func staleThingsGoInTheSameBatch(_ kind: Kind) throws {
        let home = try Home(kind)
        let ledger = try home.open()
        try ledger.append([
            .committed(Self.shard(.survey, 0)), .profile(Self.digest, basis: 8),
            .committed(Self.shard(.score, 0, basis: 8)),
        ])
        try ledger.append([.committed(Self.shard(.survey, 1))])
        #expect(try ledger.profile() == nil)
        try ledger.append([.profile(Self.digest, basis: 9)])
        #expect(try home.open().committed(.score, basis: 8).isEmpty)
        #expect(try home.open().profile()?.basis == 9)
    }

    @Test(arguments: Kind.allCases)
    func quarantineIsSetAndReleased(_ kind: Kind) throws {
        let home = try Home(kind)
        try home.open().append([
            .quarantined(.survey, shard: 2, reason: "torn"),
            .skipped(.score, shard: 1, reason: "by hand"),
            .quarantined(.score, shard: 5, reason: "gone"), .released(.score, shard: 5),
        ])
        let given = try home.open().quarantined()
        #expect(given.map(\.shard) == [2, 1] && given.map(\.isSkipped) == [false, true])
    }

    @Test(arguments: Kind.allCases)
    func attemptNumbersAndPublicationStay(_ kind: Kind) throws {
        let home = try Home(kind)
        try home.open().append(
            [1, 3, 2].map { LedgerRole.attempt(shard: 4, attempt: $0) }
                + [.published(index: Self.digest)])
        #expect(try home.open().lastAttempts(.survey) == [4: 3])
        #expect(try home.open().published() == Self.digest)
    }

    @Test(arguments: Kind.allCases)
    func aCheckIsRemembered(_ kind: Kind) throws {
        let home = try Home(kind)
        try home.open().append([
            .committed(Self.shard(.survey, 0)), .committed(Self.shard(.survey, 1)),
            .checked(.survey, shard: 1, basis: 7), .checked(.survey, shard: 1, basis: 99),
        ])
        #expect(try home.open().committed(.survey, basis: 7).map(\.isChecked) == [false, true])
    }

    /// Distrust takes all that the liar committed, and scores that others made from its surveys.
    @Test(arguments: Kind.allCases)
    func distrustTakesEverythingBack(_ kind: Kind) throws {
        let home = try Home(kind)
        let ledger = try home.open()
        try ledger.append([
            .committed(Self.shard(.survey, 0, by: "w1")),
            .committed(Self.shard(.survey, 1, by: "w2")),
            .profile(Self.digest, basis: 8),
            .committed(Self.shard(.score, 0, basis: 8, by: "w2")),
            .committed(Self.shard(.score, 1, basis: 8, by: "w2")),
        ])
        let liar = LedgerDistrust(identity: "w1", name: "w1", reason: "shard 0")
        try ledger.append([.distrusted(liar)])
        let again = try home.open()
        #expect(try again.committed(.survey, basis: 7).map(\.shard) == [1])
        #expect(try again.committed(.score, basis: 8).map(\.shard) == [1])
        #expect(try again.profile() == nil)
        #expect(try again.distrusted() == [liar])
        // Who lied in a score only leaves the profile standing.
        try again.append([
            .profile(Self.digest, basis: 8), .committed(Self.shard(.score, 2, basis: 8, by: "w3")),
            .distrusted(LedgerDistrust(identity: "w3", name: "w3", reason: "shard 2")),
        ])
        #expect(try home.open().profile()?.basis == 8)
        #expect(try home.open().committed(.score, basis: 8).map(\.shard) == [1])
        try again.append([.trusted(identity: "w1"), .revoked(.survey, shard: 1)])
        #expect(try home.open().distrusted().map(\.identity) == ["w3"])
        #expect(try home.open().committed(.score, basis: 8).isEmpty)
    }

    /// The power goes after every batch; what was appended stays, whatever was not flushed.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func batchesOnTheSimulatedDiskOutliveThePower(_ seed: UInt64) throws {
        let home = try Home(.simulatedDisk)
        for round in 1...10 as ClosedRange<UInt32> {
            try home.open().append(LedgerRole.batch(round))
            home.disk.crash(seed: seed &+ UInt64(round))
            #expect(try LedgerRole.batchesHeld(home.open()) == Int(round), "seed \(seed)")
        }
        home.disk.isFull = true
        let full = try home.open()
        #expect(throws: LedgerError.self) { try full.append(LedgerRole.batch(11)) }
        home.disk.crash(seed: seed)
        home.disk.isFull = false
        #expect(try LedgerRole.batchesHeld(home.open()) == 10, "seed \(seed)")
    }

    /// A process that appends batch after batch is killed as by `kill -9` once it has said so many;
    /// all that it said are there, and one more may be there whole.
    @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34, 55, 89])
    func killedAppendsAreWholeOrAbsent(_ said: Int) throws {
        let home = try Home(.sqlite)
        let process = try LedgerRole.start("append", home.path)
        var lines = 0
        while lines < said, let byte = try process.pipe.read(upToCount: 1), !byte.isEmpty {
            if byte[0] == 0x0A { lines += 1 }
        }
        kill(process.process.processIdentifier, SIGKILL)
        process.process.waitUntilExit()
        while let byte = try process.pipe.read(upToCount: 1), !byte.isEmpty {
            if byte[0] == 0x0A { lines += 1 }  // Said before it died.
        }
        let held = try LedgerRole.batchesHeld(home.open())
        #expect(held == lines || held == lines + 1, "said \(lines), held \(held)")
    }

    /// On a disk that fills up an append fails with the right error, and changes nothing.
    @Test func aFullDiskIsSaidAndSurvived() throws {
        let home = try Home(.sqlite)
        let script = """
            mount -t tmpfs -o size=400k none "$0" || exit 99
            exec "$@"
            """
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        let process = try LedgerRole.start(
            "fill", home.path,
            command: ["/usr/bin/unshare", "-rm", "sh", "-c", script, home.folder.path, executable])
        let text = try process.pipe.readToEnd() ?? Data()
        process.process.waitUntilExit()
        #expect(process.process.terminationStatus == 0)
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        #expect(words.first == "full" && words.count == 3, "\(words)")
        #expect(words.dropFirst().first == words.last, "appended and held: \(words)")
    }
}

/// Lets this test executable act as a process that appends to a ledger, so that it can be killed.
@Suite struct LedgerRole {
    static let variable = "KLEAN_LEDGER_ROLE"
    static let digest = Digest(bytes: [UInt8](repeating: 1, count: 32))
    static let job = LedgerJob(
        id: digest, snapshot: digest, model: digest, parameters: "", scorerVersion: 1,
        shardCount: 1_000_000)

    static func attempt(shard: UInt32, attempt: UInt32) -> LedgerRecord {
        .attempt(
            LedgerAttempt(
                lease: Lease(phase: .survey, shard: shard, attempt: attempt, basis: 7),
                worker: "w1", incarnation: 1, startMs: 0, endMs: 1, outcome: "committed",
                detail: ""))
    }

    /// Three records that belong together.
    static func batch(_ number: UInt32) -> [LedgerRecord] {
        [
            .committed(LedgerContractTests.shard(.survey, number)),
            attempt(shard: number, attempt: 1),
            .quarantined(.score, shard: number, reason: "batch \(number)"),
        ]
    }

    /// Batches that are there; records an issue for one that is there in part.
    static func batchesHeld(_ ledger: any LedgerStore) throws -> Int {
        let committed = try ledger.committed(.survey, basis: 7).map(\.shard)
        #expect(
            committed == (1...UInt32(max(1, committed.count))).prefix(committed.count).map { $0 })
        #expect(Set(try ledger.lastAttempts(.survey).keys) == Set(committed))
        #expect(try ledger.quarantined().map(\.shard) == committed)
        return committed.count
    }

    static func start(
        _ role: String, _ path: String, command: [String]? = nil
    ) throws -> (process: Process, pipe: FileHandle) {
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        let words = command ?? [executable]
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments =
            words.dropFirst()
            + ["--testing-library", "swift-testing", "--filter", "LedgerRole/actInItsRole"]
        process.environment = ProcessInfo.processInfo.environment
            .merging([variable: role, "KLEAN_LEDGER_PATH": path]) { $1 }
        let pipe = Pipe()
        // The test library prints to the other two; what the child says comes through this one.
        process.standardInput = pipe.fileHandleForWriting
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try pipe.fileHandleForWriting.close()
        return (process, pipe.fileHandleForReading)
    }

    /// Appends until it fails.
    private static func fill(
        _ ledger: Ledger, isTalking: Bool
    ) -> (done: UInt32, error: LedgerError) {
        var done: UInt32 = 0
        while true {
            do throws(LedgerError) { try ledger.append(batch(done + 1)) } catch {
                return (done, error)
            }
            done += 1
            if isTalking { FileHandle.standardInput.write(Data("\(done)\n".utf8)) }
        }
    }

    @Test func actInItsRole() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let role = environment[Self.variable], let path = environment["KLEAN_LEDGER_PATH"]
        else { return }  // An ordinary test run: nothing to act.
        let ledger = try Ledger(path: path, job: Self.job)
        let (done, error) = Self.fill(ledger, isTalking: role == "append")
        guard case .diskFull = error else { exit(2) }
        let held = try Self.batchesHeld(Ledger(path: path, job: Self.job))
        FileHandle.standardInput.write(Data("full \(done) \(held)".utf8))
        exit(0)
    }
}
