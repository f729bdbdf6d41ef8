internal import CKleanCatalog
import KleanCore

/// Cuts a source into blocks of whole records, in order, with bounded memory.
///
/// Where a record ends is decided by the bytes alone, so the rows are the same for any block size.
/// A record longer than `CatalogLimits.recordBytesMax`, or one whose quote never closes, comes as a
/// refused block: of delimited text its first line, and reading goes on with the next line.
struct BlockReader {
    private let source: ByteSource
    private let format: SourceFormat
    private let blockBytes: Int
    /// What was read; everything before `start` is done.
    private var buffer: [UInt8]
    private var start = 0
    private var sourceEnded = false
    private var nextRecord: UInt64 = 1
    private var linesBefore: UInt64 = 0
    /// What is being thrown away after a refused record.
    private var skipping = Skipping.nothing
    private var isFinished = false
    /// A bracket closed the list of records.
    private var isListClosed = false

    private enum Skipping {
        case nothing, line
        case element(depth: Int64, inString: Int32)
    }

    /// The bytes that a step looks at: from the first that is not done.
    private struct Window {
        var count: Int
        /// Nothing follows them.
        var isLast: Bool
    }

    /// - Parameters:
    ///   - pending: Bytes of the source that were read already, from the first record on.
    ///   - blockBytes: At most `CatalogLimits.recordBytesMax`.
    init(_ source: ByteSource, _ format: SourceFormat, pending: [UInt8], blockBytes: Int) {
        self.source = source
        self.format = format
        buffer = pending
        self.blockBytes = min(max(1, blockBytes), CatalogLimits.recordBytesMax)
    }

    /// The next block, or `nil` after the last record.
    mutating func next() throws(CatalogError) -> Block? {
        guard !isFinished else { return nil }
        var block: Block?
        switch format {
        case .delimited(let delimiter, let quote): block = try nextLines(delimiter, quote)
        case .jsonLines: block = try nextLines(UInt8(ascii: "\n"), 0)
        case .jsonElements: block = try nextElements()
        }
        if block == nil { isFinished = true }
        block?.linesBefore = linesBefore
        block?.sourceOffset = source.offset(waiting: buffer.count - start)
        if block != nil { linesBefore = 0 }
        return block
    }

    /// Makes `count` bytes visible, fewer only at the end of the source.
    private mutating func fill(_ count: Int) throws(CatalogError) -> Window {
        if buffer.count - start < count, !sourceEnded {
            buffer.removeFirst(start)
            start = 0
            let want = count - buffer.count
            sourceEnded = try source.read(want, onto: &buffer) < want
        }
        let visible = min(count, buffer.count - start)
        return Window(count: visible, isLast: sourceEnded && visible == buffer.count - start)
    }

    private func withBytes<Result>(
        _ window: Window, _ body: (UnsafePointer<UInt8>, Int) -> Result
    ) -> Result? {
        buffer.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { body($0 + start, window.count) }
        }
    }

    /// Counts bytes as done and the lines in them as passed.
    private mutating func pass(_ count: Int) {
        linesBefore += buffer[start..<(start + count)].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        start += count
    }

    /// Cuts a block off the front.
    private mutating func take(_ count: Int, records: UInt64, refused: RejectReason? = nil)
        -> Block
    {
        let block = Block(
            bytes: Array(buffer[start..<(start + count)]), firstRecord: nextRecord,
            refused: refused)
        start += count
        nextRecord += records
        return block
    }

    private func firstLineEnd(_ window: Window) -> Int? {
        buffer[start..<(start + window.count)].firstIndex { $0 == 0x0A || $0 == 0x0D }
            .map { $0 - start }
    }

    // MARK: lines

    private mutating func nextLines(_ delimiter: UInt8, _ quote: UInt8)
        throws(CatalogError) -> Block?
    {
        var want = blockBytes
        while true {
            let window = try fill(want)
            if window.count == 0 { return nil }
            if case .line = skipping {
                skipLine(window)
                continue
            }
            var split = kcat_split()
            _ = withBytes(window) { kcat_split_records($0, $1, delimiter, quote, 1, &split) }
            if split.end > 0 {
                if split.records > 0 { return take(split.end, records: UInt64(split.records)) }
                pass(split.end)  // Empty lines alone make no block.
                continue
            }
            let isQuoted = split.open_quoted != 0
            if window.isLast {
                return isQuoted
                    ? refuseLine(.quoteNeverCloses, window) : take(window.count, records: 1)
            }
            if window.count > CatalogLimits.recordBytesMax {
                return refuseLine(isQuoted ? .quoteNeverCloses : .recordTooLong, window)
            }
            want = min(window.count + blockBytes, CatalogLimits.recordBytesMax + 1)
        }
    }

    /// Refuses the first physical line; what follows it is read afresh.
    private mutating func refuseLine(_ reason: RejectReason, _ window: Window) -> Block {
        let end = firstLineEnd(window)
        if end == nil { skipping = .line }
        var block = take(end.map { $0 + 1 } ?? window.count, records: 1, refused: reason)
        if reason == .recordTooLong { block.detail = BlockReader.tooLong }
        return block
    }

    private static let tooLong =
        "expected at most \(CatalogLimits.recordBytesMax) bytes, found more"

    private mutating func skipLine(_ window: Window) {
        let end = firstLineEnd(window)
        pass(end.map { $0 + 1 } ?? window.count)
        if end != nil { skipping = .nothing }
    }

    // MARK: elements

    private mutating func nextElements() throws(CatalogError) -> Block? {
        var want = blockBytes
        while true {
            let window = try fill(want)
            if window.count == 0 { return nil }
            if case .element(let depth, let inString) = skipping {
                skipElement(depth, inString, window)
                continue
            }
            let separators = separatorCount(window)
            if separators > 0 {
                pass(separators)
                continue
            }
            if isListClosed {
                isListClosed = false
                if buffer[start] == UInt8(ascii: "[") {  // The next page of the same dump.
                    pass(1)
                    continue
                }
            }
            var elements = 0
            var stopped = 0
            let end = withBytes(window) { kcat_json_split($0, $1, &elements, &stopped) } ?? 0
            if end > 0 { return take(end, records: UInt64(elements)) }
            if stopped < window.count {
                // The list ends; what stands before its bracket has no brackets of its own.
                if stopped > 0 { return take(stopped, records: 1) }
                isListClosed = true
                pass(1)
                continue
            }
            if window.isLast {
                var block = take(window.count, records: 1, refused: .badJSON)
                block.detail = "expected the record's end, found the file's"
                return block
            }
            if window.count > CatalogLimits.recordBytesMax { return refuseElement(window) }
            want = min(window.count + blockBytes, CatalogLimits.recordBytesMax + 1)
        }
    }

    private func separatorCount(_ window: Window) -> Int {
        let visible = buffer[start..<(start + window.count)]
        let first = visible.firstIndex { $0 > 0x20 && $0 != UInt8(ascii: ",") }
        return first.map { $0 - start } ?? window.count
    }

    /// Refuses a record that does not fit and throws away the rest of it.
    private mutating func refuseElement(_ window: Window) -> Block {
        var state = kcat_json_state()
        _ = withBytes(window) { kcat_json_element($0, $1, &state) }
        skipping = .element(depth: state.depth, inString: state.in_string)
        var block = take(window.count, records: 1, refused: .recordTooLong)
        block.detail = BlockReader.tooLong
        return block
    }

    private mutating func skipElement(_ depth: Int64, _ inString: Int32, _ window: Window) {
        var state = kcat_json_state(depth: depth, in_string: inString)
        let end = withBytes(window) { kcat_json_element($0, $1, &state) } ?? 0
        pass(end > 0 ? end : window.count)
        skipping =
            end > 0 ? .nothing : .element(depth: state.depth, inString: state.in_string)
    }
}
