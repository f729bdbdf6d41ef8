import Foundation
import KleanModel
import KleanTesting
import Testing

/// What a generated model source holds must be what the model builder takes.
@Suite struct ModelSourceTests {
    @Test func buildsWithoutFaults() throws {
        let folder = NSTemporaryDirectory() + "klean-model-source-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let catalog = GeneratedCatalog(rows: 1_000, seed: 3, bankEntries: 1_000)
        try catalog.writeModelSource(to: folder)
        let source = try ModelSource.load(folder)
        print(source.model.brands.count, source.model.prices.count, source.model.banks.entryCount)
        print(source.warnings.count, source.warnings.prefix(10))
        #expect(source.model.brands.count >= 200)
    }
}
