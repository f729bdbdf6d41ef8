import KleanLearn
import Testing

/// Measures of rankings against values worked out by hand.
@Suite struct MeasureTests {
    let measure = RankingMeasure(
        scores: [4, 3, 2, 1], labels: [1, 0, 1, 0], weights: [1, 1, 1, 1])

    @Test func areas() {
        let expected: Double = (1.0 + 2.0 / 3.0) / 2.0
        #expect(measure.averagePrecision() == expected)
        #expect(measure.areaUnderROC() == 0.75)
        let first = measure.hits(first: 3)
        #expect(first.hits == 2 && first.of == 3)
    }

    @Test func tiesAreOneStep() {
        let tied = RankingMeasure(
            scores: [1, 1, 1, 1], labels: [1, 0, 1, 0], weights: [1, 1, 1, 1])
        #expect(tied.areaUnderROC() == 0.5)
        #expect(tied.averagePrecision() == 0.5)
    }

    @Test func wilsonStaysInside() {
        #expect(Interval.wilson(hits: 0, of: 10).lowerBound == 0)
        let interval = Interval.wilson(hits: 5, of: 10)
        #expect((interval.lowerBound - 0.2366).magnitude < 1e-4)
        #expect((interval.upperBound - 0.7634).magnitude < 1e-4)
    }

    @Test func overlap() {
        let same = RankOverlap.biased([1, 2, 3], [1, 2, 3])
        #expect((same - 1).magnitude < 1e-12)
        #expect(RankOverlap.biased([1, 2, 3], [4, 5, 6]) == 0)
        let swapped = RankOverlap.biased([1, 2, 3], [2, 1, 3], persistence: 0.5)
        #expect((swapped - 0.5).magnitude < 1e-12)
    }

    @Test func centredIsotonicNeverFalls() {
        let calibrator = Calibrator.isotonic(
            [0, 1, 1, 2, 3], [0, 1, 0, 0, 1], [1, 1, 1, 1, 1])
        let expected = Calibrator.isotonic(
            scores: [0, 4.0 / 3, 3], probabilities: [0, 1.0 / 3, 1])
        #expect(calibrator == expected)
        let middle = calibrator.probability(2.0 / 3)
        #expect((middle - 1.0 / 6).magnitude < 1e-12)
    }
}
