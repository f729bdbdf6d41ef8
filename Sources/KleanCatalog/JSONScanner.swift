internal import CKleanCatalog

/// Why bytes are no JSON record.
enum JSONFault: Error, Equatable {
    case syntax(at: Int, expected: StaticStringBox)
    case tooDeep(at: Int)
}

/// A static text that compares by content.
struct StaticStringBox: Equatable {
    let text: StaticString
    static func == (left: Self, right: Self) -> Bool {
        "\(left.text)" == "\(right.text)"
    }
}

/// Walks over JSON text byte by byte (RFC 8259), within bounds of its own: never recursion without
/// a limit, never a read past the end. Strings may hold raw control characters, as real files do.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var at: Int
    let end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        at = range.lowerBound
        end = range.upperBound
    }

    /// The byte at the cursor, 0 at the end.
    var peek: UInt8 { at < end ? bytes[at] : 0 }

    mutating func skipBlanks() {
        while at < end, bytes[at] <= 0x20 { at += 1 }
    }

    mutating func expect(_ byte: UInt8, _ name: StaticString) throws(JSONFault) {
        guard at < end, bytes[at] == byte else { throw fault(name) }
        at += 1
    }

    func fault(_ expected: StaticString) -> JSONFault {
        .syntax(at: at, expected: StaticStringBox(text: expected))
    }

    /// Reads a string from its opening quote; the range is its content.
    mutating func string() throws(JSONFault) -> (range: Range<Int>, isEscaped: Bool) {
        try expect(UInt8(ascii: "\""), "a string")
        let start = at
        var isEscaped = false
        while at < end, let base = bytes.baseAddress {
            at += kcat_json_plain(base + at, end - at)
            guard at < end else { break }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return (start..<(at - 1), isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                at += 2
            default: at += 1
            }
        }
        at = min(at, end)
        throw fault("a closing quote")
    }

    /// Reads any value and says where it stands.
    mutating func value(depth: Int) throws(JSONFault) -> RawCell {
        switch peek {
        case UInt8(ascii: "\""):
            let (range, isEscaped) = try string()
            return cell(range, isEscaped ? .escaped : .plain)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let form: RawCell.Form = peek == UInt8(ascii: "{") ? .object : .list
            let start = at
            try skipNested(depth: depth)
            return cell(start..<at, form)
        case UInt8(ascii: "t"): return try literal("true", .boolean)
        case UInt8(ascii: "f"): return try literal("false", .boolean)
        case UInt8(ascii: "n"): return try literal("null", .absent)
        case UInt8(ascii: "N"): return try literal("NaN", .absent)
        case UInt8(ascii: "-"), 0x30...0x39:
            let start = at
            at += 1
            while at < end, isNumberByte(bytes[at]) { at += 1 }
            return cell(start..<at, .number)
        default: throw fault("a value")
        }
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
    }

    private func cell(_ range: Range<Int>, _ form: RawCell.Form) -> RawCell {
        RawCell(start: UInt32(range.lowerBound), end: UInt32(range.upperBound), form: form)
    }

    private mutating func literal(_ word: StaticString, _ form: RawCell.Form)
        throws(JSONFault) -> RawCell
    {
        let start = at
        let count = word.utf8CodeUnitCount
        let matches =
            at + count <= end
            && word.withUTF8Buffer { text in text.elementsEqual(bytes[start..<(start + count)]) }
        guard matches else { throw fault("a value") }
        at += count
        return cell(start..<at, form)
    }

    /// Walks over a well-formed record to its end: whether all its values are null, blank texts
    /// and empty lists or objects.
    mutating func saysNothing() -> Bool {
        while at < end {
            switch peek {
            case UInt8(ascii: "\""):
                let start = at + 1
                do throws(JSONFault) { _ = try string() } catch { return false }
                let end = at - 1
                skipBlanks()
                let isKey = peek == UInt8(ascii: ":")
                if !isKey, bytes[start..<end].contains(where: { $0 > 0x20 }) { return false }
            case UInt8(ascii: "n"), UInt8(ascii: "N"):
                while at < end, peek | 0x20 >= UInt8(ascii: "a") { at += 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: ","), UInt8(ascii: ":"), 0...0x20:
                at += 1
            default: return false
            }
        }
        return true
    }

    /// Skips an object or list with all in it, checking its grammar.
    private mutating func skipNested(depth: Int) throws(JSONFault) {
        guard depth < CatalogLimits.nestingMax else { throw .tooDeep(at: at) }
        let isObject = peek == UInt8(ascii: "{")
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        at += 1
        skipBlanks()
        if peek == close {
            at += 1
            return
        }
        while true {
            if isObject {
                skipBlanks()
                _ = try string()
                skipBlanks()
                try expect(UInt8(ascii: ":"), "a colon")
            }
            skipBlanks()
            _ = try value(depth: depth + 1)
            skipBlanks()
            if peek == UInt8(ascii: ",") {
                at += 1
                continue
            }
            try expect(close, "a comma or a closing bracket")
            return
        }
    }
}
