/// Why a container was refused. Says which file, which column, what was expected and found.
package enum ContainerError: Error, Equatable, CustomStringConvertible {
    case file(FileError)
    case notContainer(file: String)
    case truncated(file: String, needBytes: UInt64, haveBytes: UInt64)
    case version(file: String, expected: UInt16, found: UInt16)
    case kind(file: String, expected: String, found: String)
    case directory(file: String, detail: String)
    case directoryChecksum(file: String, expected: UInt64, found: UInt64)
    case padding(file: String, offset: UInt64)
    case missingColumn(file: String, column: ColumnID)
    case element(file: String, column: ColumnID, expected: ElementType, found: ElementType)
    case segmentLength(file: String, column: ColumnID, expected: UInt64, found: UInt64)
    case segmentChecksum(file: String, column: ColumnID, expected: UInt64, found: UInt64)
    case segmentContent(file: String, column: ColumnID, detail: String)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .notContainer(let file): "\(file): not a klean container (expected magic KLEANCOL)"
        case .truncated(let file, let need, let have):
            "\(file): truncated: expected \(need) bytes, found \(have)"
        case .version(let file, let expected, let found):
            "\(file): container version: expected \(expected), found \(found)"
        case .kind(let file, let expected, let found):
            "\(file): container kind: expected \(expected), found \(found)"
        case .directory(let file, let detail): "\(file): directory: \(detail)"
        case .directoryChecksum(let file, let expected, let found):
            "\(file): directory checksum: expected \(expected), found \(found)"
        case .padding(let file, let offset):
            "\(file): padding at byte \(offset): expected 0, found something else"
        case .missingColumn(let file, let column): "\(file): column \(column): missing"
        case .element(let file, let column, let expected, let found):
            "\(file): column \(column): element type: expected \(expected), found \(found)"
        case .segmentLength(let file, let column, let expected, let found):
            "\(file): column \(column): stored bytes: expected \(expected), found \(found)"
        case .segmentChecksum(let file, let column, let expected, let found):
            "\(file): column \(column): checksum: expected \(expected), found \(found)"
        case .segmentContent(let file, let column, let detail):
            "\(file): column \(column): \(detail)"
        }
    }
}
