import KleanWorker
import Testing

/// How much a worker asks for in advance.
@Suite struct CreditWindowTests {
    private func window(memory: UInt64 = 1 << 40) -> CreditWindow {
        CreditWindow(shardBytesMax: 10, memoryBytes: memory)
    }

    @Test func itWidensWhileItStarvesUpToItsBound() {
        var window = window()
        var seen = [window.bytes]
        for _ in 0..<5 {
            window.arrived(afterIdleMs: 20)
            seen.append(window.bytes)
        }
        #expect(seen == [30, 60, 120, 240, 240, 240])
    }

    @Test func aShortPauseIsNoWait() {
        var window = window()
        window.arrived(afterIdleMs: 19)
        #expect(window.bytes == 30)
    }

    @Test func itNarrowsWhenItNeverWaits() {
        var window = window()
        for _ in 0..<3 { window.arrived(afterIdleMs: 1_000) }
        for _ in 1..<CreditWindow.calmMax { window.arrived(afterIdleMs: 0) }
        #expect(window.bytes == 240)
        window.arrived(afterIdleMs: 0)
        #expect(window.bytes == 120)
        for _ in 0..<10 * CreditWindow.calmMax { window.arrived(afterIdleMs: 0) }
        #expect(window.bytes == 30)
    }

    @Test func memoryBoundsIt() {
        var window = window(memory: 400)
        for _ in 0..<5 { window.arrived(afterIdleMs: 20) }
        #expect(window.bytes == 100)
        // Two of the largest shards fit always: with less nothing could run.
        #expect(self.window(memory: 8).bytes == 20)
    }
}
