import KleanCore

extension Welcome {
    func encode(into writer: inout WireWriter) {
        writer.u64(coordinator)
        writer.digest(jobID)
        writer.u8(phase.rawValue)
        writer.u64(basis)
        writer.u64(shardBytesMax)
        writer.string(parameters, bytesMax: WireLimits.parameterBytesMax)
        writer.count(artifacts.count, max: WireLimits.artifactsMax)
        for artifact in artifacts { artifact.encode(into: &writer) }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        coordinator = try reader.u64("coordinator")
        jobID = try reader.digest("job")
        phase = try reader.code("phase", as: Phase.self)
        basis = try reader.u64("basis")
        shardBytesMax = try reader.u64("shard bytes")
        parameters = try reader.string("parameters", bytesMax: WireLimits.parameterBytesMax)
        artifacts = []
        for _ in 0..<(try reader.count("artifacts", max: WireLimits.artifactsMax, itemBytes: 37)) {
            artifacts.append(try Artifact(reading: &reader))
        }
    }
}

extension Artifact {
    func encode(into writer: inout WireWriter) {
        writer.u8(kind.rawValue)
        writer.digest(digest)
        writer.string(path, bytesMax: WireLimits.pathBytesMax)
        writer.count(files.count, max: WireLimits.filesPerArtifactMax)
        for file in files {
            writer.string(file.name, bytesMax: WireLimits.pathBytesMax)
            writer.u64(file.byteCount)
        }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        kind = try reader.code("artifact", as: Kind.self)
        digest = try reader.digest("artifact")
        path = try reader.string("artifact path", bytesMax: WireLimits.pathBytesMax)
        files = []
        let count = try reader.count(
            "files", max: WireLimits.filesPerArtifactMax, itemBytes: 10)
        for _ in 0..<count {
            let name = try reader.string("file name", bytesMax: WireLimits.pathBytesMax)
            guard Artifact.isSafe(name, alone: count == 1) else { throw .unsafeName(name) }
            files.append(File(name: name, byteCount: try reader.u64("file bytes")))
        }
    }

    /// A name that stays inside its folder: relative, no empty, `.` or `..` part, no NUL. Empty
    /// only for an artifact that is itself one file.
    fileprivate static func isSafe(_ name: String, alone: Bool) -> Bool {
        if name.isEmpty { return alone }
        guard !name.utf8.contains(0) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}

extension Refusal {
    func encode(into writer: inout WireWriter) {
        writer.u8(code.rawValue)
        writer.prose(expected, bytesMax: WireLimits.detailBytesMax)
        writer.prose(found, bytesMax: WireLimits.detailBytesMax)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        code = try reader.code("refusal", as: Code.self)
        expected = try reader.string("expected", bytesMax: WireLimits.detailBytesMax)
        found = try reader.string("found", bytesMax: WireLimits.detailBytesMax)
    }
}

extension ArtifactPart {
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

extension ShardHeader {
    func encode(into writer: inout WireWriter) {
        writer.lease(lease)
        writer.flag(isSolo)
        writer.u32(rows)
        writer.u64(creditBytes)
        chunk.encode(into: &writer)
        writer.flag(pairs != nil)
        pairs?.encode(into: &writer)
    }

    init(reading reader: inout WireReader) throws(WireError) {
        lease = try reader.lease("lease")
        isSolo = try reader.flag("solo")
        rows = try reader.u32("rows", in: 0...UInt32(Limits.rowsPerChunkMax))
        creditBytes = try reader.u64("credit bytes")
        chunk = try Part(reading: &reader)
        pairs = try reader.flag("pairs") ? try Part(reading: &reader) : nil
    }
}

extension ShardHeader.Part {
    func encode(into writer: inout WireWriter) {
        writer.u32(directoryBytes)
        writer.count(segments.count, max: WireLimits.segmentsPerPartMax)
        for segment in segments {
            writer.u16(segment.column)
            writer.u64(segment.byteCount)
        }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        directoryBytes = try reader.u32("directory", in: 0...UInt32(WireLimits.headerBytesMax))
        segments = []
        let count = try reader.count(
            "segments", max: WireLimits.segmentsPerPartMax, itemBytes: 10)
        for _ in 0..<count {
            segments.append(
                ShardHeader.Segment(
                    column: try reader.u16("column"),
                    byteCount: try reader.u64("segment", max: UInt64(Limits.frameBytesMax))))
        }
    }
}

extension ChunkFile {
    func encode(into writer: inout WireWriter) {
        writer.string(name, bytesMax: WireLimits.pathBytesMax)
        writer.count(segments.count, max: WireLimits.segmentsPerPartMax)
        for segment in segments {
            writer.u16(segment.column)
            writer.u64(segment.offset)
            writer.u64(segment.byteCount)
            writer.u64(segment.checksum)
        }
    }

    init(reading reader: inout WireReader) throws(WireError) {
        name = try reader.string("chunk file", bytesMax: WireLimits.pathBytesMax)
        guard Artifact.isSafe(name, alone: false) else { throw .unsafeName(name) }
        segments = []
        let count = try reader.count(
            "segments", max: WireLimits.segmentsPerPartMax, itemBytes: 26)
        for _ in 0..<count {
            segments.append(
                Segment(
                    column: try reader.u16("column"),
                    offset: try reader.u64("offset", max: UInt64(Int64.max)),
                    byteCount: try reader.u64("segment", max: UInt64(Limits.frameBytesMax)),
                    checksum: try reader.u64("checksum")))
        }
    }
}
