import Foundation
import KleanCatalog
import KleanCore
import KleanImage
import Testing

/// Catalog rows that name pictures get their hashes, once for each content, and failures are
/// counted
/// by reason.
@Suite struct PicturePackTests {
    /// A picture of its own for each seed, as PGM.
    private func picture(_ seed: Int) -> [UInt8] {
        var value = UInt64(seed &* 2_654_435_761 &+ 1)
        let blocks = (0..<64).map { _ -> UInt8 in
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: value >> 40)
        }
        let pixels = (0..<96 * 96).map { (pixel: Int) -> UInt8 in
            let (row, column) = (pixel / 96, pixel % 96)
            return blocks[row / 12 * 8 + column / 12]
        }
        return Array("P5 96 96 255\n".utf8) + pixels
    }

    private func packed(
        _ rows: String, _ folder: TemporaryFolder, store: String, cache: String? = nil
    ) throws -> (listings: [Listing], tally: PictureShelf.Tally, notes: [String]) {
        let path = try folder.write("rows.csv", "id,title,image\n" + rows)
        let shelf = PictureShelf(
            folder: folder.path, cachePath: folder.file(cache ?? "cache"))
        var mapping = Mapping()
        mapping.pictures = shelf
        var job = PackJob(
            inputs: [PackInput(path: path, mapping: mapping)], store: folder.file(store))
        job.blockBytes = 64
        job.threads = 2
        _ = try job.run()
        let all = try listings(folder.file(store))
        return (all, shelf.tally, shelf.close())
    }

    @Test func severalToARowInTheirOrder() throws {
        let folder = try TemporaryFolder()
        for seed in 0..<4 { try folder.write("p\(seed).pgm", picture(seed)) }
        try folder.write("with, comma.pgm", picture(9))
        let expected = try (0..<4).map { try PictureFile.transform(picture($0)).pdq }
        let (all, tally, _) = try packed(
            """
            a,one,p0.pgm
            b,two,p1.pgm|p2.pgm
            c,web,https://shop.example/x/p3.pgm?w=1
            d,comma,"p1.pgm, p3.pgm"
            e,named,"with, comma.pgm"
            f,json,"[""p2.pgm"", ""p0.pgm""]"
            """, folder, store: "store")
        let hashes = all.map { $0.images.map(\.hash) }
        let pdq = expected.map(\.hash)
        #expect(
            hashes == [
                [pdq[0]], [pdq[1], pdq[2]], [pdq[3]], [pdq[1], pdq[3]],
                [try PictureFile.transform(picture(9)).pdq.hash], [pdq[2], pdq[0]],
            ])
        #expect(all[0].images[0].quality == expected[0].quality)
        #expect(tally.hashed + tally.known == 9 && tally.failed == 0)
    }

    /// Regions of all pictures of a row, likeliest first of each, from the cache the second time; a
    /// catalog's own logo hashes stand.
    @Test func logoRegionsArePacked() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.pgm", logo(x: 40))
        try folder.write("b.pgm", logo(x: 90))
        let own = String(repeating: "12", count: 32)
        let path = try folder.write(
            "rows.csv", "id,title,image,logo_hash\nr,t,a.pgm|b.pgm,\ns,t,a.pgm,\(own)\n")
        var finder = LogoFinder()
        let expected = try ["a", "b"].map { name in
            finder.regions(
                try PictureDecoder().decode(logo(x: name == "a" ? 40 : 90)).pixels)
        }
        #expect(!expected[0].isEmpty && !expected[1].isEmpty)
        for round in 0..<2 {
            let shelf = PictureShelf(
                folder: folder.path, cachePath: folder.file("cache"), logos: true)
            var mapping = Mapping()
            mapping.pictures = shelf
            let store = folder.file("store\(round)")
            _ = try PackJob(inputs: [PackInput(path: path, mapping: mapping)], store: store).run()
            let all = try listings(store)
            #expect(all[0].logos.count == min(16, expected[0].count + expected[1].count))
            #expect(all[0].logos[0].hash == expected[0][0].hash)
            #expect(all[0].logos[1].hash == expected[1][0].hash)
            let box = expected[0][0].box
            #expect(
                all[0].logos[0].box
                    == LogoBox.pack(
                        x: UInt16(box.x), y: UInt16(box.y), width: UInt16(box.width),
                        height: UInt16(box.height)))
            #expect(all[1].logos.map(\.hash.hex) == [own])
            #expect(shelf.tally.hashed == (round == 0 ? 2 : 0))
            #expect(shelf.close().isEmpty)
            let families = [
                PDQ.family, LogoShape.version, HashFamily.concealed,
            ].sorted()
            #expect(try Store(path: store).manifest.hashFamilies == families)
            // A store of another descriptor's version is not read.
            let manifest = store + "/manifests/000001.json"
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            try text.replacingOccurrences(of: LogoShape.version, with: "logo-mask-0")
                .write(toFile: manifest, atomically: true, encoding: .utf8)
            let error = #expect(throws: CatalogError.self) { try Store(path: store) }
            #expect("\(try #require(error))".contains("logo-mask-0"))
        }
    }

    /// A dark arrow of blocks on a light ramp, as PGM.
    private func logo(x left: Int) -> [UInt8] {
        let shape = [
            "...#....", "...##...", "#######.", "########", "#######.", "...##...", "...#....",
        ]
        .map(Array.init)
        let pixels = (0..<200 * 160).map { (pixel: Int) -> UInt8 in
            let (row, column) = ((pixel / 200 - 40) / 8, (pixel % 200 - left) / 8)
            let isInside =
                pixel / 200 >= 40 && pixel % 200 >= left && row < 7 && column < 8
            return isInside && shape[row][column] == "#" ? 20 : UInt8(200 + pixel % 200 / 8)
        }
        return Array("P5 200 160 255\n".utf8) + pixels
    }

    /// What cannot be hashed is counted by reason; the row is packed all the same, and nothing
    /// outside the folder is read.
    @Test func failuresAreCountedByReason() throws {
        let folder = try TemporaryFolder()
        try folder.write("cut.pgm", Array(picture(1).dropLast(10)))
        try folder.write("text.jpg", "no picture")
        try folder.write("empty.png", [UInt8]())
        let (all, tally, _) = try packed(
            "a,t,cut.pgm\nb,t,text.jpg\nc,t,empty.png\nd,t,gone.jpg\ne,t,../../etc/passwd\n",
            folder, store: "store")
        #expect(all.count == 5)
        #expect(all.allSatisfy { $0.images.isEmpty })
        func count(_ reason: PictureFailure) throws -> Int {
            tally.failures[try #require(PictureFailure.allCases.firstIndex(of: reason))]
        }
        #expect(try count(.truncated) == 1)
        #expect(try count(.unknownFormat) == 1)
        #expect(try count(.empty) == 1)
        #expect(try count(.missing) == 2)
    }

    /// By content: a new name of a known picture costs nothing, a changed file is hashed again, a
    /// damaged cache is told and replaced.
    @Test func aSecondPackHashesOnlyWhatIsNew() throws {
        let folder = try TemporaryFolder()
        for seed in 0..<3 { try folder.write("p\(seed).pgm", picture(seed)) }
        let rows = "a,t,p0.pgm\nb,t,p1.pgm\nc,t,p2.pgm\n"
        let first = try packed(rows, folder, store: "s1")
        #expect(first.tally.hashed == 3 && first.tally.known == 0 && first.notes == [])
        try folder.write("renamed.pgm", picture(1))
        try folder.write("p2.pgm", picture(7))
        let second = try packed(
            "a,t,p0.pgm\nb,t,renamed.pgm\nc,t,p2.pgm\n", folder, store: "s2")
        #expect(second.tally.hashed == 1 && second.tally.known == 2)
        #expect(second.listings[1].images == first.listings[1].images)
        #expect(second.listings[2].images != first.listings[2].images)
        try folder.write("cache", Array("not a cache".utf8))
        let third = try packed(rows, folder, store: "s3")
        #expect(third.tally.hashed == 3 && third.notes.count == 1)
        let fourth = try packed(rows, folder, store: "s4")
        #expect(fourth.tally.known == 3 && fourth.notes == [])
    }
}
