/// Rows of features for a tree model, read from a text file.
///
/// | form | recognised by | columns |
/// |---|---|---|
/// | libsvm | `label index:value …` | by index from 0; absent ones are zero |
/// | TSV, CSV | a tab, or else a comma, in the first line | by name if there is a header |
/// | spaces | neither | by position |
///
/// Without a header a row has one field a feature, in the model's order, or one more: the label,
/// at the model's label index, which is skipped. With a header, columns are found by name, others
/// ignored; a model whose features are only numbered takes them by position. Empty fields, `na`,
/// `nan` and `null` are missing.
package struct FeatureTable: Equatable, Sendable {
    /// Row-major, one value a feature; NaN where missing.
    package private(set) var values: [Double] = []
    package private(set) var rowCount = 0

    /// - Parameter file: What errors call it.
    /// - Throws: ``TreeError/malformed(file:line:field:expected:found:)`` with the line.
    /// - Complexity: O(bytes + rows x features).
    package init(
        parsing bytes: [UInt8], file: String, for ensemble: TreeEnsemble
    ) throws(TreeError) {
        var lines = TextLines(bytes, file: file)
        let form = lines.form
        if form == .libsvm {
            try readSparse(&lines, ensemble)
            return
        }
        let separator: UInt8 = form == .tabs ? 9 : form == .commas ? 44 : 32
        var layout: ColumnLayout?
        while let line = lines.next() {
            let fields = line.fields(separator)
            guard let known = layout else {
                let (found, isHeader) = try ColumnLayout.find(fields, lines, ensemble)
                layout = found
                if !isHeader { try append(fields, found, lines, ensemble) }
                continue
            }
            try append(fields, known, lines, ensemble)
        }
    }

    private mutating func append(
        _ fields: [String], _ layout: ColumnLayout, _ lines: TextLines, _ ensemble: TreeEnsemble
    ) throws(TreeError) {
        guard fields.count == layout.width else {
            throw lines.fault("columns", "\(layout.width)", "\(fields.count)")
        }
        for (feature, place) in layout.places.enumerated() {
            values.append(
                try layout.value(fields[place], feature, lines, ensemble.featureNames[feature]))
        }
        rowCount += 1
    }

    private mutating func readSparse(
        _ lines: inout TextLines, _ ensemble: TreeEnsemble
    ) throws(TreeError) {
        let zeros = [Double](repeating: 0, count: ensemble.featureCount)
        while let line = lines.next() {
            let start = values.count
            values += zeros
            rowCount += 1
            for (number, word) in line.fields(32).enumerated() where !word.isEmpty {
                let parts = word.split(separator: ":", maxSplits: 1)
                if number == 0, parts.count == 1 { continue }  // The label.
                guard parts.count == 2, let index = Int(parts[0]),
                    let value = FeatureField.number(String(parts[1]))
                else { throw lines.fault("feature", "index:value", word) }
                guard (0..<ensemble.featureCount).contains(index) else {
                    throw lines.fault(
                        "feature", "an index below \(ensemble.featureCount)", "\(index)")
                }
                values[start + index] = value
            }
        }
    }
}

/// Which field of a line is which feature.
private struct ColumnLayout {
    var width: Int
    /// By feature.
    var places: [Int]
    /// By feature: its categories' names, if it has any; a field's value is then its place there.
    var categories: [Int: [CategoryName]] = [:]

    static func find(
        _ fields: [String], _ lines: TextLines, _ ensemble: TreeEnsemble
    ) throws(TreeError) -> (layout: ColumnLayout, isHeader: Bool) {
        let count = ensemble.featureCount
        let categories = try categories(lines, ensemble)
        let names = ensemble.featureNames
        let isNumbered = names.enumerated().allSatisfy { $1 == "Column_\($0)" }
        let isHeader =
            names.contains { fields.contains($0) }
            || (isNumbered && fields.contains { FeatureField.number($0) == nil })
        if isHeader, !isNumbered || Set(fields).isSuperset(of: names) {
            var places: [Int] = []
            for name in names {
                guard let place = fields.firstIndex(of: name) else {
                    throw lines.fault("header", "a column \(name)", fields.joined(separator: " "))
                }
                places.append(place)
            }
            return (
                ColumnLayout(width: fields.count, places: places, categories: categories), true
            )
        }
        var places = Array(0..<fields.count)
        if fields.count == count + 1, ensemble.labelIndex < fields.count {
            places.remove(at: ensemble.labelIndex)
        }
        guard places.count == count else {
            throw lines.fault(
                "columns", "\(count), or a label and \(count), or a header with their names",
                "\(fields.count)")
        }
        return (
            ColumnLayout(width: fields.count, places: places, categories: categories), isHeader
        )
    }

    /// Which features pandas' categories belong to: the categorical ones in order, or those and
    /// the unused ones, whichever fits.
    private static func categories(
        _ lines: TextLines, _ ensemble: TreeEnsemble
    ) throws(TreeError) -> [Int: [CategoryName]] {
        let lists = ensemble.pandasCategories
        guard !lists.isEmpty else { return [:] }
        let infos = ensemble.featureInfos
        let used = infos.indices.filter { !infos[$0].hasPrefix("[") && infos[$0] != "none" }
        let all = infos.indices.filter { !infos[$0].hasPrefix("[") }
        guard let features = [used, all].first(where: { $0.count == lists.count }) else {
            throw lines.fault(
                "pandas_categorical", "a list for each of \(used.count) categorical features",
                "\(lists.count)")
        }
        return Dictionary(uniqueKeysWithValues: zip(features, lists))
    }

    func value(
        _ field: String, _ feature: Int, _ lines: TextLines, _ name: String
    ) throws(TreeError) -> Double {
        if let names = categories[feature] {
            return names.firstIndex { $0.matches(field) }.map { Double($0) } ?? .nan
        }
        guard let number = FeatureField.number(field) else {
            throw lines.fault(name, "a number, or nothing for missing", field)
        }
        return number
    }
}

enum FeatureField {
    /// A field's number; NaN if it is missing, `nil` if it is something else.
    static func number(_ field: String) -> Double? {
        if let number = Double(field) { return number }
        let trimmed = field.filter { $0 != " " }
        let isMissing = ["", "na", "nan", "null"].contains(trimmed.lowercased())
        return isMissing ? .nan : Double(trimmed)
    }
}
