package import KleanCatalog
internal import KleanColumns
internal import KleanCore
internal import Synchronization

/// What was written, for the closing report of `klean generate`.
package struct GeneratedFiles: Sendable {
    package var store: Store
    /// Ascending by ordinal.
    package var planted: [PlantedRow]

    /// How many rows of each kind were planted, in the kinds' order.
    package var plantedByKind: [(kind: Plant, rows: Int)] {
        var counts = [Int](repeating: 0, count: Plant.allCases.count)
        for row in planted { counts[Int(row.kind.rawValue)] += 1 }
        return Plant.allCases.map { ($0, counts[Int($0.rawValue)]) }
    }
}

extension GeneratedCatalog {
    /// Writes `folder/store`, `folder/truth.csv` and `folder/model-source`.
    ///
    /// - Parameters:
    ///   - threads: OS threads; the files do not depend on it.
    ///   - progress: Rows written so far, from any thread.
    /// - Throws: ``CatalogError``, also when `folder/store` is there already, and `FileError`. A
    ///   store that this call began is removed again.
    package func write(
        to folder: String, threads: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> GeneratedFiles {
        ProcessMemory.keep()
        let writer = try StoreWriter.create(folder + "/store")
        do {
            let files = try writeStore(writer, threads: threads, progress: progress)
            try writeTruth(files.planted, to: folder + "/truth.csv")
            try writeModelSource(to: folder + "/model-source")
            return files
        } catch {
            try writer.abandon()
            throw error
        }
    }

    /// Writes the model source that fits the catalog. - Throws: `FileError`.
    package func writeModelSource(to folder: String) throws {
        try ModelSourceWriter(world: world).write(to: folder)
    }

    private func writeStore(
        _ writer: StoreWriter, threads: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws -> GeneratedFiles {
        let done = ChunkResults(count: chunkCount)
        let catalog = self
        try Threads.run(
            count: chunkCount, threads: threads,
            workspace: {
                ChunkGenerator(world: catalog.world, rowsPerChunk: catalog.rowsPerChunk)
            },
            body: { number, generator in
                let chunk = generator.generate(
                    chunk: number, ordinals: catalog.ordinals(ofChunk: number))
                let encoded = EncodedChunk(hot: chunk.hot, cold: chunk.cold, effort: .fast)
                let entry = try writer.write(encoded, index: number)
                progress(done.add(number, entry, chunk.planted))
            })
        let (entries, planted) = done.inOrder
        return GeneratedFiles(store: try writer.commit(entries), planted: planted)
    }

    /// `id,kind`, one line for each planted row, in catalog order.
    private func writeTruth(_ planted: [PlantedRow], to path: String) throws {
        let names = Plant.allCases.map { Array($0.name.utf8) }
        var text = Array("id,kind\n".utf8)
        for row in planted {
            text += Self.id(ofOrdinal: Int(row.ordinal))
            text.append(UInt8(ascii: ","))
            text += names[Int(row.kind.rawValue)]
            text.append(UInt8(ascii: "\n"))
        }
        try FileSystem.writeDurably(path, text)
    }

    /// The id of the listing with that ordinal, as ``GeneratedChunk`` writes it.
    package static func id(ofOrdinal ordinal: Int) -> [UInt8] {
        var digits = Array(String(ordinal).utf8)
        while digits.count < 9 { digits.insert(UInt8(ascii: "0"), at: 0) }
        return [UInt8(ascii: "G")] + digits
    }
}

/// What threads have finished, in whatever order.
private final class ChunkResults: Sendable {
    private struct State {
        var entries: [ChunkEntry?]
        var planted: [[PlantedRow]]
        var rows = 0
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(
            State(
                entries: [ChunkEntry?](repeating: nil, count: count),
                planted: [[PlantedRow]](repeating: [], count: count)))
    }

    /// - Returns: Rows so far.
    func add(_ number: Int, _ entry: ChunkEntry, _ planted: [PlantedRow]) -> Int {
        state.withLock { state in
            state.entries[number] = entry
            state.planted[number] = planted
            state.rows += Int(entry.rows)
            return state.rows
        }
    }

    var inOrder: ([ChunkEntry], [PlantedRow]) {
        state.withLock { ($0.entries.compactMap { $0 }, $0.planted.flatMap { $0 }) }
    }
}
