package import KleanColumns

/// Why a catalog file or a store cannot be used. Each message says what, where, expected, found and
/// what to do next.
package enum CatalogError: Error, Equatable, Sendable {
    // Input files.
    case notFound(file: String)
    case isDirectory(file: String)
    case unreadable(file: String, reason: String)
    case empty(file: String)
    /// Columns were recognised, but no record follows.
    case headerOnly(file: String)
    /// `looksLike` names the kind of file, as far as its first bytes tell.
    case binary(file: String, looksLike: String)
    /// No column that a scan could use; `columns` are those that were found.
    case noUsableColumns(file: String, columns: [String])
    /// An explicit map names a column that the file does not have.
    case unknownColumn(file: String, column: String, columns: [String])
    /// `--map` itself is wrong.
    case badMapping(text: String, expected: String)
    case badJSON(file: String, offset: UInt64, expected: String, found: String)
    /// Neither UTF-8 nor any encoding that klean converts.
    case otherEncoding(file: String)
    /// Packed bytes that cannot be unpacked; `offset` is in the packed file.
    case damaged(file: String, offset: UInt64, reason: String)
    /// An argument that names no input.
    case badInput(text: String, expected: String)
    /// A saved mapping that cannot be used.
    case badMappingFile(file: String, reason: String)
    /// A format that another program must read first, and that program is not there.
    case needsTool(file: String, format: String, install: String)
    /// The program that reads the file gave up.
    case toolFailed(file: String, tool: String, reason: String)
    /// `--duplicates fail`.
    case repeatedID(file: String, id: String)
    case noInputs
    /// Records were read and every one was refused; `mostly` is the usual reason.
    case noListings(read: UInt64, mostly: String)

    // Writing.
    case diskFull(path: String)
    case cannotWrite(path: String, reason: String)
    case cancelled

    // Stores.
    case notAStore(path: String, found: String)
    case storeExists(path: String)
    case storeVersion(path: String, expected: Int, found: Int)
    /// A store whose hashes this build would not know how to compare.
    case hashFamily(path: String, expected: String, found: String)
    case busy(path: String)
    /// `wanted` is a number or the first digits of a digest; `found` lists what is there.
    case noSnapshot(path: String, wanted: String, found: String)
    case corrupt(file: String, expected: String, found: String)
    case tooManyRows(expected: UInt64, found: UInt64)
    /// A chunk's file is damaged.
    case container(ContainerError)
}

extension CatalogError {
    /// One text is no catalog, which says nothing of its neighbours in an archive.
    var isAboutContent: Bool {
        switch self {
        case .empty, .headerOnly, .binary, .noUsableColumns, .badJSON, .otherEncoding: true
        default: false
        }
    }
}

extension CatalogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let file): "\(file): no such file; check the path"
        case .isDirectory(let file):
            "\(file): expected a catalog file, found a directory; name the files in it"
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason); check its permissions and medium"
        case .empty(let file): "\(file): expected a catalog, found 0 bytes; export it again"
        case .headerOnly(let file):
            "\(file): expected rows below the header, found none; export it again"
        case .binary(let file, let looksLike):
            "\(file): expected CSV, TSV, JSON or JSON Lines text, found \(looksLike); "
                + "convert it to one of these first"
        case .noUsableColumns(let file, let columns):
            "\(file): expected a title or picture hash column, found \(list(columns)); "
                + "name it with --map title=COLUMN"
        case .unknownColumn(let file, let column, let columns):
            "\(file): expected the mapped column \(column), found \(list(columns)); correct --map"
        case .badMapping(let text, let expected):
            "--map \(text): expected \(expected)"
        case .badJSON(let file, let offset, let expected, let found):
            "\(file): at byte \(offset): expected \(expected), found \(found); repair the file"
        case .otherEncoding(let file):
            "\(file): expected text in UTF-8, UTF-16, CP949, GB18030, Windows-1252, Shift_JIS, "
                + "EUC-JP or Big5, found none of them; name it with --encoding or convert it"
        case .damaged(let file, let offset, let reason):
            "\(file): cannot be unpacked near byte \(offset): \(reason); fetch it again"
        case .badInput(let text, let expected): "\(text): expected \(expected)"
        case .badMappingFile(let file, let reason): "\(file): \(reason)"
        case .needsTool(let file, let format, let install):
            "\(file): \(format) is read through another program, found none; run: \(install)"
        case .toolFailed(let file, let tool, let reason):
            "\(file): \(tool) could not read it: \(reason)"
        case .repeatedID(let file, let id):
            "\(file): expected each id once, found \(id) again; pass --duplicates last or keep"
        case .noInputs: "expected at least one catalog file, found none"
        case .noListings(let read, let mostly):
            "expected listings, found none in \(read) records, mostly: \(mostly); "
                + "check the columns with --map"
        case .diskFull(let path):
            "\(path): the disk is full; nothing was changed, free some space and run again"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        case .cancelled: "cancelled; nothing was changed"
        case .notAStore(let path, let found):
            "\(path): expected a store (store.json), found \(found); make one with klean pack"
        case .storeExists(let path):
            "\(path): a store is there already; pass --append or choose another folder"
        case .storeVersion(let path, let expected, let found):
            "\(path): expected store version \(expected), found \(found); "
                + "pack again or use the klean that wrote it"
        case .hashFamily(let path, let expected, let found):
            "\(path): expected hashes of \(expected), found \(found); "
                + "pack again or use the klean that wrote it"
        case .busy(let path):
            "\(path): another process is packing into this store; wait for it to end"
        case .noSnapshot(let path, let wanted, let found):
            "\(path): expected one snapshot \(wanted), found \(found); see klean store log"
        case .corrupt(let file, let expected, let found):
            "\(file): expected \(expected), found \(found); restore or pack again"
        case .container(let error): error.description
        case .tooManyRows(let expected, let found):
            "expected at most \(expected) rows in a store, found \(found); split the catalog"
        }
    }

    private func list(_ names: [String]) -> String {
        if names.isEmpty { return "no columns" }
        let shown = names.prefix(24).map { $0.prefix(48) }.joined(separator: ", ")
        return names.count > 24 ? "\(shown) and \(names.count - 24) more" : shown
    }
}

extension CatalogError {
    /// A refusal while writing, in the store's terms.
    init(writing error: FileError) {
        self =
            switch error.reason {
            case .diskFull: .diskFull(path: error.path)
            case .locked: .busy(path: error.path)
            default: .cannotWrite(path: error.path, reason: systemError(error.errorNumber))
            }
    }

    /// A refusal while reading.
    init(reading error: FileError) {
        self =
            switch error.reason {
            case .notFound: .notFound(file: error.path)
            case .isDirectory: .isDirectory(file: error.path)
            default: .unreadable(file: error.path, reason: systemError(error.errorNumber))
            }
    }
}
