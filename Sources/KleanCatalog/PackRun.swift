import KleanColumns
import KleanCore

/// The state of one pack, owned by the calling thread.
struct PackRun {
    private let job: PackJob
    private let writer: StoreWriter
    private let pool: WorkPool
    private let threads: Int
    private let rejects: RejectFile
    private var listed: UInt64 = 0
    private var unlisted: UInt64 = 0
    private var sources: [SourceReport] = []
    private var skipped: [SkippedMember] = []
    private var held: HeldRows
    private var isStreaming = false
    private var chunkRows = Limits.rowsPerChunkMax
    private var encoding: [Pending<Result<ChunkEntry, CatalogError>>] = []
    private var entries: [ChunkEntry] = []
    private var started = 0
    /// For each new chunk, up to which row it holds rows of which source.
    private var owners: [[(end: Int, source: Int)]] = []
    private var bytesTotal: UInt64 = 0
    private var bytesBefore: UInt64 = 0

    /// A block on its way through a parsing thread.
    private struct InFlight {
        var batch: Pending<RowBatch>
        var linesBefore: UInt64
        var offset: UInt64
    }

    init(job: PackJob, writer: StoreWriter, pool: WorkPool) throws(CatalogError) {
        self.job = job
        self.writer = writer
        self.pool = pool
        threads = pool.threads
        held = HeldRows(keepsRepeated: job.repeatedIDs == .keep)
        rejects = try writer.rejects()
        for input in job.inputs { bytesTotal += InputReader.size(of: input.path) }
    }

    // MARK: reading and parsing

    mutating func pack(
        _ input: PackInput, name: String, _ progress: (PackProgress) -> Void,
        _ isCancelled: () -> Bool
    ) throws(CatalogError) {
        let reader = try InputReader(input.path)
        let before = sources.count
        var refusal: CatalogError?
        while let open = try reader.next() {
            let name = open.member.map { "\(name)/\($0)" } ?? name
            do throws(CatalogError) {
                try packSource(open, input.mapping(for: open), name, progress, isCancelled)
            } catch {
                // An archive may hold more than catalogs; what is passed over is reported.
                guard reader.isArchive, error.isAboutContent else { throw error }
                skipped.append(SkippedMember(path: open.path, reason: error.description))
                refusal = refusal ?? error
            }
        }
        skipped += reader.passedOver.map {
            SkippedMember(path: "\(input.path)/\($0)", reason: "a hidden file")
        }
        guard sources.count > before else { throw refusal ?? .empty(file: input.path) }
        bytesBefore += reader.size
    }

    private mutating func packSource(
        _ input: OpenInput, _ mapping: Mapping, _ name: String,
        _ progress: (PackProgress) -> Void, _ isCancelled: () -> Bool
    ) throws(CatalogError) {
        let (source, plan) = try SourceProbe.open(input, name: name, mapping: mapping)
        let place = sources.count
        sources.append(
            SourceReport(
                path: input.path, name: name, format: plan.formatName, encoding: plan.encoding,
                encodingConfidence: plan.encodingConfidence, columns: plan.columns,
                bannerLines: plan.bannerLines, notes: plan.notes, bytes: source.size,
                tally: PackTally()))
        let parse = plan.parser()
        var reader = BlockReader(
            source, plan.format, pending: plan.pending, blockBytes: job.blockBytes)
        var inFlight: [InFlight] = []
        var line = plan.dataLine + 1
        while true {
            while inFlight.count < threads * CatalogLimits.blocksPerThreadMax,
                let block = try reader.next()
            {
                inFlight.append(
                    InFlight(
                        batch: pool.submit {
                            block.refused == nil ? parse(block) : RowBatch(block)
                        },
                        linesBefore: block.linesBefore, offset: block.sourceOffset))
            }
            guard !inFlight.isEmpty else { break }
            let first = inFlight.removeFirst()
            let batch = first.batch.wait()
            line += first.linesBefore
            try merge(batch, source: place, line: line, offset: first.offset)
            line += batch.lines
            progress(
                PackProgress(
                    bytesDone: bytesBefore + first.offset, bytesTotal: bytesTotal,
                    rows: sources.reduce(0) { $0 + $1.tally.read }))
            if isCancelled() { throw .cancelled }
        }
        guard sources[place].tally.read > 0 else {
            sources.removeLast()
            throw .headerOnly(file: input.path)
        }
        noteTexts(place)
        noteMoney(place)
    }

    private mutating func noteTexts(_ place: Int) {
        let repaired = sources[place].tally.textsRepaired
        guard repaired > 0 else { return }
        sources[place].notes.append(
            "\(repaired) texts held bytes that are no \(sources[place].encoding.rawValue) and "
                + "hold U+FFFD now: pass --encoding if they look wrong")
    }

    private mutating func noteMoney(_ place: Int) {
        let tally = sources[place].tally
        let unknown = tally.prices(missing: .noCurrency)
        if unknown > 0 {
            sources[place].notes.append(
                "\(unknown) prices have no currency and count as missing: pass --currency CODE")
        }
        let twofold = tally.prices(missing: .ambiguousCurrency)
        if twofold > 0 {
            sources[place].notes.append(
                "\(twofold) prices carry a sign of two currencies and count as missing: "
                    + "pass --currency CODE")
        }
    }

    private mutating func merge(
        _ batch: RowBatch, source: Int, line: UInt64, offset: UInt64
    ) throws(CatalogError) {
        for reject in batch.rejects {
            guard listed < UInt64(CatalogLimits.rejectsMax) else {
                unlisted += 1
                continue
            }
            listed += 1
            try rejects.append(
                Reject(
                    file: sources[source].path, line: line + reject.line, reason: reject.reason,
                    detail: reject.detail, raw: reject.raw))
        }
        sources[source].tally.add(batch.tally)
        var replaced: [(source: Int, id: [UInt8])] = []
        held.append(batch, source: source) { replaced.append(($0, $1)) }
        for old in replaced { try countDuplicate(old.source, id: old.id) }
        if held.bytes > job.smallBytesMax, !isStreaming {
            isStreaming = true
            chunkRows = estimatedChunkRows(offset)
        }
        guard isStreaming else { return }
        guard held.live >= chunkRows || held.bytes > job.smallBytesMax else { return }
        while held.live >= chunkRows { try cut(chunkRows) }
        held.recount()
        if held.bytes > job.smallBytesMax {
            try cut(chunkRows)
            held.recount()
        }
    }

    /// Rows of a chunk of a catalog that is too large to hold: from what was seen of it so far, so
    /// that there are at least `CatalogLimits.chunksMin` where rows allow.
    private func estimatedChunkRows(_ offset: UInt64) -> Int {
        if let forced = job.rowsPerChunk { return min(max(1, forced), Limits.rowsPerChunkMax) }
        let done = max(1, bytesBefore + offset)
        let share = max(1, Double(bytesTotal) / Double(done))
        let expected = Double(held.live) * share
        let even = Int(expected) / CatalogLimits.chunksMin
        return min(max((even / 4_096 + 1) * 4_096, 1 << 14), Limits.rowsPerChunkMax)
    }

    private mutating func countDuplicate(_ source: Int, id: [UInt8]) throws(CatalogError) {
        switch job.repeatedIDs {
        case .keep: sources[source].tally.repeatsKept += 1
        case .last:
            sources[source].tally.packed -= 1
            sources[source].tally.duplicates += 1
        case .fail:
            throw .repeatedID(
                file: sources[source].path, id: String(decoding: id, as: UTF8.self))
        }
    }

    // MARK: chunks

    private mutating func cut(_ rows: Int) throws(CatalogError) {
        let runs = held.cut(min(rows, Limits.rowsPerChunkMax))
        guard !runs.isEmpty else { return }
        var end = 0
        var owner: [(end: Int, source: Int)] = []
        for run in runs {
            end += run.rows.count
            if owner.last?.source == run.source { owner.removeLast() }
            owner.append((end, run.source))
        }
        owners.append(owner)
        let index = started
        started += 1
        let writer = writer
        let effort = job.effort
        let pool = pool
        encoding.append(
            pool.submit {
                var builder = ChunkBuilder()
                builder.reserve(for: runs.map { ($0.batch.hot, $0.batch.cold, $0.rows) })
                for run in runs {
                    builder.append(hot: run.batch.hot, cold: run.batch.cold, rows: run.rows)
                }
                let (hot, cold) = builder.columns
                let chunk = EncodedChunk(hot: hot, cold: cold, effort: effort, pool: pool)
                do throws(CatalogError) {
                    return .success(try writer.write(chunk, index: index))
                } catch {
                    return .failure(error)
                }
            })
        while encoding.count > threads { try collect() }
    }

    private mutating func collect() throws(CatalogError) {
        entries.append(try encoding.removeFirst().wait().get())
    }

    // MARK: the end

    mutating func finish() throws(CatalogError) -> PackReport {
        let total = sources.reduce(into: PackTally()) { $0.add($1.tally) }
        guard held.live > 0 || started > 0 else {
            let most = total.rejectedBy.enumerated().max { $0.element < $1.element }?.offset ?? 0
            throw .noListings(
                read: total.read, mostly: RejectReason.allCases[most].rawValue)
        }
        try cutRest()
        while !encoding.isEmpty { try collect() }
        try rejects.finish()
        let (superseded, older) = try findRepeated()
        let families = job.inputs.compactMap(\.mapping.pictures).flatMap(\.hashFamilies)
        let store = try writer.commit(
            entries, superseded: superseded, hashFamilies: Set(families))
        return PackReport(
            sources: sources, chunks: entries.count,
            hotBytes: entries.reduce(0) { $0 + $1.hotBytes },
            coldBytes: entries.reduce(0) { $0 + $1.coldBytes },
            idsBytes: entries.reduce(0) { $0 + $1.idsBytes }, superseded: older, skipped: skipped,
            rejectsUnlisted: unlisted, manifest: store.manifest.number, digest: store.digest,
            liveRows: store.manifest.liveRows, rejectsPath: store.rejectsPath)
    }

    /// A small catalog is cut into even chunks, enough of them for several workers.
    private mutating func cutRest() throws(CatalogError) {
        var rows = chunkRows
        if !isStreaming {
            let even = (held.live + CatalogLimits.chunksMin - 1) / CatalogLimits.chunksMin
            rows = job.rowsPerChunk ?? max(even, CatalogLimits.rowsPerChunkMin)
            rows = min(max(1, rows), Limits.rowsPerChunkMax)
        }
        while held.live > 0 { try cut(rows) }
    }

    /// Rows that a later one with the same id supersedes, by chunk, and how many older listings
    /// are among them. Within what was held together there are none, unless they are to stay.
    private mutating func findRepeated() throws(CatalogError) -> ([Int: [UInt32]], UInt64) {
        guard isStreaming || writer.base != nil || job.repeatedIDs == .keep else { return ([:], 0) }
        let chunks = try writer.placed(entries)
        var indexes: [IDIndex] = []
        do {
            for chunk in chunks { indexes.append(try IDIndex(path: writer.idsPath(chunk))) }
        } catch { throw .container(error) }
        let firstNew = chunks.count - entries.count
        var tombstones = writer.base?.tombstones ?? Tombstones(chunks: 0)
        tombstones.extend(to: chunks.count)
        let repeated = RepeatedIDs(
            indexes: indexes, coldPaths: chunks.map { writer.coldPath($0) },
            tombstones: tombstones, firstNew: firstNew)
        var superseded = try repeated.superseded()
        var older: UInt64 = 0
        for chunk in superseded.keys.sorted() {
            for row in superseded[chunk] ?? [] {
                if chunk < firstNew {
                    older += 1
                } else if let owner = owners[chunk - firstNew].first(where: { row < $0.end }) {
                    let id =
                        job.repeatedIDs == .fail
                        ? try self.id(writer.coldPath(chunks[chunk]), row) : []
                    try countDuplicate(owner.source, id: id)
                }
            }
            if chunk >= firstNew, job.repeatedIDs == .keep { superseded[chunk] = nil }
        }
        return (superseded, older)
    }

    private func id(_ coldPath: String, _ row: UInt32) throws(CatalogError) -> [UInt8] {
        do {
            let ids = try ContainerReader(path: coldPath, kind: .coldChunk).strings(.idText)
            return Array(ids[Int(row)])
        } catch { throw .container(error) }
    }
}

extension RowBatch {
    /// A record that could not be read at all.
    init(_ block: Block) {
        guard let reason = block.refused else { return }
        tally.read = 1
        tally.rejectedBy[reason.place] = 1
        lines = block.bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        rejects = [
            BlockReject(
                line: 0, reason: reason, detail: block.detail,
                raw: Array(block.bytes.prefix(CatalogLimits.rejectBytesMax)))
        ]
    }
}
