import KleanCore
import KleanModel
import KleanScore
import Testing

/// Every variant of the join that this machine can run finds exactly the pairs of the plain
/// definition, and the scalar one is checked against a definition of the test's own.
@Suite struct BankIndexTests {
    /// Sizes straddle the vector (16), the block (256), the tile (1536) and the query group (4).
    @Test(
        arguments: Kernels.available.map(\.isa),
        [
            (0, 3), (1, 1), (15, 4), (16, 5), (17, 7), (255, 9), (257, 4), (1535, 6), (1537, 5),
            (3100, 11),
        ])
    func matchesNaive(_ isa: String, size: (rows: Int, queries: Int)) throws {
        for radius in [0, 24, 31, 60, 256] {
            let set = HashSet(rows: size.rows, queries: size.queries, seed: UInt64(size.rows + 1))
            let table = set.table(radius: radius)
            let index = BankIndex(table, kernels: try Kernels.named(isa))
            var pairs: [JoinPair] = []
            index.join(
                set.queries, quality: Array(repeating: 80, count: set.queries.count),
                target: .image, into: &pairs)
            let isEqual = pairs == set.naive(radius: radius)
            #expect(isEqual)
        }
    }

    /// More pairs than any buffer holds: a full-radius join of a big bank, in several resumes.
    @Test(arguments: Kernels.available.map(\.isa))
    func resumesPastItsBuffer(_ isa: String) throws {
        let set = HashSet(rows: 2_000, queries: 40, seed: 9)
        let index = BankIndex(set.table(radius: 256), kernels: try Kernels.named(isa))
        var count = 0
        var slices = 0
        index.join(set.queries, quality: Array(repeating: 80, count: 40), target: .image) {
            count += $0.count
            slices += 1
        }
        #expect(count == 80_000)
        #expect(slices > 3)
    }

    @Test(arguments: Kernels.available.map(\.isa))
    func radiusAndQualityAreTheBanks(_ isa: String) throws {
        let hash = Hash256(1, 2, 3, 4)
        var table = BankTable()
        table.hashes = [hash, Hash256(1, 2, 3, 4 ^ 0xFF), hash]
        table.brands = [0, 0, 0]
        table.banks = [
            Bank(
                name: "near", kind: .official, target: .image, radiusBits: 7, qualityMin: 0,
                entries: 0..<2),
            Bank(
                name: "clear", kind: .official, target: .image, radiusBits: 7, qualityMin: 70,
                entries: 2..<3),
        ]
        let index = BankIndex(table, kernels: try Kernels.named(isa))
        var pairs: [JoinPair] = []
        index.join(
            [hash, hash, hash], quality: [69, 70, Missing.uint8], target: .image, into: &pairs)
        let found = pairs.map { [$0.query, $0.entry] }
        #expect(found == [[0, 0], [1, 0], [1, 2], [2, 0], [2, 2]])
        var none: [JoinPair] = []
        index.join([hash], quality: [90], target: .logo, into: &none)
        #expect(none.isEmpty)
    }

    @Test func unknownInstructionSetIsAnError() {
        #expect(throws: KernelError.self) { try Kernels.named("avx9") }
    }

    /// The oracle that lies beside the project: 100 x 1,350 real hashes.
    @Test(
        .enabled(if: SharedData.has("data/pdq/needles.txt")),
        arguments: Kernels.available.map(\.isa))
    func findsTheNeedles(_ isa: String) throws {
        let needles = try SharedData.lines("data/pdq/needles.txt").compactMap(Hash256.init(hex:))
        let haystack = try SharedData.lines("data/pdq/haystack.txt").compactMap(Hash256.init(hex:))
        var table = BankTable()
        table.hashes = haystack
        table.banks = [
            Bank(
                name: "haystack", kind: .official, target: .image, radiusBits: 31, qualityMin: 0,
                entries: 0..<UInt32(haystack.count))
        ]
        let index = BankIndex(table, kernels: try Kernels.named(isa))
        var pairs: [JoinPair] = []
        index.join(
            needles, quality: Array(repeating: 100, count: needles.count), target: .image,
            into: &pairs)
        let expected = try SharedData.lines("data/pdq/needles_x_haystack_le31.tsv").compactMap {
            line -> JoinPair? in
            let words = line.split(separator: "\t").compactMap { UInt32($0) }
            guard words.count == 3 else { return nil }
            // Lines count from one.
            return JoinPair(
                query: words[0] - 1, entry: words[1] - 1, distance: UInt16(words[2]))
        }
        #expect(!expected.isEmpty)
        let isEqual = pairs == expected.sorted()
        #expect(isEqual)
    }
}

/// Random hashes, some of which are near each other, and equal queries among them.
struct HashSet {
    var rows: [Hash256] = []
    var queries: [Hash256] = []

    init(rows rowCount: Int, queries queryCount: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        rows = (0..<rowCount).map { _ in
            Hash256(random.next(), random.next(), random.next(), random.next())
        }
        for number in 0..<queryCount {
            if number % 3 == 2, let last = queries.last {
                queries.append(last)
            } else if let row = rows.randomElement(using: &random) {
                var words = [row.word0, row.word1, row.word2, row.word3]
                for _ in 0..<Int.random(in: 0...45, using: &random) {
                    let bit = Int.random(in: 0..<256, using: &random)
                    words[bit / 64] ^= 1 << UInt64(bit % 64)
                }
                queries.append(Hash256(words[0], words[1], words[2], words[3]))
            } else {
                queries.append(Hash256(random.next(), 0, 0, 0))
            }
        }
    }

    func table(radius: Int) -> BankTable {
        var table = BankTable()
        table.hashes = rows
        table.brands = rows.map { _ in 0 }
        table.banks = [
            Bank(
                name: "test", kind: .official, target: .image,
                radiusBits: UInt8(clamping: radius), qualityMin: 0, entries: 0..<UInt32(rows.count))
        ]
        return table
    }

    func naive(radius: Int) -> [JoinPair] {
        var pairs: [JoinPair] = []
        for (query, hash) in queries.enumerated() {
            for (entry, row) in rows.enumerated() {
                let distance = hash.distance(to: row)
                guard distance <= min(radius, 255) else { continue }
                pairs.append(
                    JoinPair(query: UInt32(query), entry: UInt32(entry), distance: UInt16(distance))
                )
            }
        }
        return pairs
    }
}
