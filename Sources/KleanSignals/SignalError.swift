/// Why events cannot be imported.
package enum SignalError: Error, Equatable, CustomStringConvertible {
    /// No header that names a listing and a time.
    case columns(file: String, found: String)
    case empty(file: String)
    /// Python could not read the mailbox, or there is none.
    case mailbox(file: String, tried: String, reason: String)
    case tooMany(expected: Int)
    /// No event counts: the store is left as it is.
    case nothing(read: Int, mostly: String)

    package var description: String {
        switch self {
        case .columns(let file, let found):
            "\(file): expected columns for a listing (listing_id or url) and a time (at), found "
                + "\(found); rename them"
        case .empty(let file): "\(file): expected events, found none; export it again"
        case .mailbox(let file, let tried, let reason):
            "\(file): expected \(tried) to read the mailbox, found: \(reason); install Python 3 or "
                + "name it with KLEAN_PYTHON"
        case .tooMany(let expected):
            "expected at most \(expected) events in one import, found more; leave out those "
                + "outside the 90 days"
        case .nothing(let read, let mostly):
            "expected events that count, found none in \(read), mostly: \(mostly); the store is "
                + "as it was"
        }
    }
}
