import KleanCore

/// A job whose right answer is known: every shard is a number, the survey makes a word of it, the
/// profile digests all words, a score mixes number, word and profile.
enum SimulatedJob {
    static let jobBasis: UInt64 = 7

    static func chunk(_ shard: UInt32) -> [UInt8] { bytes(Fingerprint.mix(UInt64(shard) + 1)) }

    static func survey(_ chunk: [UInt8]) -> [UInt8] { bytes(Fingerprint.of([1] + chunk)) }

    static func profile(_ surveys: [[UInt8]]) -> Digest { digest(surveys.flatMap { $0 }) }

    static func score(_ chunk: [UInt8], pairs: [UInt8], profile: Digest) -> [UInt8] {
        bytes(Fingerprint.of(chunk + pairs + profile.bytes))
    }

    static func index(_ scores: [[UInt8]]) -> Digest { digest([9] + scores.flatMap { $0 }) }

    static func scoreBasis(_ profile: Digest) -> UInt64 { Fingerprint.of(profile.bytes) }

    /// What one process would make of it, without the shards that were given up in each phase.
    static func oracle(shards: Int, surveyLost: Set<UInt32>, scoreLost: Set<UInt32>) -> Digest {
        let all = (0..<UInt32(shards))
        let profile = profile(
            all.filter { !surveyLost.contains($0) }.map { survey(chunk($0)) })
        return index(
            all.filter { !surveyLost.contains($0) && !scoreLost.contains($0) }.map {
                score(chunk($0), pairs: survey(chunk($0)), profile: profile)
            })
    }

    private static func bytes(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }

    private static func digest(_ bytes: [UInt8]) -> Digest {
        var words: [UInt8] = []
        for salt in 0..<4 { words += self.bytes(Fingerprint.of([UInt8(salt)] + bytes)) }
        return Digest(bytes: words)
    }
}
