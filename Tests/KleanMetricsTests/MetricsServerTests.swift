import Glibc
import KleanMetrics
import KleanTransport
import Testing

/// The server over loopback, on a port that the kernel picks.
@Suite struct MetricsServerTests {
    /// A connection, blocking, closed at the end.
    final class Client {
        let descriptor: Int32

        init(_ port: UInt16) {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            #expect(status == 0)
        }

        deinit { close(descriptor) }

        func say(_ text: String) {
            let bytes = Array(text.utf8)
            #expect(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
        }

        /// All that comes until the server closes.
        func hear() -> String {
            var bytes: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(descriptor, &part, part.count, 0)
                guard count > 0 else { break }
                bytes += part[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    static let pages = MetricsPages(
        metrics: { Exposition([.init("up", .gauge, "Is up.", [.init([], 1)])]) },
        health: { .good("alive") }, readiness: { .bad("loading") })

    func withServer(
        _ pages: MetricsPages = MetricsServerTests.pages, _ body: (UInt16) throws -> Void
    ) throws {
        let server = try MetricsServer(
            at: MetricsAddress("127.0.0.1:0", allowsInsecure: false), pages: pages)
        #expect(server.address.port != 0)
        let thread = server.start()
        defer {
            server.close()
            thread.join()
        }
        try body(server.address.port)
    }

    @Test func pagesAreServed() throws {
        try withServer { port in
            func ask(_ head: String) -> String {
                let client = Client(port)
                client.say(head)
                return client.hear()
            }
            let body = "# HELP up Is up.\n# TYPE up gauge\nup 1\n"
            let page = ask("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(page.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(page.contains("Content-Length: \(body.utf8.count)\r\n"))
            #expect(page.hasSuffix("\r\n\r\n\(body)"))
            #expect(ask("HEAD /metrics HTTP/1.0\r\n\r\n").hasSuffix("Connection: close\r\n\r\n"))
            #expect(ask("GET /healthz HTTP/1.1\r\n\r\n").hasSuffix("\r\n\r\nalive\n"))
            let ready = ask("GET /readyz HTTP/1.1\r\n\r\n")
            #expect(ready.hasPrefix("HTTP/1.1 503 ") && ready.hasSuffix("\r\n\r\nloading\n"))
            #expect(ask("GET / HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
            #expect(ask("POST /metrics HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 405 "))
            #expect(ask("GET\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            #expect(ask("GET /metrics SMTP\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            let long = String(repeating: "x", count: 8_192)
            #expect(ask("GET /\(long)").hasPrefix("HTTP/1.1 431 "))
        }
    }

    /// Goal: a client that says half a request does not keep another from its answer.
    @Test func slowClientsDoNotBlockOthers() throws {
        try withServer { port in
            let slow = (0..<8).map { _ in Client(port) }
            for client in slow { client.say("GET /met") }
            let quick = Client(port)
            quick.say("GET /healthz HTTP/1.1\r\n\r\n")
            #expect(quick.hear().hasSuffix("alive\n"))
            slow[0].say("rics HTTP/1.1\r\n\r\n")
            #expect(slow[0].hear().hasSuffix("up 1\n"))
        }
    }

    /// Goal: an answer larger than any socket buffer arrives whole, though the client reads late.
    @Test func largePagesArriveWhole() throws {
        let samples = (0..<200_000).map { Exposition.Sample([.init("n", "\($0)")], Double($0)) }
        let page = Exposition([.init("x", .gauge, "", samples)])
        let pages = MetricsPages(
            metrics: { page }, health: { .good("") }, readiness: { .good("") })
        try withServer(pages) { port in
            let late = Client(port)
            late.say("GET /metrics HTTP/1.1\r\n\r\n")
            let other = Client(port)
            other.say("GET /healthz HTTP/1.1\r\n\r\n")
            #expect(other.hear().hasPrefix("HTTP/1.1 200"))
            #expect(late.hear().hasSuffix(page.text))
        }
    }

    /// Goal: bytes of any kind are answered or cut, and the server lives on.
    @Test func garbageEndsOnlyItsOwnConnection() throws {
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        try withServer { port in
            var state = seed
            for _ in 0..<200 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let count = Int(state >> 33) % 600 + 1
                let bytes = (0..<count).map { place in
                    UInt8(truncatingIfNeeded: (state >> 17) &+ UInt64(place &* place &* 31))
                }
                let client = Client(port)
                _ = send(client.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                _ = send(client.descriptor, "\r\n\r\n", 4, Int32(MSG_NOSIGNAL))
                shutdown(client.descriptor, Int32(SHUT_WR))
                let answer = client.hear()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "seed \(seed)")
            }
            let client = Client(port)
            client.say("GET /healthz HTTP/1.1\r\n\r\n")
            #expect(client.hear().hasSuffix("alive\n"))
        }
    }

    @Test func addressesAreReadAndGuarded() throws {
        let local = try MetricsAddress("localhost:9464", allowsInsecure: false)
        #expect("\(local)" == "127.0.0.1:9464")
        #expect("\(try MetricsAddress("[::1]:0", allowsInsecure: false))" == "[::1]:0")
        #expect(try MetricsAddress("0.0.0.0:1", allowsInsecure: true).isLoopback == false)
        for text in ["0.0.0.0:9464", "[::]:9464", "10.0.0.1:80"] {
            #expect(throws: MetricsError.insecureAddress(text)) {
                try MetricsAddress(text, allowsInsecure: false)
            }
        }
        for text in ["", "9464", "127.0.0.1", "127.0.0.1:", "::1:80", "host:80", "1.2.3.4:65536"] {
            #expect(throws: MetricsError.badAddress(text)) {
                try MetricsAddress(text, allowsInsecure: true)
            }
        }
    }

    @Test func takenPortIsNamed() throws {
        try withServer { port in
            let address = MetricsAddress(host: "127.0.0.1", port: port)
            #expect(throws: MetricsError.addressInUse("127.0.0.1:\(port)")) {
                _ = try MetricsServer(at: address, pages: Self.pages)
            }
        }
    }
}
