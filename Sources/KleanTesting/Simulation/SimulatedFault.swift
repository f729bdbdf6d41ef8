/// What a simulated cluster suffers.
package enum SimulatedFault: Int, CaseIterable, Sendable {
    case loss, delay, duplicate, reorder, garbledHeader
    case partition, oneWayPartition
    case workerCrash, workerFreeze, workerSlow, lateResult, rejoin
    case wrongDigest, wrongScore, outOfMemory, poisonShard, corruptChunk
    case tornWrite, fullDisk, coordinatorCrash
    /// A peer joins, takes a lease and vanishes: under a new name each time, or always one.
    case vanishNewName, vanishSameName
    /// A worker that reads chunks by path cannot.
    case chunkUnread
}

/// A bug put into the simulated shell on purpose, to see that the simulation would find it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// A late result is stored like a first one.
    case commitTwice
    /// A worker gives back credit for a shard that it still holds.
    case creditLeak
    /// When a worker dies, a shard that only waited there is reported as failed.
    case blameWaiting
}

/// How one seed went.
package struct SimulationOutcome: Equatable, Sendable {
    package var seed: UInt64
    /// The first rule that did not hold; `nil` when all did.
    package var problem: String?
    /// Virtual milliseconds, events handled, and how often each fault was injected.
    package var virtualMs: UInt64
    package var events: Int
    package var faults: [Int]
    package var quarantined: Int
    /// A fingerprint of everything that was decided: the same for the same seed.
    package var trace: UInt64
    /// A line per event, if it was asked for.
    package var log: [String]
}
