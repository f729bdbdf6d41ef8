import KleanCatalog
import KleanColumns
package import KleanCore
package import KleanModel
import KleanScore
import Synchronization

/// What became of one chunk in the score phase.
package struct ShardOutcome: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// The path of the result file (a `ScoreResult` container).
        case scored(String)
        /// Given up, and why.
        case quarantined(String)
    }

    package var name: String
    package var firstOrdinal: UInt32
    package var rows: UInt32
    package var state: State

    package init(name: String, firstOrdinal: UInt32, rows: UInt32, state: State) {
        self.name = name
        self.firstOrdinal = firstOrdinal
        self.rows = rows
        self.state = state
    }
}

/// Merges the results of all shards into one ranking and publishes it.
///
/// Three passes: read every result for digest, histogram and cut; write each shard's surviving
/// entries with their listings as a sorted run; merge the runs into pages. Memory is one shard for
/// each thread, the runs' windows and 28 bytes a ranked entry, whatever the catalog's size.
package struct IndexMerge: Sendable {
    /// Threads of the second pass; more would only cost memory.
    private static let threadsMax = 4

    package var job: Digest
    package var snapshot: Digest
    package var model: Model
    package var profilePath: String
    package var profileDigest: Digest
    /// In catalog order, covering every row.
    package var shards: [ShardOutcome]
    package var threads: Int
    /// What the scored rows were drawn from, if they are not all.
    package var sample: IndexSample?
    /// Ranked entries kept; lower only in tests.
    package var rankedMax = Limits.rankedPerIndexMax
    /// What is shown of some rows of a shard, in the order asked for.
    package var listings: @Sendable (_ shard: Int, _ rows: [UInt32]) throws -> [ListingFacts]

    package init(
        job: Digest, snapshot: Digest, model: Model, profilePath: String, profileDigest: Digest,
        shards: [ShardOutcome], threads: Int,
        listings: @escaping @Sendable (_ shard: Int, _ rows: [UInt32]) throws -> [ListingFacts]
    ) {
        self.job = job
        self.snapshot = snapshot
        self.model = model
        self.profilePath = profilePath
        self.profileDigest = profileDigest
        self.shards = shards
        self.threads = threads
        self.listings = listings
    }

    /// Merges and publishes: new files beside the old ones, then `index.json` replaced in one
    /// step, then the old files removed. A reader sees the old index or the new one, whole.
    ///
    /// - Parameters:
    ///   - path: The index folder; created when absent.
    ///   - origin: Where store and model stand, for `explain`.
    ///   - progress: Step, units done and units in all, from the calling thread or a worker.
    package func publish(
        to path: String, origin: IndexOrigin?,
        progress: @escaping @Sendable (IndexMergeStep, Int, Int) -> Void = { _, _, _ in }
    ) throws -> IndexManifest {
        let draft = try IndexDraft(in: path)
        do {
            let survey = try readResults(progress)
            let scratch = try ScratchFile(draft.files.path + "/" + draft.files.folder + "/runs")
            let runs = try writeRuns(survey.kept, to: scratch, progress)
            let ranking = try writeRanking(scratch, runs, survey, to: draft, progress)
            try linkResults(to: draft)
            let manifest = manifest(survey, ranking)
            return try draft.commit(manifest, origin: origin)
        } catch {
            draft.discard()
            throw error
        }
    }

    // MARK: - First pass

    /// What all results say together.
    private struct Survey {
        var kept: [Int] = []
        var histogram = [UInt64](repeating: 0, count: ScoreHistogram.binCount)
        var overThreshold: UInt64 = 0
        var scoredRows: UInt64 = 0
        var digest: DigestBuilder
    }

    private func readResults(
        _ progress: (IndexMergeStep, Int, Int) -> Void
    ) throws -> Survey {
        var content = RowDigest()
        var scores: [[Int32]] = []
        var survey = Survey(digest: DigestBuilder(domain: "klean result 1"))
        for (index, shard) in shards.enumerated() {
            guard let result = try load(shard) else {
                content.append(missing: Int(shard.rows))
                scores.append([])
                continue
            }
            content.append(result.scores, result.states)
            scores.append(result.ranked.scores)
            let scored =
                sample == nil
                ? Int(shard.rows) : result.scores.count { $0 != ShardScorer.deadScore }
            survey.scoredRows += UInt64(scored)
            survey.overThreshold += result.overThresholdCount
            for bin in survey.histogram.indices {
                survey.histogram[bin] += result.histogram[bin]
            }
            progress(.results, index + 1, shards.count)
        }
        survey.kept = rankCut(scores, limit: rankedMax)
        survey.digest.update(content.finish())
        survey.digest.update(survey.overThreshold)
        return survey
    }

    /// A shard's result after its shape is found right; `nil` for a quarantined one.
    private func load(_ shard: ShardOutcome) throws -> ScoreResult? {
        guard case .scored(let path) = shard.state else { return nil }
        let result: ScoreResult
        do {
            result = try ScoreResult(reading: ContainerReader(path: path, kind: .scoreResult))
        } catch { throw IndexError.container(error) }
        let rows = Int(shard.rows)
        guard result.scores.count == rows, result.states.count == rows else {
            throw IndexError.shardShape(
                shard: shard.name, expected: "\(rows) scores", found: "\(result.scores.count)")
        }
        let bins = ScoreHistogram.binCount
        guard result.histogram.count == bins else {
            throw IndexError.shardShape(
                shard: shard.name, expected: "\(bins) bins", found: "\(result.histogram.count)")
        }
        guard isRanked(result.ranked), result.ranked.rows.allSatisfy({ $0 < shard.rows }) else {
            throw IndexError.shardShape(
                shard: shard.name, expected: "entries by score, then row", found: "another order")
        }
        return result
    }

    private func isRanked(_ table: RankedTable) -> Bool {
        let (scores, rows) = (table.scores, table.rows)
        return scores.indices.dropFirst().allSatisfy { index in
            scores[index - 1] != scores[index]
                ? scores[index - 1] > scores[index] : rows[index - 1] < rows[index]
        }
    }

    // MARK: - Second pass

    /// Each shard's surviving entries with their listings, in rank order.
    private func writeRuns(
        _ kept: [Int], to scratch: ScratchFile,
        _ progress: @escaping @Sendable (IndexMergeStep, Int, Int) -> Void
    ) throws -> [Range<Int64>] {
        let runs = Mutex([Range<Int64>](repeating: 0..<0, count: shards.count))
        let done = Atomic<Int>(0)
        let shards = shards
        try inParallel(shards.count, threads: min(threads, IndexMerge.threadsMax)) { index in
            defer {
                progress(.listings, done.wrappingAdd(1, ordering: .relaxed).newValue, shards.count)
            }
            guard kept[index] > 0, let result = try load(shards[index]) else { return }
            let table = result.ranked
            let rows = Array(table.rows[..<kept[index]])
            let facts = try listings(index, rows)
            precondition(facts.count == rows.count, "one listing for each row asked for")
            var bytes: [UInt8] = []
            bytes.reserveCapacity(rows.count * 512)
            for entry in rows.indices {
                RunRecord.append(
                    table, entry, ordinal: shards[index].firstOrdinal + rows[entry],
                    listing: facts[entry], to: &bytes)
            }
            let range: Range<Int64>
            do throws(FileError) {
                range = try scratch.append(bytes)
            } catch {
                throw IndexError.file(error)
            }
            runs.withLock { $0[index] = range }
        }
        return runs.withLock { $0 }
    }

    // MARK: - Third pass

    /// What the written ranking is.
    private struct Ranking {
        var count = 0
        var columns: Digest
        var labels: Digest
        var result: Digest
    }

    private func writeRanking(
        _ scratch: ScratchFile, _ runs: [Range<Int64>], _ survey: Survey, to draft: IndexDraft,
        _ progress: (IndexMergeStep, Int, Int) -> Void
    ) throws -> Ranking {
        var digest = survey.digest
        var collector = LabelCollector(model)
        var builder = RankingBuilder()
        var page = RankedPage()
        var pages = 0
        var count = 0
        let total = survey.kept.reduce(0, +)
        digest.update(UInt64(total))
        let priceBrands = PriceBrands(brands: model.prices.map(\.brand))
        func closePage() throws {
            let (bytes, pageDigest) = page.encoded()
            try draft.write(draft.files.page(pages), bytes)
            digest.update(pageDigest)
            page = RankedPage()
            pages += 1
            progress(.ranking, count, total)
        }
        do {
            var merge = try RunMerge(scratch, runs: runs)
            while let (entry, listing) = try merge.next() {
                for item in entry.evidence { collector.note(item) }
                builder.append(entry, listing, priceBrands)
                page.append(entry, listing)
                count += 1
                if page.count == RankedPage.entriesMax { try closePage() }
            }
        } catch let error as FileError {
            throw IndexError.file(error)
        }
        precondition(count == total, "the merge hands out every entry that was kept")
        if page.count > 0 { try closePage() }
        let columns = builder.finished.encoded()
        let labels = collector.labels(from: model).encoded()
        try draft.write(draft.files.ranking, columns.bytes)
        try draft.write(draft.files.labels, labels.bytes)
        return Ranking(
            count: count, columns: columns.digest, labels: labels.digest, result: digest.finish())
    }

    private func linkResults(to draft: IndexDraft) throws {
        for (index, shard) in shards.enumerated() {
            guard case .scored(let path) = shard.state else { continue }
            try draft.link(path, to: draft.files.scores(index))
        }
        try draft.link(profilePath, to: draft.files.profile)
    }

    private func manifest(_ survey: Survey, _ ranking: Ranking) -> IndexManifest {
        var manifest = IndexManifest(
            digest: ranking.result, resultDigest: ranking.result, job: job, snapshot: snapshot,
            model: model.digest, profile: profileDigest, modelName: model.name,
            scorerVersion: ScorerVersion.current, intercept: Fixed(model.startingScore),
            threshold: Fixed(model.weights.threshold),
            rows: shards.reduce(0) { $0 + UInt64($1.rows) }, scoredRows: survey.scoredRows,
            overThreshold: survey.overThreshold, ranked: ranking.count,
            histogram: survey.histogram,
            shards: shards.map { shard in
                var reason: String?
                if case .quarantined(let why) = shard.state { reason = why }
                return IndexedShard(
                    name: shard.name, firstOrdinal: shard.firstOrdinal, rows: shard.rows,
                    quarantineReason: reason)
            }, sample: sample, folder: "")
        manifest.digest = manifest.contentDigest(ranking: ranking.columns, labels: ranking.labels)
        manifest.folder = "index-\(manifest.digest.short)"
        return manifest
    }
}

/// The parts of a merge, for a progress line.
package enum IndexMergeStep: String, Sendable {
    /// Shard results read.
    case results
    /// Shards whose ranked listings were fetched.
    case listings
    /// Entries merged.
    case ranking
}

extension IndexManifest {
    /// Names the index by content: no time, host, path, file name or reason enters it.
    func contentDigest(ranking: Digest, labels: Digest) -> Digest {
        var builder = DigestBuilder(domain: "klean index 1")
        for digest in [job, snapshot, model, profile, resultDigest, ranking, labels] {
            builder.update(digest)
        }
        builder.update(UInt64(scorerVersion))
        builder.update([intercept.raw, threshold.raw])
        builder.update([rows, scoredRows, overThreshold, UInt64(ranked)])
        builder.update(histogram)
        builder.update(shards.map(\.firstOrdinal))
        builder.update(shards.map { UInt32($0.quarantineReason == nil ? 0 : 1) })
        if let sample {
            builder.update([UInt64(sample.share.partsPerMillion), sample.liveRows])
        }
        return builder.finish()
    }
}

/// Scores and states of all rows in catalog order, in blocks that do not depend on the chunks.
struct RowDigest {
    private static let blockRows = 65_536

    private var builder = DigestBuilder(domain: "klean rows 1")
    private var scores: [Int32] = []
    private var states: [UInt32] = []

    mutating func append(_ newScores: [Int32], _ newStates: [UInt32]) {
        scores += newScores
        states += newStates
        flush(atLeast: RowDigest.blockRows)
    }

    /// Rows without a score.
    mutating func append(missing count: Int) {
        append([Int32](repeating: .min, count: count), [UInt32](repeating: .max, count: count))
    }

    mutating func finish() -> Digest {
        flush(atLeast: 1)
        return builder.finish()
    }

    private mutating func flush(atLeast rows: Int) {
        var start = 0
        while scores.count - start >= rows {
            let end = min(start + RowDigest.blockRows, scores.count)
            builder.update(Array(scores[start..<end]))
            builder.update(Array(states[start..<end]))
            start = end
            if start == scores.count { break }
        }
        scores.removeFirst(start)
        states.removeFirst(start)
    }
}
