import KleanConsole
import KleanCore
import KleanScore

/// Inline SVG pictures of the report; colours come from its style sheet.
enum Charts {
    /// Listings by score, on a logarithmic scale; those over the threshold stand out.
    static func scores(
        _ histogram: [UInt64], threshold: Fixed, _ language: ReportLanguage
    ) -> HTML {
        guard let bins = bins(histogram, threshold: threshold) else { return "" }
        let (width, height, floor) = (960.0, 180.0, 150.0)
        let step = width / Double(bins.count)
        let tallest = bins.reduce(0) { max($0, log(histogram[$1])) }
        let bars = bins.filter { histogram[$0] > 0 }.map { bin -> HTML in
            let tall = max(2, log(histogram[bin]) / tallest * (floor - 24))
            let isOver = ScoreHistogram.lowerBound(bin) >= threshold
            let low = NumberText.fixed(ScoreHistogram.lowerBound(bin).double, digits: 2)
            let place = Double(bin - bins.lowerBound) * step
            return """
                <rect class="\(isOver ? "over" : "under")" x="\(place)" y="\(floor - tall)" \
                width="\(max(step - 1, 0.6))" height="\(tall)"><title>\(low): \
                \(NumberText.count(histogram[bin]))</title></rect>
                """
        }
        func place(_ score: Double) -> Double {
            (score * 8 + 128 - Double(bins.lowerBound)) * step
        }
        let low = ScoreHistogram.lowerBound(bins.lowerBound).double
        let high = ScoreHistogram.lowerBound(bins.upperBound).double
        let ticks = stride(from: (low / 2).rounded(.up) * 2, through: high, by: 2).map {
            tick -> HTML in
            """
            <text x="\(place(tick))" y="\(floor + 18)" text-anchor="middle">\
            \(NumberText.fixed(tick, digits: 0).replacing("-", with: "−"))</text>
            """
        }
        let line = place(threshold.double)
        let label = language.say("기준", "threshold")
        let isRight = line > width - 110
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img">\(HTML.joined(bars))\
            <line class="axis" x1="0" x2="\(width)" y1="\(floor)" y2="\(floor)"/>\
            <line class="mark" x1="\(line)" x2="\(line)" y1="6" y2="\(floor)"/>\
            <text class="mark" x="\(isRight ? line - 6 : line + 6)" y="16" \
            text-anchor="\(isRight ? "end" : "start")">\(label) \
            \(NumberText.fixed(threshold.double, digits: 1))</text>\(HTML.joined(ticks))</svg>
            """
    }

    /// What the score chart shows: all listings and the threshold, and no fewer than four log-odds.
    private static func bins(_ histogram: [UInt64], threshold: Fixed) -> ClosedRange<Int>? {
        guard let first = histogram.firstIndex(where: { $0 > 0 }),
            let last = histogram.lastIndex(where: { $0 > 0 })
        else { return nil }
        let mark = min(max(Int(threshold.double * 8 + 128), 0), histogram.count - 1)
        let low = min(first, mark) - 2
        let high = max(last, mark) + 2
        let missing = max(32 - (high - low), 0)
        return max(low - missing / 2, 0)...min(high + missing / 2, histogram.count - 1)
    }

    /// The prices of a cell with one listing among them, on a logarithmic scale.
    ///
    /// - Parameter reference: What the price was held against, in won.
    static func prices(
        _ spread: PriceSpread, listing: Int64, reference: Int64?, _ text: EvidenceText
    ) -> HTML {
        let (width, height, floor, bins) = (460.0, 132.0, 98.0, 46)
        let marks = [listing] + (reference.map { [$0] } ?? [])
        let all = (spread.won + marks).map { Exact.log(Double(max($0, 1))) }
        let low = (all.min() ?? 0) - 0.15
        let high = (all.max() ?? 1) + 0.15
        var counts = [Int](repeating: 0, count: bins)
        for won in spread.won {
            let share = (Exact.log(Double(max(won, 1))) - low) / (high - low)
            counts[min(Int(share * Double(bins)), bins - 1)] += 1
        }
        let tallest = Double(max(counts.max() ?? 1, 1))
        let step = width / Double(bins)
        let bars = counts.indices.filter { counts[$0] > 0 }.map { bin -> HTML in
            let tall = max(2, Double(counts[bin]) / tallest * (floor - 34))
            return """
                <rect class="under" x="\(Double(bin) * step)" y="\(floor - tall)" \
                width="\(step - 1)" height="\(tall)"/>
                """
        }
        func place(_ won: Int64) -> Double {
            (Exact.log(Double(max(won, 1))) - low) / (high - low) * width
        }
        func anchor(_ place: Double) -> String {
            place < 80 ? "start" : place > width - 80 ? "end" : "middle"
        }
        var pieces: [HTML] = bars
        if let reference {
            let x = place(reference)
            let name = text.language.say("기준가", "reference")
            pieces.append(
                """
                <line class="reference" x1="\(x)" x2="\(x)" y1="16" y2="\(floor)"/>\
                <text x="\(x)" y="\(floor + 32)" text-anchor="\(anchor(x))">\(name) \
                \(text.won(reference))</text>
                """)
        }
        let x = place(listing)
        pieces.append(
            """
            <line class="this" x1="\(x)" x2="\(x)" y1="16" y2="\(floor)"/>\
            <circle class="this" cx="\(x)" cy="\(floor)" r="4.5"/>\
            <text class="this" x="\(x)" y="11" text-anchor="\(anchor(x))">\
            \(text.won(listing))</text>
            """)
        let ends = [(spread.won.min(), 0.0, "start"), (spread.won.max(), width, "end")]
        for (won, x, anchor) in ends {
            guard let won else { continue }
            pieces.append(
                """
                <text class="quiet" x="\(x)" y="\(floor + 16)" text-anchor="\(anchor)">\
                \(text.won(won))</text>
                """)
        }
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img"><line class="axis" x1="0" \
            x2="\(width)" y1="\(floor)" y2="\(floor)"/>\(HTML.joined(pieces))</svg>
            """
    }

    private static func log(_ count: UInt64) -> Double { Exact.log(Double(count) + 1) }
}
