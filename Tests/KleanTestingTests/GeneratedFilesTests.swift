import Foundation
import KleanCatalog
import KleanCore
import KleanModel
import KleanTesting
import Testing

/// A folder that vanishes with the value.
final class ScratchFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "klean-generate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What `klean generate` leaves on disk.
@Suite struct GeneratedFilesTests {
    @Test func threadsDoNotChangeTheFiles() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(
            rows: 20_000, seed: 9, bankEntries: 300, rowsPerChunk: 1_500)
        let one = try catalog.write(to: folder.path + "/one", threads: 1)
        let three = try catalog.write(to: folder.path + "/three", threads: 3)
        #expect(one.store.digest == three.store.digest)
        #expect(one.planted == three.planted)
        for name in ["truth.csv", "model-source/prices.tsv", "model-source/banks/official.tsv"] {
            let first = try Data(contentsOf: URL(filePath: "\(folder.path)/one/\(name)"))
            let second = try Data(contentsOf: URL(filePath: "\(folder.path)/three/\(name)"))
            #expect(first == second, "\(name)")
        }
    }

    @Test func truthIsInTheStore() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(rows: 30_000, seed: 2, bankEntries: 1_000)
        let files = try catalog.write(to: folder.path, threads: 2)
        try files.store.verify()
        #expect(files.store.manifest.rows == 30_000)
        let text = try String(contentsOfFile: folder.path + "/truth.csv", encoding: .utf8)
        let lines = text.split(separator: "\n").dropFirst()
        #expect(lines.count == files.planted.count)
        for (line, row) in zip(lines, files.planted) {
            let cells = line.split(separator: ",").map(String.init)
            #expect(try files.store.lookup(cells[0]) == row.ordinal)
            #expect(cells[1] == row.kind.name)
        }
        #expect(files.plantedByKind.allSatisfy { $0.rows > 0 })
    }

    @Test func anExistingStoreIsLeftAlone() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(rows: 2_000, seed: 1, bankEntries: 50)
        _ = try catalog.write(to: folder.path, threads: 1)
        #expect(throws: CatalogError.storeExists(path: folder.path + "/store")) {
            _ = try catalog.write(to: folder.path, threads: 1)
        }
        try Store(path: folder.path + "/store").verify()
    }

    /// `pack` reads the CSV back into the same listings.
    @Test func csvPacksIntoTheSameListings() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(rows: 3_000, seed: 8, bankEntries: 100)
        let bytes = try catalog.writeCSV(to: folder.path + "/rows.csv")
        #expect(bytes > 3_000 * 300)
        let job = PackJob(
            inputs: [PackInput(path: folder.path + "/rows.csv")], store: folder.path + "/store")
        let report = try job.run()
        #expect(report.liveRows == 3_000)
        let store = try Store(path: folder.path + "/store")
        let chunk = catalog.chunk(0)
        for row in stride(from: 0, to: chunk.hot.rowCount, by: 97) {
            var expected = chunk.listing(row)
            var found = try store.row(UInt32(row))
            // Packing settles titles again, and keeps what they were.
            expected.originalTitle = []
            found.originalTitle = []
            #expect(found == expected)
        }
    }
}

/// What a generated model source holds must be what the model builder takes, and what the planted
/// rows lean on.
@Suite struct ModelSourceTests {
    @Test func buildsAndKnowsThePlants() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(
            rows: 60_000, seed: 3, bankEntries: 2_000, rowsPerChunk: 60_000)
        try catalog.writeModelSource(to: folder.path)
        let model = try ModelSource.load(folder.path).model
        #expect(model.brands.count >= 200)
        #expect(model.prices.count > 1_000)
        // A generated catalog has no history: nothing was removed from it.
        #expect(
            Set(model.banks.banks.map(\.kind)) == Set(BankKind.allCases).subtracting([.removed]))
        let images = model.banks.banks.filter { $0.target == .image }
        #expect(images.reduce(0) { $0 + $1.entries.count } == 2_000)

        let chunk = catalog.chunk(0)
        func nearest(_ row: Int, _ kind: BankKind, _ target: BankTarget) -> Int {
            let list = target == .image ? chunk.hot.images : chunk.hot.logos
            let banks = model.banks.banks.filter { $0.kind == kind && $0.target == target }
            let entries = banks.flatMap {
                model.banks.hashes[Int($0.entries.lowerBound)..<Int($0.entries.upperBound)]
            }
            return list.range(row).flatMap { place in
                entries.map { $0.distance(to: list.hashes[place]) }
            }.min() ?? 256
        }
        for plant in chunk.planted {
            let row = Int(plant.ordinal)
            switch plant.kind {
            case .fakePicture, .newSellerFakePicture:
                #expect(nearest(row, .confirmedFake, .image) <= 24)
            case .officialPictureLowPrice, .officialPictureOtherBrand:
                #expect(nearest(row, .official, .image) <= 8)
            case .authorisedPictureCopied: #expect(nearest(row, .authorised, .image) <= 6)
            case .logoWithoutBrand, .logoOfOtherBrand:
                #expect(nearest(row, .official, .logo) <= 16)
            default: break
            }
            let seller = Model.sellerKey(chunk.hot.seller[row] ?? [])
            #expect(!model.brands.authorisedSellers.contains(seller))
        }
    }

    /// The sellers of goods with an official store's name are mostly the authorised ones.
    @Test func authorisedSellersAreListed() throws {
        let folder = try ScratchFolder()
        let catalog = GeneratedCatalog(rows: 20_000, seed: 3, bankEntries: 100)
        try catalog.writeModelSource(to: folder.path)
        let model = try ModelSource.load(folder.path).model
        var authorised = 0
        for listing in catalog.listings() {
            guard let brand = model.brands.brand(fieldKey: Model.nameKey(listing.brand)) else {
                continue
            }
            let key = Model.sellerKey(listing.seller)
            if model.brands.isAuthorised(brand: brand, sellerKey: key) { authorised += 1 }
        }
        #expect((2_000...4_000).contains(authorised))
    }
}
