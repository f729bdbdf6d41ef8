import KleanCore

extension Hello {
    func encode(into writer: inout WireWriter) {
        precondition(!name.isEmpty, "a worker has a name")
        writer.u32(scorerVersion)
        writer.u64(incarnation)
        writer.u32(pid)
        writer.string(name, bytesMax: WireLimits.nameBytesMax)
        writer.prose(host, bytesMax: WireLimits.hostBytesMax)
        writer.count(holding.count, max: WireLimits.holdingsMax)
        for item in holding {
            writer.lease(item.lease)
            writer.flag(item.isDone)
        }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        scorerVersion = try reader.u32("scorer version")
        incarnation = try reader.u64("incarnation")
        pid = try reader.u32("pid")
        name = try reader.string("worker name", bytesMax: WireLimits.nameBytesMax)
        guard !name.isEmpty else {
            throw .truncated(field: "worker name", needBytes: 1, haveBytes: 0)
        }
        host = try reader.string("host", bytesMax: WireLimits.hostBytesMax)
        holding = []
        for _ in 0..<(try reader.count("holdings", max: WireLimits.holdingsMax, itemBytes: 18)) {
            holding.append(
                Holding(lease: try reader.lease("holding"), isDone: try reader.flag("holding")))
        }
    }
}

extension ArtifactRequest {
    func encode(into writer: inout WireWriter) {
        writer.digest(digest)
        writer.u32(file)
        writer.u64(offset)
        writer.u32(byteCount)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        digest = try reader.digest("digest")
        file = try reader.u32("file")
        offset = try reader.u64("offset")
        byteCount = try reader.u32(
            "part bytes", in: 1...UInt32(WireLimits.artifactPartBytesMax))
    }
}

extension ResultHeader {
    func encode(into writer: inout WireWriter) {
        writer.lease(lease)
        writer.u32(rows)
        writer.u64(byteCount)
        writer.u64(checksum)
        writer.u64(nanoseconds)
        writer.u64(peakBytes)
        writer.count(stages.count, max: WireLimits.stagesMax)
        for stage in stages {
            writer.prose(stage.name, bytesMax: WireLimits.stageNameBytesMax)
            writer.u64(stage.nanoseconds)
        }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        lease = try reader.lease("lease")
        rows = try reader.u32("rows", in: 0...UInt32(Limits.rowsPerChunkMax))
        byteCount = try reader.u64("result bytes", max: UInt64(Limits.frameBytesMax))
        checksum = try reader.u64("result checksum")
        nanoseconds = try reader.u64("nanoseconds")
        peakBytes = try reader.u64("peak bytes")
        stages = []
        for _ in 0..<(try reader.count("stages", max: WireLimits.stagesMax, itemBytes: 10)) {
            stages.append(
                Stage(
                    name: try reader.string("stage", bytesMax: WireLimits.stageNameBytesMax),
                    nanoseconds: try reader.u64("stage")))
        }
    }
}

extension Failure {
    func encode(into writer: inout WireWriter) {
        writer.lease(lease)
        writer.u8(code.rawValue)
        writer.prose(detail, bytesMax: WireLimits.detailBytesMax)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        lease = try reader.lease("lease")
        code = try reader.code("failure", as: FailureCode.self)
        detail = try reader.string("detail", bytesMax: WireLimits.detailBytesMax)
    }
}

extension Beat {
    func encode(into writer: inout WireWriter) {
        writer.u64(peakBytes)
        writer.u64(rowsDone)
        writer.u64(shardsDone)
        writer.flag(running != nil)
        if let running { writer.lease(running) }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        peakBytes = try reader.u64("peak bytes")
        rowsDone = try reader.u64("rows done")
        shardsDone = try reader.u64("shards done")
        running = try reader.flag("running") ? try reader.lease("running") : nil
    }
}

extension Bye {
    func encode(into writer: inout WireWriter) {
        writer.u8(code.rawValue)
        writer.prose(detail, bytesMax: WireLimits.detailBytesMax)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        code = try reader.code("bye", as: Code.self)
        detail = try reader.string("detail", bytesMax: WireLimits.detailBytesMax)
    }
}

extension StoreAnswer {
    func encode(into writer: inout WireWriter) {
        writer.flag(isSeen)
        writer.prose(detail, bytesMax: WireLimits.detailBytesMax)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        isSeen = try reader.flag("seen")
        detail = try reader.string("detail", bytesMax: WireLimits.detailBytesMax)
    }
}
