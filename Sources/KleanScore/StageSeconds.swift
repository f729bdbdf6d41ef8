/// Seconds that a shard spent in each stage, from a monotonic clock. Goes into the run log,
/// never into the index.
package struct StageSeconds: Sendable, Equatable {
    package enum Stage: Int, CaseIterable, Sendable {
        // Survey.
        case imageJoin, logoJoin, tally
        // Score.
        case resolve, titleScan, name, picture, price, seller, fusion, evidence
        // Both.
        case result

        /// How reports spell it.
        package var name: String { String(describing: self) }
    }

    /// One per ``Stage``, in its order.
    package var seconds: [Double]

    package init() { seconds = Array(repeating: 0, count: Stage.allCases.count) }

    package subscript(stage: Stage) -> Double {
        get { seconds[stage.rawValue] }
        set { seconds[stage.rawValue] = newValue }
    }

    /// The same for a share of the work, `0...1`.
    func scaled(by share: Double) -> StageSeconds {
        var scaled = self
        for index in seconds.indices { scaled.seconds[index] *= share }
        return scaled
    }

    package static func += (left: inout StageSeconds, right: StageSeconds) {
        for index in left.seconds.indices { left.seconds[index] += right.seconds[index] }
    }
}

/// Charges elapsed time to stages: each `charge` bills what passed since the last one.
struct StageClock {
    private(set) var seconds = StageSeconds()
    private var last = ContinuousClock.now

    mutating func charge(_ stage: StageSeconds.Stage) {
        let now = ContinuousClock.now
        let (whole, atto) = (now - last).components
        seconds[stage] += Double(whole) + Double(atto) * 1e-18
        last = now
    }
}
