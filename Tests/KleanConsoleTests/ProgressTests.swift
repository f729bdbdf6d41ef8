import KleanConsole
import Testing

/// Progress is text made from counts and a time that is passed in: no clock, no terminal.
@Suite struct ProgressTests {
    private func progress(_ phase: String = "score", done: Int, failed: Int = 0) -> Progress {
        Progress(
            phase: phase, unitsDone: done, unitsFailed: failed, unitsTotal: 50,
            listingsDone: UInt64(done) * 1_000_000, listingsTotal: 50_000_000)
    }

    /// A log file gets a line at the start, then one per interval, then the last.
    @Test func logsGetALineEveryInterval() {
        var display = ProgressDisplay(.lines(every: .seconds(5)))
        #expect(display.update(progress(done: 0), now: .zero) == "score  0% · 0/50 shards\n")
        #expect(display.update(progress(done: 2), now: .seconds(2)) == nil)
        #expect(
            display.update(progress(done: 5, failed: 1), now: .seconds(5))
                == "score  10% · 5/50 shards · 1 failed · 1,000,000/s · ETA 45.0 s\n")
        #expect(display.update(progress(done: 6), now: .seconds(6)) == nil)
        #expect(
            display.update(progress(done: 50), now: .seconds(9))?.hasPrefix("score  100%") == true)
        #expect(display.finish() == "")
    }

    @Test func aNewPhaseIsShownAtOnce() {
        var display = ProgressDisplay(.lines(every: .seconds(5)))
        _ = display.update(progress("survey", done: 3), now: .zero)
        let text = display.update(progress("score", done: 0), now: .seconds(1))
        #expect(text == "score  0% · 0/50 shards\n")
        #expect(display.listingsPerSecond == nil)
    }

    /// On a terminal the line is redrawn in place, fits its width, and is not redrawn too often.
    @Test(arguments: [40, 60, 80, 200]) func redrawnLineFitsTheTerminal(_ width: Int) throws {
        var display = ProgressDisplay(.redraw(width: width))
        _ = display.update(progress(done: 0), now: .zero)
        #expect(display.update(progress(done: 1), now: .milliseconds(50)) == nil)
        let drawn = display.update(progress(done: 25), now: .seconds(5))
        let text = try #require(drawn)
        #expect(text.hasPrefix("\r") && text.hasSuffix("\u{1B}[K"))
        #expect(DisplayWidth.of(text.dropFirst().dropLast(3)) < width)
        #expect(text.contains("█") == (width >= 80))
        #expect(display.finish() == "\n")
    }

    /// The speed is that of the last ten seconds, so a slow start does not spoil the ETA.
    @Test func speedForgetsTheStart() throws {
        var display = ProgressDisplay(.lines(every: .seconds(1)))
        for second in 0...100 {
            let done = second < 50 ? 0 : second - 50
            _ = display.update(progress(done: min(done, 49)), now: .seconds(second))
        }
        _ = display.update(progress(done: 49), now: .seconds(101))
        let rate = try #require(display.listingsPerSecond)
        #expect(rate > 500_000 && rate <= 1_000_000)
    }
}
