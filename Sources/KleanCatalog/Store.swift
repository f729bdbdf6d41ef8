package import KleanColumns
package import KleanCore

/// One snapshot of a packed catalog, open for reading. Later appends do not change it.
package struct Store: Sendable {
    package let path: String
    package let manifest: Manifest
    /// Superseded rows: no scorer may count them and no reader shows them.
    package let tombstones: Tombstones
    /// Counters that stand in for the packed ones; ``hotColumns(_:_:)`` applies them.
    package let overlay: CounterOverlay?
    private let files: StoreFiles
    /// Shared on the manifest while the snapshot is open, so that nobody drops it.
    private let hold: FileLock

    /// Opens a snapshot, the current one unless a number says otherwise. Reads no chunk.
    package init(path: String, manifest number: UInt32? = nil) throws(CatalogError) {
        let files = StoreFiles(path: path)
        self.path = path
        self.files = files
        let current = try files.readStore()
        hold = try files.hold(number ?? current)
        let manifest = try files.readManifest(number ?? current)
        self.manifest = manifest
        if let name = manifest.tombstonesFile {
            tombstones = try Tombstones(path: files.tombstones(name), manifest: manifest)
        } else {
            tombstones = Tombstones(chunks: manifest.chunks.count)
        }
        overlay = try manifest.overlayFile.map { name throws(CatalogError) in
            try files.readOverlay(name, chunks: manifest.chunks.count)
        }
    }

    package var digest: Digest { manifest.digest }

    /// Where the rejected records of all packs stand.
    package var rejectsPath: String {
        let pending = files.pendingRejects(manifest.number)
        return FileSystem.exists(pending) ? pending : files.rejects
    }

    // MARK: chunks

    package func hotPath(_ chunk: Int) -> String { files.hot(manifest.chunks[chunk].name) }
    /// ``hotPath(_:)`` relative to the store.
    package func hotFile(_ chunk: Int) -> String { StoreFiles.hot(manifest.chunks[chunk].name) }
    package func coldPath(_ chunk: Int) -> String { files.cold(manifest.chunks[chunk].name) }
    package func idsPath(_ chunk: Int) -> String { files.ids(manifest.chunks[chunk].name) }

    /// Maps a chunk's hot file. - Throws: ``CatalogError/container(_:)``.
    package func hot(_ chunk: Int) throws(CatalogError) -> ContainerReader {
        do { return try ContainerReader(path: hotPath(chunk), kind: .hotChunk) } catch {
            throw .container(error)
        }
    }

    /// Maps a chunk's cold file.
    package func cold(_ chunk: Int) throws(CatalogError) -> ContainerReader {
        do { return try ContainerReader(path: coldPath(chunk), kind: .coldChunk) } catch {
            throw .container(error)
        }
    }

    /// Decodes hot columns of a chunk, all unless said otherwise, with an overlay's counters.
    package func hotColumns(_ chunk: Int, _ columns: [ColumnID] = ColumnID.hot)
        throws(CatalogError) -> HotColumns
    {
        let reader = try hot(chunk)
        do {
            var hot = try HotColumns(reading: reader, columns: columns)
            overlay?.apply(chunk: chunk, to: &hot)
            return hot
        } catch { throw .container(error) }
    }

    package func coldColumns(_ chunk: Int) throws(CatalogError) -> ColdColumns {
        let reader = try cold(chunk)
        do { return try ColdColumns(reading: reader) } catch { throw .container(error) }
    }

    // MARK: rows

    /// The ordinal of the live listing with this id.
    ///
    /// - Complexity: a few mapped pages of each chunk's id index; one cold column is decoded for
    ///   each chunk whose index holds the id's fingerprint (almost always one).
    package func lookup(_ id: [UInt8]) throws(CatalogError) -> UInt32? {
        let key = Fingerprint.of(id)
        for chunk in manifest.chunks.indices.reversed() {
            do {
                let index = try IDIndex(path: idsPath(chunk), access: .scattered)
                let rows = index.candidates(key).filter {
                    !tombstones.contains(chunk: chunk, row: $0)
                }
                guard !rows.isEmpty else { continue }
                let reader = try ContainerReader(path: coldPath(chunk), kind: .coldChunk)
                let ids = try reader.strings(.idText)
                if let row = rows.last(where: { $0 < ids.count && ids[$0].elementsEqual(id) }) {
                    return manifest.chunks[chunk].firstOrdinal + UInt32(row)
                }
            } catch { throw .container(error) }
        }
        return nil
    }

    package func lookup(_ id: String) throws(CatalogError) -> UInt32? {
        try lookup(Array(id.utf8))
    }

    /// The whole listing. - Precondition: `ordinal < manifest.rows`.
    ///
    /// - Complexity: decodes the row's chunk.
    package func row(_ ordinal: UInt32) throws(CatalogError) -> Listing {
        let (chunk, row) = manifest.locate(ordinal)
        let hot = try hotColumns(chunk)
        let cold = try coldColumns(chunk)
        guard cold.rowCount == hot.rowCount, cold.logoBox.count == hot.logos.quality.count,
            row < hot.rowCount
        else {
            throw .corrupt(
                file: coldPath(chunk), expected: "\(hot.rowCount) rows", found: "\(cold.rowCount)")
        }
        return Listing(hot: hot, cold: cold, row: row)
    }

    // MARK: verification

    /// Decodes every file of every chunk and compares its content with the manifest.
    ///
    /// - Parameter progress: Chunks done and all chunks, after each one.
    /// - Throws: ``CatalogError/container(_:)``, ``CatalogError/corrupt(file:expected:found:)``.
    package func verify(progress: (Int, Int) -> Void = { _, _ in }) throws(CatalogError) {
        for chunk in manifest.chunks.indices {
            try verify(chunk)
            progress(chunk + 1, manifest.chunks.count)
        }
        let found = tombstones.snapshotDigest(manifest.chunks, overlay: overlay)
        guard found == manifest.digest else {
            throw .corrupt(
                file: files.manifest(manifest.number), expected: "digest \(manifest.digest.short)",
                found: found.short)
        }
    }

    private func verify(_ chunk: Int) throws(CatalogError) {
        let entry = manifest.chunks[chunk]
        let hotReader = try hot(chunk)
        let coldReader = try cold(chunk)
        do {
            try expect(hotPath(chunk), entry.hotDigest, try hotReader.digest())
            try expect(coldPath(chunk), entry.coldDigest, try coldReader.digest())
            let columns = try HotColumns(reading: hotReader)
            let ids = try ColdColumns(reading: coldReader).id
            let idReader = try ContainerReader(path: idsPath(chunk), kind: .idChunk)
            let expected = try ContainerReader(
                bytes: IDIndex.encode(ids), name: idsPath(chunk), kind: .idChunk)
            try expect(idsPath(chunk), try expected.digest(), try idReader.digest())
            guard columns.rowCount == Int(entry.rows), ids.count == columns.rowCount else {
                throw CatalogError.corrupt(
                    file: hotPath(chunk), expected: "\(entry.rows) rows",
                    found: "\(columns.rowCount) and \(ids.count)")
            }
        } catch let error as ContainerError {
            throw .container(error)
        } catch let error as CatalogError {
            throw error
        } catch {
            throw .corrupt(file: hotPath(chunk), expected: "a readable chunk", found: "\(error)")
        }
    }

    private func expect(_ file: String, _ expected: Digest, _ found: Digest) throws(CatalogError) {
        guard expected == found else {
            throw .corrupt(file: file, expected: "digest \(expected.short)", found: found.short)
        }
    }

    // MARK: history

    /// Numbers of all snapshots that were committed, rising.
    package func snapshots() throws(CatalogError) -> [UInt32] {
        let current = try files.readStore()
        let names: [String]
        do { names = try FileSystem.list(files.manifests) } catch {
            throw CatalogError(reading: error)
        }
        let numbers = names.compactMap { name -> UInt32? in
            guard name.hasSuffix(".json") else { return nil }
            return UInt32(name.dropLast(5))
        }
        return numbers.filter { $0 <= current }.sorted()
    }
}

extension Listing {
    /// One row of decoded columns.
    package init(hot: HotColumns, cold: ColdColumns, row: Int) {
        self.init(id: Array(cold.id[row]))
        title = Array(hot.title[row])
        brand = hot.brand[row].map(Array.init) ?? []
        category = hot.category[row].map(Array.init) ?? []
        seller = hot.seller[row].map(Array.init) ?? []
        shop = hot.shop[row].map(Array.init) ?? []
        price = hot.price[row]
        currency = Currency(packed: hot.currency[row])
        condition = Condition(rawValue: hot.condition[row])
        images = hot.images.range(row).map {
            ImageHash(hash: hot.images.hashes[$0], quality: hot.images.quality[$0])
        }
        logos = hot.logos.range(row).map {
            LogoHash(
                hash: hot.logos.hashes[$0], quality: hot.logos.quality[$0],
                label: hot.logoLabel[$0].map(Array.init) ?? [], box: cold.logoBox[$0])
        }
        orders = hot.orders[row]
        refunds = hot.refunds[row]
        complaints = hot.complaints[row]
        listedAt = hot.listedAt[row]
        url = Array(cold.url[row])
        imageRef = Array(cold.imageRef[row])
        options = Array(cold.options[row])
        originalTitle = Array(cold.originalTitle[row])
        shipping = Array(cold.shipping[row])
    }
}
