/// How far a run is. Made by whoever runs it, drawn by ``ProgressDisplay``.
package struct Progress: Equatable, Sendable {
    /// `survey`, `score`, `merge`, `pack` …: what is being done now.
    package var phase: String
    /// What is counted: `shards`, `files`.
    package var unitName: String
    package var unitsDone: Int
    package var unitsFailed: Int
    package var unitsTotal: Int
    /// Listings of the phase behind us and in all; 0 in all when unknown.
    package var listingsDone: UInt64
    package var listingsTotal: UInt64

    package init(
        phase: String, unitName: String = "shards", unitsDone: Int, unitsFailed: Int = 0,
        unitsTotal: Int, listingsDone: UInt64, listingsTotal: UInt64
    ) {
        self.phase = phase
        self.unitName = unitName
        self.unitsDone = unitsDone
        self.unitsFailed = unitsFailed
        self.unitsTotal = unitsTotal
        self.listingsDone = listingsDone
        self.listingsTotal = listingsTotal
    }

    /// Part behind us, `0...1`: by listings where their total is known, else by units.
    package var share: Double {
        if listingsTotal > 0 {
            return min(1, Double(listingsDone) / Double(listingsTotal))
        }
        return unitsTotal > 0 ? min(1, Double(unitsDone + unitsFailed) / Double(unitsTotal)) : 0
    }
}

/// Turns progress into text for a terminal or a log file. It has no clock and writes nothing:
/// time comes in, text comes out.
package struct ProgressDisplay: Sendable {
    package enum Style: Equatable, Sendable {
        /// One line, redrawn in place, at most so many columns wide.
        case redraw(width: Int)
        /// Whole lines, at most one per interval and one at each change of phase.
        case lines(every: Duration)
    }

    /// Shortest time between two redraws.
    private static let redrawInterval = Duration.milliseconds(100)
    /// Time over which the speed is averaged.
    private static let rateWindow = Duration.seconds(10)
    /// Most points kept of the window.
    private static let pointsMax = 128

    private struct Point {
        var at: Duration
        var listings: UInt64
    }

    private let style: Style
    private var points: [Point] = []
    private var phase = ""
    private var phaseStart = Duration.zero
    private var drawnAt: Duration?

    package init(_ style: Style) { self.style = style }

    /// Text to write now, or `nil` when it is too soon.
    ///
    /// - Parameter now: Time since any fixed moment; never falls.
    package mutating func update(_ progress: Progress, now: Duration) -> String? {
        let changed = progress.phase != phase
        var text = ""
        if changed {
            if drawnAt != nil, case .redraw = style { text = "\n" }
            phase = progress.phase
            phaseStart = now
            points = []
        }
        remember(progress.listingsDone, now)
        let isComplete = progress.unitsDone + progress.unitsFailed >= progress.unitsTotal
        let interval: Duration
        switch style {
        case .redraw: interval = ProgressDisplay.redrawInterval
        case .lines(let every): interval = every
        }
        if !changed, !isComplete, let drawnAt, now - drawnAt < interval { return nil }
        drawnAt = now
        return text + drawn(progress, now: now)
    }

    /// Ends the redrawn line, so that what follows starts on its own.
    package mutating func finish() -> String {
        defer { drawnAt = nil }
        if case .redraw = style, drawnAt != nil { return "\n" }
        return ""
    }

    /// Listings per second over the last ten seconds, or `nil` before there is a difference.
    package var listingsPerSecond: Double? {
        guard let first = points.first, let last = points.last, last.at > first.at,
            last.listings > first.listings
        else { return nil }
        return Double(last.listings - first.listings) / NumberText.seconds(last.at - first.at)
    }

    private mutating func remember(_ listings: UInt64, _ now: Duration) {
        points.append(Point(at: now, listings: listings))
        var stale = 0
        while points.count - stale > 2, points[stale + 1].at + ProgressDisplay.rateWindow < now {
            stale += 1
        }
        points.removeFirst(stale)
        if points.count > ProgressDisplay.pointsMax {
            points = points.indices.filter { $0 % 2 == 0 || $0 == points.count - 1 }
                .map { points[$0] }
        }
    }

    private func drawn(_ progress: Progress, now: Duration) -> String {
        let facts = facts(progress, now: now)
        switch style {
        case .lines: return progress.phase + "  " + facts + "\n"
        case .redraw(let width):
            let head = DisplayWidth.pad(progress.phase, to: 7) + " "
            let room = width - 1 - DisplayWidth.of(head) - DisplayWidth.of(facts) - 2
            let cells = min(30, room)
            let bar = cells >= 8 ? bar(progress.share, cells: cells) + "  " : ""
            return "\r" + DisplayWidth.cut(head + bar + facts, to: width - 1) + "\u{1B}[K"
        }
    }

    private func bar(_ share: Double, cells: Int) -> String {
        let full = Int(Double(cells) * share)
        return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    }

    private func facts(_ progress: Progress, now: Duration) -> String {
        var parts = [NumberText.percent(progress.share, digits: 0)]
        parts.append(
            "\(NumberText.count(progress.unitsDone))/\(NumberText.count(progress.unitsTotal)) "
                + progress.unitName)
        if progress.unitsFailed > 0 {
            parts.append("\(NumberText.count(progress.unitsFailed)) failed")
        }
        if let rate = listingsPerSecond {
            parts.append(NumberText.rate(rate))
            let left = progress.listingsTotal - min(progress.listingsTotal, progress.listingsDone)
            if left > 0 {
                parts.append("ETA " + NumberText.duration(.seconds(Double(left) / rate)))
            } else {
                parts.append(NumberText.duration(now - phaseStart))
            }
        }
        return parts.joined(separator: " · ")
    }
}
