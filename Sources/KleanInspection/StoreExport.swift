package import KleanCatalog
import KleanColumns
import KleanConsole

/// What `klean store export` writes.
package enum StoreExportFormat: String, CaseIterable, Sendable {
    case csv, jsonl, parquet
}

/// Writes every live listing of a snapshot, in catalog order, without loss: packed again, the file
/// gives a store of the same ``Store/catalogDigest(threads:progress:)``. See ``ExactRow`` for the
/// cells.
package struct StoreExport: Sendable {
    package let store: Store

    package init(_ store: Store) { self.store = store }

    /// - Parameter progress: Chunks done and all chunks.
    /// - Returns: Rows written.
    /// - Throws: `CatalogError`, `FileError`, ``InspectionError/noParquet(tried:reason:)``; no
    ///   partial file is left.
    /// - Complexity: one chunk in memory at a time.
    @discardableResult package func write(
        _ format: StoreExportFormat, to path: String,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> UInt64 {
        guard format == .parquet else {
            let file = try ExportFile(path)
            let rows = try write(format, progress) { text throws(FileError) in
                try file.write(text)
            }
            try file.commit()
            return rows
        }
        let child = try ParquetChild(path)
        let rows = try write(.csv, progress) { try child.write($0) }
        try child.commit()
        return rows
    }

    private func write(
        _ format: StoreExportFormat, _ progress: (Int, Int) -> Void,
        _ put: (String) throws -> Void
    ) throws -> UInt64 {
        let keys = ExactRow.columns.map { EncodedText.json($0) }
        let isCount = ExactRow.columns.map { ExactRow.countColumns.contains($0) }
        var rows: UInt64 = 0
        if format == .csv { try put(ExactRow.columns.joined(separator: ",") + "\n") }
        for chunk in store.manifest.chunks.indices {
            try store.forEachListing(chunk) { _, listing in
                let cells = ExactRow.cells(listing)
                rows += 1
                guard format == .jsonl else {
                    return try put(cells.map(StoreExport.csv).joined(separator: ",") + "\n")
                }
                let members = cells.indices.map { place in
                    let cell = cells[place]
                    let isNumber = isCount[place] && !cell.isEmpty
                    return keys[place] + ":" + (isNumber ? cell : EncodedText.json(cell))
                }
                try put("{" + members.joined(separator: ",") + "}\n")
            }
            progress(chunk + 1, store.manifest.chunks.count)
        }
        return rows
    }

    /// Quoted also where blanks at an end could be taken for padding.
    private static func csv(_ cell: String) -> String {
        let isPadded = cell.utf8.first == 0x20 || cell.utf8.last == 0x20
        return isPadded
            ? "\""
                + cell.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\"" : EncodedText.csv(cell)
    }
}
