/// Cuts CSV into records (RFC 4180; a quoted cell may hold line ends, `""` is one quote).
package struct DelimitedText {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var index = 0
    /// Line of the record that ``next()`` returned last, from 1.
    package private(set) var line = 1
    private var nextLine = 1

    /// The separator is the likeliest of comma, tab, semicolon and bar in the first line.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let header = bytes.prefix { $0 != 0x0A }
        let choices: [UInt8] = [0x2C, 0x09, 0x3B, 0x7C]
        let counts = choices.map { choice in header.count { $0 == choice } }
        let most = counts.max() ?? 0
        separator = choices[counts.firstIndex(of: most) ?? 0]
    }

    /// The next record's cells; `nil` at the end. Empty lines are left out.
    package mutating func next() -> [String]? {
        while index < bytes.count {
            line = nextLine
            let cells = record()
            if cells.count > 1 || !(cells.first ?? "").isEmpty { return cells }
        }
        return nil
    }

    private mutating func record() -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var isStart = true
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A { nextLine += 1 }
            if isQuoted {
                if byte != 0x22 {
                    cell.append(byte)
                } else if index < bytes.count, bytes[index] == 0x22 {
                    cell.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, isStart {
                isQuoted = true
                isStart = false
            } else if byte == separator {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell.removeAll(keepingCapacity: true)
                isStart = true
            } else if byte == 0x0A {
                break
            } else {
                if byte != 0x0D { cell.append(byte) }
                isStart = false
            }
        }
        cells.append(String(decoding: cell, as: UTF8.self))
        return cells
    }
}
