import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// Packing as a whole: accounts, duplicates, determinism, and errors that leave nothing behind.
@Suite struct PackTests {
    private func csv(_ rows: Range<Int>, title: String = "t") -> String {
        "id,title,brand,price,image_hash\n"
            + rows.map { row in
                let hash = String(format: "%064x", row * 7919)
                return
                    "p\(row),\(title) \(row),brand \(row % 9),\"\(row % 900 + 1),000원\",\(hash)\n"
            }.joined()
    }

    @Test func lastOfEqualIdsWins() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", "id,title\n1,a\n2,b\n1,c\n3,d\n1,e\n")
        let report = try pack([path], into: folder.file("s"))
        #expect(report.total.read == 5)
        #expect(report.total.packed == 3)
        #expect(report.total.duplicates == 2)
        #expect(try listings(folder.file("s")).map { string($0.title) } == ["b", "d", "e"])
    }

    /// The same rows whether a catalog was held whole or streamed: repeated ids count the same,
    /// only that streaming leaves tombstones.
    @Test func streamedDuplicatesBecomeTombstones() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "t.csv", csv(0..<4_000) + csv(1_000..<1_500, title: "new").dropHeader)
        let whole = try pack([path], into: folder.file("a"), rowsPerChunk: 512)
        let streamed = try pack(
            [path], into: folder.file("b"), rowsPerChunk: 512, blockBytes: 8_192,
            smallBytesMax: 100_000)
        #expect(whole.total == streamed.total)
        #expect(whole.total.duplicates == 500)
        #expect(try Store(path: folder.file("a")).tombstones.count == 0)
        let store = try Store(path: folder.file("b"))
        #expect(store.tombstones.count == 500)
        try store.verify()
        let left = try listings(folder.file("a")).map { string($0.title) }
        #expect(try listings(folder.file("b")).map { string($0.title) } == left)
        let ordinal = try #require(try store.lookup("p1200"))
        #expect(string(try store.row(ordinal).title) == "new 1200")
    }

    @Test func appendSupersedesByTombstones() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("a.csv", csv(0..<1_000))
        let second = try folder.write("b.csv", csv(900..<1_100, title: "new"))
        _ = try pack([first], into: folder.file("s"))
        let report = try pack([second], into: folder.file("s"), append: true)
        #expect(report.superseded == 100)
        #expect(report.total.packed == 200 && report.total.duplicates == 0)
        let store = try Store(path: folder.file("s"))
        #expect(store.manifest.number == 2 && store.manifest.parent == 1)
        #expect(store.manifest.rows == 1_200 && store.manifest.liveRows == 1_100)
        #expect(string(try store.row(#require(try store.lookup("p950"))).title) == "new 950")
        #expect(string(try store.row(#require(try store.lookup("p899"))).title) == "t 899")
        try store.verify()
        let third = try pack([second], into: folder.file("s"), append: true)
        #expect(third.superseded == 200)
        #expect(try Store(path: folder.file("s")).manifest.liveRows == 1_100)
        #expect(try Store(path: folder.file("s"), manifest: 1).manifest.liveRows == 1_000)
    }

    @Test func threadsDoNotShow() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", csv(0..<20_000))
        var digests: Set<Digest> = []
        for threads in [1, 2, 5] {
            for small in [1 << 28, 1 << 20] {
                let report = try pack(
                    [path], into: folder.file("s\(threads)-\(small)"), threads: threads,
                    rowsPerChunk: 3_000, blockBytes: 1 << 14, smallBytesMax: small)
                digests.insert(report.digest)
                #expect(report.chunks == 7)
            }
        }
        #expect(digests.count == 1)
    }

    @Test func smallCatalogsAreCutForSeveralWorkers() throws {
        let folder = try TemporaryFolder()
        let many = try pack([folder.write("a.csv", csv(0..<10_000))], into: folder.file("a"))
        #expect(many.chunks == 8)
        let few = try pack([folder.write("b.csv", csv(0..<100))], into: folder.file("b"))
        #expect(few.chunks == 1)
    }

    @Test func sourcesKeepTheirOwnAccounts() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("a.csv", "id,title\n1,a\n2,b\n3\n")
        let second = try folder.write("b.jsonl", "{\"id\":2,\"title\":\"c\"}\n{\"id\":4}\n")
        let report = try pack([first, second], into: folder.file("s"))
        #expect(report.sources.map(\.tally.read) == [3, 2])
        #expect(report.sources.map(\.tally.packed) == [1, 1])
        #expect(report.sources.map(\.tally.duplicates) == [1, 0])
        #expect(report.sources.map(\.tally.rejected) == [1, 1])
    }

    @Test func idsAreMadeFromSourceAndRow() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("x"), withIntermediateDirectories: true)
        let first = try folder.write("t.csv", "title,price\na,\"1,000원\"\n,\nb,\"2,000원\"\n")
        _ = try pack([first], into: folder.file("s"))
        #expect(try listings(folder.file("s")).map { string($0.id) } == ["t.csv:1", "t.csv:3"])
        let second = try folder.write("x/t.csv", "title\nc\n")
        let report = try pack([first, second], into: folder.file("s2"))
        #expect(report.total.packed == 3 && report.total.duplicates == 0)
        #expect(report.total.idsMade == 3)
    }

    @Test func constantsFillWhatRowsLack() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", "id,title,price,seller\n1,a,900,\n2,b,\"$5\",x\n")
        var mapping = Mapping()
        mapping.currency = .krw
        mapping.seller = "나이키"
        mapping.brand = "Nike"
        mapping.condition = .used
        let job = PackJob(
            inputs: [PackInput(path: path, mapping: mapping)], store: folder.file("s"))
        _ = try job.run()
        let rows = try listings(folder.file("s"))
        #expect(rows.map { string($0.seller) } == ["나이키", "x"])
        #expect(rows.map { string($0.brand) } == ["Nike", "Nike"])
        #expect(rows.map(\.condition) == [.used, .used])
        #expect(rows.map(\.price) == [900, 500])
        #expect(rows.map(\.currency.code) == ["KRW", "USD"])
    }

    // MARK: bad input

    struct Bad: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var file = "t.csv"
        var testDescription: String { name }
        init(_ name: String, _ text: String, file: String = "t.csv") {
            self.name = name
            bytes = Array(text.utf8)
            self.file = file
        }
        init(_ name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    @Test(arguments: [
        Bad("empty", ""), Bad("blank", "\n \n\n"), Bad("header only", "id,title\n"),
        Bad("header only, no line end", "id,title"),
        Bad("empty list", "[]", file: "t.json"), Bad("no columns", "a,b\n1,2\n"),
        Bad("binary", bytes: (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 37) }),
        Bad("gzip", bytes: [0x1F, 0x8B, 8, 1, 2, 3]),
        Bad("zip", bytes: [0x50, 0x4B, 3, 4, 1]),
        Bad("UTF-16 cut short", bytes: [0xFF, 0xFE, 0x61]),
        Bad("noise", bytes: (0..<4_096).map { UInt8(truncatingIfNeeded: 128 + $0 &* 37 % 128) }),
        Bad("every row refused", "id,title\n1\n2\n3\n"),
        Bad("broken JSON", "{\"a\": [1, 2", file: "t.json"),
    ])
    func badInputLeavesNothing(_ bad: Bad) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bad.file, bad.bytes)
        let error = #expect(throws: CatalogError.self) {
            try pack([path], into: folder.file("s"))
        }
        #expect(try folder.names() == [bad.file])
        let text = try #require(error?.description)
        #expect(!text.contains("\n"))
        // What a good store held stays when an append fails.
        let good = try folder.write("good.csv", "id,title\n1,a\n")
        let before = try pack([good], into: folder.file("s"))
        #expect(throws: CatalogError.self) {
            try pack([path], into: folder.file("s"), append: true)
        }
        let store = try Store(path: folder.file("s"))
        #expect(store.digest == before.digest)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("s/chunks")).count == 3)
    }

    @Test func pathsThatAreNoFiles() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CatalogError.notFound(file: folder.file("none.csv"))) {
            try pack([folder.file("none.csv")], into: folder.file("s"))
        }
        #expect(throws: CatalogError.isDirectory(file: folder.path)) {
            try pack([folder.path], into: folder.file("s"))
        }
        #expect(throws: CatalogError.self) { try pack(["/proc/self/mem"], into: folder.file("s")) }
        #expect(throws: CatalogError.noInputs) { try pack([], into: folder.file("s")) }
        let path = try folder.write("t.csv", "id,title\n1,a\n")
        _ = try pack([path], into: folder.file("s"))
        #expect(throws: CatalogError.storeExists(path: folder.file("s"))) {
            try pack([path], into: folder.file("s"))
        }
    }

    /// A full disk ends the pack in its own error. /dev/full stands for one, through a link where
    /// the store's list of rejects is to be written.
    @Test func fullDiskIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", "id,title\n1,a\n2\n")
        let writer = try StoreWriter.create(folder.file("s"))
        let pending = folder.file("s/rejects.000001.jsonl")
        try FileManager.default.createSymbolicLink(
            atPath: pending, withDestinationPath: "/dev/full")
        let rejects = try writer.rejects()
        try rejects.append(
            Reject(file: path, line: 1, reason: .shortRow, detail: "", raw: Array("x".utf8)))
        #expect(throws: CatalogError.diskFull(path: pending)) { try rejects.finish() }
        try writer.abandon()
        #expect(try folder.names() == ["t.csv"])
    }

    @Test func cancellingLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", csv(0..<5_000))
        var job = PackJob(inputs: [PackInput(path: path)], store: folder.file("s"))
        job.blockBytes = 4_096
        #expect(throws: CatalogError.cancelled) { try job.run(isCancelled: { true }) }
        #expect(try folder.names() == ["t.csv"])
    }

    @Test func progressEndsAtTheWhole() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", csv(0..<5_000))
        var job = PackJob(inputs: [PackInput(path: path)], store: folder.file("s"))
        job.blockBytes = 4_096
        var steps: [PackProgress] = []
        _ = try job.run(progress: { steps.append($0) })
        #expect(steps.count > 10)
        let last = try #require(steps.last)
        #expect(last.rows == 5_000 && last.bytesDone == last.bytesTotal)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone })
    }

    /// An unfinished pack's folder is no store, and packing again there works.
    @Test func unfinishedPackIsTakenOver() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t.csv", csv(0..<1_000))
        do {
            let writer = try StoreWriter.create(folder.file("s"))
            var builder = ChunkBuilder()
            builder.append(Listing(id: "x", title: "left over"))
            _ = try writer.write(builder.finish(.fast), index: 40)
        }
        #expect(throws: CatalogError.notAStore(path: folder.file("s"), found: "an unfinished pack"))
        {
            try Store(path: folder.file("s"))
        }
        let report = try pack([path], into: folder.file("s"))
        let clean = try pack([path], into: folder.file("u"))
        #expect(report.digest == clean.digest)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("s/chunks")).count
                == report.chunks * 3)
    }
}

extension String {
    fileprivate var dropHeader: Substring { drop { $0 != "\n" }.dropFirst() }
}
