import Foundation
import Testing

/// kill -9 at seeded instants of pack and append: the store opens, verifies, and the same command
/// again completes to the digest of a run that nobody disturbed.
@Suite struct StoreCrashTests {
    static let seed: UInt64 = 0x6B6C_6561_6E

    /// For each of the two commands twenty seeded instants, after any file of any chunk, and one
    /// between any two steps of the commit.
    static let instants: [String] = {
        var state = seed
        let steps = [
            "chunksWritten", "tombstonesWritten", "overlayWritten", "rejectsWritten",
            "manifestWritten", "storeWritten", "finished",
        ]
        var instants = steps.map { "commit:\($0):1" }
        while instants.count < steps.count + 20 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let pick = Int(state >> 33)
            let instant = "pack:\(["hot", "cold", "ids"][pick % 3]):\(pick / 3 % 10 + 1)"
            if !instants.contains(instant) { instants.append(instant) }
        }
        return instants
    }()

    private func catalog(
        _ folder: TemporaryFolder, _ name: String, _ ids: Range<Int>, _ word: String
    )
        throws -> String
    {
        var text = "id,title,brand,price\n"
        for id in ids { text += "i\(id),\(word) 운동화 \(id),Nike,\(1_000 + id)원\n" }
        return try folder.write(name, text)
    }

    private func digest(_ store: String) throws -> [String] {
        let said = try KleanProcess.run(["verify", store, "--format", "csv"])
        #expect(said.status == 0, "\(said.errors)")
        return said.output.split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("digest,") || $0.hasPrefix("catalog,")
        }
    }

    private func pack(_ file: String, _ store: String, _ more: [String]) -> [String] {
        ["pack", file, "--store", store, "--rows-per-chunk", "50", "--effort", "fast"] + more
    }

    @Test func packSurvivesEveryInstant() throws {
        let folder = try TemporaryFolder()
        let file = try catalog(folder, "a.csv", 0..<500, "처음")
        let calm = folder.path("calm")
        try expectSuccess(pack(file, calm, []))
        let expected = try digest(calm)
        for (number, instant) in Self.instants.enumerated() {
            let store = folder.path("s\(number)")
            let killed = try KleanProcess.run(
                pack(file, store, []), environment: ["KLEAN_CRASH_AT": instant])
            #expect(killed.status == -9, "\(instant): \(killed.status) \(killed.errors)")
            tear(store, number)
            if !isCommitted(instant) {
                #expect(try KleanProcess.run(["verify", store]).status != 0, "\(instant)")
                try expectSuccess(pack(file, store, []))
            }
            #expect(try digest(store) == expected, "\(instant)")
        }
    }

    @Test func appendSurvivesEveryInstant() throws {
        let folder = try TemporaryFolder()
        let first = try catalog(folder, "a.csv", 0..<500, "처음")
        let second = try catalog(folder, "b.csv", 300..<800, "다시")
        let base = folder.path("base")
        try expectSuccess(pack(first, base, []))
        let before = try digest(base)
        let calm = folder.path("calm")
        try FileManager.default.copyItem(atPath: base, toPath: calm)
        try expectSuccess(pack(second, calm, ["--append"]))
        let expected = try digest(calm)
        for (number, instant) in Self.instants.enumerated() {
            let store = folder.path("s\(number)")
            try FileManager.default.copyItem(atPath: base, toPath: store)
            let killed = try KleanProcess.run(
                pack(second, store, ["--append"]), environment: ["KLEAN_CRASH_AT": instant])
            #expect(killed.status == -9, "\(instant): \(killed.status) \(killed.errors)")
            tear(store, number)
            if !isCommitted(instant) {
                #expect(try digest(store) == before, "\(instant)")
                try expectSuccess(pack(second, store, ["--append"]))
            }
            #expect(try digest(store) == expected, "\(instant)")
            let log = try KleanProcess.run(["store", "log", store, "--format", "json"]).json()
            #expect((log as? [Any])?.count == 2, "\(instant)")
        }
    }

    /// A snapshot counts from the moment when `store.json` names it.
    private func isCommitted(_ instant: String) -> Bool {
        instant.contains("storeWritten") || instant.contains("finished")
    }

    /// A power cut can leave a file half written: for every third instant, so is the newest chunk
    /// file that no snapshot names.
    private func tear(_ store: String, _ number: Int) {
        guard number % 3 == 0 else { return }
        let folder = URL(filePath: store + "/chunks")
        let named =
            (try? FileManager.default.contentsOfDirectory(atPath: store + "/manifests")) ?? []
        let manifests = named.compactMap {
            try? String(contentsOfFile: "\(store)/manifests/\($0)", encoding: .utf8)
        }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let loose = files.sorted().last { file in
            let name = String(file.prefix { $0 != "." })
            return !manifests.contains { $0.contains(name) }
        }
        guard let loose, let whole = try? Data(contentsOf: folder.appending(path: loose)) else {
            return
        }
        try? whole.prefix(whole.count / 2).write(to: folder.appending(path: loose))
    }

    /// One packer at a time: the second ends with the exit code for busy, and harms nothing.
    @Test func secondPackerIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = try catalog(folder, "a.csv", 0..<500, "처음")
        let store = folder.path("s")
        try expectSuccess(pack(file, store, []))
        let held = open(store + "/lock", O_RDWR)
        try #require(held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0)
        let second = try KleanProcess.run(pack(file, store, ["--append"]))
        #expect(second.status == 23, "\(second.errors)")
        #expect(second.errors.contains("another process is packing"))
        close(held)
        try expectSuccess(pack(file, store, ["--append"]))
    }

    /// A store that is exported and packed again is the same catalog; Parquet where pyarrow is.
    @Test(arguments: ["csv", "jsonl", "parquet"]) func exportRoundTrip(_ format: String) throws {
        let folder = try TemporaryFolder()
        let store = folder.path("s")
        try expectSuccess([
            "generate", "--rows", "3000", "--bank", "500", "--out", folder.path("g"), "--seed", "7",
        ])
        let made = folder.path("g/store")
        try FileManager.default.moveItem(atPath: made, toPath: store)
        let more = try catalog(folder, "b.csv", 0..<200, "\\x41 &amp;amp; 덧붙임")
        try expectSuccess(pack(more, store, ["--append"]))
        let file = folder.path("e.\(format)")
        let said = try KleanProcess.run([
            "store", "export", store, "--format", format, "--out", file,
        ])
        if format == "parquet", said.status != 0 {
            #expect(said.errors.contains("pyarrow"), "\(said.errors)")
            #expect(!FileManager.default.fileExists(atPath: file))
            return
        }
        #expect(said.status == 0, "\(said.errors)")
        let packed = try KleanProcess.run(["pack", file, "--store", folder.path("t")])
        if format == "parquet", packed.status == 13 { return }
        #expect(packed.status == 0, "\(packed.errors)")
        #expect(try digest(folder.path("t")).last == digest(store).last)
    }
}

/// A scan judges the snapshot that it opened, whatever the store became since.
@Suite struct SnapshotScanTests {
    /// The coordinator dies in the middle, the store grows, and the scan is resumed on its
    /// snapshot: the index is that of a scan that nothing disturbed. Without naming the snapshot
    /// it would be another job, and is refused.
    @Test func scanKeepsItsSnapshot() throws {
        let folder = try TemporaryFolder()
        func catalog(_ name: String, _ ids: Range<Int>) throws -> String {
            var text = "id,title,brand,seller,price\n"
            for id in ids { text += "i\(id),나이키 에어포스 1 \(id),Nike,s\(id % 4),\(9_000 + id)원\n" }
            return try folder.write(name, text)
        }
        let store = folder.path("store")
        try expectSuccess([
            "pack", try catalog("a.csv", 0..<400), "--store", store, "--rows-per-chunk", "50",
        ])
        let model = try SeedCaseTests.model(in: folder, product: SeedCaseTests.products[2], n: 40)
        func scan(_ index: String, _ more: [String] = [], crash: String? = nil) throws
            -> KleanProcess
        {
            try KleanProcess.run(
                ["scan", store, "--model", model, "--out", folder.path(index), "--workers", "1"]
                    + ["--format", "json"] + more,
                environment: crash.map { ["KLEAN_CRASH_AT": $0] } ?? [:])
        }
        let calm = try scan("calm")
        #expect(calm.status == 0, "\(calm.errors)")
        #expect(try scan("index", crash: "survey:commit:3").status == -9)
        try expectSuccess(["pack", try catalog("b.csv", 300..<500), "--store", store, "--append"])
        #expect(try scan("index").status == 25)
        let resumed = try scan("index", ["--snapshot", "1"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        let expected = try #require(try calm.json() as? [String: Any])
        let found = try #require(try resumed.json() as? [String: Any])
        #expect(found["index"] as? String == expected["index"] as? String)
        let explained = try KleanProcess.run(["explain", folder.path("index"), "i350"])
        #expect(explained.status == 0, "\(explained.errors)")
    }
}
