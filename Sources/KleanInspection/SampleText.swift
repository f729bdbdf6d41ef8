import KleanConsole
import KleanCore
package import KleanIndex
import KleanLearn

/// What the index of a sampled scan foretells of the whole.
package struct SampleText: Sendable {
    package let sample: IndexSample
    package let drawn: UInt64
    package let flagged: UInt64

    /// - Returns: `nil` for a whole index.
    package init?(_ manifest: IndexManifest) {
        guard let sample = manifest.sample else { return nil }
        self.sample = sample
        drawn = manifest.scoredRows
        flagged = manifest.overThreshold
    }

    /// Listings of the whole that would be at or over the threshold.
    package var predicted: UInt64 { whole(share) }

    /// Wilson's 95 % interval of the same.
    package var interval: ClosedRange<UInt64> {
        let share = Interval.wilson(share: share, of: Double(drawn))
        // Those drawn are known.
        let low = max(flagged, whole(share.lowerBound))
        let unknown = sample.liveRows - min(drawn, sample.liveRows)
        return low...max(low, min(flagged + unknown, whole(share.upperBound)))
    }

    private var share: Double { drawn > 0 ? Double(flagged) / Double(drawn) : 0 }

    private func whole(_ share: Double) -> UInt64 {
        UInt64((share * Double(sample.liveRows)).rounded())
    }

    package func sentence(_ language: ReportLanguage) -> String {
        let counts = [drawn, sample.liveRows, predicted, interval.lowerBound, interval.upperBound]
            .map { NumberText.count($0) }
        let share = sample.share.text
        return language.say(
            "아이디로 뽑은 \(share) 표본: \(counts[1])개 중 \(counts[0])개. 전체 스캔의 기준 이상 예상 "
                + "\(counts[2])개 (윌슨 95% 구간 \(counts[3])~\(counts[4])개)",
            "a sample of \(share) drawn by id: \(counts[0]) of \(counts[1]) listings; the whole "
                + "scan would flag about \(counts[2]) (Wilson 95% interval \(counts[3]) to "
                + "\(counts[4]))")
    }
}
