import KleanColumns
import KleanCore
import KleanModel
import KleanText
import Testing

/// The source model that the project ships loads without a fault, builds, and holds what its
/// documentation promises.
@Suite struct ShippedModelTests {
    static let folder = packageRoot + "/cluster/model"

    @Test func sourceIsValidAndLargeEnough() throws {
        let source = try ModelSource.load(Self.folder)
        #expect(source.warnings == [])
        #expect(source.model.brands.count >= 200)
        #expect(source.model.lexicon.count >= 90)
        #expect(source.model.prices.count >= 24)
        #expect(source.model.fx.currencies.count >= 20)
    }
}
