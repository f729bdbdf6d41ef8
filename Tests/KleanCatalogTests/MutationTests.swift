import Foundation
import KleanCatalog
import KleanCore
import Testing

/// Files of every kind, mutated: bytes flipped, cut, spliced, quotes and brackets unbalanced. Each
/// ends in a store or in one typed error, with every record accounted for. KLEAN_MUTATIONS names a
/// longer run, which prints its figures.
@Suite struct MutationTests {
    private static let count =
        ProcessInfo.processInfo.environment["KLEAN_MUTATIONS"].flatMap(Int.init) ?? 240
    private static let seed: UInt64 = 0x6D75_7461_7465

    /// Made-up catalogs, one of each format, packing and encoding.
    private static let examples: [(name: String, bytes: [UInt8])] = {
        var csv = "\u{FEFF}특가 목록,,,\n상품번호,상품명,판매가,브랜드\n"
        var lines = ""
        for row in 0..<40 {
            csv += "\(row),\"가방 \"\"A\(row)\"\"\n둘째 줄\",\"\(row),900원\",나이키\r\n"
            lines += #"{"id":\#(row),"item":{"title":"bag <b>\#(row)</b> &amp; ☃"},"#
            lines += #""price":"$1,2\#(row).50"}"# + "\n"
        }
        let records = lines.split(separator: "\n").joined(separator: ",\n")
        let tabs = csv.replacing(",", with: "\t")
        var wide: [UInt8] = [0xFF, 0xFE]
        for unit in csv.utf16 { wide += [UInt8(unit & 255), UInt8(unit >> 8)] }
        return [
            ("t.csv", Array(csv.utf8)), ("t.tsv", Array(tabs.utf8)), ("t.jsonl", Array(lines.utf8)),
            ("t.json", Array("[\(records)]".utf8)), ("wide.csv", wide),
            ("deep.json", Array("{\"a\":{\"pages\":[{\"rows\":[\(records)]}]}}".utf8)),
            ("t.csv.gz", InputTests.streams[0].bytes), ("t.csv.zst", InputTests.streams[3].bytes),
            ("t.csv.lz4", InputTests.streams[4].bytes), ("t.tar.gz", InputTests.tar.bytes),
            ("t.zip", InputTests.zip.bytes),
        ]
    }()

    @Test func everyRecordIsAccountedFor() throws {
        let folder = try TemporaryFolder()
        var outcomes: [String: Int] = [:]
        var read: UInt64 = 0
        var slowest = Duration.zero
        for round in 0..<Self.count {
            var random = SplitMix(seed: Self.seed &+ UInt64(round))
            let example = Self.examples[round % Self.examples.count]
            var bytes = example.bytes
            for _ in 0...Int(random.next() % 5) { mutate(&bytes, &random) }
            let path = try folder.write("\(round)-\(example.name)", bytes)
            let start = ContinuousClock.now
            let store = folder.file("store")
            var outcome = "packed"
            do {
                let report = try pack([path], into: store, threads: 1, blockBytes: 1 << 12)
                for source in report.sources {
                    let tally = source.tally
                    #expect(
                        tally.read == tally.packed + tally.rejected + tally.duplicates,
                        "seed \(Self.seed) round \(round)")
                }
                #expect(report.total.packed == report.liveRows, "round \(round)")
                read += report.total.read
            } catch let error as CatalogError {
                #expect(!FileManager.default.fileExists(atPath: store), "round \(round)")
                outcome = String("\(Mirror(reflecting: error).children.first?.label ?? "\(error)")")
            }
            slowest = max(slowest, ContinuousClock.now - start)
            outcomes[outcome, default: 0] += 1
            try? FileManager.default.removeItem(atPath: store)
            try? FileManager.default.removeItem(atPath: path)
        }
        guard Self.count > 1_000 else { return }
        var usage = rusage()
        getrusage(0, &usage)
        let kinds = outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print(
            "MUTATIONS \(Self.count) files from seed \(Self.seed), \(read) records accounted for; "
                + kinds.joined(separator: ", ")
                + "; slowest \(slowest), peak \(usage.ru_maxrss / 1_024) MB")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = Int(random.next() % UInt64(bytes.count))
        let other = Int(random.next() % UInt64(bytes.count))
        let marks = Array("\",\n\r{}[]\\:\t<&;\u{0}'".utf8)
        switch random.next() % 8 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.insert(marks[Int(random.next() % UInt64(marks.count))], at: place)
        case 4: bytes.remove(at: place)
        case 5: bytes.removeSubrange(min(place, other)..<max(place, other))
        case 6:
            let mark = marks[Int(random.next() % UInt64(marks.count))]
            let many = 1 + Int(random.next() % 2_000)
            bytes.insert(contentsOf: repeatElement(mark, count: many), at: place)
        default:
            let donor = Self.examples[Int(random.next() % UInt64(Self.examples.count))].bytes
            let from = Int(random.next() % UInt64(donor.count))
            bytes.insert(contentsOf: donor[from...].prefix(400), at: place)
        }
    }
}
