package import KleanCatalog
internal import KleanCore

/// One generated chunk: columns as a store keeps them, and what was planted in its rows.
package struct GeneratedChunk: Sendable {
    package var number: Int
    package var hot: HotColumns
    package var cold: ColdColumns
    /// By ordinal.
    package var planted: [PlantedRow]
}

/// A marketplace that never was: listings, sellers, pictures and hidden counterfeits, all from a
/// seed. The same seed, rows and bank size give the same catalog on every machine.
package struct GeneratedCatalog: Sendable {
    package let seed: UInt64
    package let rows: Int
    package let bankEntries: Int
    package let rowsPerChunk: Int
    let world: World

    /// - Parameters:
    ///   - rows: Listings, at least 1.
    ///   - bankEntries: Pictures in the model's image banks.
    ///   - rowsPerChunk: `1...Limits.rowsPerChunkMax`, or `nil` for enough chunks to keep several
    ///     workers busy. The listings do not depend on it.
    package init(
        rows: Int, seed: UInt64, bankEntries: Int = 10_000, rowsPerChunk chosen: Int? = nil
    ) {
        let rowsPerChunk = chosen ?? Self.suitedRowsPerChunk(rows)
        precondition(rows >= 1 && rows <= Int(UInt32.max), "ordinals are 32 bits")
        precondition((1...Limits.rowsPerChunkMax).contains(rowsPerChunk), "a chunk is bounded")
        self.seed = seed
        self.rows = rows
        self.bankEntries = bankEntries
        self.rowsPerChunk = rowsPerChunk
        world = World(seed: seed, rows: rows, bankEntries: bankEntries)
    }

    /// At least sixteen chunks, and at most half a full one's rows, which stays closer to the
    /// caches of who writes and who scans it; past 2^25 rows full ones, since an id is looked up
    /// in one file after another.
    private static func suitedRowsPerChunk(_ rows: Int) -> Int {
        let most = rows > 1 << 25 ? Limits.rowsPerChunkMax : Limits.rowsPerChunkMax / 2
        return max(1_024, min(most, (rows + 15) / 16))
    }

    package var chunkCount: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

    /// The ordinals of a chunk's rows.
    package func ordinals(ofChunk number: Int) -> Range<Int> {
        number * rowsPerChunk..<min(rows, (number + 1) * rowsPerChunk)
    }

    /// One chunk, in memory. - Complexity: about a microsecond a row.
    package func chunk(_ number: Int) -> GeneratedChunk {
        var generator = ChunkGenerator(world: world, rowsPerChunk: rowsPerChunk)
        return generator.generate(chunk: number, ordinals: ordinals(ofChunk: number))
    }

    /// All rows, in memory: for tests, so keep it small.
    package func listings() -> [Listing] {
        (0..<chunkCount).flatMap { number in
            let chunk = chunk(number)
            return (0..<chunk.hot.rowCount).map { chunk.listing($0) }
        }
    }
}

extension GeneratedChunk {
    /// One row as a listing.
    package func listing(_ row: Int) -> Listing { Listing(hot: hot, cold: cold, row: row) }
}
