import CoreMetrics
import KleanMetrics
import Testing

/// The text that Prometheus reads: order, escapes, numbers; and the registry behind swift-metrics.
@Suite struct ExpositionTests {
    @Test func familiesAndSeriesAreInOrderWithHelpAndType() {
        let page = Exposition([
            .init(
                "klean_shards", .gauge, "Shards by state.",
                [
                    .init([.init("state", "running")], 2),
                    .init([.init("state", "committed")], 40),
                ]),
            .init("klean_listings_total", .counter, "", [.init([], 12_345_678_901)]),
        ])
        #expect(
            page.text == """
                # TYPE klean_listings_total counter
                klean_listings_total 12345678901
                # HELP klean_shards Shards by state.
                # TYPE klean_shards gauge
                klean_shards{state="committed"} 40
                klean_shards{state="running"} 2

                """)
    }

    @Test func labelsAndHelpAreEscaped() {
        let page = Exposition([
            .init(
                "x", .gauge, "a \"b\"\nc\\d",
                [.init([.init("name", "q\"uote\nback\\slash 한글")], 0.25)])
        ])
        #expect(
            page.text == """
                # HELP x a "b"\\nc\\\\d
                # TYPE x gauge
                x{name="q\\"uote\\nback\\\\slash 한글"} 0.25

                """)
    }

    @Test(arguments: [
        (0.0, "0"), (-1, "-1"), (1.5, "1.5"), (1e300, "1e+300"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_992, "9007199254740992"),
    ])
    func numbersAreExactAndShort(_ value: Double, _ text: String) {
        let page = Exposition([.init("x", .gauge, "", [.init([], value)])])
        #expect(page.text == "# TYPE x gauge\nx \(text)\n")
    }

    /// Goal: totals only grow, also when their source begins again; levels follow theirs.
    @Test func metersHandTotalsAndLevelsOver() {
        let registry = MetricsRegistry(help: ["total": "All.", "level": "Now."])
        var meters = Meters(registry)
        for value in [3.0, 10, 10, 4] { meters.total("total", value, ["phase": "survey"]) }
        for value in [3.0, 10, 4] { meters.level("level", value) }
        let text = registry.exposition.text
        #expect(
            text.contains("# HELP total All.\n# TYPE total counter\ntotal{phase=\"survey\"} 14"))
        #expect(text.contains("# TYPE level gauge\nlevel 4\n"))
    }

    /// Goal: a source that invents labels cannot fill the memory; what is left out is counted.
    @Test func seriesAreBounded() {
        let registry = MetricsRegistry(help: [:])
        for number in 0..<(MetricsRegistry.seriesMax + 5) {
            Counter(label: "x", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        let page = registry.exposition
        #expect(page.families.first { $0.name == "x" }?.samples.count == MetricsRegistry.seriesMax)
        #expect(page.text.contains("klean_metrics_series_dropped 5\n"))
    }

    @Test func destroyedSeriesAreGone() {
        let registry = MetricsRegistry(help: [:])
        let meter = Meter(label: "x", factory: registry)
        meter.set(1)
        let timer = Timer(label: "t", factory: registry)
        timer.recordNanoseconds(1_500_000_000)
        #expect(registry.exposition.text.contains("t_seconds_sum 1.5\n"))
        meter.destroy()
        timer.destroy()
        #expect(registry.exposition.families.map(\.name) == ["klean_metrics_series_dropped"])
    }
}
