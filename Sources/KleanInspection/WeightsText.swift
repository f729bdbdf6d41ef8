import KleanConsole
import KleanCore
import KleanLearn
import KleanModel

/// Trained weights as `model.yaml` takes them, with what they rest on as comments.
///
/// Where scores are calibrated by a curve, intercept and weights hold it already, so a score is
/// log-odds. Points of an isotonic calibration are listed as comments beside that curve.
package struct WeightsText: Sendable {
    private let result: WeightTraining
    /// The curve that makes scores log-odds.
    private let offset: Double
    private let slope: Double

    package init(_ result: WeightTraining) {
        self.result = result
        let training = result.training
        let curve = Calibrator.platt(
            training.heldOutScores, result.rows.labels, result.rows.weights)
        if case .platt(let offset, let slope) = curve, slope > 0 {
            (self.offset, self.slope) = (offset, slope)
        } else {
            (offset, slope) = (0, 1)
        }
    }

    package var text: String {
        (heading + ["intercept: \(number(intercept))", "weights:"] + weights
            + ["calibrations:"] + calibrations + points)
            .map { $0 + "\n" }.joined()
    }

    private var intercept: Double { offset + slope * result.training.fit.intercept }

    private var heading: [String] {
        let training = result.training
        let rows = result.rows
        return [
            "# Trained by klean from \(rows.count) labels, \(rows.positives) of them fake; "
                + "copy these keys into model.yaml.",
            "# \(training.fit.isConverged ? "converged" : "not converged") after "
                + "\(training.fit.iterations) iterations; \(training.folds)-fold "
                + "cross-validation, held out:",
            "# log-loss \(short(training.logLoss)), ROC-AUC \(short(training.areaUnderROC)), "
                + "average precision \(short(training.averagePrecision)), calibration error "
                + "\(short(training.reliability.error)) in \(training.reliability.bins.count) bins",
        ]
    }

    private var weights: [String] {
        Term.weighted.map { term in
            let fit = result.training.fit
            let column = term.rawValue
            guard fit.errors[column].isFinite else {
                return "  \(term.name): \(number(starting(term)))"
                    + "  # the same in all labels: nothing learned"
            }
            let scale = slope / (curve(term)?.slope ?? 1)
            let interval = fit.interval(column)
            return "  \(term.name): \(number(min(fit.coefficients[column] * scale, 100)))"
                + "  # 95 % \(number(interval.lowerBound * scale)) to "
                + number(interval.upperBound * scale)
        }
    }

    /// Of a term that no label speaks of: the model's starting weight, or 0 for a flag.
    private func starting(_ term: Term) -> Double { term.defaultCoefficient }

    private func curve(_ term: Term) -> (offset: Double, slope: Double)? {
        term.rawValue < Scorer.allCases.count ? result.scorerCurves[term.rawValue] : nil
    }

    private var calibrations: [String] {
        Scorer.allCases.map { scorer in
            guard let curve = result.scorerCurves[scorer.rawValue] else {
                return "  \(scorer): {offset: -4, slope: 1}  # too few labels"
            }
            return "  \(scorer): {offset: \(number(curve.offset)), slope: \(number(curve.slope))}"
        }
    }

    private var points: [String] {
        guard case .isotonic(let scores, let probabilities) = result.training.calibrator else {
            return []
        }
        return ["# Centred isotonic calibration of the score (score: probability):"]
            + zip(scores, probabilities).map {
                "#   \(number(offset + slope * $0)): \(number($1))"
            }
    }

    private func number(_ value: Double) -> String { NumberText.fixed(value, digits: 6) }
    private func short(_ value: Double) -> String { NumberText.fixed(value, digits: 4) }
}
