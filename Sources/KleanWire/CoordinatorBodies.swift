package import KleanCore

/// Answers `hello`, and is sent again when the phase changes: what the next shards are about.
///
/// | field | form | |
/// |---|---|---|
/// | coordinator | u64 | random per coordinator process |
/// | jobID | digest | |
/// | phase | u8 | |
/// | basis | u64 | every lease of the phase carries it |
/// | shardBytesMax | u64 | the least credit that can take any shard |
/// | parameters | string | at most 4,096 bytes |
/// | artifacts | list | kind u8, digest, path string, files: list of name string, bytes u64 |
package struct Welcome: Equatable, Sendable {
    package var coordinator: UInt64
    package var jobID: Digest
    package var phase: Phase
    package var basis: UInt64
    package var shardBytesMax: UInt64
    package var parameters: String
    package var artifacts: [Artifact]

    package init(
        coordinator: UInt64, jobID: Digest, phase: Phase, basis: UInt64, shardBytesMax: UInt64,
        parameters: String, artifacts: [Artifact]
    ) {
        self.coordinator = coordinator
        self.jobID = jobID
        self.phase = phase
        self.basis = basis
        self.shardBytesMax = shardBytesMax
        self.parameters = parameters
        self.artifacts = artifacts
    }
}

/// A model folder or a profile file that workers need.
package struct Artifact: Equatable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        case model = 1
        case profile = 2
    }

    package struct File: Equatable, Sendable {
        /// Relative, without `.` and `..` parts; empty if the artifact is itself one file.
        package var name: String
        package var byteCount: UInt64

        package init(name: String, byteCount: UInt64) {
            self.name = name
            self.byteCount = byteCount
        }
    }

    package var kind: Kind
    package var digest: Digest
    /// Where it stands on the coordinator's machine; perhaps visible to the worker too.
    package var path: String
    package var files: [File]

    package init(kind: Kind, digest: Digest, path: String, files: [File]) {
        self.kind = kind
        self.digest = digest
        self.path = path
        self.files = files
    }
}

/// The coordinator will not work with this session: code u8, expected string, found string.
package struct Refusal: Equatable, Sendable {
    package enum Code: UInt8, CaseIterable, Sendable {
        case protocolVersion = 1
        case scorerVersion = 2
        /// The session is not known, or was given up as dead: say hello under a new routing id.
        case unknownSession = 3
        case tooManyWorkers = 4
        case malformed = 5
        /// A person ended this process's work.
        case evicted = 6
    }

    package var code: Code
    package var expected: String
    package var found: String

    package init(code: Code, expected: String, found: String) {
        self.code = code
        self.expected = expected
        self.found = found
    }
}

/// A part of a file, in one payload frame: digest, file u32, offset u64, byteCount u32.
package struct ArtifactPart: Equatable, Sendable {
    package var digest: Digest
    package var file: UInt32
    package var offset: UInt64
    package var byteCount: UInt32

    package init(digest: Digest, file: UInt32, offset: UInt64, byteCount: UInt32) {
        self.digest = digest
        self.file = file
        self.offset = offset
        self.byteCount = byteCount
    }
}

/// Where the segments stand that a worker reads by itself.
///
/// | field | form | |
/// |---|---|---|
/// | name | string | relative to the store, without `.` and `..` parts |
/// | segments | list | column u16, offset u64, byteCount u64, XXH3-64 of the bytes u64 |
package struct ChunkFile: Equatable, Sendable {
    package var name: String
    package var segments: [Segment]

    package struct Segment: Equatable, Sendable {
        package var column: UInt16
        package var offset: UInt64
        package var byteCount: UInt64
        package var checksum: UInt64

        package init(column: UInt16, offset: UInt64, byteCount: UInt64, checksum: UInt64) {
            self.column = column
            self.offset = offset
            self.byteCount = byteCount
            self.checksum = checksum
        }
    }

    package init(name: String, segments: [Segment]) {
        self.name = name
        self.segments = segments
    }
}

/// A leased shard; its payload frames are the chunk's directory and segments, then in the score
/// phase the same of the pairs.
///
/// | field | form | |
/// |---|---|---|
/// | lease | lease | |
/// | isSolo | u8 | 1: run it alone, in no batch |
/// | rows | u32 | |
/// | creditBytes | u64 | what the shard costs of the worker's credit |
/// | chunk | part | directory bytes u32, segments: list of column u16, bytes u64 |
/// | hasPairs | u8 | 1: another part follows |
/// | pairs | part | |
package struct ShardHeader: Equatable, Sendable {
    package var lease: Lease
    package var isSolo: Bool
    package var rows: UInt32
    /// Both ends count this number, so that their totals cannot drift apart.
    package var creditBytes: UInt64
    package var chunk: Part
    package var pairs: Part?

    package struct Part: Equatable, Sendable {
        package var directoryBytes: UInt32
        package var segments: [Segment]

        package init(directoryBytes: UInt32, segments: [Segment]) {
            self.directoryBytes = directoryBytes
            self.segments = segments
        }

        package var frameBytes: [UInt64] {
            [UInt64(directoryBytes)] + segments.map(\.byteCount)
        }
    }

    package struct Segment: Equatable, Sendable {
        package var column: UInt16
        package var byteCount: UInt64

        package init(column: UInt16, byteCount: UInt64) {
            self.column = column
            self.byteCount = byteCount
        }
    }

    package init(
        lease: Lease, isSolo: Bool, rows: UInt32, creditBytes: UInt64, chunk: Part,
        pairs: Part?
    ) {
        self.lease = lease
        self.isSolo = isSolo
        self.rows = rows
        self.creditBytes = creditBytes
        self.chunk = chunk
        self.pairs = pairs
    }
}
