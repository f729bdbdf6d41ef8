import KleanCatalog
import KleanColumns
import KleanTesting
import Testing
import Foundation

@Suite struct SpeedProbe {
    @Test func parts() throws {
        func cpu() -> Double {
            var t = timespec(); clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
            return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
        }
        func best(_ name: String, _ body: () -> Void) {
            var m = 1e9
            for _ in 0..<8 { let s = cpu(); body(); m = min(m, cpu() - s) }
            print("part", name, m / 262_144 * 1e9, "ns/row")
        }
        var catalog: GeneratedCatalog?
        let s = cpu()
        catalog = GeneratedCatalog(rows: 2_000_000, seed: 1, rowsPerChunk: 262_144)
        print("part setup", cpu() - s)
        var chunk: GeneratedChunk?
        best("generate") { chunk = catalog!.chunk(1) }
        var e: EncodedChunk?
        best("encode") { e = EncodedChunk(hot: chunk!.hot, cold: chunk!.cold, effort: .fast) }
        print("part bytes", Double(e!.hot.count) / 262144, Double(e!.cold.count) / 262144, Double(e!.ids.count) / 262144)
    }
    @Test func writes() throws {
        let folder = "/tmp/gen-speed"
        try? FileManager.default.removeItem(atPath: folder)
        let clock = ContinuousClock()
        let catalog = GeneratedCatalog(rows: 2_000_000, seed: 1, rowsPerChunk: 262_144)
        func cpu() -> Double { Double(Glibc.clock()) / 1e6 }
        let start = cpu()
        let wall = try clock.measure { _ = try catalog.write(to: folder, threads: 2) }
        print("wall", wall, "cpu", cpu() - start)
    }
}
