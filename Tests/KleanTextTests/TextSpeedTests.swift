import Foundation
import KleanCore
import KleanText
import Testing

/// How long a title takes on one core, in CPU time, least of several runs. At smoke size this only
/// shows that it works; `KLEAN_TEXT_SPEED=1` repeats it enough to be believed and prints.
@Suite(.serialized) struct TextSpeedTests {
    static let isReal = ProcessInfo.processInfo.environment["KLEAN_TEXT_SPEED"] != nil

    static let sharedPath: String = {
        if let path = ProcessInfo.processInfo.environment["KLEAN_SHARED"] { return path }
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.appending(path: "../shared").path
    }()

    static let hasCatalogs = FileManager.default.fileExists(
        atPath: sharedPath + "/data/catalogs/ably_data.csv")

    /// Titles as Korean sellers write them, from words and signs, every fourth word Latin, and
    /// `mentions` patterns for ten titles among them.
    static func syntheticTitles(count: Int, mentions: Int, of patterns: [TextPattern])
        -> ByteStrings
    {
        var random = SeededRandom(42)
        let words = (0..<20_000).map { index -> String in
            let hangul = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                Unicode.Scalar(UInt32(0xAC00 + Int.random(in: 0..<400, using: &random) * 27))
                    .map { String($0) } ?? ""
            }
            let latin = (0..<Int.random(in: 2...8, using: &random)).map { _ in
                String(UnicodeScalar(UInt8.random(in: 97...122, using: &random)))
            }
            return index % 4 == 0 ? latin.joined() : hangul.joined()
        }
        var titles = ByteStrings()
        for row in 0..<count {
            var title = ""
            for _ in 0..<(row + 1) * mentions / 10 - row * mentions / 10 {
                let pattern = patterns.prefix(100).randomElement(using: &random)?.bytes ?? []
                title += String(decoding: pattern, as: UTF8.self) + " "
            }
            while title.utf8.count < 55 {
                // Zipf-like: low numbers are frequent.
                let rank = Double.random(in: 0..<1, using: &random)
                title += words[Int(rank * rank * rank * 19_999)]
                title +=
                    [" ", " ", " ", "/", " - ", "[", "] ", "_"].randomElement(using: &random) ?? ""
            }
            titles.append(title.utf8)
        }
        return titles
    }

    /// The first column of the Korean catalogs.
    static func catalogTitles() throws -> ByteStrings {
        var titles = ByteStrings()
        for name in ["musinsa_data_2026.csv", "ably_data.csv"] {
            let data = try Data(contentsOf: URL(filePath: sharedPath + "/data/catalogs/" + name))
            for line in data.split(separator: 10).dropFirst() {
                if line.first == UInt8(ascii: "\"") {
                    titles.append(line.dropFirst().prefix { $0 != UInt8(ascii: "\"") })
                } else {
                    titles.append(line.prefix { $0 != UInt8(ascii: ",") })
                }
            }
        }
        return titles
    }

    /// About `count` patterns: brands of the Korean alias list if it is there, else made-up ones.
    static func patterns(count: Int) -> [TextPattern] {
        var texts: [String] = []
        let path = sharedPath + "/data/reference/kr_brand_synonyms_hangle.tsv"
        if let file = FileManager.default.contents(atPath: path) {
            for line in String(decoding: file, as: UTF8.self).split(separator: "\n").dropFirst() {
                let cells = line.split(separator: "\t").dropFirst()
                for alias in cells.flatMap({ $0.split(separator: "|") })
                where alias.utf8.count >= 4
                    && alias.unicodeScalars.contains(where: \.properties.isAlphabetic)
                {
                    texts.append(String(alias))
                }
            }
        }
        var random = SeededRandom(3)
        while texts.count < count {
            let hangul = (0..<Int.random(in: 2...5, using: &random)).map { _ in
                Unicode.Scalar(UInt32(0xAC00 + Int.random(in: 0..<11_172, using: &random)))
                    .map { String($0) } ?? ""
            }
            let latin = (0..<Int.random(in: 4...10, using: &random)).map { _ in
                String(UnicodeScalar(UInt8.random(in: 97...122, using: &random)))
            }
            texts.append(texts.count % 2 == 0 ? hangul.joined() : latin.joined())
        }
        return texts.prefix(count).enumerated().map { index, text in
            let isHangul = text.utf8.contains { $0 >= 0xEA }
            return TextPattern(
                text, rule: isHangul ? [.hangulBoundary, .brand] : [.latinBoundary, .brand],
                payload: UInt32(index))
        }
    }

    @Test(arguments: [0, 5, 20])
    func syntheticTitles(_ mentions: Int) throws {
        let patterns = Self.patterns(count: Self.isReal ? 4_000 : 200)
        let titles = Self.syntheticTitles(
            count: Self.isReal ? 200_000 : 500, mentions: mentions, of: patterns)
        try measure("synthetic, \(mentions) mentions in ten", titles, patterns)
    }

    @Test(.enabled(if: hasCatalogs, "the catalogs of ../shared/data are not here"))
    func catalogTitles() throws {
        let patterns = Self.patterns(count: Self.isReal ? 4_000 : 200)
        try measure("catalogs", Self.catalogTitles(), patterns)
    }

    /// The folder in which `bench/titles` left `titles` and `patterns`, a text a line.
    static let given = ProcessInfo.processInfo.environment["KLEAN_TEXT_TITLES"]

    /// The smoke size, for a test run without `bench/titles`.
    static let smoke = [
        "titles": "나이키 에어포스 1 정품\nGucci Marmont Bag\n캔버스 가방 무지\n",
        "patterns": "나이키\ngucci\n",
    ]

    /// What `bench/titles` prints: one JSON object for each kernel, nanoseconds a title.
    @Test func givenTitles() throws {
        func lines(_ name: String) throws -> [Substring] {
            let read = try Self.given.map {
                try String(contentsOf: URL(filePath: $0).appending(path: name), encoding: .utf8)
            }
            let text = read ?? Self.smoke[name] ?? ""
            return
                text
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        }
        let titles = ByteStrings(try lines("titles").map(String.init))
        let patterns = try lines("patterns").enumerated().map { index, text in
            TextPattern(
                Array(text.utf8),
                rule: text.utf8.contains { $0 >= 0xEA }
                    ? [.hangulBoundary, .brand] : [.latinBoundary, .brand],
                payload: UInt32(index))
        }
        for kernels in TextKernels.available {
            let reader = TitleReader(
                scanner: try TitleScanner(patterns: patterns, kernels: kernels),
                nearMisses: NearMissIndex(
                    aliases: patterns.map { (text: $0.bytes, payload: $0.payload) },
                    kernels: kernels),
                pieces: NamePieceIndex(
                    aliases: patterns.map {
                        NamedAlias(
                            text: $0.bytes, payload: $0.payload, owner: $0.payload,
                            isFamous: false)
                    }))
            let speed = try measure(titles, reader)
            print(
                "{\"kernel\": \"\(kernels)\", \"fold\": \(speed.fold), ",
                "\"foldScan\": \(speed.scan), \"whole\": \(speed.whole), ",
                "\"matches\": \(speed.matches), \"nearMisses\": \(speed.nearMisses), ",
                "\"checksum\": \"\(String(speed.checksum, radix: 16))\"}", separator: "")
        }
    }

    private struct Speed {
        var fold = 0.0
        var scan = 0.0
        var whole = 0.0
        var matches = 0
        var nearMisses = 0
        var checksum: UInt64 = 0
    }

    private func measure(_ titles: ByteStrings, _ reader: TitleReader) throws -> Speed {
        var workspace = TextWorkspace()
        var findings = TitleFindings()
        var speed = Speed()
        let rows = 0..<titles.count
        let block = TitleScanner.rowsPerBlock
        let folder = TextFolder(kernels: reader.scanner.kernels)
        speed.fold = nanoseconds(titles.count) {
            for first in stride(from: 0, to: rows.count, by: block) {
                folder.fold(
                    titles, rows: first..<min(first + block, rows.count),
                    into: &workspace.folded)
            }
        }
        speed.scan = nanoseconds(titles.count) {
            findings.removeAll()
            reader.scanner.scan(titles, rows: rows, into: &findings.matches, &workspace)
        }
        speed.whole = nanoseconds(titles.count) {
            findings.removeAll()
            reader.read(titles, rows: rows, into: &findings, &workspace)
        }
        speed.matches = findings.matches.count
        speed.nearMisses = findings.nearMisses.count
        for match in findings.matches {
            let place = UInt64(match.row) << 32 | UInt64(match.start) << 16 | UInt64(match.end)
            speed.checksum =
                (speed.checksum ^ place ^ UInt64(match.pattern) << 20) &* 0x100_0000_01B3
        }
        return speed
    }

    private func measure(
        _ name: String, _ titles: ByteStrings, _ patterns: [TextPattern]
    ) throws {
        var seen: Set<Int> = []
        for kernels in TextKernels.available {
            let scanner = try TitleScanner(patterns: patterns, kernels: kernels)
            let index = NearMissIndex(
                aliases: patterns.map { (text: $0.bytes, payload: $0.payload) }, kernels: kernels)
            let reader = TitleReader(scanner: scanner, nearMisses: index)
            var workspace = TextWorkspace()
            var findings = TitleFindings()
            let rows = 0..<titles.count
            let fold = least(titles.count) {
                for first in stride(from: 0, to: rows.count, by: 512) {
                    TextFolder(kernels: kernels).fold(
                        titles, rows: first..<min(first + 512, rows.count),
                        into: &workspace.folded)
                }
            }
            let scan = least(titles.count) {
                findings.removeAll()
                scanner.scan(titles, rows: rows, into: &findings.matches, &workspace)
            }
            let whole = least(titles.count) {
                findings.removeAll()
                reader.read(titles, rows: rows, into: &findings, &workspace)
            }
            let cold = least(titles.count) {
                findings.removeAll()
                workspace = TextWorkspace()
                reader.read(titles, rows: rows, into: &findings, &workspace)
            }
            seen.insert(findings.matches.hashValue ^ findings.nearMisses.hashValue)
            #expect(seen.count == 1, "every variant finds the same")
            guard Self.isReal else { continue }
            let mean = titles.bytes.count / max(titles.count, 1)
            print(
                "\(name) \(kernels): \(titles.count) titles of \(mean) bytes, ",
                "\(patterns.count) patterns, \(scanner.tableBytes >> 10) kB: ",
                "fold \(fold), fold and scan \(scan), whole \(whole), cold cache \(cold) ns; ",
                "\(findings.matches.count) matches, \(findings.nearMisses.count) near misses",
                separator: "")
        }
    }

    private func least(_ count: Int, _ body: () -> Void) -> Int {
        Int(nanoseconds(count, body).rounded())
    }

    /// CPU nanoseconds of this thread for each title, least of some runs.
    private func nanoseconds(_ count: Int, _ body: () -> Void) -> Double {
        let given = ProcessInfo.processInfo.environment["KLEAN_TEXT_REPEATS"].flatMap { Int($0) }
        var best = Double.infinity
        for _ in 0..<(given ?? (Self.isReal ? 15 : 1)) {
            var before = timespec()
            var after = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
            body()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
            let seconds =
                Double(after.tv_sec - before.tv_sec)
                + Double(after.tv_nsec - before.tv_nsec) * 1e-9
            best = min(best, seconds)
        }
        return best * 1e9 / Double(max(count, 1))
    }
}
