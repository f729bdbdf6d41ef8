import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// What an exported store says is read back as it was, however odd its texts.
@Suite struct ExactRowTests {
    private static let texts: [[UInt8]] = [
        [], Array("나이키 운동화".utf8), Array("a,b\"c\"d".utf8), Array("&amp;lt; & &#45;".utf8),
        Array("C:\\new\\x41".utf8), [0xC3, 0x28, 0x41, 0xFF], Array("two\nlines\tand\0nul".utf8),
        Array(" padded ".utf8), Array("-".utf8), Array("null".utf8), Array("[\"x\",\"y\"]".utf8),
        Array("'quoted' | bar\\p".utf8), Array("\u{FEFF}bom\u{2028}".utf8), Array("title".utf8),
    ]

    private static func odd(_ seed: UInt64, _ count: Int) -> [Listing] {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        func text() -> [UInt8] { texts[next(texts.count)] }
        return (0..<count).map { number in
            var listing = Listing(id: Array("\(number) ".utf8) + text())
            listing.title = number % 9 == 0 ? [] : text() + Array("\(number)".utf8)
            listing.brand = text()
            listing.category = text()
            listing.seller = text()
            listing.shop = text()
            let codes = ["KRW", "USD", "KWD", "BRL"]
            listing.currency = next(5) == 0 ? .missing : Currency(code: codes[next(4)]) ?? .krw
            listing.price = next(4) == 0 ? Missing.int64 : Int64(next(2_000_000) + 1)
            listing.condition = next(2) == 0 ? nil : Condition.allCases[next(3)]
            listing.images = (0..<next(3)).map { _ in
                ImageHash(
                    hash: Hash256(UInt64(next(1 << 30)), 1, 2, UInt64(next(9))),
                    quality: next(3) == 0 ? Missing.uint8 : UInt8(next(101)))
            }
            listing.logos = (0..<next(3)).map { _ in
                LogoHash(
                    hash: Hash256(3, UInt64(next(1 << 30)), 2, 1), quality: UInt8(next(101)),
                    label: text(),
                    box: next(2) == 0
                        ? LogoBox.missing : LogoBox.pack(x: 1, y: 2, width: 300, height: 65_535))
            }
            listing.orders = next(2) == 0 ? Missing.uint32 : UInt32(next(1 << 20))
            listing.refunds = next(2) == 0 ? Missing.uint32 : 0
            listing.complaints = next(2) == 0 ? Missing.uint32 : UInt32(next(5))
            listing.listedAt = [Missing.int64, 0, 1_709_164_799, 7_258_118_399, -5][next(5)]
            listing.url = text()
            listing.imageRef = text()
            listing.options =
                next(2) == 0
                ? text() : Array("본품:\(next(900_000) + 9)원 | 줄:\(next(9_000) + 9)원".utf8)
            listing.originalTitle = text()
            listing.shipping = text()
            return listing
        }
    }

    /// Exported cells, written as CSV and as JSON Lines, packed at other chunk sizes, give the
    /// same listings and the same catalog digest.
    @Test(arguments: [1, 2, 3] as [UInt64], [true, false])
    func oddListingsComeBack(_ seed: UInt64, _ isCSV: Bool) throws {
        let folder = try TemporaryFolder()
        let odd = Self.odd(seed, 500)
        let writer = try StoreWriter.create(folder.file("s"))
        var builder = ChunkBuilder()
        for listing in odd { builder.append(listing) }
        let store = try writer.commit([try writer.write(builder.finish(.fast), index: 0)])
        var text = isCSV ? ExactRow.columns.joined(separator: ",") + "\n" : ""
        for listing in odd {
            let cells = ExactRow.cells(listing)
            if isCSV {
                text +=
                    cells.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
                    .joined(separator: ",") + "\n"
            } else {
                let pairs = Dictionary(uniqueKeysWithValues: zip(ExactRow.columns, cells))
                let line = try JSONSerialization.data(withJSONObject: pairs)
                text += String(decoding: line, as: UTF8.self) + "\n"
            }
        }
        let file = try folder.write(isCSV ? "e.csv" : "e.jsonl", text)
        let report = try pack([file], into: folder.file("t"), rowsPerChunk: 77)
        #expect(report.total.packed == 500 && report.total.read == 500, "seed \(seed)")
        let again = try Store(path: folder.file("t"))
        let back = try listings(folder.file("t"))
        for (old, new) in zip(odd, back) { #expect(old == new, "seed \(seed)") }
        #expect(try again.catalogDigest(threads: 2) == store.catalogDigest(threads: 1))
        func prices(_ store: Store) throws -> [[Int64]] {
            try store.manifest.chunks.indices.flatMap { chunk in
                let hot = try store.hotColumns(chunk)
                return (0..<hot.rowCount).map { row in
                    hot.options.range(row).map { hot.options.prices[$0] }
                }
            }
        }
        let kept = try prices(store)
        #expect(kept.contains { $0.count == 2 }, "seed \(seed)")
        #expect(try prices(again) == kept, "seed \(seed)")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_164_799, "2024-02-28T23:59:59Z"), (7_258_118_399, "2199-12-31T23:59:59Z"),
        ] as [(Int64, String)]) func datesReadAsTheyAreWritten(_ seconds: Int64, _ text: String)
    {
        #expect(CalendarDate.text(seconds) == text)
    }
}
