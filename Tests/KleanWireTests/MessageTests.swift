import KleanCore
import KleanWire
import Testing

/// Every message comes back as it went; no damaged header is believed.
@Suite struct MessageTests {
    static let digest = Digest(bytes: (0..<32).map { UInt8($0) })
    static let lease = Lease(phase: .score, shard: 7, attempt: 2, basis: 0x1122_3344_5566_7788)

    static let samples: [Message] = [
        .hello(
            Hello(
                scorerVersion: 1, incarnation: .max, pid: 4_242, name: "w1", host: "서버",
                holding: [
                    .init(lease: lease, isDone: true),
                    .init(
                        lease: Lease(phase: .survey, shard: 0, attempt: 1, basis: 0),
                        isDone: false),
                ])),
        .welcome(
            Welcome(
                coordinator: 5, jobID: digest, phase: .score, basis: 6, shardBytesMax: 1 << 24,
                parameters: "sample=1",
                artifacts: [
                    Artifact(
                        kind: .model, digest: digest, path: "/models/a",
                        files: [
                            .init(name: "manifest.json", byteCount: 9),
                            .init(name: "banks/one.kln", byteCount: 1 << 40),
                        ]),
                    Artifact(
                        kind: .profile, digest: digest, path: "/p.kln",
                        files: [.init(name: "", byteCount: 3)]),
                ])),
        .refused(Refusal(code: .scorerVersion, expected: "1", found: "2")),
        .modelGet(ArtifactRequest(digest: digest, file: 1, offset: 1 << 33, byteCount: 1 << 20)),
        .modelPart(ArtifactPart(digest: digest, file: 1, offset: 0, byteCount: 3)),
        .credit(totalBytes: .max),
        .shard(
            ShardHeader(
                lease: lease, isSolo: true, rows: 262_144, creditBytes: 1_000,
                chunk: .init(
                    directoryBytes: 300,
                    segments: [
                        .init(column: 1, byteCount: 0), .init(column: .max, byteCount: 1 << 30),
                    ]), pairs: .init(directoryBytes: 0, segments: []))),
        .shard(
            ShardHeader(
                lease: lease, isSolo: false, rows: 0, creditBytes: 0,
                chunk: .init(directoryBytes: 0, segments: []), pairs: nil)),
        .result(
            ResultHeader(
                lease: lease, rows: 10, byteCount: 77, checksum: 9, nanoseconds: 8,
                peakBytes: 1 << 30, stages: [.init(name: "decode", nanoseconds: 12)])),
        .committed(lease),
        .cancel(lease, .evicted),
        .failed(Failure(lease: lease, code: .corruptChunk, detail: "column title")),
        .beat(Beat()),
        .beat(Beat(peakBytes: 1, rowsDone: 2, shardsDone: 3, running: lease)),
        .drain(reason: "the index is published"),
        .bye(Bye(code: .unprepared, detail: "no model")),
        .storeOffer(path: "/mnt/store"),
        .storeAnswer(StoreAnswer(isSeen: false, detail: "/mnt/store: no folder")),
        .fileShard(
            ShardHeader(
                lease: lease, isSolo: false, rows: 9, creditBytes: 1_000,
                chunk: .init(directoryBytes: 300, segments: [.init(column: 9, byteCount: 5)]),
                pairs: .init(directoryBytes: 8, segments: [])),
            ChunkFile(
                name: "chunks/000001-00000.hot.kln",
                segments: [
                    .init(column: 1, offset: 1 << 40, byteCount: 1 << 20, checksum: .max),
                    .init(column: 2, offset: 0, byteCount: 0, checksum: 0),
                ])),
        .failed(Failure(lease: lease, code: .chunkUnread, detail: "/mnt/store/a: no file")),
    ]

    static func sizes(_ message: Message) -> [Int] { message.payloadBytes.map { Int($0) } }

    @Test func everyTypeIsSampled() {
        let types = Set(Self.samples.map(\.type.rawValue))
        #expect(types.count == MessageType.allCases.count)
    }

    @Test(arguments: samples) func comesBackAsItWent(_ message: Message) throws {
        let again = try Message(header: message.header, payloadBytes: Self.sizes(message))
        #expect(again == message)
    }

    @Test(arguments: samples) func everyTruncationIsRefused(_ message: Message) {
        let header = message.header
        for count in 0..<header.count {
            #expect(throws: WireError.self) {
                try Message(
                    header: Array(header[..<count]), payloadBytes: Self.sizes(message))
            }
        }
    }

    @Test(arguments: samples) func everyFlippedBitIsRefused(_ message: Message) {
        var header = message.header
        for index in header.indices {
            for bit in 0..<8 {
                header[index] ^= 1 << UInt8(bit)
                #expect(throws: WireError.self, "byte \(index) bit \(bit)") {
                    try Message(header: header, payloadBytes: Self.sizes(message))
                }
                header[index] ^= 1 << UInt8(bit)
            }
        }
    }

    /// Mutations whose checksum was made good again: never a trap, never more memory than bytes.
    @Test(arguments: samples) func resealedMutationsNeverTrap(_ message: Message) {
        let header = message.header
        var state: UInt64 = 1
        for _ in 0..<10_000 {
            var mutated = Array(header.dropLast(8))
            for _ in 0..<Int(state % 3 + 1) {
                state = Fingerprint.mix(state &+ 0x9E37_79B9_7F4A_7C15)
                mutated[Int(state % UInt64(mutated.count))] = UInt8(truncatingIfNeeded: state >> 32)
            }
            if state % 5 == 0 { mutated.removeLast(Int(state >> 8) % mutated.count) }
            do throws(WireError) {
                _ = try Message(header: Self.sealed(mutated), payloadBytes: Self.sizes(message))
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    /// Appends the checksum that a header of these bytes would have.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let checksum = Fingerprint.of(bytes)
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> UInt64(8 * $0)) }
    }

    @Test func goldenBytes() {
        let header = Message.credit(totalBytes: 0x0102_0304_0506_0708).header
        #expect(Array(header[..<16]) == Array("KLNW".utf8) + [1, 6, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(header.count == 24)
        let lease = Message.committed(Self.lease).header
        #expect(
            Array(lease[8..<25])
                == [1, 7, 0, 0, 0, 2, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])
    }

    @Test func otherVersionIsNamed() {
        var bytes = Array(Message.credit(totalBytes: 1).header.dropLast(8))
        bytes[4] = 2
        #expect(throws: WireError.version(expected: 1, found: 2)) {
            try Message(header: Self.sealed(bytes), payloadBytes: [])
        }
    }

    @Test func namesThatLeaveTheirFolderAreRefused() {
        for name in ["../a", "/a", "a//b", "a/./b", "a/..", "a\0b", "."] {
            let welcome = Welcome(
                coordinator: 5, jobID: Self.digest, phase: .survey, basis: 6, shardBytesMax: 1,
                parameters: "",
                artifacts: [
                    Artifact(
                        kind: .model, digest: Self.digest, path: "/m",
                        files: [.init(name: name, byteCount: 9)])
                ])
            #expect(throws: WireError.unsafeName(name)) {
                try Message(header: Message.welcome(welcome).header, payloadBytes: [])
            }
        }
    }

    @Test func chunkFilesOutsideTheStoreAreRefused() {
        let header = ShardHeader(
            lease: Self.lease, isSolo: false, rows: 1, creditBytes: 1,
            chunk: .init(directoryBytes: 0, segments: []), pairs: nil)
        for name in ["", "../a", "/a", "a//b", "a/..", "a\0b"] {
            let message = Message.fileShard(header, ChunkFile(name: name, segments: []))
            #expect(throws: WireError.unsafeName(name)) {
                try Message(header: message.header, payloadBytes: Self.sizes(message))
            }
        }
    }

    @Test func payloadFramesMustBeTheAnnouncedOnes() {
        let part = Message.modelPart(
            ArtifactPart(digest: Self.digest, file: 0, offset: 0, byteCount: 3))
        #expect(throws: WireError.frames(expected: 1, found: 0)) {
            try Message(header: part.header, payloadBytes: [])
        }
        #expect(throws: WireError.frameBytes(frame: 0, expected: 3, found: 4)) {
            try Message(header: part.header, payloadBytes: [4])
        }
    }

    @Test func longProseIsCutAtACharacter() throws {
        let failure = Failure(
            lease: Self.lease, code: .scorerError, detail: String(repeating: "가", count: 500))
        let header = Message.failed(failure).header
        guard case .failed(let cut) = try Message(header: header, payloadBytes: []) else {
            Issue.record("another message came back")
            return
        }
        #expect(cut.detail == String(repeating: "가", count: 341))
    }

    @Test func oversizeHeadersAreRefusedUnread() {
        #expect(throws: WireError.self) {
            try Message(
                header: [UInt8](repeating: 0x4B, count: WireLimits.headerBytesMax + 1),
                payloadBytes: [])
        }
    }
}
