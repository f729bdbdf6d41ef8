import ArgumentParser
import KleanMetrics

/// `--metrics`, for all that can be watched.
struct MetricsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve /metrics (Prometheus), /healthz and /readyz there, such as 127.0.0.1:9464.",
            discussion: "Port 0 takes a free one; the address is printed.",
            valueName: "address:port"))
    var metrics: String?

    func address(allowsInsecure: Bool) throws(MetricsError) -> MetricsAddress? {
        guard let metrics else { return nil }
        return try MetricsAddress(metrics, allowsInsecure: allowsInsecure)
    }
}
