internal import FoundationEssentials
internal import KleanColumns
package import KleanCore

/// PDQ hashes out of the files that hash-sharing tools write: plain lists of hexadecimal hashes,
/// CSV with or without a header, and JSON of any nesting.
///
/// A hash is 64 hexadecimal digits in a place that says so: a column or key named `pdq`,
/// `pdq_hash`, `hash`, `indicator`, `raw_value`, `signal_value`, `signal_hash` or `value`. Where a
/// type stands beside it (`type`, `signal_type`: `HASH_PDQ`, `pdq`), it must be PDQ: SHA-256 has 64
/// digits, too. Ids, notes, sources, dates and qualities beside a hash come with it.
package struct HashExchange: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package var hash: Hash256
        /// The sender's own, or nothing.
        package var id = ""
        package var note = ""
        package var source = ""
        /// `2026-11-24`, or nothing.
        package var date = ""
        package var quality: Int?
    }

    package internal(set) var items: [Item] = []
    /// Hashes of another type than PDQ, and places that should hold one and do not.
    package internal(set) var otherTypes = 0
    package internal(set) var unreadable = 0

    /// - Throws: ``ModelError/file(_:)``, or ``ModelError/damaged(file:expected:found:)`` for JSON
    ///   that is none.
    package init(path: String) throws(ModelError) {
        do {
            let bytes = try FileSystem.read(path, bytesMax: SourceTable.bytesMax)
            try self.init(bytes, name: path)
        } catch let error as FileError {
            throw .file(error)
        } catch let error as ModelError {
            throw error
        } catch {
            throw .damaged(file: path, expected: "hashes", found: "\(error)")
        }
    }

    package init(_ bytes: [UInt8], name: String) throws(ModelError) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let body = bytes[start...]
        switch body.first(where: { $0 > 32 }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            do {
                let root = try JSONDecoder().decode(ExchangeValue.self, from: Data(body))
                read(root, key: "", Surroundings())
            } catch {
                throw .damaged(file: name, expected: "JSON", found: "\(error)")
            }
        default:
            read(DelimitedText.rows(String(decoding: body, as: UTF8.self)))
        }
    }
}

/// What a column or key means, by its name without case and separators.
enum ExchangeField {
    case hash, pdq, type, id, note, source, date, quality

    init?(_ name: String) {
        switch String(name.lowercased().filter { $0.isLetter || $0.isNumber }) {
        case "pdq", "pdqhash", "pdqhex", "hashpdq", "pdqs": self = .pdq
        case "hash", "hex", "hexhash", "indicator", "rawvalue", "signalvalue", "signalhash",
            "value",
            "contenthash", "signal", "imagehash", "hashvalue":
            self = .hash
        case "type", "signaltype", "indicatortype", "hashtype", "algorithm": self = .type
        case "id", "indicatorid", "contentid", "bankcontentid", "signalid", "filename", "file",
            "descriptorid":
            self = .id
        case "note", "notes", "description", "text", "comment", "tags", "status": self = .note
        case "source", "owner", "bank", "bankname", "privacygroup", "exchange", "member",
            "privacygroupid", "collab":
            self = .source
        case "date", "addedon", "creationtime", "createdat", "created", "updatedat", "lastupdated",
            "timestamp", "added":
            self = .date
        case "quality", "pdqquality", "hashquality": self = .quality
        default: return nil
        }
    }
}

/// A JSON value whose keys are not known beforehand.
indirect enum ExchangeValue: Decodable {
    case text(String)
    case number(Double)
    case list([ExchangeValue])
    case object([String: ExchangeValue])
    case nothing

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .nothing
        } else if let text = Self.attempt({ try single.decode(String.self) }) {
            self = .text(text)
        } else if let number = Self.attempt({ try single.decode(Double.self) }) {
            self = .number(number)
        } else if let list = Self.attempt({ try single.decode([ExchangeValue].self) }) {
            self = .list(list)
        } else if let object = Self.attempt({ try single.decode([String: ExchangeValue].self) }) {
            self = .object(object)
        } else {
            self = .nothing  // true and false say nothing here.
        }
    }

    /// Decoding tells a value's type only by failing for the others.
    private static func attempt<Value>(_ body: () throws -> Value) -> Value? {
        do { return try body() } catch { return nil }
    }

    /// What it says as one text; the texts of a list joined.
    var words: String {
        switch self {
        case .text(let text): text
        case .number(let number):
            number.rounded() == number && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
        case .list(let values):
            values.map(\.words).filter { !$0.isEmpty }.joined(separator: ", ")
        case .object(let members):
            members["name"]?.words ?? members["text"]?.words ?? members["data"]?.words ?? ""
        case .nothing: ""
        }
    }
}
