/// Why metrics cannot be served.
package enum MetricsError: Error, Equatable, CustomStringConvertible {
    case badAddress(String)
    /// Other machines could reach it, and nobody spelled out that they may.
    case insecureAddress(String)
    case addressInUse(String)
    case system(operation: String, address: String, detail: String)

    package var description: String {
        switch self {
        case .badAddress(let text):
            "--metrics \(text): expected ADDRESS:PORT with a numeric address, such as "
                + "127.0.0.1:9464 or [::1]:0; port 0 takes a free one"
        case .insecureAddress(let address):
            "--metrics \(address): other machines could read it, unencrypted; "
                + "take 127.0.0.1, or spell out --insecure"
        case .addressInUse(let address):
            "--metrics \(address): in use; take another port, or 0 for a free one"
        case .system(let operation, let address, let detail):
            "--metrics \(address): cannot \(operation): \(detail)"
        }
    }
}
