/// What a process says of itself. Called on the server's thread; must not wait for the process.
package struct MetricsPages: Sendable {
    package enum Condition: Equatable, Sendable {
        case good(String)
        /// Says what is wrong and what to do next.
        case bad(String)
    }

    /// `/metrics`
    package var metrics: @Sendable () -> Exposition
    /// `/healthz`: bad when only a restart can help.
    package var health: @Sendable () -> Condition
    /// `/readyz`: bad while it cannot do its work.
    package var readiness: @Sendable () -> Condition

    package init(
        metrics: @escaping @Sendable () -> Exposition,
        health: @escaping @Sendable () -> Condition,
        readiness: @escaping @Sendable () -> Condition
    ) {
        self.metrics = metrics
        self.health = health
        self.readiness = readiness
    }
}

/// The head of an HTTP/1.1 request and what is answered: GET and HEAD of three paths.
///
/// Source: RFC 9112, sections 2 and 3; bodies and kept-alive connections are not offered.
struct MetricsExchange {
    /// A request's head is refused past so many bytes.
    static let headBytesMax = 8_192

    enum Head: Equatable {
        case unfinished
        case tooLong
        case malformed
        case request(method: String, path: String)
    }

    static func head(_ bytes: [UInt8]) -> Head {
        guard let end = bytes.endOfHead else {
            return bytes.count >= headBytesMax ? .tooLong : .unfinished
        }
        guard end <= headBytesMax else { return .tooLong }
        let line = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8),
            words[1].first == UInt8(ascii: "/"),
            line.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return .malformed }
        let path = words[1].prefix { $0 != UInt8(ascii: "?") }
        return .request(
            method: String(decoding: words[0], as: UTF8.self),
            path: String(decoding: path, as: UTF8.self))
    }

    /// - Returns: `nil` while the head is unfinished.
    static func answer(_ bytes: [UInt8], _ pages: MetricsPages) -> [UInt8]? {
        switch head(bytes) {
        case .unfinished: return nil
        case .tooLong: return response("431 Request Header Fields Too Large", "too long\n")
        case .malformed: return response("400 Bad Request", "not understood\n")
        case .request(let method, let path):
            guard method == "GET" || method == "HEAD" else {
                return response("405 Method Not Allowed", "GET or HEAD\n", "Allow: GET, HEAD\r\n")
            }
            let whole = page(path, pages)
            guard method == "HEAD", let end = whole.endOfHead else { return whole }
            return Array(whole[..<end])
        }
    }

    private static func page(_ path: String, _ pages: MetricsPages) -> [UInt8] {
        switch path {
        case "/metrics": response("200 OK", pages.metrics().text, type: Exposition.contentType)
        case "/healthz": response(pages.health())
        case "/readyz": response(pages.readiness())
        default: response("404 Not Found", "/metrics, /healthz, /readyz\n")
        }
    }

    private static func response(_ condition: MetricsPages.Condition) -> [UInt8] {
        switch condition {
        case .good(let text): response("200 OK", text + "\n")
        case .bad(let text): response("503 Service Unavailable", text + "\n")
        }
    }

    private static func response(
        _ status: String, _ body: String, _ fields: String = "",
        type: String = "text/plain; charset=utf-8"
    ) -> [UInt8] {
        Array(
            ("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
                + "\(fields)Connection: close\r\n\r\n\(body)").utf8)
    }
}

extension [UInt8] {
    /// Where the empty line after a head ends.
    fileprivate var endOfHead: Int? {
        guard count >= 4 else { return nil }
        return (4...count).first {
            self[$0 - 4] == 0x0D && self[$0 - 3] == 0x0A && self[$0 - 2] == 0x0D
                && self[$0 - 1] == 0x0A
        }
    }
}
