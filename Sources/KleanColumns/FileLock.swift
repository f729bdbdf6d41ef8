internal import Glibc

/// An advisory lock on a file, held until the value is released: one writer at a time, within this
/// process and among others. The system drops it however the process ends.
///
/// The file is created when absent and left behind: if it were removed, two holders could each
/// have locked "the" file.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock or fails at once.
    ///
    /// - Throws: ``FileError`` with reason ``FileError/Reason/locked`` when somebody holds it.
    package init(_ path: String) throws(FileError) {
        descriptor = try FileLock.locked(path, O_RDWR | O_CREAT, LOCK_EX)
    }

    /// Takes a share of a lock on a file that is there: any number of holders, but none beside one
    /// that has the lock alone.
    ///
    /// - Throws: ``FileError`` with reason ``FileError/Reason/locked`` when somebody has it alone.
    package init(sharing path: String) throws(FileError) {
        descriptor = try FileLock.locked(path, O_RDONLY, LOCK_SH)
    }

    /// Takes the lock on a file that is there, alone, or fails at once.
    package init(excluding path: String) throws(FileError) {
        descriptor = try FileLock.locked(path, O_RDONLY, LOCK_EX)
    }

    private static func locked(
        _ path: String, _ mode: Int32, _ operation: Int32
    ) throws(FileError) -> Int32 {
        let opened = try uninterrupted(path, "open the lock") {
            open(path, mode | O_CLOEXEC, 0o644)
        }
        do {
            try uninterrupted(path, "lock") { flock(opened, operation | LOCK_NB) }
        } catch {
            close(opened)
            throw error
        }
        return opened
    }

    deinit { close(descriptor) }  // Closing the only descriptor unlocks.
}
