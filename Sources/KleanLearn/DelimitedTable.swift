/// A CSV or TSV file with a header, row by row.
///
/// Fields may stand between quotes; a quoted field holds no line break.
package struct DelimitedTable {
    package let file: String
    package let header: [String]
    private var lines: TextLines
    private let separator: UInt8

    /// - Parameter file: What errors call it.
    /// - Throws: ``TreeError`` when there is no header.
    package init(_ bytes: [UInt8], file: String) throws(TreeError) {
        self.file = file
        lines = TextLines(bytes, file: file)
        guard let first = lines.next() else {
            throw .malformed(
                file: file, line: 0, field: "header", expected: "column names", found: "")
        }
        separator = first.bytes.contains(9) ? 9 : 44
        header = first.fields(separator)
    }

    /// The place of a column; `nil` when there is none of the names.
    package func column(_ names: String...) -> Int? {
        names.lazy.compactMap { name in header.firstIndex(of: name) }.first
    }

    /// The place of a column that must be there.
    package func required(_ names: String...) throws(TreeError) -> Int {
        for name in names {
            if let place = header.firstIndex(of: name) { return place }
        }
        throw .malformed(
            file: file, line: 1, field: "header",
            expected: "a column \(names.joined(separator: " or "))",
            found: header.joined(separator: ","))
    }

    /// The next row; `nil` at the end.
    package mutating func next() throws(TreeError) -> [String]? {
        guard let fields = lines.next()?.fields(separator) else { return nil }
        guard fields.count == header.count else {
            throw fault("columns", "\(header.count)", "\(fields.count)")
        }
        return fields
    }

    /// A fault in the row read last.
    package func fault(_ field: String, _ expected: String, _ found: String) -> TreeError {
        lines.fault(field, expected, found)
    }

    /// A field's number; NaN when it is empty.
    package func number(_ fields: [String], _ place: Int) throws(TreeError) -> Double {
        guard let number = FeatureField.number(fields[place]) else {
            throw fault(header[place], "a number, or nothing", fields[place])
        }
        return number
    }
}
