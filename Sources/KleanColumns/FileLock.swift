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
        let opened = try uninterrupted(path, "open the lock") {
            open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        }
        do {
            try uninterrupted(path, "lock") { flock(opened, LOCK_EX | LOCK_NB) }
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit { close(descriptor) }  // Closing the only descriptor unlocks.
}
