internal import KleanColumns
package import KleanCore

/// Which shards are scored twice: drawn by a digest of the ledger's secret, phase and shard, so
/// that every coordinator of the job draws the same and no worker can foresee them.
///
/// With `n` shards and a share `s`, lies in `k` shards go unseen with probability (1 − s)^k: each
/// shard is drawn by itself.
package struct CheckSample: Sendable {
    private let drawn: [[UInt32]]

    /// - Parameter partsPerMillion: `0...1_000_000`; of more than none at least one shard in each
    ///   phase is drawn.
    /// - Complexity: O(shards); one BLAKE2b digest each.
    package init(secret: Digest, shards: Int, partsPerMillion: UInt32) {
        drawn = Phase.allCases.map { phase in
            guard partsPerMillion > 0, shards > 0 else { return [] }
            let draws = (0..<UInt32(shards)).map { shard in
                CheckSample.draw(secret, phase, shard)
            }
            let chosen = (0..<UInt32(shards)).filter { shard in
                let place = draws[Int(shard)].multipliedFullWidth(by: 1_000_000).high
                return place < UInt64(partsPerMillion)
            }
            if !chosen.isEmpty { return chosen }
            let lowest = draws.indices.min { draws[$0] < draws[$1] } ?? 0
            return [UInt32(lowest)]
        }
    }

    /// In ascending order.
    package func shards(_ phase: Phase) -> [UInt32] { drawn[Int(phase.rawValue)] }

    private static func draw(_ secret: Digest, _ phase: Phase, _ shard: UInt32) -> UInt64 {
        var builder = DigestBuilder(domain: "klean check 1")
        builder.update(secret)
        builder.update(UInt64(phase.rawValue))
        builder.update(UInt64(shard))
        return builder.finish().bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
