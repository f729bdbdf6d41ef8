import KleanCore
import KleanModel
import KleanScore
import Testing

/// Every layout in every instruction set that this machine can run finds exactly the pairs of a
/// definition of the test's own.
@Suite struct BankIndexTests {
    /// Sizes straddle the vectors (8 and 16), the block (256), the tile (1536) and the query
    /// group (4); an empty bank and a bank of one are among them.
    @Test(
        arguments: Kernels.available.map(\.isa),
        [
            (0, 3), (1, 1), (15, 4), (16, 5), (17, 7), (255, 9), (257, 4), (1535, 6), (1537, 5),
            (3100, 11),
        ])
    func matchesNaive(_ isa: String, size: (rows: Int, queries: Int)) throws {
        for radius in [0, 24, 31, 32, 60, 256] {
            let set = HashSet(rows: size.rows, queries: size.queries, seed: UInt64(size.rows + 1))
            let expected = set.naive(radius: radius)
            for layout in BankLayout.allCases {
                let isEqual = try set.join(radius: radius, layout, isa) == expected
                #expect(isEqual, "\(layout.name), radius \(radius)")
            }
        }
    }

    /// Hashes in clusters fill buckets past every count of vectors that a scan takes at once, and
    /// near duplicates meet in most bands: each pair must still come out once.
    @Test(
        arguments: Kernels.available.map(\.isa), [7, 8, 9, 17, 31, 33, 64, 65, 97, 129, 200])
    func matchesNaiveInClusters(_ isa: String, clusterSize: Int) throws {
        let set = HashSet(
            clusters: 3, size: clusterSize, queries: 40, seed: UInt64(clusterSize))
        for radius in [0, 1, 8, 15, 16, 20, 30, 31] {
            let expected = set.naive(radius: radius)
            for layout in BankLayout.allCases {
                let isEqual = try set.join(radius: radius, layout, isa) == expected
                #expect(isEqual, "\(layout.name), radius \(radius)")
            }
        }
    }

    /// More hits and candidates than their buffers hold, in one band.
    @Test(arguments: Kernels.available.map(\.isa))
    func floodsComeOutWhole(_ isa: String) throws {
        let set = HashSet(clusters: 1, size: 900, queries: 300, seed: 5)
        let expected = set.naive(radius: 31)
        #expect(expected.count > 1 << 16)
        for layout in BankLayout.allCases {
            let isEqual = try set.join(radius: 31, layout, isa) == expected
            #expect(isEqual, "\(layout.name)")
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
        for layout in BankLayout.allCases {
            let index = BankIndex(
                table, plan: BankPlan(table, layout: layout), kernels: try Kernels.named(isa))
            var pairs: [JoinPair] = []
            index.join(
                [hash, hash, hash], quality: [69, 70, Missing.uint8], target: .image,
                into: &pairs)
            let found = pairs.map { [$0.query, $0.entry] }
            #expect(found == [[0, 0], [1, 0], [1, 2], [2, 0], [2, 2]])
            var clear: [JoinPair] = []
            index.join(
                [hash, hash, hash], quality: [69, 70, Missing.uint8], target: .image,
                qualityMin: 70
            ) { clear.append(contentsOf: $0) }
            #expect(clear.map(\.query).sorted() == [1, 1, 2, 2])
            var none: [JoinPair] = []
            index.join([hash], quality: [90], target: .logo, into: &none)
            #expect(none.isEmpty)
        }
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
        let expected = try SharedData.lines("data/pdq/needles_x_haystack_le31.tsv").compactMap {
            line -> JoinPair? in
            let words = line.split(separator: "\t").compactMap { UInt32($0) }
            guard words.count == 3 else { return nil }
            // Lines count from one.
            return JoinPair(
                query: words[0] - 1, entry: words[1] - 1, distance: UInt16(words[2]))
        }
        #expect(!expected.isEmpty)
        for layout in BankLayout.allCases {
            let index = BankIndex(
                table, plan: BankPlan(table, layout: layout), kernels: try Kernels.named(isa))
            var pairs: [JoinPair] = []
            index.join(
                needles, quality: Array(repeating: 100, count: needles.count), target: .image,
                into: &pairs)
            let isEqual = pairs == expected.sorted()
            #expect(isEqual, "\(layout.name)")
        }
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

    /// Clusters of near duplicates, and queries near them.
    init(clusters: Int, size: Int, queries queryCount: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let centres = (0..<clusters).map { _ in
            Hash256(random.next(), random.next(), random.next(), random.next())
        }
        for number in 0..<clusters * size {
            rows.append(
                HashSet.near(centres[number % clusters], bitsMax: 14, using: &random))
        }
        for number in 0..<queryCount {
            queries.append(
                HashSet.near(centres[number % clusters], bitsMax: 28, using: &random))
        }
    }

    private static func near(
        _ hash: Hash256, bitsMax: Int, using random: inout SplitMix64
    ) -> Hash256 {
        var words = [hash.word0, hash.word1, hash.word2, hash.word3]
        for _ in 0..<Int.random(in: 0...bitsMax, using: &random) {
            let bit = Int.random(in: 0..<256, using: &random)
            words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        return Hash256(words[0], words[1], words[2], words[3])
    }

    /// The sorted pairs of one layout and instruction set.
    func join(radius: Int, _ layout: BankLayout, _ isa: String) throws -> [JoinPair] {
        let table = table(radius: radius)
        let index = BankIndex(
            table, plan: BankPlan(table, layout: layout), kernels: try Kernels.named(isa))
        var pairs: [JoinPair] = []
        index.join(
            queries, quality: Array(repeating: 80, count: queries.count), target: .image,
            into: &pairs)
        return pairs
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
