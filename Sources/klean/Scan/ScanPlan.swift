import Foundation
import KleanCatalog
import KleanColumns
import KleanCoordinator
import KleanCore
import KleanIndex
import KleanModel
import KleanScore
import KleanTransport
import KleanWorker

/// A scan as the coordinator sees it: a store, a model, and what to do at each step.
struct ScanPlan: Sendable {
    let store: Store
    let model: Model
    let storePath: String
    let modelPath: String
    let index: String
    /// Scores only a part of the listings; the survey is of all.
    let sample: SampleShare?
    /// Where bank indexes are shared with the workers of this machine.
    var cache = "/tmp/klean-cache"
    /// Told where publication stands.
    var onPublication: @Sendable (IndexMergeStep, Int, Int) -> Void = { _, _, _ in }

    /// - Parameter snapshot: What a person calls it; `nil` for the current one. A scan keeps the
    ///   one that it opened, whatever is appended meanwhile.
    /// - Throws: `CatalogError` or `ModelError` when either is not what it should be.
    init(
        store storePath: String, model modelPath: String, index: String, snapshot: String? = nil,
        sample: SampleShare? = nil
    ) throws {
        store =
            try snapshot.map { try Store.open(storePath, named: $0) } ?? Store(path: storePath)
        model = try Model.load(modelPath)
        self.storePath = storePath
        self.modelPath = modelPath
        self.index = index
        self.sample = sample
    }

    /// The scan's parameters, canonical: part of the job's identity.
    var parameters: String { sample.map { "sample \($0.partsPerMillion) ppm" } ?? "whole" }

    /// The job: snapshot x model x parameters x scorer version.
    var jobID: Digest {
        var builder = DigestBuilder(domain: "klean job 1")
        builder.update(store.manifest.digest)
        builder.update(model.digest)
        builder.update(parameters)
        builder.update(UInt64(ScorerVersion.current))
        return builder.finish()
    }

    func jobPlan() throws -> JobPlan {
        let chunks = store.manifest.chunks
        let shards = try chunks.indices.map { try shardPlan($0) }
        var plan = JobPlan(
            jobID: jobID, snapshot: store.manifest.digest, model: model.digest,
            parameters: parameters, modelPath: modelPath, shards: shards,
            resultBytesMax: { _ in ScanPlan.resultBytes(chunks, perRow: 512) },
            frames: { phase, shard in try frames(phase, shard) },
            mergeSurvey: { order in try mergeSurvey(order) },
            recheck: { shard in recheck(shard) },
            publish: { order in try publish(order) })
        plan.storePath = URL(filePath: storePath).standardizedFileURL.path(percentEncoded: false)
        plan.judge = { order in try judge(order) }
        plan.contentDigest = { phase, bytes in
            let kind: ContainerKind = phase == .survey ? .surveyResult : .scoreResult
            return try ContainerReader(bytes: bytes, name: "result", kind: kind).digest()
        }
        plan.resultBytesUsual = { _ in ScanPlan.resultBytes(chunks, perRow: 64) }
        return plan
    }

    /// Tallies and evidence of the largest chunk. 10 M generated listings came to 23 bytes a row,
    /// both phases taken together; where every row is a seller and a match of its own it is more.
    private static func resultBytes(_ chunks: [ChunkEntry], perRow: Int) -> Int {
        (1 << 20) + perRow * (chunks.map { Int($0.rows) }.max() ?? 0)
    }

    private func shardPlan(_ shard: Int) throws -> ShardPlan {
        let entry = store.manifest.chunks[shard]
        let reader: ContainerReader
        do { reader = try store.hot(shard) } catch {
            // A chunk that cannot be opened is found out, and quarantined, when it is leased.
            return ShardPlan(
                name: entry.name, rows: Int(entry.rows), surveyBytes: Int(entry.hotBytes),
                scoreBytes: Int(entry.hotBytes))
        }
        // An overlay travels beside the columns: 16 bytes an entry before compression.
        let overlayBytes = (store.overlay?.entries(shard).count ?? 0) * 16
        let bytes = { (phase: Phase) in
            let columns = Set(phase.columns)
            return overlayBytes
                + reader.entries.filter { columns.contains($0.id) }
                .reduce(reader.directoryBytes.count) { $0 + Int($1.storedBytes) }
        }
        return ShardPlan(
            name: entry.name, rows: Int(entry.rows), surveyBytes: bytes(.survey),
            scoreBytes: bytes(.score))
    }

    private func frames(_ phase: Phase, _ shard: Int) throws -> ShardFrames {
        let chunk = try store.hot(shard)
        var scope = SurveyScope(
            firstOrdinal: store.manifest.chunks[shard].firstOrdinal,
            catalogRows: store.manifest.rows, deadRows: store.tombstones.rows[shard],
            overlay: store.overlay?.only(chunk: shard))
        var pairs: ContainerPart?
        if phase == .score {
            scope.sampledRows = try sampledRows(shard)
            let path = JobFolder(index: index).result(.survey, shard)
            let survey = try ContainerReader(path: path, kind: .surveyResult)
            pairs = try ScanPlan.part(survey, ListingPair.columns)
        }
        var part = try ScanPlan.part(chunk, phase.columns)
        part.file = store.hotFile(shard)
        part.segments.append(
            ContainerPart.Segment(
                column: ContainerPart.Segment.contextColumn, bytes: SharedBytes(scope.encoded)))
        return ShardFrames(chunk: part, pairs: pairs)
    }

    /// The rows of a chunk that a sample takes; `nil` without one.
    private func sampledRows(_ shard: Int) throws -> [UInt32]? {
        guard let sample else { return nil }
        let ids = try store.cold(shard).strings(.idText)
        return (0..<ids.count).filter { sample.contains(ids[$0]) }.map { UInt32($0) }
    }

    private static func part(
        _ reader: ContainerReader, _ columns: [ColumnID]
    ) throws -> ContainerPart {
        ContainerPart(
            directory: reader.directoryBytes,
            segments: try columns.filter { reader.has($0) }.map { column in
                let stored = try reader.storedSegment(column)
                let entry = try reader.entry(column)
                return ContainerPart.Segment(
                    column: column.raw, bytes: SharedBytes(stored.bytes, owner: stored.owner),
                    place: ContainerPart.Place(offset: entry.offset, checksum: entry.checksum))
            })
    }

    private func mergeSurvey(_ order: ProfileOrder) throws -> Digest {
        let profile = try ProfileMerge.merge(
            paths: order.surveyFiles.compactMap { $0 }, model: model)
        let (bytes, digest) = profile.encoded()
        try writeFileDurably(order.output, bytes)
        return digest
    }

    /// Scores a shard here, as a worker would: the verdict on two that disagree.
    private func judge(_ order: JudgeOrder) throws -> [UInt8] {
        var engine = ScanEngine(cache: cache, note: { _ in })
        try engine.prepare(
            EngineInputs(
                modelPath: modelPath, modelDigest: model.digest, profilePath: order.profilePath,
                profileDigest: order.profile, parameters: parameters))
        let frames = try frames(order.phase, order.shard)
        let input = ShardInput(
            shard: order.shard, rows: Int(store.manifest.chunks[order.shard].rows),
            chunk: frames.chunk, pairs: frames.pairs, progress: ShardProgress())
        return try order.phase == .survey
            ? engine.survey(input).bytes : engine.score(input).bytes
    }

    /// What is wrong with a chunk that a worker called corrupt; `nil` if it is intact.
    private func recheck(_ shard: Int) -> String? {
        do {
            _ = try store.hotColumns(shard)
            return nil
        } catch { return "\(error)" }
    }

    private func publish(_ order: PublicationOrder) throws -> Digest {
        var reasons: [Int: String] = [:]
        for shard in order.quarantined { reasons[shard.shard] = shard.reason }
        let shards = store.manifest.chunks.enumerated().map { number, entry in
            let state: ShardOutcome.State =
                order.scoreFiles[number].map { .scored($0) }
                ?? .quarantined(reasons[number] ?? "not scored")
            return ShardOutcome(
                name: entry.name, firstOrdinal: entry.firstOrdinal, rows: entry.rows, state: state)
        }
        let store = store
        var merge = IndexMerge(
            job: jobID, snapshot: store.manifest.digest, model: model,
            profilePath: order.profilePath, profileDigest: order.profile, shards: shards,
            threads: availableProcessors(),
            listings: { try ListingFacts.read(store, chunk: $0, rows: $1) })
        merge.sample = sample.map { share in
            let scored = store.manifest.chunks.indices.filter { order.scoreFiles[$0] != nil }
            let live = scored.reduce(0) {
                $0 + Int(store.manifest.chunks[$1].rows) - store.tombstones.rows[$1].count
            }
            return IndexSample(share: share, liveRows: UInt64(live))
        }
        let origin = IndexOrigin(store: storePath, model: modelPath)
        return try merge.publish(to: index, origin: origin, progress: onPublication).digest
    }
}
