/// Names a column within its kind of container. Owners of a kind list their ids in an extension.
///
/// **Range**: `0..<0x8000` for owners; the ends of a text column's strings take its id + 0x8000.
package struct ColumnID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let raw: UInt16

    package init(_ raw: UInt16) { self.raw = raw }

    /// Where the ends of the strings of column `self` stand.
    package var offsets: ColumnID { ColumnID(raw | 0x8000) }

    package static func < (left: ColumnID, right: ColumnID) -> Bool { left.raw < right.raw }

    package var description: String {
        raw & 0x8000 == 0 ? "\(raw)" : "\(raw & 0x7FFF) (offsets)"
    }
}

/// What a container holds: four ASCII letters, the first one lowest, so that a file shows them.
package struct ContainerKind: Hashable, Sendable, CustomStringConvertible {
    package let raw: UInt32

    /// - Precondition: four printable ASCII letters.
    package init(_ letters: StaticString) {
        let text = Array(letters.description.utf8)
        precondition(text.count == 4, "a container kind has four letters")
        precondition(text.allSatisfy { (33...126).contains($0) }, "a container kind is ASCII")
        raw = text.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    init(raw: UInt32) { self.raw = raw }

    /// The letters, or the number in hexadecimal where they cannot be printed.
    package var description: String {
        let letters = (0..<4).map { UInt8(truncatingIfNeeded: raw >> ($0 * 8)) }
        guard letters.allSatisfy({ (33...126).contains($0) }) else {
            return "0x" + String(raw, radix: 16)
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
