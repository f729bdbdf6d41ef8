package import KleanColumns
import KleanCore

/// A catalog file with what its user says of it.
package struct PackInput: Equatable, Sendable {
    package var path: String
    package var mapping: Mapping

    package init(path: String, mapping: Mapping = Mapping()) {
        self.path = path
        self.mapping = mapping
    }
}

/// Catalog files into a store, in one transaction: everything or nothing.
///
/// One thread reads and cuts blocks, all others parse and compress. The store depends on the input
/// alone: not on threads, blocks or timing. Memory is bounded by
/// `CatalogLimits.smallCatalogBytesMax` of held rows, as much again in each chunk that is being
/// compressed, and `blocksPerThreadMax` blocks for each thread.
package struct PackJob: Sendable {
    package var inputs: [PackInput]
    package var store: String
    /// Adds to an existing store; a missing one is made.
    package var isAppend = false
    /// Forces the rows of each chunk; small catalogs are else cut into several even ones.
    package var rowsPerChunk: Int?
    package var effort = CompressionEffort.high
    /// Working threads; the processors at hand unless said otherwise.
    package var threads: Int?
    /// For tests: bytes read at a time, and held while a catalog counts as small.
    package var blockBytes = CatalogLimits.blockBytes
    package var smallBytesMax = CatalogLimits.smallCatalogBytesMax

    package init(inputs: [PackInput], store: String) {
        self.inputs = inputs
        self.store = store
    }

    /// Packs. On any error the store is what it was before.
    ///
    /// - Parameters:
    ///   - progress: After each block, on the calling thread.
    ///   - isCancelled: Asked after each block; true ends the pack without a trace.
    package func run(
        progress: (PackProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(CatalogError) -> PackReport {
        guard !inputs.isEmpty else { throw .noInputs }
        let names = sourceNames()
        // Every file is looked at before the store is touched.
        for (input, name) in zip(inputs, names) {
            _ = try SourceProbe.open(input.path, name: name, mapping: input.mapping)
        }
        let writer = isAppend ? try StoreWriter.append(store) : try StoreWriter.create(store)
        let pool = WorkPool(threads: max(1, threads ?? availableProcessors()))
        do {
            var run = try PackRun(job: self, writer: writer, pool: pool)
            for (input, name) in zip(inputs, names) {
                try run.pack(input, name: name, progress, isCancelled)
            }
            let report = try run.finish()
            pool.close()
            return report
        } catch {
            pool.drop()
            pool.close()
            try writer.abandon()
            throw error
        }
    }

    /// Rows without an id are named after their file; two files of one name by their paths.
    private func sourceNames() -> [String] {
        let names = inputs.map { input in
            input.path.split(separator: "/").last.map(String.init) ?? input.path
        }
        return zip(names, inputs).map { name, input in
            names.count { $0 == name } > 1 ? input.path : name
        }
    }
}

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
    private var held = HeldRows()
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
        rejects = try writer.rejects()
        for input in job.inputs { bytesTotal += try ByteSource(path: input.path).size }
    }

    // MARK: reading and parsing

    mutating func pack(
        _ input: PackInput, name: String, _ progress: (PackProgress) -> Void,
        _ isCancelled: () -> Bool
    ) throws(CatalogError) {
        let (source, plan) = try SourceProbe.open(
            input.path, name: name, mapping: input.mapping)
        let place = sources.count
        sources.append(
            SourceReport(
                path: input.path, name: name, format: plan.formatName, encoding: plan.encoding,
                columns: plan.columns,
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
        bytesBefore += source.offset
        guard sources[place].tally.read > 0 else { throw .headerOnly(file: input.path) }
        noteMoney(place, input.mapping)
    }

    private mutating func noteMoney(_ place: Int, _ mapping: Mapping) {
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
        var replaced: [Int] = []
        held.append(batch, source: source) { replaced.append($0) }
        for old in replaced { countDuplicate(old) }
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

    private mutating func countDuplicate(_ source: Int) {
        sources[source].tally.packed -= 1
        sources[source].tally.duplicates += 1
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
        encoding.append(
            pool.submit {
                var builder = ChunkBuilder()
                builder.reserve(for: runs.map { ($0.batch.hot, $0.batch.cold, $0.rows) })
                for run in runs {
                    builder.append(hot: run.batch.hot, cold: run.batch.cold, rows: run.rows)
                }
                let chunk = builder.finish(effort)
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
        let store = try writer.commit(entries, superseded: superseded)
        return PackReport(
            sources: sources, chunks: entries.count,
            hotBytes: entries.reduce(0) { $0 + $1.hotBytes },
            coldBytes: entries.reduce(0) { $0 + $1.coldBytes },
            idsBytes: entries.reduce(0) { $0 + $1.idsBytes }, superseded: older,
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

    /// Ids that stand in several chunks. Within what was held together there are none.
    private mutating func findRepeated() throws(CatalogError) -> ([Int: [UInt32]], UInt64) {
        guard isStreaming || writer.base != nil else { return ([:], 0) }
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
        let superseded = try repeated.superseded()
        var older: UInt64 = 0
        for chunk in superseded.keys.sorted() {
            for row in superseded[chunk] ?? [] {
                if chunk < firstNew {
                    older += 1
                } else if let owner = owners[chunk - firstNew].first(where: { row < $0.end }) {
                    countDuplicate(owner.source)
                }
            }
        }
        return (superseded, older)
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
