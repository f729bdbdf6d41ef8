import Foundation
import KleanCore
import KleanIndex
import KleanScore
import Synchronization
import Testing

/// The merged ranking is what sorting every listing at once would give, whatever the chunks, the
/// threads, the ties and the cut; and it is published whole or not at all.
@Suite struct IndexMergeTests {
    /// Naive lists against the cut found by bisection; few distinct scores make many ties.
    @Test(arguments: 0..<40) func cutKeepsTheBest(_ seed: Int) {
        var random = Stream(seed: UInt64(seed))
        let lists = (0..<random.next(8) + 1).map { _ in
            (0..<random.next(50)).map { _ in Int32(random.next(6) * 100 - 300) }.sorted(by: >)
        }
        let all = lists.enumerated().flatMap { shard, list in list.map { ($0, shard) } }
        let limit = random.next(all.count + 5)
        let best = all.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }.prefix(limit)
        let expected = lists.indices.map { shard in best.count { $0.1 == shard } }
        #expect(rankCut(lists, limit: limit) == expected)
    }

    @Test(arguments: [(1, 1_000), (2, 3), (3, 40)], [nil, 0, 1, 777, 5_000])
    func mergeEqualsSortingEverything(_ shape: (seed: Int, spread: Int), _ limit: Int?) throws {
        let fixture = try MergeFixture(
            seed: UInt64(shape.seed), rows: 9_001, chunkRows: 1_024, spread: shape.spread)
        defer { fixture.remove() }
        let index = try fixture.publish(limit: limit)
        let expected = fixture.oracle(limit: limit ?? .max)
        var found: [UInt32] = []
        try index.forEachEntry { entry in
            found.append(entry.ordinal)
            #expect(entry.rank == found.count)
            #expect(entry.listing == MergeFixture.listing(Int(entry.ordinal)))
            #expect(entry.entry.evidence == MergeFixture.evidence(Int(entry.ordinal)))
            #expect(entry.score.raw == fixture.scores[Int(entry.ordinal)])
            #expect(entry.entry.contributions.reduce(Fixed.zero, +) == entry.score)
        }
        #expect(found == expected)
        #expect(index.manifest.ranked == expected.count)
        #expect(index.manifest.overThreshold == UInt64(fixture.oracle(limit: .max).count))
        #expect(
            index.manifest.cutCount == index.manifest.overThreshold - UInt64(expected.count))
        #expect(index.manifest.histogram.reduce(0, +) == 9_001)
        try index.verify()
    }

    /// Shards finish in any order on any number of threads; the bytes do not tell.
    @Test func digestDoesNotDependOnThreads() throws {
        let fixture = try MergeFixture(seed: 5, rows: 9_000, chunkRows: 512, spread: 64)
        defer { fixture.remove() }
        let first = try fixture.publish("one", threads: 1)
        for threads in [2, 4] {
            let other = try fixture.publish("many-\(threads)", threads: threads)
            #expect(other.manifest == first.manifest)
            #expect(other.manifest.differences(from: first.manifest).isEmpty)
        }
    }

    /// The same rows in other chunks give the same scores and ranking, told by the result digest.
    @Test(arguments: [257, 4_096, 10_000]) func chunkSizeDoesNotChangeTheResult(_ rows: Int) throws
    {
        let fixture = try MergeFixture(seed: 6, rows: 9_000, chunkRows: 512, spread: 64)
        let other = try MergeFixture(seed: 6, rows: 9_000, chunkRows: rows, spread: 64)
        defer {
            fixture.remove()
            other.remove()
        }
        let left = try fixture.publish()
        let right = try other.publish()
        #expect(left.manifest.resultDigest == right.manifest.resultDigest)
        #expect(left.manifest.differences(from: right.manifest) == ["index"])
    }

    /// A quarantined shard is named and has no scores; a later success replaces the index.
    @Test func retriedQuarantineIsRepublished() throws {
        var fixture = try MergeFixture(seed: 7, rows: 4_000, chunkRows: 1_000, spread: 64)
        defer { fixture.remove() }
        let whole = fixture.shards
        fixture.shards[2].state = .quarantined("corrupt chunk: hot file")
        let partial = try fixture.publish()
        #expect(partial.manifest.quarantined.map(\.name) == ["000001-2000"])
        #expect(partial.manifest.scoredRows == 3_000)
        #expect(try partial.score(ordinal: 1_999).raw == fixture.scores[1_999])
        #expect(throws: IndexError.self) { try partial.score(ordinal: 2_000) }
        try partial.verify()

        fixture.shards = whole
        let complete = try fixture.publish()
        #expect(complete.manifest.quarantined.isEmpty)
        #expect(complete.manifest.digest != partial.manifest.digest)
        #expect(try complete.score(ordinal: 2_000).raw == fixture.scores[2_000])
        try complete.verify()
        let again = try fixture.publish()
        #expect(again.manifest.digest == complete.manifest.digest)
        try again.verify()
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.path("index"))
        #expect(names.sorted() == [again.manifest.folder, "index.json", "origin.json"])
    }

    /// A merge that fails half-way leaves the published index as it was, and no files of its own.
    @Test(arguments: [0, 1, 3]) func failedMergeLeavesTheOldIndex(_ failing: Int) throws {
        struct Lost: Error {}
        let fixture = try MergeFixture(seed: 8, rows: 4_000, chunkRows: 1_000, spread: 64)
        defer { fixture.remove() }
        let before = try fixture.publish()
        var merge = fixture.merge(threads: 2)
        merge.listings = { shard, rows in
            if shard == failing { throw Lost() }
            return rows.map { MergeFixture.listing(shard * 1_000 + Int($0)) }
        }
        #expect(throws: Lost.self) {
            try merge.publish(to: fixture.path("index"), origin: nil)
        }
        let after = try SuspicionIndex(path: fixture.path("index"))
        #expect(after.manifest == before.manifest)
        try after.verify()
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.path("index"))
        #expect(!names.contains { $0.hasPrefix(".draft") })
    }

    /// A result that does not fit its chunk is refused by name before anything is published.
    @Test func resultOfAnotherChunkIsRefused() throws {
        var fixture = try MergeFixture(seed: 9, rows: 3_500, chunkRows: 1_000, spread: 64)
        defer { fixture.remove() }
        fixture.shards[1].state = fixture.shards[3].state
        let error = #expect(throws: IndexError.self) { _ = try fixture.publish() }
        #expect(error.map { "\($0)".contains("000001-1000") } == true)
        #expect(throws: IndexError.self) {
            try SuspicionIndex(path: fixture.path("index"))
        }
    }

    @Test func emptyCatalogAndEmptyRanking() throws {
        let none = try MergeFixture(
            seed: 1, rows: 100, chunkRows: 10, spread: 10, threshold: 1_000)
        defer { none.remove() }
        let index = try none.publish()
        #expect(index.manifest.ranked == 0)
        #expect(try index.top(20).isEmpty)
        #expect(try index.entry(ordinal: 3) == nil)
        try index.verify()
    }
}
