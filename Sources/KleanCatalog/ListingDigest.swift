import KleanColumns
package import KleanCore

/// Names what one listing says: every column, hot and cold, missing values included.
///
/// **Layout**: BLAKE2b-256 over one field, domain "klean listing 1": texts and lists as a
/// little-endian `u32` count and their content, numbers little-endian at their width, in the order
/// of ``Listing``'s members.
package enum ListingDigest {
    package static func of(_ listing: Listing) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        func add<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func add(_ text: [UInt8]) {
            add(UInt32(text.count))
            bytes += text
        }
        func add(_ hash: Hash256) {
            for word in [hash.word0, hash.word1, hash.word2, hash.word3] { add(word) }
        }
        for text in [
            listing.id, listing.title, listing.brand, listing.category, listing.seller,
            listing.shop,
        ] { add(text) }
        add(listing.price)
        add(listing.currency.packed)
        add(listing.condition?.rawValue ?? Missing.uint8)
        add(UInt32(listing.images.count))
        for image in listing.images {
            add(image.hash)
            add(image.quality)
        }
        add(UInt32(listing.logos.count))
        for logo in listing.logos {
            add(logo.hash)
            add(logo.quality)
            add(logo.label)
            add(logo.box)
        }
        add(listing.orders)
        add(listing.refunds)
        add(listing.complaints)
        add(listing.listedAt)
        for text in [
            listing.url, listing.imageRef, listing.options, listing.originalTitle,
            listing.shipping,
        ] { add(text) }
        var builder = DigestBuilder(domain: "klean listing 1")
        builder.update(bytes)
        return builder.finish()
    }
}

extension Store {
    /// Hands out every live listing of a chunk with its row, counters of an overlay applied.
    ///
    /// - Complexity: decodes the chunk.
    package func forEachListing(
        _ chunk: Int, _ body: (Int, Listing) throws -> Void
    ) throws {
        let hot = try hotColumns(chunk)
        let cold = try coldColumns(chunk)
        guard cold.rowCount == hot.rowCount, cold.logoBox.count == hot.logos.quality.count else {
            throw CatalogError.corrupt(
                file: coldPath(chunk), expected: "\(hot.rowCount) rows", found: "\(cold.rowCount)")
        }
        for row in 0..<hot.rowCount where !tombstones.contains(chunk: chunk, row: row) {
            try body(row, Listing(hot: hot, cold: cold, row: row))
        }
    }

    /// Names the catalog: its live listings in order, with all their columns. Chunk sizes,
    /// superseded rows, compression and where a counter is kept (packed or overlay) do not matter,
    /// so a store that is exported and packed again, or compacted, keeps it.
    ///
    /// Beside it ``digest`` names the snapshot: the very rows at their ordinals, which an index
    /// refers to.
    ///
    /// - Parameter progress: Chunks done and all chunks.
    /// - Complexity: decodes everything, on `threads` threads; memory of as many chunks.
    package func catalogDigest(
        threads: Int, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Digest {
        let pool = WorkPool(threads: max(1, threads))
        defer { pool.close() }
        var waiting: [Pending<Result<[UInt8], any Error>>] = []
        var builder = DigestBuilder(domain: "klean catalog 1")
        var done = 0
        func take() throws {
            let rows = try waiting.removeFirst().wait().get()
            // A field for each row: one for each chunk would let chunk sizes into the digest.
            rows.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 32) {
                    builder.update(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 32]))
                }
            }
            done += 1
            progress(done, manifest.chunks.count)
        }
        for chunk in manifest.chunks.indices {
            waiting.append(pool.submit { Result { try digests(chunk) } })
            if waiting.count > pool.threads { try take() }
        }
        while !waiting.isEmpty { try take() }
        builder.update(manifest.liveRows)
        return builder.finish()
    }

    /// The digests of a chunk's live rows, 32 bytes each.
    private func digests(_ chunk: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(Int(manifest.chunks[chunk].rows) * 32)
        try forEachListing(chunk) { all += ListingDigest.of($1).bytes }
        return all
    }
}
