internal import KleanColumns
internal import KleanCore

/// Changes a bank's radius and lowest quality in `model.yaml`, and no other line of it.
package enum BankSettingsFile {
    /// - Parameters:
    ///   - radius: Bits; `nil` leaves what is there.
    ///   - qualityMin: `0...100`; `nil` leaves what is there.
    ///   - current: What holds now, for the one that is left.
    package static func set(
        source: String, bank: String, radius: Int?, qualityMin: Int?,
        current: (radius: Int, qualityMin: Int)
    ) throws(ModelError) {
        let path = source + "/model.yaml"
        do {
            let text = String(
                decoding: try FileSystem.read(path, bytesMax: 1 << 20), as: UTF8.self)
            let line =
                "  \(bank): {radius: \(radius ?? current.radius), "
                + "qualityMin: \(qualityMin ?? current.qualityMin)}"
            let changed = BankSettingsFile.text(text, bank: bank, line: line)
            try FileSystem.writeDurably(path, Array(changed.utf8))
        } catch {
            throw .file(error)
        }
    }

    /// The text with the bank's line replaced, or added below `banks:`.
    static func text(_ text: String, bank: String, line: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        guard let start = lines.firstIndex(where: { $0.hasPrefix("banks:") }) else {
            return (lines + ["banks:", line, ""]).joined(separator: "\n")
        }
        if lines[start].filter({ $0 != " " }) == "banks:{}" { lines[start] = "banks:" }
        var end = start + 1
        while end < lines.count, lines[end].hasPrefix(" ") || lines[end].isEmpty { end += 1 }
        while end > start + 1, lines[end - 1].isEmpty { end -= 1 }
        let known = (start + 1..<end).first {
            lines[$0].drop { $0 == " " }.hasPrefix(bank + ":")
        }
        if let known {
            // A setting over several lines goes as a whole.
            let indent = lines[known].prefix { $0 == " " }.count
            var after = known + 1
            while after < end, lines[after].prefix(while: { $0 == " " }).count > indent {
                after += 1
            }
            lines.replaceSubrange(known..<after, with: [line])
        } else {
            lines.insert(line, at: end)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
