package import CoreMetrics
internal import Synchronization

/// A backend of swift-metrics that keeps the latest value of every series and writes them as an
/// ``Exposition``. Series past ``seriesMax`` are not kept but counted.
///
/// Counters and meters are all that klean uses; recorders and timers keep a sum and a count.
package final class MetricsRegistry: MetricsFactory {
    package static let seriesMax = 2_048
    static let droppedName = "klean_metrics_series_dropped"

    private struct Key: Hashable {
        let name: String
        let labels: [Exposition.Label]
    }

    private struct State {
        var series: [Key: (kind: Exposition.Kind, cell: MetricCell)] = [:]
        var dropped = 0
    }

    private let state = Mutex(State())
    /// What each family counts, by name.
    private let help: [String: String]

    package init(help: [String: String]) { self.help = help }

    package var exposition: Exposition {
        let (series, dropped) = state.withLock { ($0.series, $0.dropped) }
        var families: [String: Exposition.Family] = [:]
        for (key, entry) in series {  // Sorted when written.
            families[
                key.name, default: .init(key.name, entry.kind, help[key.name] ?? "", [])
            ].samples.append(.init(key.labels, entry.cell.value))
        }
        families[MetricsRegistry.droppedName] = .init(
            MetricsRegistry.droppedName, .gauge,
            "Series not kept because there were more than \(MetricsRegistry.seriesMax).",
            [.init([], Double(dropped))])
        return Exposition(Array(families.values))
    }

    private func cell(
        _ name: String, _ dimensions: [(String, String)], _ kind: Exposition.Kind
    ) -> MetricCell {
        let key = Key(name: name, labels: dimensions.map { .init($0.0, $0.1) }.sorted())
        return state.withLock { state in
            if let known = state.series[key] { return known.cell }
            let cell = MetricCell()
            guard state.series.count < MetricsRegistry.seriesMax else {
                state.dropped += 1
                return cell
            }
            state.series[key] = (kind, cell)
            return cell
        }
    }

    private func forget(_ handler: AnyObject) {
        state.withLock { state in
            guard let key = state.series.first(where: { $0.value.cell === handler })?.key else {
                return
            }
            state.series[key] = nil
        }
    }

    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler { cell(label, dimensions, .counter) }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { cell(label, dimensions, .counter) }

    package func makeMeter(
        label: String, dimensions: [(String, String)]
    ) -> any MeterHandler { cell(label, dimensions, .gauge) }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? MetricSum(
                sum: cell(label + "_sum", dimensions, .counter),
                count: cell(label + "_count", dimensions, .counter))
            : cell(label, dimensions, .gauge)
    }

    package func makeTimer(
        label: String, dimensions: [(String, String)]
    ) -> any TimerHandler {
        MetricSum(
            sum: cell(label + "_seconds_sum", dimensions, .counter),
            count: cell(label + "_seconds_count", dimensions, .counter))
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        forget(handler)
    }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: AnyObject) {
        guard let sum = handler as? MetricSum else { return forget(handler) }
        forget(sum.sum)
        forget(sum.count)
    }
}

/// The value of one series.
final class MetricCell: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Mutex(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { number.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
    func reset() { number.withLock { $0 = 0 } }
    func set(_ value: Int64) { number.withLock { $0 = Double(value) } }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
}

/// Sum and count of what was recorded.
final class MetricSum: RecorderHandler, TimerHandler {
    let sum: MetricCell
    let count: MetricCell

    init(sum: MetricCell, count: MetricCell) {
        self.sum = sum
        self.count = count
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        sum.increment(by: value)
        count.increment(by: Int64(1))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func preferDisplayUnit(_ unit: TimeUnit) {}  // Prometheus counts in seconds.
}
