import KleanCore

/// How a source's bytes are cut into records.
enum SourceFormat: Equatable, Sendable {
    case delimited(delimiter: UInt8, quote: UInt8)
    /// One JSON value on each line.
    case jsonLines
    /// JSON values side by side, with or without commas, up to a closing bracket or the end.
    case jsonElements
}

/// A piece of a source that one thread parses.
struct Block: Sendable {
    var bytes: [UInt8]
    /// Number of the first record in the source, from 1.
    var firstRecord: UInt64
    /// Line ends between the last block and this one.
    var linesBefore: UInt64 = 0
    /// The block is one record that cannot be read; `bytes` are its beginning.
    var refused: RejectReason?
    var detail = ""
    /// Bytes of the source that are done once this block is.
    var sourceOffset: UInt64 = 0
}
