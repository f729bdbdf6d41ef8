import Foundation
import KleanColumns
import KleanCore
import KleanIndex
import KleanScore
import Testing

/// Readers find what the merge wrote, and say so when it is damaged or something else.
@Suite struct SuspicionIndexTests {
    /// Every filter against the same question asked of all entries one by one.
    @Test func filtersKeepWhatTheySay() throws {
        let fixture = try MergeFixture(seed: 11, rows: 20_000, chunkRows: 4_096, spread: 500)
        defer { fixture.remove() }
        let index = try fixture.publish(threads: 2)
        var all: [IndexedEntry] = []
        try index.forEachEntry { all.append($0) }
        #expect(all.count > RankedPage.entriesMax)

        func check(_ filter: EntryFilter, _ keeps: (IndexedEntry) -> Bool) throws {
            let expected = all.filter(keeps)
            #expect(expected.count > 0)
            #expect(try index.top(.max, filter: filter) == expected)
            #expect(try index.top(7, filter: filter) == Array(expected.prefix(7)))
        }
        var filter = EntryFilter()
        filter.seller = "bag outlet"
        try check(filter) { $0.ordinal % 3 == 1 }
        filter.reasons = [.nameSlang, .priceExtreme]
        try check(filter) { $0.ordinal % 3 == 1 && $0.ordinal % 2 == 0 }
        filter = EntryFilter()
        filter.category = "스니커즈 4"
        try check(filter) { $0.ordinal % 7 == 4 }
        // By the brand field, or by any name of the brand that the evidence speaks of.
        filter = EntryFilter()
        filter.brand = "NIKE"
        try check(filter) { $0.ordinal % 4 == 0 || $0.ordinal % 2 == 0 }
        filter.brand = "구찌"
        try check(filter) { $0.ordinal % 2 == 1 }
        filter.brand = "Adidas"
        #expect(try index.top(5, filter: filter).isEmpty)
    }

    @Test func entriesAndScoresAreFoundByOrdinal() throws {
        let fixture = try MergeFixture(seed: 12, rows: 9_000, chunkRows: 1_000, spread: 500)
        defer { fixture.remove() }
        let index = try fixture.publish()
        let ranked = fixture.oracle(limit: .max)
        for (place, ordinal) in ranked.enumerated() where place % 997 == 0 {
            let entry = try #require(try index.entry(ordinal: ordinal))
            #expect(entry.rank == place + 1)
            #expect(entry.ordinal == ordinal)
        }
        let unranked = Set(0..<UInt32(9_000)).subtracting(ranked).min()
        #expect(try index.entry(ordinal: try #require(unranked)) == nil)
        for ordinal in stride(from: UInt32(0), to: 9_000, by: 333) {
            #expect(try index.score(ordinal: ordinal).raw == fixture.scores[Int(ordinal)])
        }
        #expect(index.origin == IndexOrigin(store: "/a/store", model: "/a/model"))
    }

    /// One flipped byte anywhere in any file of an index is found, and told as damage.
    @Test func everyFlippedByteIsFound() throws {
        let fixture = try MergeFixture(seed: 13, rows: 60, chunkRows: 30, spread: 30)
        defer { fixture.remove() }
        let path = try fixture.publish().path
        let walker = try #require(FileManager.default.enumerator(atPath: path))
        var random = Stream(seed: 13)
        for case let name as String in walker where name.hasSuffix(".kln") || name == "index.json" {
            let file = URL(filePath: path + "/" + name)
            let whole = try Data(contentsOf: file)
            for _ in 0..<60 {
                var damaged = whole
                damaged[random.next(whole.count)] ^= UInt8(1 << random.next(8))
                try damaged.write(to: file)
                #expect(throws: IndexError.self, "\(name)") {
                    try SuspicionIndex(path: path).verify()
                }
            }
            try whole.prefix(random.next(whole.count)).write(to: file)
            #expect(throws: IndexError.self) { try SuspicionIndex(path: path).verify() }
            try whole.write(to: file)
        }
        try SuspicionIndex(path: path).verify()
    }

    /// A store, a model, a running scan and nothing at all are told apart.
    @Test func otherFoldersAreNamed() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "klean-index-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        func message() -> String {
            do {
                _ = try SuspicionIndex(path: folder.path)
                return "opened"
            } catch { return "\(error)" }
        }
        #expect(message().contains("a folder without it"))
        try FileManager.default.createDirectory(
            at: folder.appending(path: "job"), withIntermediateDirectories: true)
        #expect(message().contains("run the same klean scan again"))
        try Data("{}".utf8).write(to: folder.appending(path: "store.json"))
        #expect(message().contains("a store"))
        try Data("{\"format\":\"klean index\",\"version\":99}".utf8).write(
            to: folder.appending(path: "index.json"))
        #expect(message().contains("expected index version 2, found 99"))
        try Data("{".utf8).write(to: folder.appending(path: "index.json"))
        #expect(message().contains("damaged JSON"))
        #expect(throws: IndexError.notFound(path: "/nowhere")) {
            try SuspicionIndex(path: "/nowhere")
        }
    }
}
