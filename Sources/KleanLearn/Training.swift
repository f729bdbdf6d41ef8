internal import KleanCore

/// A fit with its cross-validation and calibration.
package struct Training: Sendable {
    package var fit: LogisticFit
    /// Score of each row by the fit that did not see it.
    package var heldOutScores: [Double]
    package var calibrator: Calibrator
    package var folds: Int
    /// Of the held-out scores: mean log-loss, area under ROC and precision-recall.
    package var logLoss: Double
    package var areaUnderROC: Double
    package var averagePrecision: Double
    /// Calibration error of the held-out rows, by calibrators that did not see them.
    package var reliability: Reliability

    /// Fits, cross-validates by ``LabelledRows/keys`` and calibrates.
    /// - Complexity: `folds + 1` fits.
    package init(_ rows: LabelledRows, folds: Int = 5) {
        self.folds = folds
        fit = LogisticFit(rows)
        var scores = [Double](repeating: 0, count: rows.count)
        let fold = rows.keys.map { Int(Fingerprint.mix($0 ^ 0x666F_6C64) % UInt64(folds)) }
        for number in 0..<folds {
            let held = rows.keys.indices.filter { fold[$0] == number }
            let part = LogisticFit(rows.rows(rows.keys.indices.filter { fold[$0] != number }))
            for index in held { scores[index] = part.score(rows.row(index)) }
        }
        heldOutScores = scores
        calibrator = Calibrator(scores: scores, labels: rows.labels, weights: rows.weights)
        var probabilities = [Double](repeating: 0, count: rows.count)
        for number in 0..<folds {
            let others = scores.indices.filter { fold[$0] != number }
            let part = Calibrator(
                scores: others.map { scores[$0] }, labels: others.map { rows.labels[$0] },
                weights: others.map { rows.weights[$0] })
            for index in scores.indices where fold[index] == number {
                probabilities[index] = part.probability(scores[index])
            }
        }
        reliability = Reliability(
            probabilities: probabilities, labels: rows.labels, weights: rows.weights)
        let measure = RankingMeasure(scores: scores, labels: rows.labels, weights: rows.weights)
        areaUnderROC = measure.areaUnderROC()
        averagePrecision = measure.averagePrecision()
        logLoss = Training.logLoss(probabilities, rows)
    }

    private static func logLoss(_ probabilities: [Double], _ rows: LabelledRows) -> Double {
        var sum = 0.0
        for (index, probability) in probabilities.enumerated() {
            // Isotonic ends may say "never"; one surprise must not cost everything.
            let bounded = min(max(probability, 1e-6), 1 - 1e-6)
            let chance = rows.labels[index] > 0.5 ? bounded : 1 - bounded
            sum -= rows.weights[index] * Exact.log(chance)
        }
        return sum / max(rows.weights.reduce(0, +), 1e-300)
    }
}
