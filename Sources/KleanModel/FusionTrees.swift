package import KleanCore
package import KleanLearn

/// A LightGBM model in place of the weighted sum (`fusion: lightgbm`), over the features that
/// `klean features` exports.
///
/// A listing's score is the model's raw score, turned into log-odds where its objective says what
/// they are (binary, cross entropy), else as it is: then the threshold is in its unit.
package struct FusionTrees: Equatable, Sendable {
    /// The file as it was given: what the model's digest covers.
    package let text: [UInt8]
    package let ensemble: TreeEnsemble
    /// By feature of the ensemble.
    package let terms: [Term]

    /// The source file beside `model.yaml`.
    package static let fileName = "lightgbm.txt"

    /// - Throws: ``TreeError/malformed(file:line:field:expected:found:)`` also for a model with
    ///   several classes, for a feature that listings do not have, and for one that does not say
    ///   how many training rows each branch saw, without which no score can be explained.
    package init(parsing text: [UInt8], file: String = fileName) throws(TreeError) {
        func fault(_ field: String, _ expected: String, _ found: String) -> TreeError {
            .malformed(file: file, line: 0, field: field, expected: expected, found: found)
        }
        let ensemble = try TreeEnsemble(parsing: text, file: file)
        guard ensemble.treesPerIteration == 1 else {
            throw fault("num_class", "1", "\(ensemble.treesPerIteration)")
        }
        guard ensemble.treeCount > 0 else { throw fault("trees", "at least one", "") }
        guard ensemble.hasCounts else {
            throw fault("internal_count, leaf_count", "a count for each branch", "")
        }
        var terms: [Term] = []
        for name in ensemble.featureNames {
            guard let term = Term.allCases.first(where: { $0.name == name }) else {
                let names = Term.allCases.map(\.name).joined(separator: ", ")
                throw fault("feature_names", "some of \(names)", name)
            }
            terms.append(term)
        }
        self.text = text
        self.ensemble = ensemble
        self.terms = terms
    }

    /// What a raw score is multiplied with.
    package var scale: Double {
        let factor = ensemble.objective.logOddsFactor ?? 1
        return ensemble.isAveraged ? factor / Double(ensemble.iterationCount) : factor
    }

    /// What every listing starts from: the average over the training rows.
    package var startingScore: Double {
        (TreeShap(ensemble)?.average() ?? 0) * scale
    }

    package static func == (left: FusionTrees, right: FusionTrees) -> Bool {
        left.text == right.text
    }
}

extension Model {
    /// What every listing's score starts from: contributions are added to it.
    package var startingScore: Double { trees?.startingScore ?? weights.intercept }
}
