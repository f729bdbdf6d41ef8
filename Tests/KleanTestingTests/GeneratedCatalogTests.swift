import KleanCatalog
import KleanCore
import KleanTesting
import Testing

/// A generated catalog must look like a marketplace's, or what is measured on it means nothing.
@Suite struct GeneratedCatalogTests {
    @Test func seedsRepeat() {
        let first = GeneratedCatalog(rows: 3_000, seed: 5, bankEntries: 200).chunk(1)
        let again = GeneratedCatalog(rows: 3_000, seed: 5, bankEntries: 200).chunk(1)
        let other = GeneratedCatalog(rows: 3_000, seed: 6, bankEntries: 200).chunk(1)
        #expect(first.hot == again.hot)
        #expect(first.cold == again.cold)
        #expect(first.planted == again.planted)
        #expect(first.hot != other.hot)
    }

    /// The same listings can be had in chunks of any size.
    @Test func chunkSizeDoesNotChangeTheListings() {
        let one = GeneratedCatalog(rows: 2_000, seed: 12, bankEntries: 100, rowsPerChunk: 2_000)
        let many = GeneratedCatalog(rows: 2_000, seed: 12, bankEntries: 100, rowsPerChunk: 300)
        #expect(one.listings() == many.listings())
        #expect(one.chunk(0).planted == (0..<many.chunkCount).flatMap { many.chunk($0).planted })
    }

    /// A chunk needs no other chunk: they can be made in any order and by any thread.
    @Test func ordinalsFollowChunks() {
        let catalog = GeneratedCatalog(rows: 2_500, seed: 1, bankEntries: 100, rowsPerChunk: 1_000)
        #expect(catalog.chunkCount == 3)
        let last = catalog.chunk(2)
        #expect(last.hot.rowCount == 500)
        #expect(last.cold.id.string(0) == "G000002000")
        #expect(Array(last.cold.id[499]) == GeneratedCatalog.id(ofOrdinal: 2_499))
        #expect(last.planted.allSatisfy { (2_000..<2_500).contains(Int($0.ordinal)) })
    }

    @Test func smallCatalogsKeepManyWorkersBusy() {
        #expect(GeneratedCatalog(rows: 100_000, seed: 1, bankEntries: 16).chunkCount == 16)
        #expect(GeneratedCatalog(rows: 1, seed: 1, bankEntries: 0).chunk(0).hot.rowCount == 1)
    }

    /// Over a million rows: lengths, hashes, words, sellers and the planted share are as stated.
    @Test func statisticsAreThoseOfAMarketplace() {
        let catalog = GeneratedCatalog(rows: 1_000_000, seed: 1)
        var tokens: Set<UInt64> = []
        var brands: Set<UInt64> = []
        var titleBytes = 0
        var images = 0
        var logos = 0
        var poor = 0
        var won = 0
        var planted = [Int](repeating: 0, count: Plant.allCases.count)
        for number in 0..<catalog.chunkCount {
            let chunk = catalog.chunk(number)
            let hot = chunk.hot
            titleBytes += hot.title.bytes.count
            images += hot.images.hashes.count
            logos += hot.logos.hashes.count
            poor += hot.images.quality.count { $0 < 50 }
            won += hot.currency.count { $0 == Currency.krw.packed }
            for row in 0..<hot.rowCount {
                for token in hot.title[row].split(separator: 32) {
                    tokens.insert(Fingerprint.of(token))
                }
            }
            for value in 0..<hot.brand.values.count {
                brands.insert(Fingerprint.of(hot.brand.values[value]))
            }
            for row in chunk.planted { planted[Int(row.kind.rawValue)] += 1 }
        }
        let rows = 1_000_000.0
        #expect((60...70).contains(Double(titleBytes) / rows))
        #expect((1.95...2.05).contains(Double(images) / rows))
        #expect((0.45...0.55).contains(Double(logos) / rows))
        #expect((0.01...0.05).contains(Double(poor) / Double(images)))
        #expect((0.9...0.97).contains(Double(won) / rows))
        #expect(tokens.count >= 200_000)
        #expect(brands.count >= 400)
        let all = planted.reduce(0, +)
        #expect((4_700...5_300).contains(all))
        #expect(planted.allSatisfy { $0 > 200 })
    }

    @Test func everyColumnIsFilled() {
        let catalog = GeneratedCatalog(rows: 20_000, seed: 2, bankEntries: 1_000)
        var filled = [String: Int]()
        for listing in catalog.listings() {
            let texts = [
                "title": listing.title, "brand": listing.brand, "category": listing.category,
                "seller": listing.seller, "shop": listing.shop, "url": listing.url,
                "imageRef": listing.imageRef, "options": listing.options,
                "originalTitle": listing.originalTitle, "shipping": listing.shipping,
                "label": listing.logos.first?.label ?? [],
            ]
            for (name, text) in texts where !text.isEmpty { filled[name, default: 0] += 1 }
            if listing.price != Missing.int64 { filled["price", default: 0] += 1 }
            if listing.orders != Missing.uint32 { filled["orders", default: 0] += 1 }
            if listing.condition != nil { filled["condition", default: 0] += 1 }
            if listing.condition == .used { filled["used", default: 0] += 1 }
            if listing.currency != .krw { filled["foreign", default: 0] += 1 }
        }
        #expect(filled["title"] == 20_000)
        #expect(filled["seller"] == 20_000)
        for name in ["price", "orders", "condition", "category", "url", "imageRef"] {
            #expect(filled[name] ?? 0 > 18_000, "\(name)")
        }
        for name in ["brand", "label", "options", "shipping", "used", "foreign"] {
            #expect(filled[name] ?? 0 > 500, "\(name)")
        }
        #expect(filled["originalTitle"] ?? 0 > 50)
    }

    /// What scans must leave alone is there, and is no plant.
    @Test func honestLookAlikesAreThere() {
        let catalog = GeneratedCatalog(rows: 60_000, seed: 4, bankEntries: 2_000)
        var found = [String: Int]()
        for number in 0..<catalog.chunkCount {
            let chunk = catalog.chunk(number)
            let planted = Set(chunk.planted.map { Int($0.ordinal) })
            let first = catalog.ordinals(ofChunk: number).lowerBound
            for row in 0..<chunk.hot.rowCount where !planted.contains(first + row) {
                let title = chunk.hot.title.string(row)
                for word in ["호환", "용 ", "for ", "레플리카", "1:1", "AAA", "이미", "S급", "오메가3"]
                where title.contains(word) {
                    found[word, default: 0] += 1
                }
                if chunk.hot.shop.string(row).hasSuffix("공식스토어") {
                    found["official store", default: 0] += 1
                }
            }
        }
        for word in ["호환", "용 ", "for ", "official store"] { #expect(found[word] ?? 0 > 500) }
        for word in ["레플리카", "1:1", "AAA", "이미", "S급", "오메가3"] {
            #expect(found[word] ?? 0 > 10, "\(word)")
        }
    }

    /// Banners stand with very many sellers and brands; a seller's own pictures do not.
    @Test func bannersAreShared() {
        let chunk = GeneratedCatalog(
            rows: 60_000, seed: 4, bankEntries: 2_000, rowsPerChunk: 60_000
        ).chunk(0)
        var sellers: [Hash256: Set<UInt32>] = [:]
        for row in 0..<chunk.hot.rowCount {
            for place in chunk.hot.images.range(row) {
                sellers[chunk.hot.images.hashes[place], default: []]
                    .insert(chunk.hot.seller.codes[row])
            }
        }
        let shared = sellers.values.map(\.count).sorted(by: >)
        #expect(shared.prefix(3).allSatisfy { $0 > 5 })
        #expect(shared.count { $0 == 1 } > shared.count * 8 / 10)
    }
}
