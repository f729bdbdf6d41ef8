internal import Glibc

/// What the operating system refused, with the path.
package struct FileError: Error, Equatable, CustomStringConvertible {
    /// The refusals that callers tell apart; everything else is ``other``.
    package enum Reason: Equatable, Sendable {
        case notFound, isDirectory, notDirectory, notPermitted, alreadyExists, diskFull, locked
        case tooLarge, other
    }

    package let path: String
    /// What was being done, as in "cannot open".
    package let action: String
    /// The `errno` of the call.
    package let errorNumber: Int32

    package var reason: Reason {
        switch errorNumber {
        case ENOENT: .notFound
        case EISDIR: .isDirectory
        case ENOTDIR: .notDirectory
        case EACCES, EPERM, EROFS: .notPermitted
        case EEXIST, ENOTEMPTY: .alreadyExists
        case ENOSPC, EDQUOT: .diskFull
        case EWOULDBLOCK: .locked
        case EFBIG: .tooLarge
        default: .other
        }
    }

    package init(_ path: String, _ action: String, _ errorNumber: Int32 = Glibc.errno) {
        self.path = path
        self.action = action
        self.errorNumber = errorNumber
    }

    /// The system's words for ``errorNumber``, first letter lowered.
    package var meaning: String {
        let text = String(cString: strerror(errorNumber))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    package var description: String { "\(path): cannot \(action): \(meaning)" }
}
