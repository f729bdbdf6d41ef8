import KleanCore

extension HashExchange {
    /// What is known of a hash from the objects around it.
    struct Surroundings {
        var item = Item(hash: Hash256(0, 0, 0, 0))
        var type = ""

        var isPDQ: Bool { type.isEmpty || type.lowercased().contains("pdq") }

        mutating func add(_ field: ExchangeField, _ text: String) {
            guard !text.isEmpty else { return }
            switch field {
            case .hash, .pdq: break
            case .type: type = text
            case .id: item.id = text
            case .note: item.note = item.note.isEmpty ? text : "\(item.note), \(text)"
            case .source: item.source = text
            case .date:
                let day = String(text.prefix(10))
                if isDay(day) { item.date = day }
            case .quality:
                if let quality = Int(text), (0...100).contains(quality) { item.quality = quality }
            }
        }
    }

    private mutating func take(_ text: String, _ around: Surroundings) {
        guard around.isPDQ else {
            otherTypes += 1
            return
        }
        guard let hash = Hash256(hex: text) else {
            unreadable += 1
            return
        }
        var item = around.item
        item.hash = hash
        items.append(item)
    }

    // MARK: JSON

    /// Takes the hashes below a value; `key` is what it is called where it stands.
    mutating func read(_ value: ExchangeValue, key: String, _ outer: Surroundings) {
        switch value {
        case .text(let text): read(text, key: key, outer)
        case .list(let values):
            for value in values { read(value, key: key, outer) }
        case .object(let members):
            var around = outer
            let keys = members.keys.sorted()
            // A hash with a note of its own does not take that of what it stands in.
            if keys.contains(where: { isHashKey($0) }),
                keys.contains(where: { ExchangeField($0) == .note })
            {
                around.item.note = ""
            }
            for name in keys {
                guard let field = ExchangeField(name), let member = members[name] else { continue }
                around.add(field, member.words)
            }
            for name in keys {
                guard let member = members[name] else { continue }
                // What describes a hash holds none itself.
                if let field = ExchangeField(name), [.id, .note, .type].contains(field) {
                    continue
                }
                read(member, key: name, around)
            }
        case .number, .nothing: break
        }
    }

    private func isHashKey(_ key: String) -> Bool {
        let field = ExchangeField(key)
        return field == .hash || field == .pdq
    }

    private mutating func read(_ text: String, key: String, _ around: Surroundings) {
        switch ExchangeField(key) {
        case .pdq:
            var around = around
            around.type = "pdq"
            take(text, around)
        case .hash: take(text, around)
        case nil where key.isEmpty && text.utf8.count == 64: take(text, around)
        default: break
        }
    }

    // MARK: CSV and lists

    /// Takes the hash of each row. The first row names the columns if one of its cells does.
    mutating func read(_ rows: [[String]]) {
        guard let first = rows.first else { return }
        let fields = first.map { ExchangeField($0) }
        let isHeader = fields.contains { $0 == .hash || $0 == .pdq }
        guard isHeader, let hashPlace = hashPlace(fields) else {
            for row in rows { read(bare: row) }
            return
        }
        for row in rows.dropFirst() {
            var around = Surroundings()
            for (place, text) in row.enumerated() where place < fields.count {
                if let field = fields[place] { around.add(field, text) }
            }
            if fields[hashPlace] == .pdq { around.type = "pdq" }
            take(hashPlace < row.count ? row[hashPlace] : "", around)
        }
    }

    /// A column that says PDQ before one that only says hash.
    private func hashPlace(_ fields: [ExchangeField?]) -> Int? {
        fields.firstIndex(of: .pdq) ?? fields.firstIndex(of: .hash)
    }

    /// A row without column names: a hash, perhaps a quality after it, the rest is its name.
    private mutating func read(bare row: [String]) {
        guard let place = row.firstIndex(where: { Hash256(hex: $0) != nil }) else {
            unreadable += 1
            return
        }
        var around = Surroundings()
        var rest = row[(place + 1)...]
        if let quality = rest.first.flatMap({ Int($0) }), (0...100).contains(quality) {
            around.item.quality = quality
            rest = rest.dropFirst()
        }
        around.item.id = rest.first ?? ""
        take(row[place], around)
    }
}

/// Rows and cells of separated text: RFC 4180 with commas, tabs, semicolons or spaces.
enum DelimitedText {
    static func rows(_ text: String) -> [[String]] {
        let bytes = Array(text.utf8)
        let head = bytes.prefix { $0 != 10 }
        let separators: [UInt8] = [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"), 32]
        let separator = separators.first { head.contains($0) } ?? UInt8(ascii: ",")
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        func ended() -> String { SourceTable.trimmed(String(decoding: cell, as: UTF8.self)) }
        var place = 0
        while place <= bytes.count {
            let byte = place < bytes.count ? bytes[place] : 10
            place += 1
            if isQuoted, place <= bytes.count {
                let isPair = byte == 34 && place < bytes.count && bytes[place] == 34
                if byte == 34, !isPair {
                    isQuoted = false
                } else {
                    cell.append(byte)
                    if isPair { place += 1 }
                }
            } else if byte == 34, cell.isEmpty {
                isQuoted = true
            } else if byte == separator {
                row.append(ended())
                cell = []
            } else if byte == 10 {
                row.append(ended())
                cell = []
                let isComment = row[0].hasPrefix("#")
                if !isComment, row.contains(where: { !$0.isEmpty }) { rows.append(row) }
                row = []
            } else if byte != 13 {
                cell.append(byte)
            }
        }
        return rows
    }
}
