import Foundation
import KleanLearn

/// The LightGBM models of the shared data, with inputs and what LightGBM said of them.
enum LeavesModels {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/gbdt/leaves").standardizedFileURL.path

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder) }

    struct Case: Sendable, CustomStringConvertible {
        var model: String
        var features: String
        var answers: String
        var isRaw = false
        var description: String { model + (isRaw ? " raw" : "") }
    }

    static func claims(_ name: String) -> Case {
        Case(
            model: "genlin_fmtp_\(name).model", features: "genlin_fmtp_\(name)_features.tsv",
            answers: "genlin_fmtp_\(name)_true_predictions.txt")
    }

    static let cases: [Case] = [
        claims("gamma_AvgClaimAmount"), claims("poisson_Frequency"),
        claims("tweedie_PurePremium"),
        Case(
            model: "lg_dart_breast_cancer.model", features: "breast_cancer_test.tsv",
            answers: "lg_dart_breast_cancer_true_predictions.txt"),
        Case(
            model: "lg_kddcup99.model", features: "kddcup99_test.tsv",
            answers: "lg_kddcup99_true_predictions.txt", isRaw: true),
        Case(
            model: "lg_rf_iris.model", features: "iris_test.libsvm",
            answers: "lg_rf_iris_true_predictions.txt"),
        Case(
            model: "lgmulticlass.model", features: "multiclass_test.tsv",
            answers: "lgmulticlass_true_predictions.txt"),
        Case(
            model: "lgmulticlass.model", features: "multiclass_test.tsv",
            answers: "lgmulticlass_true_raw_predictions.txt", isRaw: true),
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }

    static func numbers(_ name: String) throws -> [Double] {
        String(decoding: try bytes(name), as: UTF8.self).split { $0.isWhitespace }
            .compactMap { Double($0) }
    }
}
