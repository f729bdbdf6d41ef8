import KleanCore
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// Chunks that workers read by themselves.
extension CoordinatorRun {
    /// Says where the store stands, if chunks are to be read there.
    mutating func offerStore(_ worker: WorkerID, _ link: borrowing Link) throws {
        guard options.chunks == .path, let path = plan.storePath else { return }
        try tell(worker, .storeOffer(path: path), link)
    }

    /// Whoever does not see the store, or says nothing of it, is sent its chunks.
    mutating func take(_ answer: StoreAnswer, _ worker: WorkerID) {
        sessions.set(worker, readsChunks: answer.isSeen)
        log.write(
            answer.isSeen ? .info : .warning,
            answer.isSeen ? "worker reads chunks" : "worker sees no store, chunks are sent",
            [("worker", sessions[worker]?.name ?? ""), ("detail", answer.detail)])
    }

    /// What a failure counts as. A session can have as many unread chunks as it can hold leases:
    /// so none hands shards back for ever.
    mutating func blamed(_ failure: Failure, _ worker: WorkerID) -> FailureCode {
        guard failure.code == .chunkUnread else { return failure.code }
        guard options.chunks == .path, sessions.countUnread(worker) <= WireLimits.holdingsMax
        else { return .scorerError }
        unread[failure.lease.shard, default: []].insert(worker)
        return .chunkUnread
    }

    /// A chunk was looked at: if it is intact, the mounts of those that could not read it are at
    /// fault, and they read no more.
    mutating func settleUnread(_ shard: UInt32, isIntact: Bool) {
        guard let workers = unread.removeValue(forKey: shard), isIntact else { return }
        for worker in sessions.all where workers.contains(worker) {
            guard let session = sessions[worker], session.readsChunks else { continue }
            sessions.set(worker, readsChunks: false)
            log.write(
                .warning, "worker's store is not ours, chunks are sent",
                [("worker", session.name), ("host", session.host), ("shard", "\(shard)")])
        }
    }
}

extension ChunkFile {
    /// What of a part a worker can read by itself; `nil` if the part stands in no file.
    init?(_ part: ContainerPart) {
        guard let file = part.file else { return nil }
        self.init(
            name: file,
            segments: part.segments.compactMap { segment in
                segment.place.map {
                    Segment(
                        column: segment.column, offset: $0.offset,
                        byteCount: UInt64(segment.bytes.count), checksum: $0.checksum)
                }
            })
    }
}

extension ContainerPart {
    /// What must be sent all the same: the directory, and segments that stand in no file.
    var besidesFile: ContainerPart {
        ContainerPart(directory: directory, segments: segments.filter { $0.place == nil })
    }
}
