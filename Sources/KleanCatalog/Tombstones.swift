import KleanColumns
import KleanCore

/// The rows of a snapshot that later ones superseded.
package struct Tombstones: Equatable, Sendable {
    /// By chunk: rows, rising.
    package private(set) var rows: [[UInt32]]

    package init(chunks: Int) { rows = Array(repeating: [], count: chunks) }

    package var count: UInt64 { rows.reduce(0) { $0 + UInt64($1.count) } }

    /// - Complexity: O(log n).
    package func contains(chunk: Int, row: Int) -> Bool {
        let list = rows[chunk]
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < UInt32(row) { low = middle + 1 } else { high = middle }
        }
        return low < list.count && list[low] == UInt32(row)
    }

    /// Adds chunks behind the last one, without superseded rows.
    mutating func extend(to chunks: Int) {
        while rows.count < chunks { rows.append([]) }
    }

    /// Adds rows; those that are there already change nothing.
    mutating func insert(_ added: [UInt32], chunk: Int) {
        guard !added.isEmpty else { return }
        var merged = rows[chunk] + added
        merged.sort()
        var last: UInt32?
        rows[chunk] = merged.filter { row in
            defer { last = row }
            return row != last
        }
    }

    func encode() -> [UInt8] {
        var offsets: [UInt32] = [0]
        var all: [UInt32] = []
        for list in rows {
            all += list
            offsets.append(UInt32(all.count))
        }
        var writer = ContainerWriter(kind: .tombstones)
        writer.addOffsets(.tombstoneOffsets, offsets)
        writer.add(.tombstoneRows, all)
        return writer.finish()
    }

    init(path: String, manifest: Manifest) throws(CatalogError) {
        let offsets: [UInt32]
        let all: [UInt32]
        do {
            let reader = try ContainerReader(path: path, kind: .tombstones)
            offsets = try reader.offsets(.tombstoneOffsets)
            all = try reader.u32(.tombstoneRows)
        } catch { throw .container(error) }
        guard offsets.count == manifest.chunks.count + 1, offsets.first == 0,
            Int(offsets[offsets.count - 1]) == all.count,
            UInt64(all.count) == manifest.tombstones
        else {
            throw .corrupt(
                file: path, expected: "\(manifest.tombstones) superseded rows",
                found: "\(all.count)")
        }
        rows = manifest.chunks.indices.map { Array(all[Int(offsets[$0])..<Int(offsets[$0 + 1])]) }
        for (chunk, list) in rows.enumerated() {
            let isRising = zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
            guard isRising, list.last.map({ $0 < manifest.chunks[chunk].rows }) ?? true else {
                throw .corrupt(file: path, expected: "rising rows", found: "others")
            }
        }
    }

    /// Names a snapshot: what its chunks hold, in order, which rows no longer count, and the
    /// counters that stand in for packed ones.
    func snapshotDigest(_ chunks: [ChunkEntry], overlay: CounterOverlay?) -> Digest {
        var builder = DigestBuilder(domain: "klean snapshot 1")
        builder.update(UInt64(chunks.count))
        for (chunk, list) in zip(chunks, rows) {
            builder.update(UInt64(chunk.rows))
            builder.update(chunk.hotDigest)
            builder.update(chunk.coldDigest)
            builder.update(list)
        }
        if let overlay { builder.update(overlay.digest) }
        return builder.finish()
    }
}
