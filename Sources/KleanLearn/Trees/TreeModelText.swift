/// A LightGBM text model as lines of `key=value`, in three parts.
///
/// | part | content |
/// |---|---|
/// | header | `tree`, then ``TreeEnsemble``'s keys: `version num_class feature_names objective` … |
/// | trees | `Tree=N`, then that tree's arrays; see ``TreeReader`` |
/// | rest | `end of trees`, importances, parameters, `pandas_categorical:` |
///
/// **Source**: LightGBM's `GBDT::SaveModelToString` and `Tree::ToString`, versions v2 to v4.
struct TreeModelText {
    let file: String
    private(set) var header: [String: Entry] = [:]
    private(set) var trees: [Section] = []
    private(set) var pandasCategories: Entry?

    struct Entry {
        var line: Int
        var value: Substring
    }

    struct Section {
        var line: Int
        var entries: [String: Entry] = [:]
    }

    /// - Throws: ``TreeError`` when the file does not begin or end as a model does.
    /// - Complexity: O(bytes).
    init(_ bytes: [UInt8], file: String) throws(TreeError) {
        self.file = file
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(
                file: file, line: 0, field: "text", expected: "a LightGBM text model in UTF-8",
                found: "other bytes")
        }
        var number = 0
        var isEnded = false
        for line in text.utf8.split(separator: 10, omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line.last == 13 ? line.dropLast() : line)
            if number == 1 {
                guard line == "tree" else {
                    throw fault(1, "first line", "tree", String(line))
                }
            } else if line.hasPrefix("pandas_categorical:") {
                pandasCategories = Entry(line: number, value: line.dropFirst(19))
            } else if isEnded {
                continue
            } else if line == "end of trees" {
                isEnded = true
            } else if !line.isEmpty {
                try add(line, number)
            }
        }
        guard isEnded else { throw fault(number, "trees", "\"end of trees\"", "the end of file") }
    }

    func fault(_ line: Int, _ field: String, _ expected: String, _ found: String) -> TreeError {
        .malformed(file: file, line: line, field: field, expected: expected, found: found)
    }

    private mutating func add(_ line: Substring, _ number: Int) throws(TreeError) {
        let equal = line.firstIndex(of: "=")
        let key = String(line[..<(equal ?? line.endIndex)])
        let value = equal.map { line[line.index(after: $0)...] } ?? ""
        if key == "Tree" {
            guard trees.count < TreeLimits.treesMax else {
                throw fault(number, "trees", "at most \(TreeLimits.treesMax)", "more")
            }
            guard Int(value) == trees.count else {
                throw fault(number, "Tree", "\(trees.count)", String(value))
            }
            trees.append(Section(line: number))
        } else if trees.isEmpty {
            guard header.updateValue(Entry(line: number, value: value), forKey: key) == nil else {
                throw fault(number, key, "the key once", "it again")
            }
        } else {
            let last = trees.count - 1
            guard
                trees[last].entries.updateValue(Entry(line: number, value: value), forKey: key)
                    == nil
            else { throw fault(number, key, "the key once", "it again") }
        }
    }
}

// Reading values.
extension TreeModelText {
    /// - Throws: ``TreeError`` unless the entry is a whole number in `range`.
    func integer(
        _ entry: Entry, _ field: String, _ range: ClosedRange<Int>
    ) throws(TreeError) -> Int {
        guard let value = Int(entry.value), range.contains(value) else {
            throw fault(
                entry.line, field, "a whole number \(range.lowerBound) to \(range.upperBound)",
                String(entry.value))
        }
        return value
    }

    /// Whole numbers between spaces.
    func integers(
        _ entry: Entry, _ field: String, count: Int, _ range: ClosedRange<Int>
    ) throws(TreeError) -> [Int] {
        try values(entry, field, count: count, "whole numbers \(range)") { word in
            Int(word).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Numbers between spaces, none of them NaN.
    func numbers(_ entry: Entry, _ field: String, count: Int) throws(TreeError) -> [Double] {
        try values(entry, field, count: count, "numbers") { word in
            Double(word).flatMap { $0.isNaN ? nil : $0 }
        }
    }

    private func values<Value>(
        _ entry: Entry, _ field: String, count: Int, _ what: String,
        _ read: (Substring) -> Value?
    ) throws(TreeError) -> [Value] {
        let words = entry.value.split(separator: " ")
        guard words.count == count else {
            throw fault(entry.line, field, "\(count) \(what)", "\(words.count)")
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for word in words {
            guard let value = read(word) else {
                throw fault(entry.line, field, what, String(word))
            }
            values.append(value)
        }
        return values
    }
}
