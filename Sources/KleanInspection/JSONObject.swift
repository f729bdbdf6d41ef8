import KleanConsole
import KleanCore

/// A JSON object whose members keep the order in which they were added.
struct JSONObject {
    private var members: [String] = []

    mutating func add(_ key: String, _ cell: Table.Cell) {
        members.append(EncodedText.json(key) + ":" + cell.jsonText)
    }

    mutating func add(_ key: String, _ value: Bool) { addRaw(key, value ? "true" : "false") }

    mutating func add(_ key: String, object: JSONObject?) { addRaw(key, object?.text ?? "null") }

    mutating func add(_ key: String, array: [JSONObject]) {
        addRaw(key, "[" + array.map(\.text).joined(separator: ",") + "]")
    }

    private mutating func addRaw(_ key: String, _ json: String) {
        members.append(EncodedText.json(key) + ":" + json)
    }

    var text: String { "{" + members.joined(separator: ",") + "}" }
}

/// Evidence for programs: the code, its arguments, and the sentence for people.
enum EvidenceJSON {
    static func object(_ item: Evidence, text: String) -> JSONObject {
        var json = JSONObject()
        json.add("code", .text(item.code.name))
        json.add("neutral", item.code.isNeutral)
        json.add("text", .text(text))
        if item.field != .none { json.add("field", .text(String(describing: item.field))) }
        if item.start < item.end {
            json.add("start", .integer(Int64(item.start)))
            json.add("end", .integer(Int64(item.end)))
        }
        if item.field == .image || item.field == .logo {
            json.add("slot", .integer(Int64(item.slot)))
        }
        for (key, value) in [("a", item.a), ("b", item.b), ("c", item.c), ("d", item.d)]
        where value != -1 {
            json.add(key, .integer(value))
        }
        return json
    }
}
