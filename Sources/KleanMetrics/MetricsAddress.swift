internal import Glibc

/// Where metrics are served: a numeric address and a port.
package struct MetricsAddress: Equatable, Sendable, CustomStringConvertible {
    /// Numeric, IPv4 or IPv6, without brackets.
    package let host: String
    /// 0 takes a free one.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:9464`, `localhost:0` or `[::1]:9464`.
    ///
    /// - Throws: ``MetricsError/badAddress(_:)``, or ``MetricsError/insecureAddress(_:)`` for what
    ///   other machines could reach unless `allowsInsecure`.
    package init(_ text: String, allowsInsecure: Bool) throws(MetricsError) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw .badAddress(text) }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw .badAddress(text)
        }
        if host == "localhost" { host = "127.0.0.1" }
        self.init(host: host, port: port)
        guard isIPv6 || MetricsAddress.isNumeric(host, AF_INET) else { throw .badAddress(text) }
        guard allowsInsecure || isLoopback else { throw .insecureAddress(text) }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package var isLoopback: Bool { isIPv6 ? host == "::1" : host.hasPrefix("127.") }

    var isIPv6: Bool { MetricsAddress.isNumeric(host, AF_INET6) }

    /// Calls `body` with the address as the kernel wants it.
    func withSocketAddress<Value>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &address.sin6_addr)
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func isNumeric(_ host: String, _ family: Int32) -> Bool {
        var address = in6_addr()  // Room for either family.
        return inet_pton(family, host, &address) == 1
    }
}
