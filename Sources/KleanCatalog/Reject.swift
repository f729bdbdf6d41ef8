/// Why a record was not packed. The raw value stands in `rejects.jsonl`.
package enum RejectReason: String, CaseIterable, Sendable {
    case emptyRow = "empty row"
    case shortRow = "short row"
    case longRow = "long row"
    case headerRepeated = "header repeated"
    case noTitle = "no title and no picture hash"
    case quoteNeverCloses = "quote never closes"
    case recordTooLong = "record too long"
    case badJSON = "not valid JSON"
    case notAnObject = "not a JSON object"
    case nestedTooDeep = "nested too deep"
    case idTooLong = "id too long"
}

/// One record that was not packed, with where it stands and what it said.
package struct Reject: Equatable, Sendable {
    package var file: String
    /// Of the record's first line, from 1.
    package var line: UInt64
    package var reason: RejectReason
    /// Expected and found, empty when the reason says all.
    package var detail: String
    /// The record's bytes, at most `CatalogLimits.rejectBytesMax`; repaired to UTF-8 on writing.
    package var raw: [UInt8]

    package init(
        file: String, line: UInt64, reason: RejectReason, detail: String, raw: [UInt8]
    ) {
        self.file = file
        self.line = line
        self.reason = reason
        self.detail = detail
        self.raw = raw
    }

    /// One line of `rejects.jsonl`, keys in a fixed order, without its line end.
    var jsonLine: [UInt8] {
        var text: [UInt8] = []
        text += Array("{\"file\":".utf8)
        appendJSON(file, to: &text)
        text += Array(",\"line\":\(line),\"reason\":".utf8)
        appendJSON(reason.rawValue, to: &text)
        text += Array(",\"detail\":".utf8)
        appendJSON(detail, to: &text)
        text += Array(",\"raw\":".utf8)
        appendJSON(String(decoding: raw, as: UTF8.self), to: &text)
        text.append(UInt8(ascii: "}"))
        return text
    }
}

/// Writes a JSON string literal.
func appendJSON(_ value: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\""): text += Array("\\\"".utf8)
        case UInt8(ascii: "\\"): text += Array("\\\\".utf8)
        case UInt8(ascii: "\n"): text += Array("\\n".utf8)
        case UInt8(ascii: "\r"): text += Array("\\r".utf8)
        case UInt8(ascii: "\t"): text += Array("\\t".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: text.append(byte)
        }
    }
    text.append(UInt8(ascii: "\""))
}
