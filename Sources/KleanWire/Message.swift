package import KleanCore

/// Everything that coordinator and worker say to each other (DESIGN §5).
///
/// A message is a header frame and the payload frames that the header announces. Header layout,
/// little-endian:
///
/// | offset | bytes | field |
/// |--:|--:|---|
/// | 0 | 4 | magic `KLNW` |
/// | 4 | 1 | protocol version, 1 |
/// | 5 | 1 | type, see ``MessageType`` |
/// | 6 | 2 | payload frames that follow |
/// | 8 | n | body, by type; see each body's own table |
/// | 8 + n | 8 | ``Fingerprint`` of the 8 + n bytes before |
///
/// In bodies a *string* is a u16 byte count and UTF-8, a *list* a u16 count and its items, a
/// *digest* 32 bytes, a *lease* 17 bytes: phase u8, shard u32, attempt u32, basis u64.
package enum Message: Equatable, Sendable {
    // From workers.
    case hello(Hello)
    case modelGet(ArtifactRequest)
    case credit(totalBytes: UInt64)
    case result(ResultHeader)
    case failed(Failure)
    case bye(Bye)
    case storeAnswer(StoreAnswer)
    // From the coordinator.
    case welcome(Welcome)
    case refused(Refusal)
    case modelPart(ArtifactPart)
    case shard(ShardHeader)
    /// Body: lease. The result is durable; the worker may forget it.
    case committed(Lease)
    /// Body: lease, reason u8. The worker need not go on with it.
    case cancel(Lease, CancelReason)
    /// Body: string. No more shards will come; finish what is leased.
    case drain(reason: String)
    /// Body: string. Chunks may be read from the store at this path. Comes before `welcome`; a
    /// worker that does not know the message passes over it and is sent its chunks.
    case storeOffer(path: String)
    /// Body: as of `shard`, then as of ``ChunkFile``. Only to who answered that it sees the store.
    case fileShard(ShardHeader, ChunkFile)
    // Both ways: proves that the sender's own thread is alive.
    case beat(Beat)

    package var type: MessageType {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .refused: .refused
        case .modelGet: .modelGet
        case .modelPart: .modelPart
        case .credit: .credit
        case .shard: .shard
        case .result: .result
        case .committed: .committed
        case .cancel: .cancel
        case .failed: .failed
        case .beat: .beat
        case .drain: .drain
        case .bye: .bye
        case .storeOffer: .storeOffer
        case .storeAnswer: .storeAnswer
        case .fileShard: .fileShard
        }
    }

    /// Byte counts of the payload frames, in order.
    package var payloadBytes: [UInt64] {
        switch self {
        case .modelPart(let part): [UInt64(part.byteCount)]
        case .result(let result): [result.byteCount]
        case .shard(let shard), .fileShard(let shard, _):
            shard.chunk.frameBytes + (shard.pairs?.frameBytes ?? [])
        default: []
        }
    }
}

/// The type byte of a header. Never reuse a number.
package enum MessageType: UInt8, CaseIterable, Sendable {
    case hello = 1
    case welcome, refused, modelGet, modelPart, credit, shard, result, committed, cancel, failed
    case beat, drain, bye, storeOffer, storeAnswer, fileShard
}

/// The protocol version this build speaks.
package enum ProtocolVersion {
    package static let current: UInt8 = 1
}

/// Why a lease is taken back.
package enum CancelReason: UInt8, CaseIterable, Sendable {
    /// Another worker committed the shard first.
    case lost = 1
    case evicted = 2
    case paused = 3
    /// The lease belongs to another job, profile or coordinator.
    case stale = 4
}
