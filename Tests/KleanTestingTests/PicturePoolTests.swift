import KleanCatalog
import KleanCore
import KleanTesting
import Testing

/// Generated pictures stand in for real ones, so they must behave like PDQ hashes.
@Suite struct PicturePoolTests {
    /// Every SIMD variant this machine can run equals the definition: bits above the lower median.
    @Test(arguments: 0..<PictureKernel.available.count)
    func thresholdMatchesTheDefinition(_ number: Int) {
        let kernel = PictureKernel.available[number]
        var random = SplitMix64(seed: 0x7E57)
        for round in 0..<200 {
            // Few levels make many ties, which is where a median search goes wrong.
            let levels = round % 4 == 0 ? 3 : 64
            let scene = (0..<256).map { _ in UInt8(random.below(levels)) }
            let texture = (0..<256).map { _ in UInt8(random.below(levels)) }
            let mirror = (random.next() & 0x0101_0101_0101_0101) * 63
            let sums = (0..<256).map {
                scene[$0] + (texture[$0] ^ UInt8(truncatingIfNeeded: mirror >> ($0 % 8 * 8)))
            }
            let median = sums.sorted()[127]
            var words: [UInt64] = [0, 0, 0, 0]
            for place in 0..<256 where sums[place] > median {
                words[place / 64] |= 1 << UInt64(place % 64)
            }
            let expected = Hash256(words[0], words[1], words[2], words[3])
            #expect(kernel.threshold(scene: scene, texture: texture, mirror: mirror) == expected)
        }
    }

    /// As with real hashes, about half of the bits are set and strangers are far apart.
    @Test func strangersAreFarApart() {
        let hot = GeneratedCatalog(rows: 4_000, seed: 11, bankEntries: 500).chunk(0).hot
        let hashes = hot.images.hashes
        let ones = hashes.map { $0.distance(to: Hash256(0, 0, 0, 0)) }
        #expect(ones.allSatisfy { (60...180).contains($0) })
        var near = 0
        var pairs = 0
        for first in stride(from: 0, to: hashes.count, by: 7) {
            for second in stride(from: first + 1, to: hashes.count, by: 5) {
                pairs += 1
                if hashes[first].distance(to: hashes[second]) <= 31 { near += 1 }
            }
        }
        #expect(pairs > 10_000)
        // Banners, stock and official pictures are shared on purpose; nothing else is.
        #expect(Double(near) / Double(pairs) < 0.002)
    }
}
