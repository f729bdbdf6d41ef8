import KleanCore
package import KleanLearn

/// Learns a model's weights from labelled features.
package struct WeightTraining: Sendable {
    package let training: Training
    package let rows: LabelledRows
    /// Labels whose id the features do not have.
    package let unmatched: Int
    /// By scorer: Platt's curve of its raw value alone, over the labels where it speaks; `nil`
    /// where there are too few.
    package let scorerCurves: [(offset: Double, slope: Double)?]

    /// Labels of each kind without which a curve means nothing.
    private static let curveLabelsMin = 20

    /// Joins features (as `klean features` writes them) with labels by id.
    ///
    /// - Throws: ``TreeError`` for files that are not that, or labels of one kind only.
    package init(
        features bytes: [UInt8], file: String, labels: LabelFile, folds: Int
    ) throws(TreeError) {
        let columns = Term.weighted.map(\.name)
        var listings = try FeatureRows(bytes, file: file, columns: columns)
        var rows = LabelledRows(columns: columns)
        while let listing = try listings.next() {
            guard let label = labels.labels[listing.id] else { continue }
            rows.append(
                listing.values, isPositive: label.isFake, weight: label.weight,
                key: Fingerprint.of(listing.id))
        }
        guard rows.count > 0 || labels.labels.isEmpty else {
            throw .malformed(
                file: file, line: 0, field: "id", expected: "ids of labelled listings",
                found: "none of \(labels.labels.count)")
        }
        guard rows.positives > 0, rows.positives < rows.count else {
            throw .malformed(
                file: file, line: 0, field: "labels", expected: "fake and genuine listings",
                found: "\(rows.positives) fake of \(rows.count)")
        }
        unmatched = labels.labels.count - rows.count
        scorerCurves = Scorer.allCases.map { WeightTraining.curve(rows, column: $0.rawValue) }
        // A silent scorer adds nothing beside its missing flag.
        self.rows = rows.filled(0)
        training = Training(self.rows, folds: folds)
    }

    private static func curve(_ rows: LabelledRows, column: Int) -> (
        offset: Double, slope: Double
    )? {
        let spoken = (0..<rows.count).filter { !rows.values(ofRow: $0)[column].isNaN }
        let some = rows.rows(spoken)
        guard some.positives >= curveLabelsMin, some.count - some.positives >= curveLabelsMin
        else { return nil }
        let curve = Calibrator.platt(
            (0..<some.count).map { some.values(ofRow: $0)[column] }, some.labels, some.weights)
        guard case .platt(let offset, let slope) = curve, slope > 0.001 else { return nil }
        return (min(max(offset, -100), 100), min(slope, 100))
    }
}

extension LabelledRows {
    /// The values of a row, by column.
    fileprivate func values(ofRow index: Int) -> [Double] {
        Array(values[index * width..<(index + 1) * width])
    }

    fileprivate func filled(_ value: Double) -> LabelledRows {
        var filled = LabelledRows(columns: columns)
        for index in 0..<count {
            filled.append(
                values(ofRow: index).map { $0.isNaN ? value : $0 }, isPositive: labels[index] > 0.5,
                weight: weights[index], key: keys[index])
        }
        return filled
    }
}
