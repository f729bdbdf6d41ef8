import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// What a store promises: one snapshot or the next, never half of one.
@Suite struct StoreTests {
    private func chunk(_ ids: Range<Int>, title: String = "t") -> EncodedChunk {
        var builder = ChunkBuilder()
        for id in ids { builder.append(listing(id, title: title)) }
        return builder.finish(.fast)
    }

    private func listing(_ id: Int, title: String = "t") -> Listing {
        var listing = Listing(id: "id\(id)", title: "\(title) \(id)")
        listing.brand = id % 3 == 0 ? [] : Array("brand \(id % 5)".utf8)
        listing.seller = Array("seller \(id % 7)".utf8)
        listing.price = id % 4 == 0 ? Missing.int64 : Int64(id + 1) * 100
        listing.currency = .krw
        listing.condition = id % 2 == 0 ? .used : nil
        listing.images = (0..<(id % 3)).map {
            ImageHash(hash: Hash256(UInt64(id), UInt64($0), 3, 4), quality: UInt8(id % 101))
        }
        if id % 5 == 0 {
            listing.logos = [
                LogoHash(
                    hash: Hash256(9, 8, 7, UInt64(id)), quality: 77, label: Array("acme".utf8),
                    box: 5)
            ]
        }
        listing.orders = UInt32(id)
        listing.listedAt = Int64(id) * 1_000
        if id % 6 == 0 { listing.options = Array("줄:900원|본품:99000원".utf8) }
        listing.url = Array("http://x/\(id)".utf8)
        return listing
    }

    @Test func rowsComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        let writer = try StoreWriter.create(folder.file("s"))
        let entries = [
            try writer.write(chunk(0..<300), index: 0),
            try writer.write(chunk(300..<450), index: 1),
        ]
        let store = try writer.commit(entries)
        #expect(store.manifest.rows == 450 && store.manifest.liveRows == 450)
        for id in [0, 1, 5, 15, 299, 300, 449] {
            let ordinal = try #require(try store.lookup("id\(id)"))
            #expect(ordinal == UInt32(id))
            #expect(try store.row(ordinal) == listing(id))
        }
        #expect(try store.lookup("nobody") == nil)
        var steps: [Int] = []
        try store.verify { done, _ in steps.append(done) }
        #expect(steps == [1, 2])
    }

    /// Each phase decodes from its own segments alone, as a worker gets them.
    @Test(arguments: Phase.allCases)
    func phasesNeedTheirColumnsOnly(_ phase: Phase) throws {
        let folder = try TemporaryFolder()
        let writer = try StoreWriter.create(folder.file("s"))
        let store = try writer.commit([try writer.write(chunk(0..<100), index: 0)])
        let whole = try store.hot(0)
        var sent: [ColumnID: StoredSegment] = [:]
        for id in phase.columns { sent[id] = try whole.storedSegment(id) }
        let part = try ContainerReader(
            directory: whole.directoryBytes, segments: sent, name: "shard", kind: .hotChunk)
        let columns = try HotColumns(reading: part, columns: phase.columns)
        let all = try store.hotColumns(0)
        #expect(columns.rowCount == 100 && columns.price == all.price && columns.brand == all.brand)
        switch phase {
        case .survey:
            #expect(columns.images == all.images && columns.logos == all.logos)
            #expect(columns.title.count == 0)
            #expect(columns.options.prices == all.options.prices && !all.options.isEmpty)
        case .score:
            #expect(columns.images.hashes.isEmpty)
            #expect(columns.images.quality == all.images.quality)
            #expect(columns.title == all.title && columns.logoLabel == all.logoLabel)
            #expect(columns.options == all.options)
        }
    }

    /// A crash after any step of an append leaves the old snapshot or the new one, whole; the next
    /// append starts clean and ends in the same digest.
    @Test(arguments: CommitStep.allCases)
    func crashLeavesAWholeSnapshot(_ step: CommitStep) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let first = try StoreWriter.create(path)
        let old = try first.commit([try first.write(chunk(0..<300), index: 0)])
        do {
            let writer = try StoreWriter.append(path)
            let entry = try writer.write(chunk(300..<400), index: 0)
            #expect(throws: CatalogError.cancelled) {
                try writer.commit([entry]) { reached throws(CatalogError) in
                    if reached == step { throw .cancelled }
                }
            }
        }
        let seen = try Store(path: path)
        let isNew = step.rawValue >= CommitStep.storeWritten.rawValue
        #expect(seen.manifest.number == (isNew ? 2 : 1))
        try seen.verify()
        if !isNew { #expect(seen.digest == old.digest) }
        if !isNew {
            let writer = try StoreWriter.append(path)
            _ = try writer.commit([try writer.write(chunk(300..<400), index: 0)])
        }
        let store = try Store(path: path)
        try store.verify()
        #expect(store.manifest.rows == 400)
        #expect(FileManager.default.fileExists(atPath: store.rejectsPath))
        let undisturbed = try StoreWriter.create(folder.file("u"))
        let expected = try undisturbed.commit([
            try undisturbed.write(chunk(0..<300), index: 0),
            try undisturbed.write(chunk(300..<400), index: 1),
        ])
        #expect(store.digest == expected.digest)
    }

    @Test func secondPackerIsRefused() throws {
        let folder = try TemporaryFolder()
        let first = try StoreWriter.create(folder.file("s"))
        #expect(throws: CatalogError.busy(path: folder.file("s/lock"))) {
            try StoreWriter.append(folder.file("s"))
        }
        _ = try first.commit([try first.write(chunk(0..<10), index: 0)])
        let second = try StoreWriter.append(folder.file("s"))
        #expect(throws: CatalogError.busy(path: folder.file("s/lock"))) {
            try StoreWriter.append(folder.file("s"))
        }
        try second.abandon()
        #expect(try Store(path: folder.file("s")).manifest.rows == 10)
    }

    @Test func oldSnapshotsStayReadable() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        var digests: [Digest] = []
        for round in 0..<3 {
            let writer = try StoreWriter.append(path)
            let store = try writer.commit([
                try writer.write(chunk(round * 10..<round * 10 + 10), index: 0)
            ])
            digests.append(store.digest)
        }
        #expect(try Store(path: path).snapshots() == [1, 2, 3])
        for number in 1...3 {
            let store = try Store(path: path, manifest: UInt32(number))
            #expect(store.digest == digests[number - 1])
            #expect(store.manifest.rows == UInt64(number) * 10)
            try store.verify()
        }
    }

    /// One flipped byte in any file of a chunk is found and named.
    @Test(arguments: ["hot", "cold", "ids"])
    func flippedBytesAreFound(_ kind: String) throws {
        let folder = try TemporaryFolder()
        let writer = try StoreWriter.create(folder.file("s"))
        let store = try writer.commit([try writer.write(chunk(0..<200), index: 0)])
        let path = folder.file("s/chunks/000001-00000.\(kind).kln")
        let whole = try Array(Data(contentsOf: URL(filePath: path)))
        for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
            var bytes = whole
            bytes[place] ^= 0x40
            try Data(bytes).write(to: URL(filePath: path))
            #expect(throws: CatalogError.self, "byte \(place)") { try store.verify() }
        }
    }

    @Test func otherFoldersAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CatalogError.notFound(file: folder.file("x"))) {
            try Store(path: folder.file("x"))
        }
        #expect(throws: CatalogError.self) { try Store(path: folder.path) }
        try folder.write("note.txt", "mine")
        #expect(throws: CatalogError.self) { try StoreWriter.create(folder.path) }
        #expect(try folder.names() == ["note.txt"])
        let writer = try StoreWriter.create(folder.file("s"))
        _ = try writer.commit([try writer.write(chunk(0..<10), index: 0)])
        let file = folder.file("s/store.json")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 7")
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(
            throws: CatalogError.storeVersion(path: folder.file("s"), expected: 1, found: 7)
        ) { try Store(path: folder.file("s")) }
    }

    /// The digest names what the rows are, not how hard they were compressed.
    @Test func digestIgnoresEffort() throws {
        let folder = try TemporaryFolder()
        var digests: Set<Digest> = []
        for effort in [CompressionEffort.fast, .high] {
            var builder = ChunkBuilder()
            for id in 0..<500 { builder.append(listing(id)) }
            let writer = try StoreWriter.create(folder.file("s\(digests.count)"))
            digests.insert(
                try writer.commit([try writer.write(builder.finish(effort), index: 0)]).digest)
        }
        #expect(digests.count == 1)
    }

    @Test func idsWithEqualNeighboursAreFound() throws {
        var ids = ByteStrings()
        for id in 0..<5_000 { ids.append(Array("k\(id)".utf8)) }
        let folder = try TemporaryFolder()
        var builder = ChunkBuilder()
        for id in 0..<5_000 { builder.append(Listing(id: "k\(id)", title: "x")) }
        let path = try folder.write("a.ids.kln", builder.finish(.fast).ids)
        let index = try IDIndex(path: path)
        for id in 0..<5_000 {
            let found = index.candidates(Fingerprint.of("k\(id)"))
            #expect(found == [id])
        }
        for key in [0, 1, UInt64.max, Fingerprint.of("nobody")] {
            #expect(index.candidates(key).isEmpty)
        }
    }
}
