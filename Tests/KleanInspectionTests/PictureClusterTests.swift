import KleanCore
import KleanInspection
import Testing

/// Clusters of pictures are what the plain rule makes of the hashes, found faster.
@Suite struct PictureClusterTests {
    private struct Random {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Fingerprint.mix(state)
        }
    }

    /// Some pictures, each with near copies at 0 to 24 bits, and chains of steps of 8.
    private func hashes(_ seed: UInt64) -> [Hash256] {
        var random = Random(state: seed)
        var found: [Hash256] = []
        func flipped(_ hash: Hash256, _ bits: Int) -> Hash256 {
            var words = [hash.word0, hash.word1, hash.word2, hash.word3]
            for _ in 0..<bits {
                let bit = Int(random.next() % 256)
                words[bit / 64] ^= 1 << UInt64(bit % 64)
            }
            return Hash256(words[0], words[1], words[2], words[3])
        }
        for _ in 0..<30 {
            let picture = Hash256(random.next(), random.next(), random.next(), random.next())
            for _ in 0..<10 { found.append(flipped(picture, Int(random.next() % 25))) }
            var step = picture
            for _ in 0..<6 {
                step = flipped(step, 8)
                found.append(step)
            }
        }
        return found + found.prefix(20)
    }

    /// Against the rule written down plainly: every pair compared.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func clustersFollowTheRule(_ seed: UInt64) {
        let given = hashes(seed)
        let clusters = PictureClusters(given)
        let order = Set(given).sorted(by: Hash256.precedes)
        #expect(clusters.hashes == order)
        var medoids = [Int?](repeating: nil, count: order.count)
        for place in order.indices where medoids[place] == nil {
            for other in order.indices
            where medoids[other] == nil && order[place].distance(to: order[other]) <= 10 {
                medoids[other] = place
            }
        }
        #expect(clusters.medoids.map { Int($0) } == medoids.map { $0 ?? -1 }, "seed \(seed)")
        for (place, hash) in order.enumerated() {
            #expect(clusters.medoid(of: hash) == medoids[place])
        }
        #expect(clusters.medoid(of: Hash256(1, 2, 3, 4)) == nil)
        #expect(PictureClusters(given.reversed()).medoids == clusters.medoids)
    }

    @Test func orderIsThatOfTheDigits() {
        let given = hashes(9)
        let byNumber = given.sorted(by: Hash256.precedes).map(\.hex)
        #expect(byNumber == given.map(\.hex).sorted())
    }
}
