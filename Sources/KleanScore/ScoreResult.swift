package import KleanCore

/// What the score phase says of one chunk: the result of a shard.
package struct ScoreResult: Equatable, Sendable {
    /// One log-odds score per row, ``Fixed`` raw.
    package var scores: [Int32]
    /// One word per row: why each scorer was silent, see ``SubScoreStates``.
    package var states: [UInt32]
    /// Rows per score bin, see ``ScoreHistogram``.
    package var histogram: [UInt64]
    /// Rows at or over the model's threshold: the true count, also past the cap.
    package var overThresholdCount: UInt64
    /// At most ``Limits/rankedPerShardMax`` of them, best first: score descending, row ascending.
    package var ranked: RankedTable

    package init(
        scores: [Int32], states: [UInt32], histogram: [UInt64], overThresholdCount: UInt64,
        ranked: RankedTable
    ) {
        self.scores = scores
        self.states = states
        self.histogram = histogram
        self.overThresholdCount = overThresholdCount
        self.ranked = ranked
    }
}

/// The fixed bins in which scores are counted, so that histograms of shards add up.
package enum ScoreHistogram {
    /// Bins: an eighth of a log-odd each, from -16 to 16; the first and last take what lies beyond.
    package static let binCount = 256

    /// The bin of a score in ``Fixed`` raw units.
    @inlinable package static func bin(_ score: Int32) -> Int {
        min(max(Int(score) >> 13 + 128, 0), binCount - 1)
    }

    /// The lowest score of a bin.
    package static func lowerBound(_ bin: Int) -> Fixed { Fixed(raw: Int32((bin - 128) << 13)) }
}
