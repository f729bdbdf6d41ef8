package import KleanCore

/// The first message of a session; a session is one routing id.
///
/// | field | form | |
/// |---|---|---|
/// | scorerVersion | u32 | another one is refused |
/// | incarnation | u64 | random per worker process |
/// | pid | u32 | |
/// | name | string | 1 to 64 bytes, the same over all incarnations |
/// | host | string | at most 255 bytes |
/// | holding | list of lease, u8 | what an earlier session left: 0 not begun or under way, 1 done |
package struct Hello: Equatable, Sendable {
    package var scorerVersion: UInt32
    package var incarnation: UInt64
    package var pid: UInt32
    package var name: String
    package var host: String
    package var holding: [Holding]

    /// A lease that the worker still has, and whether its result only waits to be taken.
    package struct Holding: Equatable, Sendable {
        package var lease: Lease
        package var isDone: Bool

        package init(lease: Lease, isDone: Bool) {
            self.lease = lease
            self.isDone = isDone
        }
    }

    package init(
        scorerVersion: UInt32, incarnation: UInt64, pid: UInt32, name: String, host: String,
        holding: [Holding]
    ) {
        self.scorerVersion = scorerVersion
        self.incarnation = incarnation
        self.pid = pid
        self.name = name
        self.host = host
        self.holding = holding
    }
}

/// Asks for a part of a model or profile file: digest, file u32, offset u64, byteCount u32.
///
/// A worker has at most a few of these open, which is the flow control.
package struct ArtifactRequest: Equatable, Sendable {
    package var digest: Digest
    /// Index into the artifact's files as `welcome` listed them.
    package var file: UInt32
    package var offset: UInt64
    /// 1 to ``WireLimits/artifactPartBytesMax``.
    package var byteCount: UInt32

    package init(digest: Digest, file: UInt32, offset: UInt64, byteCount: UInt32) {
        self.digest = digest
        self.file = file
        self.offset = offset
        self.byteCount = byteCount
    }
}

/// Announces a shard's result; one payload frame carries it.
///
/// | field | form | |
/// |---|---|---|
/// | lease | lease | |
/// | rows | u32 | |
/// | byteCount | u64 | of the payload |
/// | checksum | u64 | XXH3-64 of the payload |
/// | nanoseconds | u64 | wall time on the compute thread |
/// | peakBytes | u64 | most memory the worker ever had resident |
/// | stages | list of string, u64 | at most 32; nanoseconds |
package struct ResultHeader: Equatable, Sendable {
    package var lease: Lease
    package var rows: UInt32
    package var byteCount: UInt64
    package var checksum: UInt64
    package var nanoseconds: UInt64
    package var peakBytes: UInt64
    package var stages: [Stage]

    package struct Stage: Equatable, Sendable {
        package var name: String
        package var nanoseconds: UInt64

        package init(name: String, nanoseconds: UInt64) {
            self.name = name
            self.nanoseconds = nanoseconds
        }
    }

    package init(
        lease: Lease, rows: UInt32, byteCount: UInt64, checksum: UInt64, nanoseconds: UInt64,
        peakBytes: UInt64, stages: [Stage]
    ) {
        self.lease = lease
        self.rows = rows
        self.byteCount = byteCount
        self.checksum = checksum
        self.nanoseconds = nanoseconds
        self.peakBytes = peakBytes
        self.stages = stages
    }
}

/// A shard that this worker tried and could not do: lease, code u8, detail string.
package struct Failure: Equatable, Sendable {
    package var lease: Lease
    package var code: FailureCode
    package var detail: String

    package init(lease: Lease, code: FailureCode, detail: String) {
        self.lease = lease
        self.code = code
        self.detail = detail
    }
}

/// A sign of life: peakBytes u64, rowsDone u64, shardsDone u64, isRunning u8, and if 1 a lease.
///
/// The coordinator sends the same message with zeros.
package struct Beat: Equatable, Sendable {
    package var peakBytes: UInt64
    /// Rows done of the running shard.
    package var rowsDone: UInt64
    package var shardsDone: UInt64
    /// What the compute thread works on; `nil` when idle.
    package var running: Lease?

    package init(
        peakBytes: UInt64 = 0, rowsDone: UInt64 = 0, shardsDone: UInt64 = 0, running: Lease? = nil
    ) {
        self.peakBytes = peakBytes
        self.rowsDone = rowsDone
        self.shardsDone = shardsDone
        self.running = running
    }
}

/// The worker leaves: code u8, detail string.
package struct Bye: Equatable, Sendable {
    package enum Code: UInt8, CaseIterable, Sendable {
        case finished = 1
        /// The model or profile could not be loaded here.
        case unprepared = 2
        case stopped = 3
    }

    package var code: Code
    package var detail: String

    package init(code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// Whether the worker sees the store that `storeOffer` named: isSeen u8, detail string.
package struct StoreAnswer: Equatable, Sendable {
    package var isSeen: Bool
    /// Where it looked, and what it found instead.
    package var detail: String

    package init(isSeen: Bool, detail: String) {
        self.isSeen = isSeen
        self.detail = detail
    }
}
