/// A text file line by line; empty lines are skipped.
struct TextLines {
    let file: String
    /// Of the line read last, from 1.
    private(set) var number = 0
    private var rest: ArraySlice<UInt8>

    enum Form { case libsvm, tabs, commas, spaces }

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    }

    mutating func next() -> Line? {
        while !rest.isEmpty {
            number += 1
            var line = rest.prefix { $0 != 10 }
            rest = rest[line.endIndex...].dropFirst()
            if line.last == 13 { line = line.dropLast() }
            if !line.isEmpty { return Line(bytes: line) }
        }
        return nil
    }

    /// What the first lines look like.
    var form: Form {
        var lines = self
        var first: Line?
        var read = 0
        while read < 20, let line = lines.next() {
            first = first ?? line
            read += 1
            let words = line.fields(32).dropFirst().filter { !$0.isEmpty }
            let isSparse =
                !words.isEmpty
                && words.allSatisfy { word in
                    let parts = word.split(separator: ":")
                    return parts.count == 2 && Int(parts[0]) != nil && Double(parts[1]) != nil
                }
            if isSparse { return .libsvm }
        }
        guard let first else { return .commas }
        if first.bytes.contains(9) { return .tabs }
        return first.bytes.contains(44) || !first.bytes.contains(32) ? .commas : .spaces
    }

    func fault(_ field: String, _ expected: String, _ found: String) -> TreeError {
        .malformed(file: file, line: number, field: field, expected: expected, found: found)
    }

    struct Line {
        var bytes: ArraySlice<UInt8>

        /// The fields; those between quotes may hold the separator, and doubled quotes.
        func fields(_ separator: UInt8) -> [String] {
            guard bytes.contains(34) else {
                return bytes.split(separator: separator, omittingEmptySubsequences: separator == 32)
                    .map { String(decoding: $0, as: UTF8.self) }
            }
            var fields: [[UInt8]] = [[]]
            var isQuoted = false
            var previous: UInt8 = 0
            for byte in bytes {
                if byte == 34 {
                    if !isQuoted, previous == 34 { fields[fields.count - 1].append(34) }
                    isQuoted.toggle()
                } else if byte == separator, !isQuoted {
                    fields.append([])
                } else {
                    fields[fields.count - 1].append(byte)
                }
                previous = byte
            }
            return fields.map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
