import KleanCore

/// Grows a ``DictionaryColumn``: finds a text's code, or gives it the next one.
///
/// Open addressing over ``Fingerprint`` keys; texts are compared, so colliding keys stay apart.
/// Codes go by first appearance, so the column depends on the rows alone.
package struct DictionaryBuilder: Sendable {
    package private(set) var column = DictionaryColumn()
    /// `code + 1`, 0 for a free slot. The length is a power of two, at most half full.
    private var slots = [UInt32](repeating: 0, count: 64)
    private var keys: [UInt64] = []
    /// Rows often repeat the text above them.
    private var lastCode = Missing.uint32

    package init() {}

    /// Adds a row; an empty text is a missing value.
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        column.codes.append(code(of: text))
    }

    package mutating func append(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { append($0) }
    }

    package mutating func appendMissing() { column.codes.append(Missing.uint32) }

    /// Takes back the last rows; their texts stay known.
    mutating func removeLast(_ count: Int) { column.codes.removeLast(count) }

    /// Adds rows of another column, in order. Texts that no added row uses stay out.
    package mutating func append(contentsOf other: DictionaryColumn, rows: Range<Int>? = nil) {
        var translated = [UInt32](repeating: Missing.uint32, count: other.values.count)
        column.codes.reserveCapacity(column.codes.count + other.codes.count)
        other.values.bytes.withUnsafeBufferPointer { bytes in
            for code in other.codes[rows ?? 0..<other.codes.count] {
                guard code != Missing.uint32 else {
                    column.codes.append(code)
                    continue
                }
                let value = Int(code)
                if translated[value] == Missing.uint32 {
                    let start = Int(other.values.offsets[value])
                    let end = Int(other.values.offsets[value + 1])
                    translated[value] = self.code(
                        of: UnsafeBufferPointer(rebasing: bytes[start..<end]))
                }
                column.codes.append(translated[value])
            }
        }
    }

    /// The code of a text, new or known; `Missing.uint32` for an empty one.
    package mutating func code(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard text.count > 0 else { return Missing.uint32 }
        if lastCode != Missing.uint32, equals(lastCode, text) { return lastCode }
        let key = fingerprint(text)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0 {
            let code = slots[slot] - 1
            if keys[Int(code)] == key, equals(code, text) {
                lastCode = code
                return code
            }
            slot = (slot + 1) & mask
        }
        let code = UInt32(keys.count)
        keys.append(key)
        column.values.append(text)
        slots[slot] = code + 1
        lastCode = code
        if keys.count * 2 > slots.count { grow() }
        return code
    }

    private func equals(_ code: UInt32, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(column.values.offsets[Int(code)])
        let end = Int(column.values.offsets[Int(code) + 1])
        guard end - start == text.count else { return false }
        return column.values.bytes.withUnsafeBufferPointer { bytes in
            areEqual(UnsafeBufferPointer(rebasing: bytes[start..<end]), text)
        }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (code, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: key) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(code) + 1
        }
    }
}
