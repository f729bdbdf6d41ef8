internal import KleanColumns
import KleanCore

/// A tab-separated source file: comment lines start with `#`, the first other line names the
/// columns, empty lines are skipped, a byte-order mark and carriage returns are dropped.
///
/// Fields are trimmed of spaces; they cannot hold tabs or line feeds, and quotes mean nothing.
struct SourceTable {
    /// Path below the source folder, for faults.
    let file: String
    private let bytes: [UInt8]
    /// Position in a line of each asked-for column, `nil` where the file does not have it.
    private let positions: [Int?]
    private let headerWidth: Int
    private let bodyStart: Int
    private let bodyLine: Int

    /// One line's fields by asked-for column.
    struct Row {
        let file: String
        let line: Int
        fileprivate let bytes: [UInt8]
        fileprivate let fields: [Range<Int>]
        fileprivate let positions: [Int?]

        /// The trimmed field, empty where the column or the field is missing.
        subscript(column: Int) -> ArraySlice<UInt8> {
            guard let position = positions[column], position < fields.count else { return [] }
            return bytes[fields[position]]
        }

        /// The field as text; the file was checked to be UTF-8.
        func text(_ column: Int) -> String { String(decoding: self[column], as: UTF8.self) }

        /// The field's items, split at `;`, trimmed, without empty ones.
        func list(_ column: Int) -> [String] {
            text(column).split(separator: ";").map { SourceTable.trimmed($0) }
                .filter { !$0.isEmpty }
        }
    }

    /// Reads the header. Faults: unreadable text, missing and unknown columns.
    ///
    /// - Parameters:
    ///   - required: Columns that must be there; numbered first.
    ///   - optional: Columns that may be; numbered on.
    init?(
        folder: String, file: String, required: [String], optional: [String],
        bytesMax: Int = SourceTable.bytesMax, _ faults: inout FaultList
    ) throws(ModelError) {
        self.file = file
        do {
            bytes = try FileSystem.read(folder + "/" + file, bytesMax: bytesMax)
        } catch {
            throw .file(error)
        }
        if let line = SourceTable.invalidTextLine(bytes) {
            faults.add(file, line, "text", expected: "UTF-8", found: "other bytes")
            return nil
        }
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        var names: [String]?
        while names == nil, start < bytes.count {
            line += 1
            let end = SourceTable.lineEnd(bytes, start)
            if SourceTable.isContent(bytes, start, end) {
                names = SourceTable.texts(bytes, start, end)
            }
            start = end + 1
        }
        guard let names else {
            let wanted = required.joined(separator: ", ")
            faults.add(file, 0, "header", expected: "columns \(wanted)", found: "no line")
            return nil
        }
        bodyStart = start
        bodyLine = line
        headerWidth = names.count
        let known = required + optional
        positions = known.map { name in names.firstIndex(of: name) }
        for name in required where !names.contains(name) {
            let found = names.joined(separator: ", ")
            faults.add(file, line, "header", expected: "a column \(name)", found: found)
        }
        for (index, name) in names.enumerated() {
            if !known.contains(name) {
                let wanted = known.joined(separator: ", ")
                faults.add(file, line, "header", expected: "one of \(wanted)", found: name)
            } else if names[..<index].contains(name) {
                faults.add(file, line, "header", expected: "each column once", found: name)
            }
        }
        if required.contains(where: { !names.contains($0) }) { return nil }
    }

    /// Calls `body` with each row in order. Rows with more fields than columns are faults.
    func forEachRow(
        _ draft: inout SourceDraft, _ body: (Row, inout SourceDraft) -> Void
    ) {
        var start = bodyStart
        var line = bodyLine
        while start < bytes.count {
            line += 1
            let end = SourceTable.lineEnd(bytes, start)
            if SourceTable.isContent(bytes, start, end) {
                let fields = SourceTable.fields(bytes, start, end)
                if fields.count > headerWidth {
                    draft.faults.add(
                        file, line, "fields", expected: "at most \(headerWidth)",
                        found: "\(fields.count)")
                } else {
                    body(
                        Row(
                            file: file, line: line, bytes: bytes, fields: fields,
                            positions: positions), &draft)
                }
            }
            start = end + 1
        }
    }

    /// Bytes of one source file.
    static let bytesMax = 1 << 30

    /// `text` without spaces at its ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        var view = Substring(text)
        while view.first == " " { view.removeFirst() }
        while view.last == " " { view.removeLast() }
        return String(view)
    }

    private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        return end
    }

    /// Neither a comment nor blank.
    private static func isContent(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        guard start < end, bytes[start] != UInt8(ascii: "#") else { return false }
        return bytes[start..<end].contains { $0 != 32 && $0 != 9 && $0 != 13 }
    }

    private static func texts(_ bytes: [UInt8], _ start: Int, _ end: Int) -> [String] {
        fields(bytes, start, end).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private static func fields(_ bytes: [UInt8], _ start: Int, _ end: Int) -> [Range<Int>] {
        let end = bytes[end - 1] == 13 ? end - 1 : end
        var fields: [Range<Int>] = []
        var from = start
        for index in start...end where index == end || bytes[index] == 9 {
            var low = from
            var high = index
            while low < high, bytes[low] == 32 { low += 1 }
            while high > low, bytes[high - 1] == 32 { high -= 1 }
            fields.append(low..<high)
            from = index + 1
        }
        return fields
    }

    /// The first line that is not UTF-8, counted from 1.
    private static func invalidTextLine(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var start = 0
        var line = 0
        while start < bytes.count {
            line += 1
            let end = lineEnd(bytes, start)
            if String(validating: bytes[start..<end], as: UTF8.self) == nil { return line }
            start = end + 1
        }
        return line
    }
}
