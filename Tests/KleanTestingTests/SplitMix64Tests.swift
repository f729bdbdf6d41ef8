import KleanTesting
import Testing

/// Seeded words are the ground under every generated thing.
@Suite struct SplitMix64Tests {
    /// **Source**: the first outputs for seed 1234567 in the published reference code's tests.
    @Test func matchesThePublishedSequence() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test func streamsOfOneSeedDiffer() {
        var first = SplitMix64(seed: 7, stream: 0)
        var second = SplitMix64(seed: 7, stream: 1)
        #expect(first.next() != second.next())
    }

    @Test func boundsHold() {
        var random = SplitMix64(seed: 5)
        var seen = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { seen[random.below(7)] += 1 }
        #expect(seen.allSatisfy { (9_500...10_500).contains($0) })
    }

    @Test func normalHasUnitDeviation() {
        var random = SplitMix64(seed: 3)
        let values = (0..<100_000).map { _ in random.normal() }
        let mean = values.reduce(0, +) / 100_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
        #expect(abs(mean) < 0.02)
        #expect(abs(variance - 1) < 0.02)
    }
}
