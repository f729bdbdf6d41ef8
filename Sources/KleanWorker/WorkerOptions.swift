internal import KleanCore
package import KleanMetrics
package import KleanTransport

/// How a worker runs; nothing here changes a result.
package struct WorkerOptions: Sendable {
    /// The coordinator's endpoint, as it printed it.
    package var endpoint: String
    /// Names this worker over all its incarnations: 1 to 64 bytes.
    package var name: String
    /// Ends the worker when its standard input closes: how none outlives a local coordinator.
    package var endsWithInput = false
    /// Where models and profiles that came over the wire are kept, by digest.
    package var cache: String
    /// Seconds to look for a coordinator that does not answer before giving up.
    package var reconnectSecondsMax = 600.0
    /// What the process may use: bounds the bytes of shards it takes in advance.
    package var memoryBytes = Machine.memoryBytes
    /// What this worker's scorers are; a coordinator of another version refuses it.
    package var scorerVersion = ScorerVersion.current
    /// This worker's keys, for a coordinator that demands them.
    package var keys: WorkerKeys?
    /// Where Prometheus and probes may ask; `nil`: nowhere.
    package var metrics: MetricsAddress?
    /// Where this machine sees the store; `nil`: where the coordinator sees it.
    package var store: String?
    /// Reads models and profiles by path where the path is visible, and chunks where the
    /// coordinator offers them; off only in tests, as in workers of before the offer.
    package var readsByPath = true
    /// Called on the worker's own thread for everything worth a log line. Must not block.
    package var onEvent: @Sendable (String) -> Void = { _ in }

    package init(endpoint: String, name: String, cache: String) {
        self.endpoint = endpoint
        self.name = name
        self.cache = cache
    }
}
