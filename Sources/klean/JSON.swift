import KleanConsole

/// A small JSON value for reports; object members keep their order.
indirect enum JSON {
    case null
    case bool(Bool)
    case integer(UInt64)
    case number(Double)
    case text(String)
    case array([JSON])
    case object([(String, JSON)])

    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .text(let value): EncodedText.json(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { EncodedText.json($0.0) + ":" + $0.1.text }.joined(separator: ",")
                + "}"
        }
    }
}
