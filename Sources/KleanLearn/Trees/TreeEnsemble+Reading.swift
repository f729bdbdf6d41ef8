extension TreeEnsemble {
    /// Reads a LightGBM text model.
    ///
    /// - Parameter file: What errors call it.
    /// - Throws: ``TreeError/malformed(file:line:field:expected:found:)`` with the line.
    /// - Complexity: O(bytes).
    package init(parsing bytes: [UInt8], file: String) throws(TreeError) {
        let text = try TreeModelText(bytes, file: file)
        try readHeader(text)
        for section in text.trees {
            try TreeReader(text: text, section: section, featureCount: featureCount)
                .read(into: &self)
        }
        guard trees.count % treesPerIteration == 0 else {
            throw text.fault(
                0, "trees", "a multiple of \(treesPerIteration)", "\(trees.count)")
        }
        if !linearLeaves.isEmpty {
            let missing = leafValues.count - linearLeaves.count
            linearLeaves += [LinearLeaf](repeating: LinearLeaf(), count: missing)
        }
        if let entry = text.pandasCategories {
            guard let lists = CategoryLists.parse(entry.value) else {
                throw text.fault(
                    entry.line, "pandas_categorical", "null or lists of names",
                    String(entry.value))
            }
            pandasCategories = lists
        }
    }

    private mutating func readHeader(_ text: TreeModelText) throws(TreeError) {
        func entry(_ key: String) throws(TreeError) -> TreeModelText.Entry {
            guard let entry = text.header[key] else {
                throw text.fault(0, key, "a value", "")
            }
            return entry
        }
        let version = try entry("version")
        guard ["v2", "v3", "v4"].contains(version.value) else {
            throw text.fault(version.line, "version", "v2, v3 or v4", String(version.value))
        }
        let classes = try text.integer(
            entry("num_class"), "num_class", 1...TreeLimits.classesMax)
        treesPerIteration = classes
        if let entry = text.header["num_tree_per_iteration"] {
            treesPerIteration = try text.integer(
                entry, "num_tree_per_iteration", 1...TreeLimits.classesMax)
        }
        if let entry = text.header["label_index"] {
            labelIndex = try text.integer(entry, "label_index", 0...TreeLimits.featuresMax)
        }
        let last = try text.integer(
            entry("max_feature_idx"), "max_feature_idx", 0...TreeLimits.featuresMax - 1)
        let names = try entry("feature_names")
        featureNames = names.value.split(separator: " ").map(String.init)
        guard featureNames.count == last + 1 else {
            throw text.fault(
                names.line, "feature_names", "\(last + 1) names", "\(featureNames.count)")
        }
        featureInfos =
            text.header["feature_infos"]?.value.split(separator: " ").map(String.init)
            ?? []
        if let entry = text.header["objective"] {
            guard let known = TreeObjective(String(entry.value)) else {
                throw text.fault(
                    entry.line, "objective", "one of LightGBM's", String(entry.value))
            }
            objective = known
        }
        isAveraged = text.header["average_output"] != nil
        // Forests of that version hold answers, not raw scores, in their leaves.
        if isAveraged, version.value == "v2" { objective = .identity }
        if let entry = text.header["tree_sizes"] {
            let count = entry.value.split(separator: " ").count
            guard count == text.trees.count else {
                throw text.fault(
                    entry.line, "tree_sizes", "one for each of \(text.trees.count) trees",
                    "\(count)")
            }
        }
    }
}

/// The JSON after `pandas_categorical:`: `null`, or a list of lists of texts, numbers and flags.
enum CategoryLists {
    /// - Returns: `nil` for anything else.
    static func parse(_ text: Substring) -> [[CategoryName]]? {
        var reader = Reader(bytes: Array(text.utf8)[...])
        if reader.takes("null") { return reader.isAtEnd ? [] : nil }
        guard let lists = reader.list({ $0.list { $0.name() } }), reader.isAtEnd else {
            return nil
        }
        return lists
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func skipSpace() { bytes = bytes.drop { $0 == 32 || $0 == 13 } }

        var isAtEnd: Bool { bytes.allSatisfy { $0 == 32 || $0 == 13 } }

        mutating func takes(_ word: String) -> Bool {
            skipSpace()
            guard bytes.starts(with: word.utf8) else { return false }
            bytes = bytes.dropFirst(word.utf8.count)
            return true
        }

        mutating func list<Item>(_ item: (inout Reader) -> Item?) -> [Item]? {
            guard takes("[") else { return nil }
            var items: [Item] = []
            if takes("]") { return items }
            repeat {
                guard let next = item(&self) else { return nil }
                items.append(next)
            } while takes(",")
            return takes("]") ? items : nil
        }

        mutating func name() -> CategoryName? {
            if takes("true") { return .flag(true) }
            if takes("false") { return .flag(false) }
            if takes("\"") { return text().map { .text($0) } }
            let word = bytes.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "]") }
            bytes = bytes.dropFirst(word.count)
            let trimmed = String(decoding: word, as: UTF8.self).filter { $0 != " " }
            return Double(trimmed).map { .number($0) }
        }

        /// The rest of a string, its opening quote taken.
        private mutating func text() -> String? {
            var units: [UInt16] = []
            var plain: [UInt8] = []
            func flushed(_ plain: [UInt8]) -> [UInt16] {
                Array(String(decoding: plain, as: UTF8.self).utf16)
            }
            while let byte = bytes.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    return String(decoding: units + flushed(plain), as: UTF16.self)
                }
                guard byte == UInt8(ascii: "\\") else {
                    plain.append(byte)
                    continue
                }
                units += flushed(plain)
                plain = []
                guard let escaped = bytes.popFirst() else { return nil }
                switch escaped {
                case UInt8(ascii: "n"): units.append(10)
                case UInt8(ascii: "t"): units.append(9)
                case UInt8(ascii: "r"): units.append(13)
                case UInt8(ascii: "b"): units.append(8)
                case UInt8(ascii: "f"): units.append(12)
                case UInt8(ascii: "u"):
                    let digits = String(decoding: bytes.prefix(4), as: UTF8.self)
                    guard let unit = UInt16(digits, radix: 16) else { return nil }
                    units.append(unit)
                    bytes = bytes.dropFirst(4)
                default: units.append(UInt16(escaped))
                }
            }
            return nil
        }
    }
}
