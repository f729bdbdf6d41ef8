import Foundation
import KleanLearn
import Testing

/// Labels drawn from known weights: the fit finds the weights again, knows how sure it is, and its
/// probabilities hold on rows that it has not seen.
@Suite struct LogisticFitTests {
    static let intercept = -2.0
    static let weights = [1.2, 0.6, 2.0, 0.0, 1.0, 0.0]

    /// Rows like those of fusion: raw values at least 0, flags, an interaction; every second
    /// genuine row is left out and the rest weigh double.
    static func rows(_ count: Int, seed: UInt64) -> LabelledRows {
        var random = Draws(seed: seed)
        var rows = LabelledRows(columns: ["a", "b", "c", "d", "flag", "both"])
        while rows.count < count {
            let a = random.unit() < 0.5 ? 0 : -log(1 - random.unit())
            let b = random.unit() < 0.3 ? 0 : 4 * random.unit()
            let c = random.unit() < 0.1 ? 1.0 : 0
            let d = random.unit()
            let flag = random.unit() < 0.2 ? 1.0 : 0
            let values = [a, b, c, d, flag, c * min(b / 4, 1)]
            let score = zip(weights, values).reduce(intercept) { $0 + $1.0 * $1.1 }
            let isFake = random.unit() < 1 / (1 + exp(-score))
            let isDrawn = isFake || random.unit() < 0.5
            if isDrawn {
                rows.append(
                    values, isPositive: isFake, weight: isFake ? 1 : 2, key: random.next())
            }
        }
        return rows
    }

    @Test func knownWeightsLieInTheirIntervals() {
        var inside = 0
        var all = 0
        for seed in 1...60 {
            let fit = LogisticFit(Self.rows(3_000, seed: UInt64(seed)))
            #expect(fit.isConverged, "seed \(seed)")
            for (column, weight) in Self.weights.enumerated() {
                all += 1
                if fit.interval(column).contains(weight) { inside += 1 }
            }
        }
        // 95 % of 360, give or take three standard deviations; bounds at 0 help a little.
        print("known weights within their 95 % intervals: \(inside) of \(all)")
        #expect(inside >= 330)
    }

    /// Nine hundred labels leave the weights themselves unsure by a few percent; twenty thousand
    /// do not.
    @Test func heldOutProbabilitiesAreCalibrated() {
        for (count, seed, most) in [(900, UInt64(5), 0.04), (20_000, 6, 0.02)] {
            let training = Training(Self.rows(count, seed: seed))
            let held = Self.rows(100_000, seed: 77)
            let probabilities = (0..<held.count).map {
                training.calibrator.probability(training.fit.score(held.row($0)))
            }
            let error = Reliability(
                probabilities: probabilities, labels: held.labels, weights: held.weights
            ).error
            print("calibration error of \(count) labels on 100,000 others: \(error)")
            #expect(error < most)
        }
    }

    @Test func digitsRepeat() {
        let rows = Self.rows(2_000, seed: 9)
        let (one, other) = (Training(rows), Training(rows))
        #expect(one.fit == other.fit)
        #expect(one.calibrator == other.calibrator)
        #expect(one.heldOutScores == other.heldOutScores)
    }

    /// Labels that a line separates still give finite weights, and a column without news none.
    @Test func separableLabelsStayFinite() {
        var rows = LabelledRows(columns: ["a", "constant"])
        for index in 0..<40 { rows.append([Double(index), 1], isPositive: index >= 20) }
        let fit = LogisticFit(rows)
        #expect(fit.isConverged && fit.coefficients[0] > 0 && fit.coefficients[0] < 100)
        #expect(fit.coefficients[1] == 0 && fit.errors[1] == .infinity)
    }

    @Test func aHarmfulColumnGetsNoWeight() {
        var random = Draws(seed: 3)
        var rows = LabelledRows(columns: ["good", "bad"])
        for _ in 0..<500 {
            let (good, bad) = (random.unit(), random.unit())
            rows.append([good, bad], isPositive: good - bad + random.unit() > 0.8)
        }
        let fit = LogisticFit(rows)
        #expect(fit.coefficients[0] > 1 && fit.coefficients[1] == 0)
    }
}

/// Seeded draws.
struct Draws {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
