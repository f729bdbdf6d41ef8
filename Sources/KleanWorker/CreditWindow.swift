/// How many bytes of shards a worker asks for in advance: wider while the way to it starves it,
/// narrower again when it never waits. Pure: told of arrivals, asked for a number.
///
/// A worker that has computed all it had and then gets another shard of the same phase has waited
/// for it, with its whole credit out; two or three shards in advance are then too few for the
/// road's length. What a phase's first shard takes says nothing.
package struct CreditWindow: Equatable {
    /// A wait that counts.
    package static let waitMsMin: UInt64 = 20
    /// Arrivals in a row without a wait after which it narrows.
    package static let calmMax = 32
    /// Shards of the largest size at the narrowest, and at the widest...
    package static let shardsMin = 3
    package static let shardsMax = 24
    /// ...which takes at most so much of the memory that the worker may use.
    package static let memoryShare = 4

    private let bytesMin: UInt64
    private let bytesMax: UInt64
    /// `bytesMin...bytesMax`.
    package private(set) var bytes: UInt64
    private var calm = 0

    /// - Parameters:
    ///   - shardBytesMax: of the largest shard; two of them fit whatever else is asked.
    ///   - memoryBytes: what the worker's process may use.
    package init(shardBytesMax: UInt64, memoryBytes: UInt64) {
        let room = max(2 * shardBytesMax, memoryBytes / UInt64(Self.memoryShare))
        bytesMin = min(UInt64(Self.shardsMin) * shardBytesMax, room)
        bytesMax = min(UInt64(Self.shardsMax) * shardBytesMax, room)
        bytes = bytesMin
    }

    /// A shard arrived after the worker had nothing in hand for so long; 0 when it had.
    package mutating func arrived(afterIdleMs idle: UInt64) {
        guard idle < Self.waitMsMin else {
            calm = 0
            bytes = min(bytes * 2, bytesMax)
            return
        }
        calm += 1
        guard calm >= Self.calmMax else { return }
        calm = 0
        bytes = max(bytes / 2, bytesMin)
    }
}
