import KleanColumns
package import KleanCore
import KleanScore

/// A published suspicion index, open for reading.
///
/// Opening reads the manifest and the labels; everything else is read when asked for, so `top` and
/// `explain` touch a few megabytes at any size.
package struct SuspicionIndex: Sendable {
    package let path: String
    package let manifest: IndexManifest
    package let labels: IndexLabels
    /// Where store and model stood; `nil` when the index was moved without `origin.json`.
    package let origin: IndexOrigin?
    private let files: IndexFiles

    /// - Throws: ``IndexError``: nothing there, a store or a model, an unfinished scan, another
    ///   version, damage.
    package init(path: String) throws {
        self.path = path
        origin = try IndexOrigin.read(path)
        var opened = try SuspicionIndex.open(path)
        let labels: ContainerReader
        do { labels = try SuspicionIndex.container(opened.1.labels, .labels) } catch {
            // A publication may have replaced the files between reading the manifest and here.
            opened = try SuspicionIndex.open(path)
            manifest = opened.0
            files = opened.1
            self.labels = try SuspicionIndex.decoded {
                try IndexLabels(reading: ContainerReader(path: opened.1.labels, kind: .labels))
            }
            return
        }
        manifest = opened.0
        files = opened.1
        self.labels = try SuspicionIndex.decoded { try IndexLabels(reading: labels) }
    }

    private static func open(_ path: String) throws -> (IndexManifest, IndexFiles) {
        let name = IndexFiles.manifest(path)
        guard FileSystem.exists(name) else { throw absent(path) }
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(name) } catch { throw IndexError.file(error) }
        let manifest = try IndexManifest(decoding: bytes, file: name)
        return (manifest, IndexFiles(path: path, folder: manifest.folder))
    }

    /// What to say when there is no `index.json`.
    private static func absent(_ path: String) -> IndexError {
        guard FileSystem.exists(path) else { return .notFound(path: path) }
        guard FileSystem.isDirectory(path) else { return .notAnIndex(path: path, found: "a file") }
        if FileSystem.exists("\(path)/store.json") {
            return .notAnIndex(path: path, found: "a store (store.json)")
        }
        if FileSystem.exists("\(path)/manifest.json") || FileSystem.exists("\(path)/model.json") {
            return .notAnIndex(path: path, found: "a model")
        }
        if FileSystem.exists("\(path)/job") { return .unfinished(path: path) }
        return .notAnIndex(path: path, found: "a folder without it")
    }

    private static func container(_ path: String, _ kind: ContainerKind) throws -> ContainerReader {
        try decoded { try ContainerReader(path: path, kind: kind) }
    }

    private static func decoded<Value>(_ read: () throws -> Value) throws -> Value {
        do { return try read() } catch let error as ContainerError {
            throw IndexError.container(error)
        }
    }

    // MARK: - Entries

    /// The most suspicious listings that pass a filter, best first.
    ///
    /// - Complexity: without a filter, the pages that hold them; with one, also the whole-ranking
    ///   columns (28 bytes an entry).
    package func top(_ limit: Int, filter: EntryFilter = EntryFilter()) throws -> [IndexedEntry] {
        guard !filter.isEmpty else { return try entries(0..<min(limit, manifest.ranked)) }
        let columns = try ranking()
        return try entries(columns.matching(filter, labels: labels, limit: limit))
    }

    /// Entries at places of the ranking, 0 for the first.
    ///
    /// - Precondition: places below `manifest.ranked`, ascending.
    package func entries(_ places: some Sequence<Int>) throws -> [IndexedEntry] {
        var page = RankedPage()
        var number = -1
        var entries: [IndexedEntry] = []
        for place in places {
            if place / RankedPage.entriesMax != number {
                number = place / RankedPage.entriesMax
                page = try self.page(number)
            }
            entries.append(entry(place, page))
        }
        return entries
    }

    /// Hands out every ranked entry, best first, one page in memory at a time.
    package func forEachEntry(_ body: (IndexedEntry) throws -> Void) throws {
        for number in 0..<pageCount {
            let page = try page(number)
            for index in 0..<page.count {
                try body(entry(number * RankedPage.entriesMax + index, page))
            }
        }
    }

    /// The ranked entry of a row; `nil` when it is not ranked.
    package func entry(ordinal: UInt32) throws -> IndexedEntry? {
        let reader = try SuspicionIndex.container(files.ranking, .ranking)
        let ordinals = try SuspicionIndex.decoded { try RankingColumns.ordinals(reader) }
        guard let place = ordinals.firstIndex(of: ordinal) else { return nil }
        return try entries(CollectionOfOne(place)).first
    }

    private var pageCount: Int {
        (manifest.ranked + RankedPage.entriesMax - 1) / RankedPage.entriesMax
    }

    private func entry(_ place: Int, _ page: RankedPage) -> IndexedEntry {
        let index = place % RankedPage.entriesMax
        let entry = page.table[index]
        return IndexedEntry(
            rank: place + 1, ordinal: entry.row, entry: entry, listing: page.listing(index))
    }

    private func page(_ number: Int) throws -> RankedPage {
        let name = files.page(number)
        let page = try SuspicionIndex.decoded {
            try RankedPage(reading: ContainerReader(path: name, kind: .rankedPage))
        }
        let expected = min(RankedPage.entriesMax, manifest.ranked - number * RankedPage.entriesMax)
        guard page.count == expected else {
            throw IndexError.corrupt(
                file: name, expected: "\(expected) entries", found: "\(page.count)")
        }
        return page
    }

    /// The whole-ranking columns.
    package func ranking() throws -> RankingColumns {
        let columns = try SuspicionIndex.decoded {
            try RankingColumns(reading: ContainerReader(path: files.ranking, kind: .ranking))
        }
        guard columns.count == manifest.ranked else {
            throw IndexError.corrupt(
                file: files.ranking, expected: "\(manifest.ranked) entries",
                found: "\(columns.count)")
        }
        return columns
    }

    // MARK: - Scores

    /// The scores of all rows of a shard; `nil` when it is quarantined.
    package func scores(shard: Int) throws -> [Int32]? {
        guard manifest.shards[shard].quarantineReason == nil else { return nil }
        return try result(shard).scores
    }

    /// The stored score of a row.
    ///
    /// - Throws: ``IndexError/quarantined(ordinal:shard:reason:)``.
    package func score(ordinal: UInt32) throws -> Fixed {
        let number = manifest.shard(of: ordinal)
        let shard = manifest.shards[number]
        guard let scores = try scores(shard: number) else {
            throw IndexError.quarantined(
                ordinal: ordinal, shard: shard.name, reason: shard.quarantineReason ?? "")
        }
        return Fixed(raw: scores[Int(ordinal - shard.firstOrdinal)])
    }

    private func result(_ shard: Int) throws -> ScoreResult {
        let name = files.scores(shard)
        let result = try SuspicionIndex.decoded {
            try ScoreResult(reading: ContainerReader(path: name, kind: .scoreResult))
        }
        let rows = Int(manifest.shards[shard].rows)
        guard result.scores.count == rows, result.states.count == rows else {
            throw IndexError.corrupt(
                file: name, expected: "\(rows) scores", found: "\(result.scores.count)")
        }
        return result
    }

    /// Path of the profile that the scan was judged with.
    package var profilePath: String { files.profile }

    // MARK: - Verification

    /// Decodes every file and compares the content with the digests in the manifest.
    ///
    /// - Parameter progress: Files done and all files.
    /// - Throws: ``IndexError/container(_:)``, ``IndexError/corrupt(file:expected:found:)``.
    package func verify(progress: (Int, Int) -> Void = { _, _ in }) throws {
        let total = manifest.shards.count + pageCount + 2
        var rows = RowDigest()
        for (number, shard) in manifest.shards.enumerated() {
            if shard.quarantineReason == nil {
                let result = try result(number)
                rows.append(result.scores, result.states)
            } else {
                rows.append(missing: Int(shard.rows))
            }
            progress(number + 1, total)
        }
        var digest = DigestBuilder(domain: "klean result 1")
        digest.update(rows.finish())
        digest.update(manifest.overThreshold)
        digest.update(UInt64(manifest.ranked))
        for number in 0..<pageCount {
            digest.update(try page(number).encoded().digest)
            progress(manifest.shards.count + number + 1, total)
        }
        try expect(IndexFiles.manifest(path), manifest.resultDigest, digest.finish())
        let profile = try SuspicionIndex.container(files.profile, .profile)
        try expect(
            files.profile, manifest.profile, try SuspicionIndex.decoded { try profile.digest() })
        let content = manifest.contentDigest(
            ranking: try ranking().encoded().digest, labels: labels.encoded().digest)
        try expect(IndexFiles.manifest(path), manifest.digest, content)
        progress(total, total)
    }

    private func expect(_ file: String, _ expected: Digest, _ found: Digest) throws {
        guard expected == found else {
            throw IndexError.corrupt(
                file: file, expected: "digest \(expected.short)", found: found.short)
        }
    }
}

extension IndexManifest {
    /// Which of the digests differ from another index's, in order of cause; empty when equal.
    package func differences(from other: IndexManifest) -> [String] {
        let pairs: [(String, Digest, Digest)] = [
            ("snapshot", snapshot, other.snapshot), ("model", model, other.model),
            ("profile", profile, other.profile), ("job", job, other.job),
            ("result", resultDigest, other.resultDigest), ("index", digest, other.digest),
        ]
        return pairs.filter { $0.1 != $0.2 }.map(\.0)
    }
}
