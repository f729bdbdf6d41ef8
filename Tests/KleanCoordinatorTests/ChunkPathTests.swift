import KleanColumns
import KleanCoordinator
import KleanCore
import KleanLedger
import KleanWorker
import Testing

/// Workers read chunks from a file system that they share with the coordinator, or only believe
/// to share.
@Suite struct ChunkPathTests {
    private static func run(
        _ job: ToyJob, workers: Int = 2,
        worker: @escaping @Sendable (inout WorkerOptions) -> Void = { _ in }
    ) throws -> RunReport {
        try ClusterTests.run(job, workers: workers, change: { $0.chunks = .path }, worker: worker)
            .report
    }

    private static func attempts(_ job: ToyJob, _ shard: Int) throws -> [LedgerAttempt] {
        let plan = job.plan
        let ledger = try Ledger(
            path: JobFolder(index: job.index).ledger,
            job: LedgerJob(
                id: plan.jobID, snapshot: plan.snapshot, model: plan.model,
                parameters: plan.parameters, scorerVersion: plan.scorerVersion,
                shardCount: job.shardCount))
        return try ledger.attempts(.survey, shard: UInt32(shard))
    }

    @Test func sameIndexWithFewBytesSent() throws {
        let folder = try ToyFolder()
        let job = ToyJob(folder: folder.path)
        try job.write()
        try job.writeStore()
        let report = try Self.run(job)
        #expect(report.index == job.oracle())
        #expect(report.shardsCommitted == 100)
        #expect(report.retries.isEmpty)
        // Sent, two phases of 50 chunks are 2,000,000 bytes.
        #expect(report.bytesSent < 100_000)
        #expect(report.stages.map(\.name) == ["read", "sum", "digest"])
    }

    /// A worker of before the offer passes over it, as over any message it does not know.
    @Test func whoDoesNotKnowTheOfferIsSentItsChunks() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 10, folder: folder.path)
        try job.write()
        try job.writeStore()
        let report = try Self.run(job, workers: 1, worker: { $0.readsByPath = false })
        #expect(report.index == job.oracle())
        #expect(report.bytesSent > 400_000)
        #expect(report.retries.isEmpty)
    }

    @Test func whoSeesNoStoreIsSentItsChunks() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 10, folder: folder.path)
        try job.write()
        let nowhere = job.folder + "/nowhere"
        let report = try Self.run(job, worker: { $0.store = nowhere })
        #expect(report.index == job.oracle())
        #expect(report.bytesSent > 400_000)
        #expect(report.retries.isEmpty)
    }

    /// The mount is there and lacks the chunks, on every worker: no chunk is blamed.
    @Test(arguments: [1, 2, 4]) func mountWithoutChunksBlamesNoChunk(_ workers: Int) throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 30, folder: folder.path)
        try job.write()
        let empty = job.folder + "/empty"
        try FileSystem.createDirectory(empty)
        let report = try Self.run(job, workers: workers, worker: { $0.store = empty })
        #expect(report.quarantined.isEmpty)
        #expect(report.index == job.oracle())
        #expect(report.retries.map(\.reason) == ["chunkUnread"])
        let attempts = try (0..<30).flatMap { try Self.attempts(job, $0) }
        let unread = try #require(attempts.first { $0.outcome == "chunkUnread" })
        #expect(unread.detail.hasPrefix("\(empty)/chunks/"), "\(unread.detail)")
        #expect(unread.detail.contains("no such file"), "\(unread.detail)")
        #expect(unread.detail.contains("expected chunk file chunks/"), "\(unread.detail)")
    }

    /// Another store stands where the worker looks: its chunks are longer, shorter and other.
    @Test func mountWithOtherChunksBlamesNoChunk() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 30, folder: folder.path)
        try job.write()
        let other = ToyJob(
            shardCount: 30, corrupt: Set(0..<15), folder: folder.path + "/other")
        try other.writeStore()
        for shard in 15..<30 {
            try FileSystem.write(
                "\(other.storePath)/\(ToyJob.file(shard))", [1, 2, 3], sync: false)
        }
        let store = other.storePath
        let report = try Self.run(job, workers: 3, worker: { $0.store = store })
        #expect(report.quarantined.isEmpty)
        #expect(report.index == job.oracle())
    }

    @Test func damagedChunkIsNamedAndTheRestIsRead() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 12, corrupt: [4], folder: folder.path)
        try job.write()
        try job.writeStore()
        let report = try Self.run(job)
        #expect(report.quarantined.map(\.shard) == [4])
        #expect(report.quarantined.first?.reason == "corrupt chunk: column 3: checksum")
        #expect(report.index == job.oracle(without: [4]))
        // The chunk was at fault, so nobody was sent anything for it.
        #expect(report.bytesSent < 100_000)
        let attempts = try Self.attempts(job, 4)
        #expect(attempts.map(\.outcome) == ["chunkUnread"])
        let detail = try #require(attempts.first?.detail)
        #expect(
            detail.hasPrefix("\(job.storePath)/chunks/4: column 3: checksum: expected "),
            "\(detail)")
    }
}
