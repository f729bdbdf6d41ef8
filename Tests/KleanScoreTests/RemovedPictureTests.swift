import KleanCore
import KleanModel
import KleanScore
import Testing

/// Pictures of listings that were taken down, shown again.
@Suite struct RemovedPictureTests {
    /// The shipped model with one entry of each kind: removed 0, official 1, authorised 2, stop 3.
    static let judge = Result {
        var model = try ModelSource.load(Judge.shippedSource).model
        var banks = BankTable()
        let kinds: [BankKind] = [.removed, .official, .authorised, .stop]
        for (number, kind) in kinds.enumerated() {
            let entry = UInt32(number)
            banks.banks.append(
                Bank(
                    name: "\(kind)", kind: kind, target: .image, radiusBits: 31, qualityMin: 50,
                    entries: entry..<entry + 1))
            banks.hashes.append(Hash256(UInt64(number), 0, 0, 0))
            banks.brands.append(kind == .removed ? Missing.uint32 : 0)
            banks.entryIDs.append("e\(number)".utf8)
            banks.notes.append("".utf8)
        }
        model.banks = banks
        return try Judge(model)
    }

    func judged(_ matches: [(entry: UInt32, distance: UInt16)]) throws -> Judged {
        let pairs = matches.map {
            ListingPair(
                row: 0, kind: .image, slot: 0, entry: $0.entry, distance: $0.distance, quality: 90,
                fingerprint: 7)
        }
        let listing = TestListing(title: "가죽 숄더백", category: "숄더백", pictures: [90])
        return try Self.judge.get().judge(listing, pairs: pairs)
    }

    private func part(_ judged: Judged) -> Fixed {
        judged.entry.contributions[Term.clusterRemoved.rawValue]
    }

    @Test func nearerPicturesCountMore() throws {
        let strong = try judged([(0, 4)])
        #expect(strong.has(.clusterRemoved))
        #expect(part(strong) == Fixed(1.5))
        let evidence = try #require(strong.entry.evidence.first { $0.code == .clusterRemoved })
        #expect(evidence.a == 4 && evidence.b == 0 && evidence.c == 90)
        let far = try judged([(0, 28)])
        #expect(part(far) > .zero && part(far) < part(strong))
        #expect(strong.entry.subScores[Scorer.image.rawValue].raw == .zero)
    }

    /// Honest resellers show the brand's own pictures, too, and banners mean nothing.
    @Test(arguments: [1, 2, 3] as [UInt32])
    func sharedPictureTellsNothing(_ other: UInt32) throws {
        let found = try judged([(0, 4), (other, 6)])
        #expect(!found.has(.clusterRemoved))
        #expect(part(found) == .zero)
    }
}
