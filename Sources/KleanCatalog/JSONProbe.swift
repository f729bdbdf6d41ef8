internal import CKleanCatalog
import KleanCore

/// Finds the records of a JSON file and the paths to their values.
struct JSONProbe {
    struct Root {
        var format: SourceFormat
        /// Where the first record starts, or the blanks before it.
        var dataOffset: Int
        var notes: [String] = []
        /// Keys to the lists whose records count; `nil` when they stand side by side already.
        var listPath: [String]?
    }

    struct Columns {
        /// Keys joined by dots, in first-seen order.
        var names: [String] = []
        var keys: [[[UInt8]]] = []
        var records = 0
    }

    let path: String
    let fileName: String
    let mapping: Mapping
    let isWhole: Bool

    /// Decides between an array of records, an object that holds some, one record a line, and
    /// records side by side.
    func root(_ sample: [UInt8]) throws(CatalogError) -> Root {
        let start = sample.firstIndex { $0 > 0x20 } ?? 0
        let isLine = [".jsonl", ".ndjson"].contains { fileName.lowercased().hasSuffix($0) }
        if isLine, sample[start] == UInt8(ascii: "{") {
            return Root(format: .jsonLines, dataOffset: start)
        }
        if sample[start] == UInt8(ascii: "{") {
            let end = sample.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                var state = kcat_json_state()
                let length = kcat_json_element(base + start, bytes.count - start, &state)
                return length > 0 ? start + length : 0
            }
            if end > 0, sample[end...].contains(where: { $0 > 0x20 }) {
                // Another value follows: one record a line, unless the first takes several lines.
                let isOneLine = !sample[start..<end].contains { $0 == 0x0A || $0 == 0x0D }
                return Root(format: isOneLine ? .jsonLines : .jsonElements, dataOffset: start)
            }
        }
        return try list(sample, start)
    }

    // MARK: lists of records

    /// The list whose records say most, at any depth, or the one that the user named.
    private func list(_ sample: [UInt8], _ start: Int) throws(CatalogError) -> Root {
        let isArray = sample[start] == UInt8(ascii: "[")
        var shapes = JSONShapes()
        let fault = shapes.look(sample, from: start)
        let wanted = mapping.recordsPath
        if !wanted.isEmpty {
            let path = wanted.split(separator: ".").map(String.init)
            let isSeen = shapes.lists.contains { $0.path == path }
            guard isSeen || !isWhole else {
                throw .unknownColumn(
                    file: self.path, column: wanted, columns: shapes.lists.map(\.name))
            }
            return Root(format: .jsonElements, dataOffset: start, listPath: path)
        }
        guard let best = shapes.best(mapping) else {
            if isArray { return Root(format: .jsonElements, dataOffset: start + 1) }
            if case .syntax(let at, let expected)? = fault, isWhole {
                throw .badJSON(
                    file: path, offset: UInt64(at), expected: "\(expected.text)",
                    found: at < sample.count ? "byte \(sample[at])" : "the end")
            }
            guard isWhole else {
                throw .badJSON(
                    file: path, offset: UInt64(start),
                    expected: "records within the first megabyte",
                    found: "an object without a list of objects")
            }
            return Root(
                format: .jsonElements, dataOffset: start,
                notes: ["the file is one object without a list of objects: read as one record"])
        }
        // The plain case needs no search while it is read.
        if best.path.isEmpty, isArray, !best.isNested {
            return Root(format: .jsonElements, dataOffset: start + 1)
        }
        var root = Root(format: .jsonElements, dataOffset: start, listPath: best.path)
        root.notes.append("records are those of \(best.name)")
        let others = shapes.lists.filter { $0.path != best.path }.map(\.name)
        if !others.isEmpty {
            root.notes.append(
                "also found and not packed: " + others.prefix(8).joined(separator: ", "))
        }
        return root
    }

    // MARK: columns

    /// The paths of the sample's first records.
    static func columns(_ sample: [UInt8], _ root: Root) -> Columns {
        var columns = Columns()
        var known: Set<String> = []
        sample.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes, root.dataOffset..<bytes.count)
            while columns.records < 2_000 {
                scanner.skipBlanks()
                while scanner.peek == UInt8(ascii: ",") {
                    scanner.at += 1
                    scanner.skipBlanks()
                }
                guard scanner.peek == UInt8(ascii: "{") else { break }
                do throws(JSONFault) {
                    try collect(&scanner, [], &columns, &known)
                    columns.records += 1
                } catch {
                    guard root.format == .jsonLines else { break }
                    // A broken line says nothing of the others.
                    while scanner.at < scanner.end, bytes[scanner.at] != 0x0A { scanner.at += 1 }
                    columns.records += 1
                }
            }
        }
        return columns
    }

    private static func collect(
        _ scanner: inout JSONScanner, _ keys: [[UInt8]], _ columns: inout Columns,
        _ known: inout Set<String>
    ) throws(JSONFault) {
        guard keys.count < CatalogLimits.nestingMax else { throw .tooDeep(at: scanner.at) }
        try scanner.expect(UInt8(ascii: "{"), "an object")
        scanner.skipBlanks()
        if scanner.peek == UInt8(ascii: "}") {
            scanner.at += 1
            return
        }
        let scratch = Scratch()
        while true {
            scanner.skipBlanks()
            let (range, isEscaped) = try scanner.string()
            let cell = RawCell(
                start: UInt32(range.lowerBound), end: UInt32(range.upperBound),
                form: isEscaped ? .escaped : .plain)
            let path = keys + [Array(cell.text(in: scanner.bytes, scratch))]
            scanner.skipBlanks()
            try scanner.expect(UInt8(ascii: ":"), "a colon")
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: "{") {
                try collect(&scanner, path, &columns, &known)
            } else {
                _ = try scanner.value(depth: keys.count)
                let name = path.map { String(decoding: $0, as: UTF8.self) }
                    .joined(separator: ".")
                if columns.names.count < CatalogLimits.columnsMax, known.insert(name).inserted {
                    columns.names.append(name)
                    columns.keys.append(path)
                }
            }
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: ",") {
                scanner.at += 1
                continue
            }
            try scanner.expect(UInt8(ascii: "}"), "a comma or a closing brace")
            return
        }
    }
}
