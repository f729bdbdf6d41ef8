import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import KleanModel
import KleanScore
import KleanTransport
import KleanWorker

/// The scorers behind a worker: decodes a shard, surveys or scores it, encodes the result.
struct ScanEngine: ShardEngine {
    /// Where the workers of this host share what they derive from a model.
    let cache: String
    /// Told what a person should know.
    let note: @Sendable (String) -> Void
    private var surveyor: Surveyor?
    private var scorer: ShardScorer?
    private var scoring: ScoringModel?
    private var profileDigest: Digest?
    /// For tests: the phase whose results are made wrong.
    private var liesIn: Phase?

    init(cache: String, note: @escaping @Sendable (String) -> Void) {
        self.cache = cache
        self.note = note
    }

    mutating func prepare(_ inputs: EngineInputs) throws {
        if scoring?.model.digest != inputs.modelDigest {
            let model = try Model.load(inputs.modelPath)
            try ScanEngine.expect(model.digest, inputs.modelDigest, "model", inputs.modelPath)
            let kernels = try Kernels.chosen()
            let banks = BankIndex.shared(
                model.banks, model: model.digest, folder: cache, kernels: kernels, note: note)
            let ready = try ScoringModel(model, banks: banks, kernels: kernels)
            scoring = ready
            surveyor = Surveyor(ready)
            profileDigest = nil
        }
        guard let path = inputs.profilePath, let digest = inputs.profileDigest,
            profileDigest != digest, let scoring
        else { return }
        let reader = try ContainerReader(path: path, kind: .profile)
        try ScanEngine.expect(try reader.digest(), digest, "profile", path)
        scorer = try ShardScorer(scoring, profile: try Profile(reading: reader))
        profileDigest = digest
    }

    mutating func survey(_ shard: ShardInput) throws -> ShardOutput {
        try survey([shard])[0].get()
    }

    var shardsPerJoin: Int { scoring?.banks.gainsFromBatches == true ? Limits.shardsPerJoinMax : 1 }

    mutating func survey(_ shards: [ShardInput]) -> [Result<ShardOutput, any Error>] {
        guard let surveyor else { preconditionFailure("a shard comes after prepare") }
        var clocks: [StageTimer] = []
        let decoded = shards.map { shard in
            var clock = StageTimer()
            let chunk = Result { try decode(shard, .survey) }
            clock.charge("decode")
            clocks.append(clock)
            return chunk
        }
        let whole = decoded.compactMap { chunk in
            if case .success(let chunk) = chunk { chunk } else { nil }
        }
        var surveyed = surveyor.survey(whole)[...]
        return zip(decoded, clocks).map { chunk, clock in
            chunk.map { _ in
                var clock = clock
                var (result, seconds) = surveyed.removeFirst()
                if liesIn == .survey { result.pairs = [] }
                clock.skip()
                let bytes = result.encoded().bytes
                clock.charge("result")
                return ShardOutput(bytes: bytes, stages: clock.stages(adding: seconds))
            }
        }
    }

    mutating func score(_ shard: ShardInput) throws -> ShardOutput {
        guard let scorer else { preconditionFailure("a shard comes after prepare") }
        var clock = StageTimer()
        let (columns, scope) = try decode(shard, .score)
        let pairs = try decodePairs(shard)
        clock.charge("decode")
        var (result, seconds) = try scorer.score(
            columns, pairs: pairs, deadRows: scope.deadRows, sampledRows: scope.sampledRows)
        if liesIn == .score { result.scores = result.scores.map { $0 / 2 } }
        clock.skip()
        let bytes = result.encoded().bytes
        clock.charge("result")
        return ShardOutput(bytes: bytes, stages: clock.stages(adding: seconds))
    }

    /// An engine that lies in the phase that `KLEAN_WORKER_LIES_IN` names, for tests: its results
    /// are whole, of the right size and digest, and wrong.
    static func ofWorker(cache: String, note: @escaping @Sendable (String) -> Void) -> ScanEngine {
        var engine = ScanEngine(cache: cache, note: note)
        let name = ProcessInfo.processInfo.environment["KLEAN_WORKER_LIES_IN"]
        engine.liesIn = Phase.allCases.first { $0.name == name }
        return engine
    }

    /// - Throws: ``ShardFault/corruptChunk(_:)`` when the chunk's bytes are damaged.
    private func decode(
        _ shard: ShardInput, _ phase: Phase
    ) throws -> (columns: HotColumns, scope: SurveyScope) {
        do {
            var part = shard.chunk
            let context = part.segments.firstIndex {
                $0.column == ContainerPart.Segment.contextColumn
            }
            guard let context else {
                throw ShardFault.corruptChunk("shard \(shard.shard): no context segment")
            }
            let scope = try SurveyScope(decoding: part.segments.remove(at: context).bytes.array)
            let reader = try ScanEngine.reader(part, "shard \(shard.shard)", .hotChunk)
            var columns = try HotColumns(reading: reader, columns: phase.columns)
            scope.overlay?.apply(chunk: 0, to: &columns)
            return (columns, scope)
        } catch let error as ContainerError {
            throw ShardFault.corruptChunk(error.description)
        }
    }

    private func decodePairs(_ shard: ShardInput) throws -> [ListingPair] {
        guard let part = shard.pairs else { return [] }
        return try ListingPair.read(
            ScanEngine.reader(part, "pairs of shard \(shard.shard)", .surveyResult))
    }

    private static func reader(
        _ part: ContainerPart, _ name: String, _ kind: ContainerKind
    ) throws(ContainerError) -> ContainerReader {
        var segments: [ColumnID: StoredSegment] = [:]
        for segment in part.segments {
            segments[ColumnID(segment.column)] = StoredSegment(
                segment.bytes.unsafeBytes, owner: SegmentOwner(segment.bytes))
        }
        return try ContainerReader(
            directory: part.directory, segments: segments, name: name, kind: kind)
    }

    private static func expect(
        _ found: Digest, _ expected: Digest, _ what: String, _ path: String
    ) throws {
        guard found == expected else {
            throw CommandError(
                "\(path): \(what) digest: expected \(expected.short), found \(found.short)",
                .corrupt)
        }
    }
}

/// Keeps received bytes alive for a container that reads them where they lie.
private final class SegmentOwner {
    let bytes: SharedBytes
    init(_ bytes: SharedBytes) { self.bytes = bytes }
}

/// Charges elapsed time to stages that are not the scorers' own.
private struct StageTimer {
    private var charged: [(name: String, duration: Duration)] = []
    private var last = ContinuousClock.now

    mutating func charge(_ name: String) {
        let now = ContinuousClock.now
        charged.append((name, now - last))
        last = now
    }

    /// Lets time pass that somebody else accounts for.
    mutating func skip() { last = ContinuousClock.now }

    /// Ours and the scorers', by name, in order of first appearance.
    func stages(adding seconds: StageSeconds) -> [StageTime] {
        var stages: [StageTime] = []
        func add(_ name: String, _ nanoseconds: Double) {
            guard nanoseconds >= 1 else { return }
            if let index = stages.firstIndex(where: { $0.name == name }) {
                stages[index].nanoseconds += UInt64(nanoseconds)
            } else {
                stages.append(StageTime(name, nanoseconds: UInt64(nanoseconds)))
            }
        }
        for (name, duration) in charged {
            let (whole, atto) = duration.components
            add(name, Double(whole) * 1e9 + Double(atto) * 1e-9)
        }
        for stage in StageSeconds.Stage.allCases { add(stage.name, seconds[stage] * 1e9) }
        return stages
    }
}
