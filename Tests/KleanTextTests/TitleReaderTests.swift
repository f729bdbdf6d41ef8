import KleanCore
import KleanText
import Testing

/// Matches, near misses and pieces of whole batches, which every variant finds alike. Batches mix
/// titles of all lengths with one far longer than the others, so that the parts of a batch walked
/// side by side are uneven, and words run over the ends of the vectors.
@Suite struct TitleReaderTests {
    static let names = [
        "gucci", "balenciaga", "prada", "longchamp", "louisvuitton", "나이키", "루이비통", "발렌시아가",
        "스톤아일랜드", "몽클레르",
    ]

    static func reader(_ kernels: TextKernels) throws -> TitleReader {
        let patterns = names.enumerated().map { index, name in
            TextPattern(
                name, rule: index < 5 ? [.latinBoundary, .brand] : [.hangulBoundary, .brand],
                payload: UInt32(index))
        }
        return TitleReader(
            scanner: try TitleScanner(patterns: patterns, kernels: kernels),
            nearMisses: NearMissIndex(
                aliases: patterns.map { (text: $0.bytes, payload: $0.payload) },
                kernels: kernels),
            pieces: NamePieceIndex(
                aliases: patterns.map {
                    NamedAlias(
                        text: $0.bytes, payload: $0.payload, owner: $0.payload, isFamous: true)
                }))
    }

    /// A title of words, some of them names or names with something changed.
    static func title(words: Int, _ random: inout SeededRandom) -> [UInt8] {
        var title: [UInt8] = []
        for _ in 0..<words {
            var name = Array((names.randomElement(using: &random) ?? "").utf8)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: name[name.count - 1] = UInt8(ascii: "*")
            case 1: name.insert(name[0], at: name.count)
            case 2: name.removeLast(name[0] < 0x80 ? 1 : 3)
            case 3: name = RandomText.title(codePoints: 12, &random)
            case 4: name = Array(repeating: UInt8(ascii: "a"), count: words * 3)
            default: break
            }
            title += name
            title.append(Array(" -/*~@  ".utf8)[Int(random.next() % 8)])
        }
        return title
    }

    @Test(arguments: 0..<24)
    func variantsFindTheSame(_ seed: Int) throws {
        var random = SeededRandom(UInt64(seed))
        var titles = ByteStrings()
        let long = Int.random(in: 0..<40, using: &random)
        for row in 0..<40 {
            let words = row == long ? 300 : Int.random(in: 0...20, using: &random)
            titles.append(Self.title(words: words, &random))
        }
        var expected: TitleFindings?
        for kernels in TextKernels.available {
            var findings = TitleFindings()
            var workspace = TextWorkspace()
            try Self.reader(kernels).read(
                titles, rows: 0..<titles.count, into: &findings, &workspace)
            // Once more with what the workspace remembers.
            var again = TitleFindings()
            try Self.reader(kernels).read(titles, rows: 0..<titles.count, into: &again, &workspace)
            #expect(again.matches == findings.matches && again.nearMisses == findings.nearMisses)
            #expect(
                findings.matches == (expected ?? findings).matches, "seed \(seed), \(kernels)")
            #expect(
                findings.nearMisses == (expected ?? findings).nearMisses,
                "seed \(seed), \(kernels)")
            expected = findings
        }
        #expect(expected?.matches.isEmpty == false && expected?.nearMisses.isEmpty == false)
    }
}
