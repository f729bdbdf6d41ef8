package import KleanCore

/// Why a ledger cannot be opened or written.
package enum LedgerError: Error, Equatable, CustomStringConvertible {
    /// The folder holds another job's ledger.
    case otherJob(path: String, expected: Digest, found: Digest)
    case version(path: String, expected: Int, found: Int)
    case diskFull(path: String)
    case notFound(path: String)
    case locked(path: String)
    /// Not an SQLite file, or a damaged one.
    case damaged(path: String, detail: String)
    case system(path: String, detail: String)

    package var description: String {
        switch self {
        case .otherJob(let path, let expected, let found):
            "\(path): holds job \(found.short), expected \(expected.short); "
                + "the store, model or parameters changed: "
                + "choose another --out or remove the folder"
        case .version(let path, let expected, let found):
            "\(path): ledger version: expected \(expected), found \(found)"
        case .diskFull(let path): "\(path): disk full; free space and run the same command again"
        case .notFound(let path): "\(path): no such job; expected an index folder of a scan"
        case .locked(let path): "\(path): in use by another coordinator"
        case .damaged(let path, let detail): "\(path): not a usable ledger: \(detail)"
        case .system(let path, let detail): "\(path): \(detail)"
        }
    }
}
