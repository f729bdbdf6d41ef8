/// A batch of folded titles in one buffer, with the way back to the original bytes.
///
/// **Shape**: a line feed, then each title followed by a line feed, then padding. Row `i` of the
/// batch is `bytes[starts[i]..<starts[i + 1] - 1]`. Reused from batch to batch.
package struct FoldedText: Sendable {
    package internal(set) var bytes: [UInt8] = []
    package internal(set) var starts: [UInt32] = []
    /// First row of the batch in the caller's numbering.
    package internal(set) var firstRow = 0

    package init() {}

    package var rowCount: Int { max(starts.count - 1, 0) }

    /// The folded bytes of one row of the batch.
    package subscript(row: Int) -> ArraySlice<UInt8> {
        bytes[Int(starts[row])..<Int(starts[row + 1]) - 1]
    }

    /// Byte offsets in the original title of a range of ``bytes`` that lies in row `row`.
    package func original(_ range: Range<Int>, row: Int) -> Range<Int> {
        let start = Int(starts[row])
        return range.lowerBound - start..<range.upperBound - start
    }
}
