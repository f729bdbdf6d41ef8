internal import KleanColumns
package import KleanCore

/// One file of `banks/` as its keeper edits it: rows are added and switched, and everything else,
/// comments and order included, stays as it was.
package struct BankFile: Sendable {
    /// One row.
    package struct Entry: Equatable, Sendable {
        package var hash: Hash256
        package var kind: BankKind
        /// A key of `brands.tsv`, or nothing.
        package var brand = ""
        /// Several hashes may share one: the turned and mirrored versions of a picture.
        package var id: String
        package var note = ""
        package var target = BankTarget.image
        package var source = ""
        /// `2026-11-24`, or nothing.
        package var date = ""
        package var isEnabled = true
        /// The family of the hash, or nothing where nobody says.
        package var descriptor = ""

        package init(hash: Hash256, kind: BankKind, id: String) {
            self.hash = hash
            self.kind = kind
            self.id = id
        }
    }

    private static let columns = [
        "hash", "kind", "brand", "id", "note", "target", "source", "date", "enabled",
        "descriptor",
    ]

    /// The file's name without `.tsv`; what `model.yaml` calls the bank.
    package let name: String
    private let path: String
    private var lines: [String]
    /// The line that names the columns, and the place of each of ours in it.
    private var header: Int
    private var places: [String: Int]

    /// Reads a bank, or starts one where there is none.
    ///
    /// - Precondition: the source folder was loaded before, so what is there is well formed.
    package init(source: String, name: String) throws(ModelError) {
        self.name = name
        path = "\(source)/banks/\(name).tsv"
        lines = []
        do {
            if FileSystem.exists(path) {
                let text = String(
                    decoding: try FileSystem.read(path, bytesMax: SourceTable.bytesMax),
                    as: UTF8.self)
                // CR LF is one character to Swift.
                lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                    .map(String.init)
                if lines.last == "" { lines.removeLast() }
            }
        } catch {
            throw .file(error)
        }
        if let found = lines.firstIndex(where: BankFile.isContent) {
            header = found
        } else {
            header = lines.count
            lines.append(BankFile.columns.joined(separator: "\t"))
        }
        places = [:]
        settleHeader()
    }

    /// Rows in file order, disabled ones included.
    package var entries: [Entry] {
        lines.indices.dropFirst(header + 1).compactMap { entry(line: $0) }
    }

    /// Adds rows at the end.
    package mutating func append(_ entries: [Entry]) {
        for entry in entries {
            var fields = [String](repeating: "", count: places.count)
            func set(_ column: String, _ value: String) {
                guard let place = places[column] else { return }
                fields[place] = BankFile.field(value)
            }
            set("hash", entry.hash.hex)
            set("kind", "\(entry.kind)")
            set("brand", entry.brand)
            set("id", entry.id)
            set("note", entry.note)
            set("target", entry.target == .image ? "" : "\(entry.target)")
            set("source", entry.source)
            set("date", entry.date)
            set("enabled", entry.isEnabled ? "" : "no")
            set("descriptor", entry.descriptor)
            lines.append(fields.joined(separator: "\t"))
        }
    }

    /// Switches all rows of an entry. - Returns: How many rows changed.
    package mutating func setEnabled(_ isEnabled: Bool, id: String) -> Int {
        guard let place = places["enabled"] else { return 0 }
        var changed = 0
        for line in lines.indices.dropFirst(header + 1) {
            guard let entry = entry(line: line), entry.id == id, entry.isEnabled != isEnabled
            else { continue }
            var fields = lines[line].split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            while fields.count <= place { fields.append("") }
            fields[place] = isEnabled ? "" : "no"
            lines[line] = fields.joined(separator: "\t")
            changed += 1
        }
        return changed
    }

    /// Writes the file in one step.
    package func write() throws(ModelError) {
        do {
            try FileSystem.createDirectory(FileSystem.parent(of: path))
            try FileSystem.writeDurably(path, Array((lines.joined(separator: "\n") + "\n").utf8))
        } catch {
            throw .file(error)
        }
    }

    /// Adds the columns that an older file does not have.
    private mutating func settleHeader() {
        var names = lines[header].split(separator: "\t", omittingEmptySubsequences: false)
            .map { SourceTable.trimmed($0.drop { $0 == "\u{FEFF}" }) }
        for column in BankFile.columns where !names.contains(column) { names.append(column) }
        lines[header] = names.joined(separator: "\t")
        for (place, name) in names.enumerated() { places[name] = place }
    }

    private func entry(line: Int) -> Entry? {
        guard BankFile.isContent(lines[line]) else { return nil }
        let fields = lines[line].split(separator: "\t", omittingEmptySubsequences: false)
        func text(_ column: String) -> String {
            guard let place = places[column], place < fields.count else { return "" }
            return SourceTable.trimmed(fields[place])
        }
        guard let hash = Hash256(hex: text("hash")),
            let kind = BankKind.allCases.first(where: { "\($0)" == text("kind") })
        else { return nil }
        var entry = Entry(hash: hash, kind: kind, id: text("id"))
        entry.brand = text("brand")
        entry.note = text("note")
        entry.target = text("target") == "\(BankTarget.logo)" ? .logo : .image
        entry.source = text("source")
        entry.date = text("date")
        entry.isEnabled = text("enabled") != "no"
        entry.descriptor = text("descriptor")
        return entry
    }

    private static func isContent(_ line: String) -> Bool {
        !line.hasPrefix("#") && line.contains { $0 != " " && $0 != "\t" }
    }

    /// A field holds no tabs or line breaks, and starts no comment.
    private static func field(_ text: String) -> String {
        SourceTable.trimmed(String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
    }
}
