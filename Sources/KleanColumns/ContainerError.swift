/// Why a container was refused. Says which file, which column, what was expected and found.
package enum ContainerError: Error, Equatable, CustomStringConvertible {
    /// The file could not be opened or mapped.
    case file(FileError)
    /// The file does not begin with the magic; `found` are its first bytes in hexadecimal.
    case notContainer(file: String, found: String)
    /// The file, or what a peer sent of it, is shorter or longer than it must be.
    case length(file: String, expectedBytes: UInt64, foundBytes: UInt64)
    case version(file: String, expected: UInt16, found: UInt16)
    case kind(file: String, expected: String, found: String)
    /// The directory is damaged: `expected` is what the trailer says.
    case directoryChecksum(file: String, expected: UInt64, found: UInt64)
    /// The directory is as it was written and still cannot be true.
    case directory(
        file: String, column: ColumnID?, field: DirectoryField, expected: String, found: String)
    case padding(file: String, offset: UInt64, found: UInt8)
    case missingColumn(file: String, column: ColumnID)
    case element(file: String, column: ColumnID, expected: ElementType, found: ElementType)
    case segmentLength(file: String, column: ColumnID, expected: UInt64, found: UInt64)
    case segmentChecksum(file: String, column: ColumnID, expected: UInt64, found: UInt64)
    /// The stored bytes are as they were written and do not mean what the column promises.
    case segmentContent(file: String, column: ColumnID, detail: String)

    /// Whether the bytes themselves are at fault, so that reading them elsewhere cannot help:
    /// everything but a file that the system refused.
    package var isDamage: Bool {
        if case .file = self { return false }
        return true
    }

    package var description: String {
        switch self {
        case .file(let error):
            error.description
        case .notContainer(let file, let found):
            "\(file): not a klean container: expected it to begin with "
                + "\(ContainerLayout.magicText), found \(found)"
        case .length(let file, let expected, let found):
            "\(file): \(found < expected ? "truncated" : "too long"): "
                + "expected \(expected) bytes, found \(found)"
        case .version(let file, let expected, let found):
            "\(file): container version: expected \(expected), found \(found)"
        case .kind(let file, let expected, let found):
            "\(file): container kind: expected \(expected), found \(found)"
        case .directoryChecksum(let file, let expected, let found):
            "\(file): directory checksum: expected \(hexadecimal(expected)), "
                + "found \(hexadecimal(found))"
        case .directory(let file, let column, let field, let expected, let found):
            "\(file): directory: " + (column.map { "column \($0): " } ?? "")
                + "\(field.rawValue): expected \(expected), found \(found)"
        case .padding(let file, let offset, let found):
            "\(file): padding at byte \(offset): expected 0, found \(found)"
        case .missingColumn(let file, let column):
            "\(file): column \(column): expected it, found none"
        case .element(let file, let column, let expected, let found):
            "\(file): column \(column): element type: expected \(expected), found \(found)"
        case .segmentLength(let file, let column, let expected, let found):
            "\(file): column \(column): stored bytes: expected \(expected), found \(found)"
        case .segmentChecksum(let file, let column, let expected, let found):
            "\(file): column \(column): checksum: expected \(hexadecimal(expected)), "
                + "found \(hexadecimal(found))"
        case .segmentContent(let file, let column, let detail):
            "\(file): column \(column): \(detail)"
        }
    }
}

/// What of a directory is wrong.
package enum DirectoryField: String, Sendable {
    case columns, id, encoding, codec, rows, offset
    case reserved = "reserved bytes"
    case element = "element type"
    case rawBytes = "decoded bytes"
    case storedBytes = "stored bytes"
    case fileBytes = "file bytes"
}

private func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
