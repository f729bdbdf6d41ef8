/// How a command prints rows: for a person, for a program, for a spreadsheet.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table, json, csv
}

/// Text forms that other programs read.
package enum EncodedText {
    /// A JSON string with its quotes. Invalid text cannot occur: `String` is always Unicode.
    ///
    /// **Source**: RFC 8259 §7; U+2028 and U+2029 are escaped too, so that the text is also safe
    /// inside a script.
    package static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A CSV field, quoted only where RFC 4180 asks for it.
    package static func csv(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
        }
        guard needsQuotes else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
