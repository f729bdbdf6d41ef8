internal import KleanCore

/// What a model was trained for, as far as it decides how raw scores become answers.
package enum TreeObjective: Equatable, Sendable {
    /// Raw scores are the answer: regression, ranking, custom objectives.
    case identity
    /// Trained on square roots: the answer is `sign(x) x^2`.
    case squared
    /// Poisson, gamma, Tweedie.
    case exponential
    /// Binary and one-versus-all: `1 / (1 + e^(-sigmoid x))`, class by class.
    case logistic(sigmoid: Double)
    case softmax
    /// Cross entropy with linear probabilities: a logistic function of the raw score.
    case crossEntropy
    /// `ln(1 + e^x)`.
    case crossEntropyLambda

    /// Reads the value of `objective=`: a name, then options.
    ///
    /// - Returns: `nil` for an objective that is not known.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        var sigmoid = 1.0
        for word in words where word.hasPrefix("sigmoid:") {
            guard let value = Double(word.dropFirst(8)), value > 0, value.isFinite else {
                return nil
            }
            sigmoid = value
        }
        switch words.first {
        case nil, "custom", "none", "lambdarank", "rank_xendcg": self = .identity
        case "regression", "regression_l1", "huber", "fair", "quantile", "mape":
            self = words.contains("sqrt") ? .squared : .identity
        case "poisson", "gamma", "tweedie": self = .exponential
        case "binary", "multiclassova": self = .logistic(sigmoid: sigmoid)
        case "multiclass": self = .softmax
        case "cross_entropy", "xentropy": self = .crossEntropy
        case "cross_entropy_lambda", "xentlambda": self = .crossEntropyLambda
        default: return nil
        }
    }

    /// What a raw score must be multiplied with to be log-odds; `nil` where it is none.
    package var logOddsFactor: Double? {
        switch self {
        case .logistic(let sigmoid): sigmoid
        case .crossEntropy: 1
        default: nil
        }
    }

    /// Turns the raw scores of one row into answers, in place.
    func convert(_ scores: UnsafeMutableBufferPointer<Double>) {
        switch self {
        case .identity: return
        case .squared:
            for index in scores.indices { scores[index] *= scores[index].magnitude }
        case .exponential:
            for index in scores.indices { scores[index] = Exact.exp(scores[index]) }
        case .logistic(let sigmoid):
            for index in scores.indices {
                scores[index] = Exact.sigmoid(sigmoid * scores[index])
            }
        case .crossEntropy:
            for index in scores.indices { scores[index] = Exact.sigmoid(scores[index]) }
        case .crossEntropyLambda:
            for index in scores.indices { scores[index] = TreeObjective.softplus(scores[index]) }
        case .softmax: TreeObjective.softmax(scores)
        }
    }

    private static func softmax(_ scores: UnsafeMutableBufferPointer<Double>) {
        let most = scores.max() ?? 0
        var sum = 0.0
        for index in scores.indices {
            scores[index] = Exact.exp(scores[index] - most)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }

    /// `ln(1 + e^x)` to full accuracy also where `e^x` is small.
    private static func softplus(_ value: Double) -> Double {
        let power = Exact.exp(value)
        guard power.isFinite else { return value }
        guard power < 0.25 else { return Exact.log(1 + power) }
        // 2 atanh(s), s = p / (2 + p) < 1/9: seventeen odd powers are below 1e-17.
        let ratio = power / (2 + power)
        var series = 0.0
        for odd in stride(from: 17.0, through: 3, by: -2) {
            series = (series + 1 / odd) * ratio * ratio
        }
        return 2 * ratio * (1 + series)
    }
}
