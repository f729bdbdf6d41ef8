import KleanCore

extension Message {
    private static let magic: [UInt8] = Array("KLNW".utf8)
    private static let prefixBytes = 8
    private static let checksumBytes = 8

    /// The header frame.
    ///
    /// - Precondition: strings and lists keep within ``WireLimits``; `detail` and `reason` are cut.
    package var header: [UInt8] {
        var writer = WireWriter()
        for byte in Message.magic { writer.u8(byte) }
        writer.u8(ProtocolVersion.current)
        writer.u8(type.rawValue)
        writer.u16(UInt16(payloadBytes.count))
        encodeBody(into: &writer)
        writer.u64(Fingerprint.of(writer.bytes))
        return writer.bytes
    }

    /// Reads a header frame and holds it against the payload frames that came with it.
    ///
    /// - Parameter payloadBytes: byte counts of the frames after the header.
    /// - Throws: any ``WireError``; ``WireError/version(expected:found:)`` before all that could
    ///   differ between versions.
    /// - Complexity: O(header bytes); allocates no more than the header holds.
    package init(header: [UInt8], payloadBytes: [Int]) throws(WireError) {
        guard header.count <= WireLimits.headerBytesMax else {
            throw .outOfRange(
                field: "header", max: UInt64(WireLimits.headerBytesMax),
                found: UInt64(header.count))
        }
        let least = Message.prefixBytes + Message.checksumBytes
        guard header.count >= least else {
            throw .truncated(field: "header", needBytes: least, haveBytes: header.count)
        }
        guard header[0..<4].elementsEqual(Message.magic) else { throw .notAMessage }
        guard header[4] == ProtocolVersion.current else {
            throw .version(expected: ProtocolVersion.current, found: header[4])
        }
        let end = header.count - Message.checksumBytes
        var trailer = WireReader(header, offset: end, end: header.count)
        let found = try trailer.u64("checksum")
        let expected = Fingerprint.of(header[..<end])
        guard found == expected else { throw .checksum(expected: expected, found: found) }
        guard let type = MessageType(rawValue: header[5]) else { throw .unknownType(header[5]) }
        let frames = Int(header[6]) | Int(header[7]) << 8

        var reader = WireReader(header, offset: Message.prefixBytes, end: end)
        self = try Message.body(type, &reader)
        guard reader.remaining == 0 else { throw .trailingBytes(reader.remaining) }
        let announced = self.payloadBytes
        guard frames == announced.count else {
            throw .frames(expected: announced.count, found: frames)
        }
        guard payloadBytes.count == frames else {
            throw .frames(expected: frames, found: payloadBytes.count)
        }
        for (index, byteCount) in payloadBytes.enumerated()
        where UInt64(byteCount) != announced[index] {
            throw .frameBytes(
                frame: index, expected: announced[index], found: UInt64(byteCount))
        }
    }

    private func encodeBody(into writer: inout WireWriter) {
        switch self {
        case .hello(let hello): hello.encode(into: &writer)
        case .welcome(let welcome): welcome.encode(into: &writer)
        case .refused(let refusal): refusal.encode(into: &writer)
        case .modelGet(let request): request.encode(into: &writer)
        case .modelPart(let part): part.encode(into: &writer)
        case .credit(let totalBytes): writer.u64(totalBytes)
        case .shard(let shard): shard.encode(into: &writer)
        case .result(let result): result.encode(into: &writer)
        case .committed(let lease): writer.lease(lease)
        case .cancel(let lease, let reason):
            writer.lease(lease)
            writer.u8(reason.rawValue)
        case .failed(let failure): failure.encode(into: &writer)
        case .beat(let beat): beat.encode(into: &writer)
        case .drain(let reason): writer.prose(reason, bytesMax: WireLimits.detailBytesMax)
        case .bye(let bye): bye.encode(into: &writer)
        case .storeOffer(let path): writer.string(path, bytesMax: WireLimits.pathBytesMax)
        case .storeAnswer(let answer): answer.encode(into: &writer)
        case .fileShard(let shard, let file):
            shard.encode(into: &writer)
            file.encode(into: &writer)
        }
    }

    private static func body(
        _ type: MessageType, _ reader: inout WireReader
    ) throws(WireError) -> Message {
        switch type {
        case .hello: .hello(try Hello(reading: &reader))
        case .welcome: .welcome(try Welcome(reading: &reader))
        case .refused: .refused(try Refusal(reading: &reader))
        case .modelGet: .modelGet(try ArtifactRequest(reading: &reader))
        case .modelPart: .modelPart(try ArtifactPart(reading: &reader))
        case .credit: .credit(totalBytes: try reader.u64("credit"))
        case .shard: .shard(try ShardHeader(reading: &reader))
        case .result: .result(try ResultHeader(reading: &reader))
        case .committed: .committed(try reader.lease("lease"))
        case .cancel:
            .cancel(try reader.lease("lease"), try reader.code("reason", as: CancelReason.self))
        case .failed: .failed(try Failure(reading: &reader))
        case .beat: .beat(try Beat(reading: &reader))
        case .drain:
            .drain(reason: try reader.string("reason", bytesMax: WireLimits.detailBytesMax))
        case .bye: .bye(try Bye(reading: &reader))
        case .storeOffer:
            .storeOffer(path: try reader.string("store", bytesMax: WireLimits.pathBytesMax))
        case .storeAnswer: .storeAnswer(try StoreAnswer(reading: &reader))
        case .fileShard:
            .fileShard(try ShardHeader(reading: &reader), try ChunkFile(reading: &reader))
        }
    }
}
