import KleanCatalog
import KleanCore
import KleanModel
import KleanScore
import Testing

/// Chunks whose hashes are joined at once give what each of them gives alone, byte for byte.
@Suite struct SurveyBatchTests {
    /// The shipped model with pictures, one of them twice, and logos.
    private static let surveyor = Result {
        var model = try ModelSource.load(Judge.shippedSource).model
        var banks = BankTable()
        for (number, target) in [BankTarget.image, .image, .logo].enumerated() {
            let entries = UInt32(4 * number)..<UInt32(4 * number + 4)
            banks.banks.append(
                Bank(
                    name: "\(number)", kind: .confirmedFake, target: target, radiusBits: 31,
                    qualityMin: 50, entries: entries))
            for entry in entries {
                // The second bank's first entry is the first's.
                banks.hashes.append(hash(entry == 4 ? 0 : Int(entry)))
                banks.brands.append(Missing.uint32)
                banks.entryIDs.append("e\(entry)".utf8)
                banks.notes.append("".utf8)
            }
        }
        model.banks = banks
        return Surveyor(try ScoringModel(model, kernels: .best))
    }

    private static func hash(_ number: Int) -> Hash256 {
        let word = Fingerprint.mix(UInt64(number + 1))
        return Hash256(word, ~word, Fingerprint.mix(word), UInt64(number))
    }

    /// Listings that each show an entry's picture, or one bit beside it, or none, and a logo.
    private func chunk(_ rows: Int, seed: Int) -> HotColumns {
        let listings = (0..<rows).map { row in
            TestListing(title: "가방 \(row)", category: "가방", seller: "s\(row % 3)", won: 9_000)
        }
        var columns = Judge.columns(listings)
        columns.images = HashList()
        columns.logos = HashList()
        for row in 0..<rows {
            for picture in 0..<(row + seed) % 3 {
                let entry = Self.hash((row + picture + seed) % 8)
                let isNear = row % 2 == 0
                columns.images.append(
                    Hash256(
                        entry.word0 ^ (isNear ? 1 : 0), entry.word1, entry.word2, entry.word3),
                    quality: row % 5 == 0 ? 40 : 90)
            }
            columns.images.endRow()
            if row % 4 == 1 { columns.logos.append(Self.hash(8 + row % 4), quality: 80) }
            columns.logos.endRow()
        }
        return columns
    }

    @Test func resultsAreThoseOfEachAlone() throws {
        let surveyor = try Self.surveyor.get()
        var scopes: [SurveyScope] = [
            .init(firstOrdinal: 0, catalogRows: 71), .init(firstOrdinal: 50, catalogRows: 71),
        ]
        scopes[1].deadRows = [0, 2, 3, 17]
        scopes += [
            .init(firstOrdinal: 70, catalogRows: 71), .init(firstOrdinal: 71, catalogRows: 71),
        ]
        // One chunk is empty, one has no pictures.
        let sizes = [50, 20, 0, 1]
        let chunks = zip(sizes, scopes).enumerated().map { seed, part in
            (columns: chunk(part.0, seed: seed), scope: part.1)
        }
        let together = surveyor.survey(chunks)
        #expect(together.count == chunks.count)
        for (chunk, result) in zip(chunks, together) {
            let alone = surveyor.survey(chunk.columns, scope: chunk.scope)
            #expect(result.result.encoded().bytes == alone.result.encoded().bytes)
        }
        #expect(together[0].result.pairs.contains { $0.kind == .logo })
        #expect(together[0].result.pairs.contains { $0.kind == .image })
        #expect(!together[1].result.pairs.isEmpty)
        #expect(!together[1].result.pairs.contains { [0, 2, 3, 17].contains($0.row) })
        #expect(surveyor.survey([]).isEmpty)
    }
}
