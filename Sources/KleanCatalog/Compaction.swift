package import KleanColumns
package import KleanCore

/// What one compaction did.
package struct CompactionReport: Equatable, Sendable {
    /// Chunks that stay as they are, and that were rewritten.
    package var chunksKept: Int
    package var chunksWritten: Int
    /// Superseded rows of the base snapshot, which the new one does not have.
    package var rowsDropped: UInt64
    package var liveRows: UInt64
    package var manifest: UInt32
    package var digest: Digest
    /// Snapshots that were dropped, and that stay because somebody reads them.
    package var snapshotsDropped: [UInt32]
    package var snapshotsInUse: [UInt32]

    init(_ result: Store, rowsDropped: UInt64, kept: Int) {
        chunksKept = kept
        chunksWritten = result.manifest.chunks.count - kept
        self.rowsDropped = rowsDropped
        liveRows = result.manifest.liveRows
        manifest = result.manifest.number
        digest = result.digest
        snapshotsDropped = []
        snapshotsInUse = []
    }
}

/// Rewrites the chunks of a store that hold superseded rows: the same live listings in the same
/// order, in a new snapshot. Older snapshots stay readable until they are dropped, and a snapshot
/// that some process has open is never dropped.
package struct Compaction: Sendable {
    package var store: String
    /// Cuts all chunks anew, each of so many rows.
    package var rowsPerChunk: Int?
    /// Drops older snapshots and the chunks that only they name.
    package var dropsHistory = false
    package var effort = CompressionEffort.high
    package var threads: Int?

    package init(store: String) { self.store = store }

    /// Rows of one chunk of the base, in runs without a superseded one.
    private struct Piece: Sendable {
        var chunk: Int
        var runs: [Range<Int>]
        var rows: Int { runs.reduce(0) { $0 + $1.count } }
    }

    private enum Step: Sendable {
        case keep(Int)
        case write([Piece])
    }

    /// - Throws: ``CatalogError``; on any error the store is what it was.
    package func run(
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(CatalogError) -> CompactionReport {
        // The base is let go before history is dropped: it may be part of it.
        var report = try compact(progress)
        if dropsHistory { try drop(&report) }
        return report
    }

    private func compact(
        _ progress: (Int, Int) -> Void
    ) throws(CatalogError) -> CompactionReport {
        _ = try Store(path: store)
        let writer = try StoreWriter.append(store)
        guard let base = writer.base else { throw .notFound(file: store) }
        guard base.manifest.tombstones > 0 || rowsPerChunk != nil else {
            try writer.abandon()
            return CompactionReport(base, rowsDropped: 0, kept: base.manifest.chunks.count)
        }
        let steps = rowsPerChunk.map { recut(base, $0) } ?? rewrite(base)
        do {
            let chunks = try StoreWriter.placed(try write(steps, base, writer, progress))
            let overlay = base.overlay.map { moved($0, steps) }
            let snapshot = Snapshot(
                chunks: chunks, tombstones: Tombstones(chunks: chunks.count), overlay: overlay)
            let kept = steps.count { if case .keep = $0 { true } else { false } }
            return CompactionReport(
                try writer.commit(snapshot), rowsDropped: base.manifest.tombstones, kept: kept)
        } catch {
            try writer.abandon()
            throw error
        }
    }

    // MARK: plan

    /// Only chunks with superseded rows change.
    private func rewrite(_ base: Store) -> [Step] {
        base.manifest.chunks.indices.compactMap { chunk in
            guard !base.tombstones.rows[chunk].isEmpty else { return .keep(chunk) }
            let piece = Piece(chunk: chunk, runs: Compaction.liveRuns(base, chunk))
            return piece.rows == 0 ? nil : .write([piece])
        }
    }

    private func recut(_ base: Store, _ rowsMax: Int) -> [Step] {
        var steps: [Step] = []
        var pieces: [Piece] = []
        var room = rowsMax
        for chunk in base.manifest.chunks.indices {
            for run in Compaction.liveRuns(base, chunk) {
                var rest = run
                while !rest.isEmpty {
                    let part = rest.prefix(room)
                    if pieces.last?.chunk != chunk { pieces.append(Piece(chunk: chunk, runs: [])) }
                    pieces[pieces.count - 1].runs.append(part)
                    rest = rest.dropFirst(part.count)
                    room -= part.count
                    if room == 0 {
                        steps.append(.write(pieces))
                        pieces = []
                        room = rowsMax
                    }
                }
            }
        }
        if !pieces.isEmpty { steps.append(.write(pieces)) }
        return steps
    }

    private static func liveRuns(_ store: Store, _ chunk: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        let end = Int(store.manifest.chunks[chunk].rows)
        for dead in store.tombstones.rows[chunk] {
            if Int(dead) > start { runs.append(start..<Int(dead)) }
            start = Int(dead) + 1
        }
        if end > start { runs.append(start..<end) }
        return runs
    }

    // MARK: writing

    private func write(
        _ steps: [Step], _ base: Store, _ writer: StoreWriter, _ progress: (Int, Int) -> Void
    ) throws(CatalogError) -> [ChunkEntry] {
        let pool = WorkPool(threads: max(1, threads ?? availableProcessors()))
        defer { pool.close() }
        var entries: [ChunkEntry] = []
        var waiting: [Pending<Result<ChunkEntry, CatalogError>>] = []
        for (index, step) in steps.enumerated() {
            let effort = effort
            waiting.append(
                pool.submit {
                    do throws(CatalogError) {
                        return .success(try Compaction.entry(step, base, writer, index, effort))
                    } catch { return .failure(error) }
                })
            if waiting.count > pool.threads { try take() }
        }
        while !waiting.isEmpty { try take() }
        return entries

        func take() throws(CatalogError) {
            entries.append(try waiting.removeFirst().wait().get())
            progress(entries.count, steps.count)
        }
    }

    private static func entry(
        _ step: Step, _ base: Store, _ writer: StoreWriter, _ index: Int,
        _ effort: CompressionEffort
    ) throws(CatalogError) -> ChunkEntry {
        switch step {
        case .keep(let chunk): return base.manifest.chunks[chunk]
        case .write(let pieces):
            var builder = ChunkBuilder()
            for piece in pieces {
                let hot = try base.packedColumns(piece.chunk)
                let cold = try base.coldColumns(piece.chunk)
                guard hot.rowCount == cold.rowCount else {
                    throw .corrupt(
                        file: base.coldPath(piece.chunk), expected: "\(hot.rowCount) rows",
                        found: "\(cold.rowCount)")
                }
                for run in piece.runs { builder.append(hot: hot, cold: cold, rows: run) }
            }
            return try writer.write(builder.finish(effort), index: index)
        }
    }

    /// Every entry of an overlay at its row's new place.
    private func moved(_ overlay: CounterOverlay, _ steps: [Step]) -> CounterOverlay {
        var all: [[(row: UInt32, counters: CounterOverlay.Counters)]] = []
        var covered = 0
        for step in steps {
            var entries: [(row: UInt32, counters: CounterOverlay.Counters)] = []
            var isCovered = true
            switch step {
            case .keep(let chunk):
                entries = overlay.entries(chunk)
                isCovered = chunk < overlay.coveredChunks
            case .write(let pieces):
                isCovered = pieces.allSatisfy { $0.chunk < overlay.coveredChunks }
                var next = 0
                for piece in pieces {
                    // Beside rows that keep their packed counters, none must be said of each row.
                    let saysNone = !isCovered && piece.chunk < overlay.coveredChunks
                    let known = Dictionary(
                        overlay.entries(piece.chunk).map { ($0.row, $0.counters) },
                        uniquingKeysWith: { first, _ in first })
                    for run in piece.runs {
                        for row in run {
                            if let counters = known[UInt32(row)] {
                                entries.append((UInt32(next), counters))
                            } else if saysNone {
                                entries.append((UInt32(next), CounterOverlay.Counters()))
                            }
                            next += 1
                        }
                    }
                }
            }
            all.append(entries)
            if isCovered, covered == all.count - 1 { covered += 1 }
        }
        return overlay.moved(to: all, coveredChunks: covered)
    }

    // MARK: history

    private func drop(_ report: inout CompactionReport) throws(CatalogError) {
        for number in try Store(path: store).snapshots() where number < report.manifest {
            if try StoreWriter.drop(store, number) {
                report.snapshotsDropped.append(number)
            } else {
                report.snapshotsInUse.append(number)
            }
        }
        // The next writer clears away what no snapshot names; this is one.
        try StoreWriter.append(store).abandon()
    }
}

extension StoreWriter {
    /// Removes a snapshot that is not the current one; its chunks go with the next writer.
    ///
    /// - Returns: false when somebody has it open.
    static func drop(_ path: String, _ number: UInt32) throws(CatalogError) -> Bool {
        let files = StoreFiles(path: path)
        let manifest = try files.readManifest(number)
        do {
            let alone = try FileLock(excluding: files.manifest(number))
            try FileSystem.remove(files.manifest(number))
            for name in [manifest.tombstonesFile, manifest.overlayFile].compactMap(\.self) {
                try FileSystem.remove("\(files.manifests)/\(name)")
            }
            withExtendedLifetime(alone) {}
            return true
        } catch {
            if error.reason == .locked { return false }
            throw CatalogError(writing: error)
        }
    }
}
