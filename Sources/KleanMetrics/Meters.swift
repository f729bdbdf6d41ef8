package import CoreMetrics

/// Hands levels and totals that are kept elsewhere to swift-metrics: once for each scrape, so that
/// counting costs the counted nothing.
package struct Meters {
    private struct Series: Hashable {
        let name: String
        let labels: [Exposition.Label]
    }

    private let factory: any MetricsFactory
    private var levels: [Series: Meter] = [:]
    private var totals: [Series: (counter: FloatingPointCounter, last: Double)] = [:]

    package init(_ factory: any MetricsFactory) { self.factory = factory }

    /// A value that goes up and down.
    package mutating func level(_ name: String, _ value: Double, _ labels: [String: String] = [:]) {
        let series = Meters.series(name, labels)
        let meter =
            levels[series]
            ?? Meter(label: name, dimensions: series.labels.pairs, factory: factory)
        levels[series] = meter
        meter.set(value)
    }

    /// A value that only grows; one below the last is the total of a source that began again.
    package mutating func total(_ name: String, _ value: Double, _ labels: [String: String] = [:]) {
        let series = Meters.series(name, labels)
        let (counter, last) =
            totals[series]
            ?? (
                FloatingPointCounter(
                    label: name, dimensions: series.labels.pairs, factory: factory),
                0
            )
        totals[series] = (counter, value)
        // swift-metrics counters take what is above zero only.
        let growth = value < last ? value : value - last
        if growth > 0 { counter.increment(by: growth) }
    }

    private static func series(_ name: String, _ labels: [String: String]) -> Series {
        Series(name: name, labels: labels.map { .init($0.key, $0.value) }.sorted())
    }
}

extension [Exposition.Label] {
    fileprivate var pairs: [(String, String)] { map { ($0.name, $0.value) } }
}
