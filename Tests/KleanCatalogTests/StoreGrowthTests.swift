import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// What happens to a store over its life: history, differences, compaction, counters laid over.
@Suite struct StoreGrowthTests {
    private func listing(_ id: Int, title: String = "t", orders: UInt32 = 7) -> Listing {
        var listing = Listing(id: "id\(id)", title: "\(title) \(id)")
        listing.seller = Array("seller \(id % 3)".utf8)
        listing.price = Int64(id + 1) * 100
        listing.currency = .krw
        listing.orders = orders
        return listing
    }

    private func encoded(_ listings: [Listing]) -> EncodedChunk {
        var builder = ChunkBuilder()
        for listing in listings { builder.append(listing) }
        return builder.finish(.fast)
    }

    /// Adds listings in one transaction; ids that stand in earlier chunks supersede them there.
    @discardableResult
    private func grow(_ path: String, _ added: [Listing], dead: [Int: [UInt32]] = [:]) throws
        -> Store
    {
        let writer = try StoreWriter.append(path)
        return try writer.commit([try writer.write(encoded(added), index: 0)], superseded: dead)
    }

    /// 0..<10, then 4 and 5 with new titles and 10..<12 new.
    private func grown(_ folder: TemporaryFolder) throws -> String {
        let path = folder.file("s")
        try grow(path, (0..<10).map { listing($0) })
        try grow(
            path, [listing(4, title: "new"), listing(5, title: "new"), listing(10), listing(11)],
            dead: [0: [4, 5]])
        return path
    }

    @Test func historyNamesEverySnapshot() throws {
        let folder = try TemporaryFolder()
        let path = try grown(folder)
        let facts = try Store(path: path).history()
        #expect(facts.map(\.number) == [1, 2] && facts.map(\.parent) == [0, 1])
        #expect(facts.map(\.liveRows) == [10, 12] && facts.map(\.tombstones) == [0, 2])
        #expect(facts.map(\.newChunks) == [1, 1] && facts.map(\.isCurrent) == [false, true])
        for fact in facts {
            #expect(try Store.open(path, named: "\(fact.number)").digest == fact.digest)
            #expect(try Store.open(path, named: fact.digest.short).digest == fact.digest)
        }
        #expect(throws: CatalogError.self) { try Store.open(path, named: "3") }
    }

    /// The same answer however many passes the keys need, and in both directions.
    @Test(arguments: [1, 3, 1_000]) func diffSaysWhatChanged(_ rowsPerPass: Int) throws {
        let folder = try TemporaryFolder()
        let path = try grown(folder)
        let old = try Store(path: path, manifest: 1)
        let new = try Store(path: path)
        let diff = try StoreDiff(from: old, to: new, limit: 10, rowsPerPass: rowsPerPass)
        #expect(diff.added == 2 && diff.removed == 0 && diff.changed == 2)
        #expect(
            diff.items.map { "\($0.change) \(string($0.listing.id))" } == [
                "added id10", "added id11", "changed id4", "changed id5",
            ])
        let back = try StoreDiff(from: new, to: old, limit: 1, rowsPerPass: rowsPerPass)
        #expect(back.added == 0 && back.removed == 2 && back.changed == 2)
        #expect(back.items.map { string($0.listing.id) } == ["id10", "id4"])
        #expect(string(back.items[1].listing.title) == "t 4")
    }

    /// Compaction leaves the same live listings in the same order, at any chunk size.
    @Test(arguments: [nil, 1, 5, 100] as [Int?])
    func compactionKeepsLiveListings(_ rowsPerChunk: Int?) throws {
        let folder = try TemporaryFolder()
        let path = try grown(folder)
        let before = try Store(path: path)
        let listingsBefore = try listings(path)
        var job = Compaction(store: path)
        job.rowsPerChunk = rowsPerChunk
        job.effort = .fast
        let report = try job.run()
        let after = try Store(path: path)
        #expect(report.rowsDropped == 2 && report.liveRows == 12)
        #expect(after.manifest.tombstones == 0 && after.manifest.rows == 12)
        #expect(try listings(path) == listingsBefore)
        #expect(try after.catalogDigest(threads: 2) == before.catalogDigest(threads: 1))
        #expect(after.digest != before.digest)
        try after.verify()
        try Store(path: path, manifest: 2).verify()
    }

    /// History goes, but never under somebody who reads it; its chunks go with the last snapshot.
    @Test func historyInUseIsKept() throws {
        let folder = try TemporaryFolder()
        let path = try grown(folder)
        var job = Compaction(store: path)
        job.dropsHistory = true
        do {
            let reader = try Store(path: path, manifest: 2)
            let report = try job.run()
            #expect(report.snapshotsDropped == [1] && report.snapshotsInUse == [2])
            try reader.verify()
            #expect(try reader.lookup("id11") == 13)
        }
        let report = try job.run()
        #expect(report.snapshotsDropped == [2] && report.rowsDropped == 0)
        let store = try Store(path: path)
        try store.verify()
        #expect(try store.snapshots() == [3])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("s/chunks"))
        #expect(Set(files.map { $0.prefix { $0 != "." } }).count == store.manifest.chunks.count)
    }

    /// Counters of an overlay are what every reader sees; they follow a listing that is packed
    /// again and a compaction, and they are part of the snapshot's name.
    @Test func overlayFollowsItsListings() throws {
        let folder = try TemporaryFolder()
        let path = try grown(folder)
        let plain = try Store(path: path)
        let writer = try StoreWriter.append(path)
        let counters = CounterOverlay.Counters(orders: 50, refunds: 3, complaints: 2)
        let overlay = CounterOverlay(
            covering: [[(2, counters)], [(1, counters), (2, counters)]], isLagCorrected: true)
        let laid = try writer.commit(
            Snapshot(
                chunks: plain.manifest.chunks, tombstones: plain.tombstones, overlay: overlay))
        #expect(laid.digest != plain.digest && laid.overlay == overlay)
        try laid.verify()
        func seen(_ store: Store, _ id: String) throws -> [UInt32] {
            let row = try store.row(try #require(try store.lookup(id)))
            return [row.orders, row.refunds, row.complaints]
        }
        #expect(try seen(laid, "id2") == [50, 3, 2] && seen(laid, "id5") == [50, 3, 2])
        #expect(try seen(laid, "id3") == Array(repeating: Missing.uint32, count: 3))
        #expect(try seen(Store(path: path, manifest: 2), "id3")[0] == 7)

        // id 2 is listed anew: its counters go with it; id 20 is new and keeps its packed ones.
        let after = try grow(path, [listing(2, title: "anew"), listing(20)], dead: [0: [2]])
        #expect(try seen(after, "id2") == [50, 3, 2] && seen(after, "id20")[0] == 7)
        #expect(try seen(after, "id3")[0] == Missing.uint32)
        let digest = try after.catalogDigest(threads: 1)
        for rows in [nil, 3] {
            var job = Compaction(store: path)
            job.rowsPerChunk = rows
            _ = try job.run()
            let compact = try Store(path: path)
            try compact.verify()
            #expect(try compact.catalogDigest(threads: 1) == digest)
        }
    }

    /// A `store.json` whose writer died before it had its name does not stand in the way.
    @Test func unfinishedStoreFileIsCleared() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("s"), withIntermediateDirectories: true)
        try folder.write("s/.store.json.123.1.tmp", "{")
        let writer = try StoreWriter.create(folder.file("s"))
        _ = try writer.commit([try writer.write(encoded([listing(1)]), index: 0)])
        #expect(!FileManager.default.fileExists(atPath: folder.file("s/.store.json.123.1.tmp")))
    }
}
