import KleanCatalog
import KleanCore
import KleanTesting
import Testing

@Suite struct GeneratedCatalogTests {
    @Test func printsStatistics() {
        let clock = ContinuousClock()
        var catalog: GeneratedCatalog?
        print("setup", clock.measure { catalog = GeneratedCatalog(rows: 1_000_000, seed: 1) })
        var chunk: GeneratedChunk?
        for _ in 0..<3 {
            print("chunk", clock.measure { chunk = catalog!.chunk(0) })
        }
        let hot = chunk!.hot
        print("title", Double(hot.title.bytes.count) / Double(hot.rowCount))
        print("images", Double(hot.images.quality.count) / Double(hot.rowCount))
        print("logos", Double(hot.logos.quality.count) / Double(hot.rowCount))
        print("planted", chunk!.planted.count, hot.rowCount)
        print("sellers", hot.seller.values.count, hot.brand.values.count)
        var bits = 0
        for hash in hot.images.hashes { bits += hash.distance(to: Hash256(0, 0, 0, 0)) }
        print("bits", Double(bits) / Double(hot.images.hashes.count))
        for row in 0..<60 {
            let l = chunk!.listing(row)
            print(l.price, hot.brand.string(row), "|", hot.title.string(row), "|", hot.shop.string(row), hot.category.string(row))
        }
        for plant in chunk!.planted.prefix(40) {
            let row = Int(plant.ordinal)
            print(plant.kind, hot.price[row], hot.brand.string(row), "|", hot.title.string(row), "|", hot.shop.string(row), hot.seller.string(row))
        }
    }
}
