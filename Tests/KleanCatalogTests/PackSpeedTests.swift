import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// Packs the file named by KLEAN_PACK_BENCH and prints rows a second; a small generated one else,
/// so the path cannot rot.
@Suite struct PackSpeedTests {
    @Test func packsAFile() throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try TemporaryFolder()
        let named = environment["KLEAN_PACK_BENCH"]
        let path = try named ?? folder.write("small.csv", small(rows: 2_000))
        for effort in [CompressionEffort.high, .fast] {
            let store = folder.file("store-\(effort)")
            var job = PackJob(inputs: [PackInput(path: path)], store: store)
            job.effort = effort
            job.threads = environment["KLEAN_THREADS"].flatMap(Int.init)
            var usageBefore = rusage()
            getrusage(0, &usageBefore)
            let start = ContinuousClock.now
            let report = try job.run()
            let wall = (ContinuousClock.now - start) / .seconds(1)
            var usage = rusage()
            getrusage(0, &usage)
            let rows = Double(report.total.read)
            let cpu = seconds(usage) - seconds(usageBefore)
            #expect(report.total.packed == report.total.read)
            guard named != nil else { continue }
            print(
                "SPEED \(effort): \(Int(rows / wall)) rows/s, wall \(wall) s, cpu \(cpu) s, "
                    + "\(Int(rows / cpu)) rows/cpu-s, peak \(usage.ru_maxrss / 1024) MB, "
                    + "chunks \(report.chunks), hot \(report.hotBytes), cold \(report.coldBytes), "
                    + "ids \(report.idsBytes), digest \(report.digest.short)")
        }
    }

    private func seconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    private func small(rows: Int) -> String {
        "id,title,price\n" + (0..<rows).map { "\($0),가방 \($0),\"1,\(100 + $0 % 900)원\"\n" }.joined()
    }
}
