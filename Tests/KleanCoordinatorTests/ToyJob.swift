import Foundation
import KleanColumns
import KleanCoordinator
import KleanCore
import KleanTransport
import KleanWorker

/// A job whose right answer is known: every shard's bytes are made from its number, the survey
/// adds them up, the profile is all sums, a score digests chunk, pairs and profile, and the index
/// is the digest of all scores.
struct ToyJob {
    var shardCount = 50
    var rows = 100
    var chunkBytes = 20_000
    /// Shards whose stored bytes have one flipped bit.
    var corrupt: Set<Int> = []
    let folder: String

    var index: String { folder + "/index" }
    var modelPath: String { folder + "/model" }
    var storePath: String { folder + "/store" }

    /// The bytes of a chunk as they were packed.
    func chunk(_ shard: Int) -> [UInt8] {
        var state = UInt64(shard) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<chunkBytes + shard).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    func stored(_ shard: Int) -> [UInt8] {
        var bytes = chunk(shard)
        if corrupt.contains(shard) { bytes[7] ^= 1 }
        return bytes
    }

    static func directory(_ chunk: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: Checksum.xxh3(chunk).littleEndian) { Array($0) }
    }

    static func survey(_ chunk: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: chunk.reduce(UInt64(0)) { $0 + UInt64($1) }.littleEndian) { Array($0) }
    }

    static func score(_ chunk: [UInt8], pairs: [UInt8], profile: [UInt8]) -> [UInt8] {
        var digest = DigestBuilder(domain: "toy score")
        digest.update(chunk)
        digest.update(pairs)
        digest.update(profile)
        return digest.finish().bytes
    }

    static func digest(_ domain: String, _ parts: [[UInt8]]) -> Digest {
        var digest = DigestBuilder(domain: domain)
        for part in parts { digest.update(part) }
        return digest.finish()
    }

    /// What one process would compute, without the shards given up.
    func oracle(without lost: Set<Int> = []) -> Digest {
        let kept = (0..<shardCount).filter { !lost.contains($0) }
        let profile = kept.flatMap { Self.survey(chunk($0)) }
        return Self.digest(
            "toy index",
            kept.map {
                Self.score(chunk($0), pairs: Self.survey(chunk($0)), profile: profile)
            })
    }

    /// Makes the model that workers read.
    func write() throws {
        try FileSystem.createDirectory(modelPath + "/banks")
        try FileSystem.write(modelPath + "/manifest.json", Array("{}".utf8), sync: false)
        try FileSystem.write(
            modelPath + "/banks/one", [UInt8](repeating: 5, count: 2_500_000), sync: false)
        try FileSystem.write(modelPath + "/empty", [], sync: false)
    }

    /// Makes the chunk files that workers read by themselves.
    func writeStore() throws {
        try FileSystem.createDirectory(storePath + "/chunks")
        for shard in 0..<shardCount {
            try FileSystem.write(
                "\(storePath)/\(Self.file(shard))", [0, 0, 0] + stored(shard), sync: false)
        }
    }

    static func file(_ shard: Int) -> String { "chunks/\(shard)" }

    var plan: JobPlan {
        let job = self
        let jobID = Self.digest("toy job", [Array("\(shardCount) \(rows) \(chunkBytes)".utf8)])
        let folder = JobFolder(index: index)
        var plan = JobPlan(
            jobID: jobID, snapshot: jobID, model: jobID, parameters: "toy", modelPath: modelPath,
            shards: (0..<shardCount).map {
                ShardPlan(
                    name: "chunk-\($0)", rows: rows, surveyBytes: chunkBytes + $0,
                    scoreBytes: chunkBytes + $0 + 8)
            },
            resultBytesMax: { _ in 1_000 },
            frames: { phase, shard in
                let bytes = job.stored(shard)
                let chunk = ContainerPart(
                    directory: Self.directory(job.chunk(shard)),
                    segments: [
                        .init(
                            column: 3, bytes: SharedBytes(bytes),
                            place: .init(offset: 3, checksum: Checksum.xxh3(job.chunk(shard))))
                    ], file: Self.file(shard))
                guard phase == .score else { return ShardFrames(chunk: chunk) }
                let pairs = try FileSystem.read(folder.result(.survey, shard))
                return ShardFrames(
                    chunk: chunk,
                    pairs: ContainerPart(
                        directory: [], segments: [.init(column: 9, bytes: SharedBytes(pairs))]))
            },
            mergeSurvey: { order in
                let parts = try order.surveyFiles.compactMap {
                    try $0.map { try FileSystem.read($0) }
                }
                try FileSystem.writeDurably(order.output, parts.flatMap { $0 })
                return Self.digest("toy profile", parts)
            },
            recheck: { shard in
                job.stored(shard) == job.chunk(shard) ? nil : "column 3: checksum"
            },
            publish: { order in
                let parts = try order.scoreFiles.compactMap {
                    try $0.map { try FileSystem.read($0) }
                }
                let digest = Self.digest("toy index", parts)
                try FileSystem.writeDurably(job.index + "/index.digest", Array(digest.hex.utf8))
                return digest
            })
        plan.storePath = storePath
        plan.judge = { order in
            let survey = Self.survey(job.stored(order.shard))
            guard let path = order.profilePath else { return survey }
            return Self.score(
                job.stored(order.shard),
                pairs: try FileSystem.read(folder.result(.survey, order.shard)),
                profile: try FileSystem.read(path))
        }
        return plan
    }
}

/// The toy's scorers, with faults on demand.
struct ToyEngine: ShardEngine {
    var profile: [UInt8] = []
    /// Shards that kill their process.
    var deadly: Set<Int> = []
    /// Shards that throw.
    var failing: Set<Int> = []
    /// Shards at which the process stops as by SIGSTOP.
    var frozen: Set<Int> = []
    /// The phase whose results are wrong, in the right size and with the right checksum.
    var liesIn: Phase?

    mutating func prepare(_ inputs: EngineInputs) throws {
        guard try FileSystem.size(inputs.modelPath + "/banks/one") == 2_500_000,
            try FileSystem.size(inputs.modelPath + "/empty") == 0
        else { throw ToyFault("the model is not whole") }
        if let path = inputs.profilePath {
            profile = try FileSystem.read(path)
        }
    }

    func survey(_ shard: ShardInput) throws -> ShardOutput {
        if deadly.contains(shard.shard) { kill(getpid(), SIGKILL) }
        if frozen.contains(shard.shard) { kill(getpid(), SIGSTOP) }
        if failing.contains(shard.shard) { throw ToyFault("cannot") }
        let bytes = try ToyEngine.checked(shard)
        shard.progress.advance(rows: shard.rows)
        return ShardOutput(
            bytes: told(ToyJob.survey(bytes), .survey),
            stages: [StageTime("sum", nanoseconds: 1_000)])
    }

    func score(_ shard: ShardInput) throws -> ShardOutput {
        let bytes = try ToyEngine.checked(shard)
        guard let pairs = shard.pairs?.segments.first?.bytes.array else {
            throw ToyFault("no pairs")
        }
        return ShardOutput(
            bytes: told(ToyJob.score(bytes, pairs: pairs, profile: profile), .score),
            stages: [StageTime("digest", nanoseconds: 2_000)])
    }

    private func told(_ bytes: [UInt8], _ phase: Phase) -> [UInt8] {
        phase == liesIn ? [bytes[0] ^ 0x40] + bytes.dropFirst() : bytes
    }

    static func checked(_ shard: ShardInput) throws -> [UInt8] {
        let bytes = shard.chunk.segments[0].bytes.array
        guard ToyJob.directory(bytes) == shard.chunk.directory else {
            throw ShardFault.corruptChunk("column 3")
        }
        return bytes
    }
}

struct ToyFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A folder that goes away with its owner.
final class ToyFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "klean-toy-\(UUID().uuidString)").path
        try FileSystem.createDirectory(path)
    }

    deinit {
        do { try FileSystem.remove(path) } catch { print("left behind: \(error)") }
    }
}
