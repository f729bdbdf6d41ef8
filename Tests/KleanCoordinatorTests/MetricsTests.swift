import Glibc
import KleanCoordinator
import KleanCore
import KleanMetrics
import KleanTransport
import KleanWorker
import Synchronization
import Testing

/// What Prometheus and probes see of a living coordinator and its worker, over loopback on ports
/// that the kernel picks.
@Suite struct MetricsTests {
    /// Status line and body of a GET.
    static func get(_ path: String, _ address: String) throws -> (status: String, body: String) {
        let text = try #require(address.split(separator: ":").last)
        let port = try #require(UInt16(text))
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(status == 0)
        let request = Array("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        #expect(send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        let answer = String(decoding: bytes, as: UTF8.self)
        let end = try #require(answer.firstRange(of: "\r\n\r\n"))
        let line = String(answer.prefix { $0 != "\r\n" })
        return (line, String(answer[end.upperBound...]))
    }

    /// Series to value; every line must be a comment or a series that was announced by a type.
    static func parse(_ page: String) throws -> [String: Double] {
        var values: [String: Double] = [:]
        var types: Set<Substring> = []
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                #expect(words.count == 4 && ["gauge", "counter"].contains(words[3]), "\(line)")
                #expect(types.insert(words[2]).inserted, "\(line): a family comes once")
            } else if !line.hasPrefix("# HELP ") {
                let value = try #require(Double(words[words.count - 1]), "\(line)")
                let series = words.dropLast().joined(separator: " ")
                #expect(types.contains(line.prefix { $0 != "{" && $0 != " " }), "\(line)")
                #expect(values.updateValue(value, forKey: series) == nil, "\(line): twice")
            }
        }
        return values
    }

    @Test func aRunningJobIsScraped() throws {
        let folder = try ToyFolder()
        let job = ToyJob(shardCount: 6, folder: folder.path)
        try job.write()
        let gate = ControlTests.Gate()
        let (coordinator, worker) = (Mailbox<String>(), Mailbox<String>())
        let watcher = OSThread {
            _ = gate.reached.take()
            _ = #expect(throws: Never.self) {
                let address = try #require(coordinator.take(milliseconds: 10_000))
                // The board is renewed five times a second: until it knows the lease, ten
                // seconds at most.
                var values: [String: Double] = [:]
                for _ in 0..<1_000 {
                    values = try Self.parse(Self.get("/metrics", address).body)
                    if values["klean_workers{state=\"busy\"}"] == 1 { break }
                    usleep(10_000)
                }
                #expect(values["klean_workers{state=\"busy\"}"] == 1)
                let states = ["pending", "running", "checking", "committed", "quarantined"]
                for phase in ["survey", "score"] {
                    let counts = states.map {
                        values["klean_shards{phase=\"\(phase)\",state=\"\($0)\"}"] ?? -1
                    }
                    #expect(counts.reduce(0, +) == 6, "\(phase): \(counts)")
                }
                #expect(values["klean_shards{phase=\"score\",state=\"pending\"}"] == 6)
                #expect(values["klean_activity{activity=\"survey\"}"] == 1)
                #expect(values["klean_listings_total{phase=\"survey\"}"] != nil)
                #expect(values["klean_attempts_lost_total{reason=\"corruptChunk\"}"] == 0)
                #expect(values["klean_credit_bytes{state=\"used\"}"] ?? 0 > 0)
                #expect(values["klean_sent_bytes_total"] ?? 0 > 0)
                #expect(values["klean_loop_stall_seconds"] ?? 99 < 5)
                #expect(try Self.get("/healthz", address).status == "HTTP/1.1 200 OK")
                #expect(try Self.get("/readyz", address) == ("HTTP/1.1 200 OK", "ready: survey\n"))

                let place = try #require(worker.take(milliseconds: 10_000))
                let mine = try Self.parse(Self.get("/metrics", place).body)
                #expect(mine["klean_worker_ready"] == 1)
                #expect(mine["klean_worker_holding_shards"] ?? 0 > 0)
                #expect(mine["klean_worker_received_bytes_total"] ?? 0 > 0)
                #expect(try Self.get("/readyz", place) == ("HTTP/1.1 200 OK", "ready\n"))
            }
            gate.opened.close()
        }
        let any = MetricsAddress(host: "127.0.0.1", port: 0)
        let (report, _) = try ClusterTests.run(
            job, workers: 1,
            change: {
                $0.metrics = any
                $0.onEvent = { event in
                    guard event.name == "metrics served" else { return }
                    coordinator.put(event.fields[0].value)
                }
            },
            worker: {
                $0.metrics = any
                $0.onEvent = { line in
                    let words = line.split(separator: "/")
                    if line.hasPrefix("metrics on ") { worker.put(String(words[1])) }
                }
            },
            engine: { ControlTests.GatedEngine(toy: ToyEngine(), gate: gate) })
        watcher.join()
        #expect(report.index == job.oracle())
    }
}
