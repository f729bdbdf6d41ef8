import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanInspection
import KleanLearn
import KleanModel

struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "What fusion sees of every listing: sub-scores, missing flags, interactions.",
        discussion: "klean features store --model model --out features.csv")

    @Argument(help: "The store.") var store: String
    @Option(help: "The model folder.") var model: String
    @Option(help: "The file to write: CSV, or JSON Lines if it ends in .jsonl.") var out: String

    func run() throws {
        let form: FeatureExport.Form = out.hasSuffix(".jsonl") ? .jsonLines : .csv
        let count = try FeatureExport.write(
            try Store(path: store), try Model.load(model), form, to: out)
        Console.error("\(out): \(NumberText.count(count)) listings\n")
    }
}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learns a model's weights from labelled listings.",
        discussion: """
            klean train --labels labels.csv --features features.csv --out weights.yaml

            Labels have columns id and label (fake, genuine), and may have weight, or probability: \
            with which the listing was drawn for inspection. The output is in the form of \
            model.yaml.
            """)

    @Option(help: "Labels: CSV with id and label.") var labels: String
    @Option(help: "Features, as klean features writes them: CSV or JSON Lines.") var features:
        String
    @Option(help: "The file to write.") var out: String
    @Option(help: "Parts of the cross-validation.") var folds = 5

    func validate() throws {
        guard (2...100).contains(folds) else {
            throw ValidationError("--folds: expected 2 to 100, found \(folds)")
        }
    }

    func run() throws {
        let known = try LabelFile(parsing: try FileSystem.read(labels), file: labels)
        let result = try WeightTraining(
            features: try FileSystem.read(features), file: features, labels: known, folds: folds)
        try writeFileDurably(out, Array(WeightsText(result).text.utf8))
        if result.unmatched > 0 {
            Console.error(
                "klean: \(result.unmatched) labels are of listings that \(features) lacks\n")
        }
        let training = result.training
        Console.error(
            "\(out): \(result.rows.count) labels, held-out ROC-AUC "
                + NumberText.fixed(training.areaUnderROC, digits: 4) + ", calibration error "
                + NumberText.fixed(training.reliability.error, digits: 4) + "\n")
    }
}

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Evaluates a LightGBM text model.",
        discussion: """
            klean predict --lightgbm model.txt --features features.csv

            One line a row, 17 significant digits, a tab between classes. Features are CSV, TSV or \
            libsvm; columns are found by name if there is a header.
            """)

    @Option(help: "The model: what LightGBM's save_model writes.") var lightgbm: String
    @Option(help: "The rows.") var features: String
    @Flag(help: "Raw scores, without the objective's transform.") var raw = false
    @Flag(help: "The number of the leaf in each tree instead.") var leaves = false
    @Option(help: "Evaluate so many times and tell the fastest, for benchmarks.") var repeats = 1

    func run() throws {
        let ensemble = try TreeEnsemble(
            parsing: try FileSystem.read(lightgbm), file: lightgbm)
        let table = try FeatureTable(
            parsing: try FileSystem.read(features), file: features, for: ensemble)
        let width = ensemble.featureCount
        var text = ""
        func flushIfLong() {
            guard text.utf8.count > 1 << 16 else { return }
            Console.output(text)
            text = ""
        }
        if leaves {
            for row in 0..<table.rowCount {
                let values = Array(table.values[row * width..<(row + 1) * width])
                text += ensemble.leaves(values).map(String.init).joined(separator: "\t") + "\n"
                flushIfLong()
            }
        } else {
            let answers = answers(ensemble, table)
            let classes = ensemble.treesPerIteration
            for row in 0..<table.rowCount {
                let own = answers[row * classes..<(row + 1) * classes]
                text += own.map(NumberText.exact).joined(separator: "\t") + "\n"
                flushIfLong()
            }
        }
        Console.output(text)
    }

    private func answers(_ ensemble: TreeEnsemble, _ table: FeatureTable) -> [Double] {
        var answers: [Double] = []
        var fastest = Duration.seconds(1_000_000)
        for _ in 0..<max(1, repeats) {
            let start = ContinuousClock.now
            answers = ensemble.predict(table.values, count: table.rowCount, isRaw: raw)
            fastest = min(fastest, ContinuousClock.now - start)
        }
        if repeats > 1 {
            let nanoseconds = NumberText.seconds(fastest) * 1e9 / Double(max(1, table.rowCount))
            Console.error(
                "\(table.rowCount) rows, \(NumberText.fixed(nanoseconds, digits: 1)) ns a row\n")
        }
        return answers
    }
}
