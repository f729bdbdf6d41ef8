package import KleanColumns

/// One thing wrong, or doubtful, in a model's source: where, what was expected, what was found.
package struct SourceFault: Equatable, Sendable, CustomStringConvertible {
    /// Path below the source folder.
    package var file: String
    /// Counted from 1; 0 for the file as a whole.
    package var line: Int
    /// The column or key.
    package var field: String
    package var expected: String
    package var found: String

    package init(file: String, line: Int, field: String, expected: String, found: String) {
        self.file = file
        self.line = line
        self.field = field
        self.expected = expected
        self.found = found
    }

    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return "\(place): \(field): expected \(expected), found \(found)"
    }
}

/// Why a model was not read, built or loaded.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    /// The source has faults: the first ``faultsMax`` in file and line order, and how many more.
    case source([SourceFault], more: Int)
    /// A file call failed.
    case file(FileError)
    /// A container of the model was refused.
    case container(ContainerError)
    /// There is no model in the folder.
    case notModel(path: String)
    /// Something stands where the model should be written.
    case exists(path: String)
    /// The model was written by another version.
    case format(path: String, expected: Int, found: Int)
    /// The manifest or a column does not make sense.
    case damaged(file: String, expected: String, found: String)
    /// The content is not what the manifest names.
    case digest(path: String, expected: String, found: String)

    /// Faults listed of one source; the rest are counted.
    package static let faultsMax = 50

    package var description: String {
        switch self {
        case .source(let faults, let more):
            faults.map(\.description).joined(separator: "\n")
                + (more > 0 ? "\nand \(more) more" : "")
        case .file(let error): error.description
        case .container(let error): error.description
        case .notModel(let path): "\(path): expected a model folder (manifest.json), found none"
        case .exists(let path): "\(path): expected nothing there, found something (say --replace)"
        case .format(let path, let expected, let found):
            "\(path): model format: expected \(expected), found \(found)"
        case .damaged(let file, let expected, let found):
            "\(file): expected \(expected), found \(found)"
        case .digest(let path, let expected, let found):
            "\(path): content digest: expected \(expected), found \(found)"
        }
    }
}

/// Collects faults, so that all of a source's are told at once.
struct FaultList {
    private(set) var faults: [SourceFault] = []
    private(set) var dropped = 0

    var isEmpty: Bool { faults.isEmpty }

    mutating func add(
        _ file: String, _ line: Int, _ field: String, expected: String, found: String
    ) {
        guard faults.count < ModelError.faultsMax else {
            dropped += 1
            return
        }
        let shown = found.count > 80 ? String(found.prefix(80)) + "…" : found
        faults.append(
            SourceFault(
                file: file, line: line, field: field, expected: expected,
                found: shown.isEmpty ? "nothing" : shown))
    }
}
