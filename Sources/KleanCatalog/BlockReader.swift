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
    private var pending: [UInt8]
    private var isAtEnd = false
    private var nextRecord: UInt64 = 1
    private var linesBefore: UInt64 = 0
    /// What is being thrown away after a refused record.
    private var skipping = Skipping.nothing
    private var isFinished = false

    private enum Skipping {
        case nothing, line
        case element(depth: Int64, inString: Int32)
    }

    /// - Parameters:
    ///   - pending: Bytes of the source that were read already, from the first record on.
    ///   - blockBytes: At most `CatalogLimits.recordBytesMax`.
    init(_ source: ByteSource, _ format: SourceFormat, pending: [UInt8], blockBytes: Int) {
        self.source = source
        self.format = format
        self.pending = pending
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
        block?.sourceOffset = source.offset - UInt64(pending.count)
        if block != nil { linesBefore = 0 }
        return block
    }

    /// Reads until `pending` has `count` bytes or the source ends.
    private mutating func fill(_ count: Int) throws(CatalogError) {
        while pending.count < count, !isAtEnd {
            let want = count - pending.count
            if try source.read(want, onto: &pending) < want { isAtEnd = true }
        }
    }

    /// Cuts a block off the front of `pending`.
    private mutating func take(_ count: Int, records: UInt64, refused: RejectReason? = nil)
        -> Block
    {
        let block: Block
        if count == pending.count {
            block = Block(bytes: pending, firstRecord: nextRecord, refused: refused)
            pending = []
        } else {
            block = Block(
                bytes: Array(pending[..<count]), firstRecord: nextRecord, refused: refused)
            pending.removeFirst(count)
        }
        nextRecord += records
        return block
    }

    // MARK: lines

    private mutating func nextLines(_ delimiter: UInt8, _ quote: UInt8)
        throws(CatalogError) -> Block?
    {
        var want = blockBytes
        while true {
            try fill(want)
            if case .line = skipping {
                skipLine()
                if isAtEnd, pending.isEmpty { return nil }
                continue
            }
            if pending.isEmpty { return nil }
            var split = kcat_split()
            kcat_split_records(pending, pending.count, delimiter, quote, 1, &split)
            if split.end > 0 {
                // Empty lines alone make no block.
                if split.records > 0 { return take(split.end, records: UInt64(split.records)) }
                linesBefore += UInt64(kcat_count_lines(pending, split.end))
                pending.removeFirst(split.end)
                continue
            }
            let isQuoted = split.open_quoted != 0
            if isAtEnd {
                return isQuoted ? refuseLine(.quoteNeverCloses) : take(pending.count, records: 1)
            }
            if pending.count > CatalogLimits.recordBytesMax {
                return refuseLine(isQuoted ? .quoteNeverCloses : .recordTooLong)
            }
            want = min(pending.count + blockBytes, CatalogLimits.recordBytesMax + 1)
        }
    }

    /// Refuses the first physical line; what follows it is read afresh.
    private mutating func refuseLine(_ reason: RejectReason) -> Block {
        let end = pending.firstIndex { $0 == 0x0A || $0 == 0x0D }
        if end == nil { skipping = .line }
        var block = take(end.map { $0 + 1 } ?? pending.count, records: 1, refused: reason)
        block.detail =
            reason == .recordTooLong
            ? "expected at most \(CatalogLimits.recordBytesMax) bytes, found more" : ""
        if end == nil { block.bytes = Array(block.bytes.prefix(CatalogLimits.rejectBytesMax)) }
        return block
    }

    private mutating func skipLine() {
        guard let end = pending.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
            pending = []
            return
        }
        linesBefore += pending[end] == 0x0A ? 1 : 0
        pending.removeFirst(end + 1)
        skipping = .nothing
    }

    // MARK: elements

    private mutating func nextElements() throws(CatalogError) -> Block? {
        var want = blockBytes
        while true {
            try fill(want)
            if case .element(let depth, let inString) = skipping {
                skipElement(depth, inString)
                if isAtEnd, pending.isEmpty { return nil }
                continue
            }
            skipSeparators()
            if pending.isEmpty {
                if isAtEnd { return nil }
                continue
            }
            var elements = 0
            var stopped = 0
            let end = kcat_json_split(pending, pending.count, &elements, &stopped)
            if end > 0 { return take(end, records: UInt64(elements)) }
            if stopped < pending.count {
                // The list ends; what stands before its bracket has no brackets of its own.
                guard stopped > 0 else { return nil }
                return take(stopped, records: 1)
            }
            if isAtEnd {
                var block = take(pending.count, records: 1, refused: .badJSON)
                block.detail = "expected the record's end, found the file's"
                return block
            }
            if pending.count > CatalogLimits.recordBytesMax { return refuseElement() }
            want = min(pending.count + blockBytes, CatalogLimits.recordBytesMax + 1)
        }
    }

    private mutating func skipSeparators() {
        var count = 0
        while count < pending.count, pending[count] <= 0x20 || pending[count] == UInt8(ascii: ",") {
            linesBefore += pending[count] == 0x0A ? 1 : 0
            count += 1
        }
        if count > 0 { pending.removeFirst(count) }
    }

    /// Refuses a record that does not fit and throws away the rest of it.
    private mutating func refuseElement() -> Block {
        var state = kcat_json_state()
        _ = kcat_json_element(pending, pending.count, &state)
        skipping = .element(depth: state.depth, inString: state.in_string)
        var block = take(pending.count, records: 1, refused: .recordTooLong)
        block.detail = "expected at most \(CatalogLimits.recordBytesMax) bytes, found more"
        return block
    }

    private mutating func skipElement(_ depth: Int64, _ inString: Int32) {
        var state = kcat_json_state(depth: depth, in_string: inString)
        let end = kcat_json_element(pending, pending.count, &state)
        if end > 0 {
            linesBefore += UInt64(kcat_count_lines(pending, end))
            pending.removeFirst(end)
            skipping = .nothing
        } else {
            linesBefore += UInt64(kcat_count_lines(pending, pending.count))
            pending = []
            skipping = .element(depth: state.depth, inString: state.in_string)
        }
    }
}
