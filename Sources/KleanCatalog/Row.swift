import KleanCore

/// The cells of one record with what they point into.
struct Row {
    let cells: UnsafeBufferPointer<RawCell>
    let base: UnsafeBufferPointer<UInt8>
    let scratch: Scratch

    var none: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: base[0..<0]) }

    /// No mapped cell holds anything but white space.
    var isBlank: Bool {
        cells.allSatisfy { cell in
            cell.form == .absent || base[Int(cell.start)..<Int(cell.end)].allSatisfy { $0 <= 0x20 }
        }
    }

    /// The first cell's text; of a list the first element.
    func text(_ slots: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        guard let slot = slots.first else { return none }
        let cell = cells[slot]
        switch cell.form {
        case .list: return elements(whole(slot)).first ?? none
        case .object: return none
        default:
            let text = cell.text(in: base, scratch)
            guard text.count > 3, text[0] == UInt8(ascii: "["), text[1] == UInt8(ascii: "\""),
                text[text.count - 1] == UInt8(ascii: "]")
            else { return text }
            // A list written into a cell as JSON.
            return elements(text).first ?? text
        }
    }

    /// The cell's text with all its elements.
    func whole(_ slot: Int) -> UnsafeBufferPointer<UInt8> { cells[slot].text(in: base, scratch) }

    /// All elements of all cells.
    func joined(_ slots: Range<Int>, separator: StaticString) -> UnsafeBufferPointer<UInt8> {
        var parts: [UnsafeBufferPointer<UInt8>] = []
        for slot in slots {
            let text = whole(slot)
            let isList = cells[slot].form == .list
            parts += (isList ? elements(text) : [text]).filter { TextSettler.trim($0).count > 0 }
        }
        scratch.begin()
        for (place, part) in parts.enumerated() {
            if place > 0 { separator.withUTF8Buffer { scratch.append($0) } }
            scratch.append(part)
        }
        return scratch.end()
    }

    /// All cells with all their elements; a list of objects as it stands.
    func choices(_ slots: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        guard let slot = slots.first else { return none }
        let isList = cells[slot].form == .list
        if slots.count > 1 || (isList && !whole(slot).contains(UInt8(ascii: "{"))) {
            return joined(slots, separator: " / ")
        }
        return whole(slot)
    }

    func copy(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
        scratch.begin()
        bytes.withUnsafeBufferPointer { scratch.append($0) }
        return scratch.end()
    }

    /// The strings and numbers of a JSON list, nested lists left out.
    func elements(_ list: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
        var found: [UnsafeBufferPointer<UInt8>] = []
        var index = 1
        while index < list.count - 1 {
            let byte = list[index]
            if byte == UInt8(ascii: "\"") {
                var end = index + 1
                var isEscaped = false
                while end < list.count, list[end] != UInt8(ascii: "\"") {
                    if list[end] == UInt8(ascii: "\\") {
                        isEscaped = true
                        end += 1
                    }
                    end += 1
                }
                end = min(end, list.count)
                let cell = RawCell(
                    start: UInt32(index + 1), end: UInt32(end), form: isEscaped ? .escaped : .plain)
                found.append(cell.text(in: list, scratch))
                index = end + 1
            } else if byte <= 0x20 || byte == UInt8(ascii: ",") {
                index += 1
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                return found
            } else {
                var end = index
                while end < list.count - 1, list[end] != UInt8(ascii: ","), list[end] > 0x20 {
                    end += 1
                }
                found.append(UnsafeBufferPointer(rebasing: list[index..<end]))
                index = end
            }
        }
        return found
    }
}
