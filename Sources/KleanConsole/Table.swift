/// Rows with named columns, printed aligned, as JSON objects or as CSV.
package struct Table: Equatable, Sendable {
    package var columns: [Column]
    package var rows: [[Cell]]

    package init(_ columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }

    /// - Precondition: as many cells as columns.
    package mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell per column")
        rows.append(cells)
    }

    /// The whole text, with a line break at its end; CSV lines end with `\n`.
    package func rendered(_ format: OutputFormat) -> String {
        switch format {
        case .table: aligned()
        case .json: json()
        case .csv: csv()
        }
    }
}

extension Table {
    /// What one column holds and how it stands on a screen.
    package struct Column: Equatable, Sendable {
        /// The heading of the aligned form.
        package var title: String
        /// The name in JSON and CSV.
        package var key: String
        /// Terminal columns past which the aligned form cuts a text; `nil` for never.
        package var widthMax: Int?
        /// Numbers stand right, text stands left.
        package var isRight: Bool

        package init(_ title: String, key: String, widthMax: Int? = nil, isRight: Bool = false) {
            self.title = title
            self.key = key
            self.widthMax = widthMax
            self.isRight = isRight
        }
    }

    /// One value. Programs get it raw, people get it formatted.
    package enum Cell: Equatable, Sendable {
        case missing
        case text(String)
        case integer(Int64)
        /// A number with so many digits after the point, in every format.
        case number(Double, digits: Int)
        /// A share `0...1`: `12.3%` on the screen, `0.12300` for programs.
        case share(Double)
        /// Several texts: joined by `; ` on the screen and in CSV, an array in JSON.
        case list([String])
        /// A value for programs with the form that people see.
        indirect case shown(Cell, as: String)
    }

    private func aligned() -> String {
        let cells = rows.map { row in
            row.indices.map { index in
                let text = DisplayWidth.printable(row[index].screenText)
                guard let widthMax = columns[index].widthMax else { return text }
                return DisplayWidth.cut(text, to: widthMax)
            }
        }
        let widths = columns.indices.map { index in
            cells.reduce(DisplayWidth.of(columns[index].title)) { width, row in
                max(width, DisplayWidth.of(row[index]))
            }
        }
        var text = line(columns.map(\.title), widths)
        text += line(widths.map { String(repeating: "─", count: $0) }, widths)
        for row in cells { text += line(row, widths) }
        return text
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for index in cells.indices {
            if index > 0 { text += "  " }
            let isLast = index == cells.count - 1
            if isLast, !columns[index].isRight {
                text += cells[index]
            } else {
                text += DisplayWidth.pad(
                    cells[index], to: widths[index], left: columns[index].isRight)
            }
        }
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }

    private func json() -> String {
        guard !rows.isEmpty else { return "[]\n" }
        let objects = rows.map { row in
            let members = row.indices.map { index in
                EncodedText.json(columns[index].key) + ":" + row[index].jsonText
            }
            return "{" + members.joined(separator: ",") + "}"
        }
        return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    private func csv() -> String {
        var text = columns.map { EncodedText.csv($0.key) }.joined(separator: ",") + "\n"
        for row in rows {
            text += row.map { EncodedText.csv($0.plainText) }.joined(separator: ",") + "\n"
        }
        return text
    }
}

extension Table.Cell {
    /// What a person sees.
    package var screenText: String {
        switch self {
        case .missing: "–"
        case .text(let text): text
        case .integer(let value): NumberText.count(value)
        case .number(let value, let digits): NumberText.fixed(value, digits: digits, grouped: true)
        case .share(let value): NumberText.percent(value)
        case .list(let texts): texts.joined(separator: "; ")
        case .shown(_, let text): text
        }
    }

    /// What a program reads in CSV.
    package var plainText: String {
        switch self {
        case .missing: ""
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value, let digits): NumberText.fixed(value, digits: digits)
        case .share(let value): NumberText.fixed(value, digits: 5)
        case .list(let texts): texts.joined(separator: "; ")
        case .shown(let cell, _): cell.plainText
        }
    }

    /// What a program reads in JSON. A number that JSON cannot say is `null`.
    package var jsonText: String {
        switch self {
        case .missing: "null"
        case .text(let text): EncodedText.json(text)
        case .number(let value, _) where !value.isFinite: "null"
        case .share(let value) where !value.isFinite: "null"
        case .integer, .number, .share: plainText
        case .list(let texts): "[" + texts.map(EncodedText.json).joined(separator: ",") + "]"
        case .shown(let cell, _): cell.jsonText
        }
    }
}
