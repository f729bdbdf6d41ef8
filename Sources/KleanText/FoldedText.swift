internal import CKleanText
internal import KleanCore

/// A batch of folded titles in one buffer, with the way back to the original bytes.
///
/// **Shape**: a line feed, then each title followed by a line feed, then at least 128 bytes of
/// padding whose contents are undefined. Row `i` of the batch is
/// `bytes[starts[i]..<starts[i + 1] - 1]`. Reused from batch to batch.
package struct FoldedText: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// `rowCount + 1` offsets into ``bytes``.
    package private(set) var starts: [UInt32] = [1]
    package private(set) var rowCount = 0
    /// First row of the batch in the caller's numbering.
    package private(set) var firstRow = 0
    /// Where folded and original text do not run in step, ascending.
    private(set) var events: [kt_event] = []
    private(set) var eventCount = 0
    private var units: [kt_unit] = []

    static let padding = 128

    package init() {}

    /// Bytes in use: the leading line feed and the titles with theirs.
    package var byteCount: Int { Int(starts[rowCount]) }

    /// The folded bytes of one row of the batch.
    package subscript(row: Int) -> ArraySlice<UInt8> {
        bytes[Int(starts[row])..<Int(starts[row + 1]) - 1]
    }

    /// Byte offsets in the original title of a range of ``bytes`` that lies in row `row`.
    ///
    /// Whole original characters: where the range cuts what one of them folded to, it is included.
    /// Invisible characters at the ends are not.
    /// - Complexity: O(log events), no allocation.
    package func original(_ range: Range<Int>, row: Int) -> Range<Int> {
        let base = Int(starts[row])
        let lower = offset(of: range.lowerBound, base: base, isEnd: false)
        let upper = offset(of: range.upperBound, base: base, isEnd: true)
        return lower..<max(lower, upper)
    }

    /// How the letters in a range of ``bytes`` were changed by the merged fold.
    package func disguise(_ range: Range<Int>) -> TextDisguise {
        var kinds: UInt32 = 0
        var index = firstEvent(at: range.lowerBound)
        while index < eventCount, Int(events[index].out) < range.upperBound {
            let event = events[index]
            let isInside = event.out_length > 0 || Int(event.out) > range.lowerBound
            if isInside { kinds |= event.kind }
            index += 1
        }
        return TextDisguise(rawValue: UInt8(truncatingIfNeeded: kinds))
    }

    /// Calls `body` for each word of 3 to 40 Latin letters that has letters of another kind: row of
    /// the batch, bounds in ``bytes``, and whether, given its row's title as stored, at least half
    /// of the letters are such (full-width ones are not).
    /// - Complexity: O(events).
    func forEachDisguised(
        _ body: (Int, Int, Int, (ArraySlice<UInt8>) -> Bool) -> Void
    ) {
        let kinds = UInt32(KT_LOOK_ALIKE | KT_STYLED)
        var done = 0
        var row = 0
        for index in 0..<eventCount where events[index].kind & kinds != 0 {
            let out = Int(events[index].out)
            guard out >= done, events[index].out_length > 0, isLetter(bytes[out]) else { continue }
            var start = out
            var end = out
            while isLetter(bytes[start - 1]) { start -= 1 }
            while isLetter(bytes[end]) { end += 1 }
            done = end
            guard (3...Int(KT_LETTERS_MAX)).contains(end - start) else { continue }
            while Int(starts[row + 1]) <= out { row += 1 }
            body(row, start, end) { title in
                let changed = events[index..<eventCount].prefix { Int($0.out) < end }.filter {
                    $0.kind & kinds != 0 && !isWide(title, $0)
                }
                return changed.count * 2 >= end - start
            }
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

    /// Full-width forms are EF BC 81 to EF BD 9E.
    private func isWide(_ title: ArraySlice<UInt8>, _ event: kt_event) -> Bool {
        let at = title.startIndex + Int(event.in)
        return at + 1 < title.endIndex && title[at] == 0xEF && (0xBC...0xBD).contains(title[at + 1])
    }

    /// The next row of the batch, from `row` on, in which anything but ASCII case was changed; the
    /// cursor, 0 at first, moves behind its events.
    /// - Complexity: O(rows passed) and the row's events.
    func nextChangedRow(from row: Int, _ cursor: inout Int) -> Int? {
        guard cursor < eventCount else { return nil }
        let out = events[cursor].out
        return starts.withUnsafeBufferPointer { starts in
            var row = row
            while starts[row + 1] <= out { row += 1 }
            while cursor < eventCount, events[cursor].out < starts[row + 1] { cursor += 1 }
            return row
        }
    }

    /// The first event that ends after `offset`, or starts there.
    private func firstEvent(at offset: Int) -> Int {
        var low = 0
        var high = eventCount
        while low < high {
            let middle = (low + high) / 2
            let event = events[middle]
            if Int(event.out) + Int(event.out_length) > offset || Int(event.out) >= offset {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    private func offset(of position: Int, base: Int, isEnd: Bool) -> Int {
        var index = firstEvent(at: position)
        // A start lies after what was dropped there, an end before it.
        if !isEnd {
            while index < eventCount, events[index].out_length == 0,
                Int(events[index].out) == position
            {
                index += 1
            }
        }
        if index < eventCount, Int(events[index].out) < position {
            let event = events[index]  // Within what one character folded to.
            return Int(event.in) + (isEnd ? Int(event.in_length) : 0)
        }
        if !isEnd, index < eventCount, Int(events[index].out) == position {
            return Int(events[index].in)
        }
        guard index > 0, Int(events[index - 1].out) >= base else { return position - base }
        let last = events[index - 1]
        return Int(last.in) + Int(last.in_length) + position - Int(last.out)
            - Int(last.out_length)
    }
}

extension FoldedText {
    /// Folds `rows` of `titles` in place of what is here.
    mutating func fold(
        _ titles: ByteStrings, rows: Range<Int>, _ strength: FoldStrength, _ kernels: TextKernels
    ) {
        firstRow = rows.lowerBound
        rowCount = rows.count
        eventCount = 0
        let input = Int(titles.offsets[rows.upperBound]) - Int(titles.offsets[rows.lowerBound])
        grow(bytes: input + input / 4 + rows.count + 4_096, events: 1_024, units: 4_096)
        if starts.count <= rowCount { starts = Array(repeating: 1, count: rowCount + 1) }
        bytes[0] = 10
        starts[0] = 1
        var length = 1
        var done = 0
        while done < rowCount {
            done += foldSome(
                titles, from: rows.lowerBound + done, count: rowCount - done, into: done,
                length: &length, strength, kernels)
            guard done < rowCount else { break }
            let row = rows.lowerBound + done
            let title = Int(titles.offsets[row + 1]) - Int(titles.offsets[row])
            grow(
                bytes: length + kt_fold_bytes(title) + bytes.count / 2,
                events: eventCount + title + 1 + events.count / 2, units: kt_fold_units(title))
        }
        starts[rowCount] = UInt32(length)
    }

    private mutating func grow(bytes byteCount: Int, events events0: Int, units unitCount: Int) {
        if bytes.count < byteCount + Self.padding {
            bytes += Array(repeating: 0, count: byteCount + Self.padding - bytes.count)
        }
        if events.count < events0 {
            events += Array(repeating: kt_event(), count: events0 - events.count)
        }
        if units.count < unitCount { units = Array(repeating: kt_unit(), count: unitCount) }
    }

    /// Folds until a buffer is full. Returns the rows done.
    private mutating func foldSome(
        _ titles: ByteStrings, from row: Int, count: Int, into done: Int, length: inout Int,
        _ strength: FoldStrength, _ kernels: TextKernels
    ) -> Int {
        bytes.withUnsafeMutableBufferPointer { bytes in
            events.withUnsafeMutableBufferPointer { events in
                units.withUnsafeMutableBufferPointer { units in
                    starts.withUnsafeMutableBufferPointer { starts in
                        titles.bytes.withUnsafeBufferPointer { text in
                            titles.offsets.withUnsafeBufferPointer { offsets in
                                guard let source = offsets.baseAddress,
                                    let target = starts.baseAddress
                                else { return count }
                                // An empty batch may have no text at all.
                                var none: UInt8 = 0
                                var fold = kt_fold(
                                    bytes: bytes.baseAddress, length: length,
                                    capacity: bytes.count - Self.padding, starts: target + done,
                                    events: events.baseAddress, event_count: eventCount,
                                    event_capacity: events.count, units: units.baseAddress,
                                    unit_capacity: units.count)
                                let folded = withUnsafePointer(to: &none) { none in
                                    kernels.table.pointee.fold_rows(
                                        text.baseAddress ?? none, text.count, source + row,
                                        count, strength == .merged ? 1 : 0, &fold)
                                }
                                length = fold.length
                                eventCount = fold.event_count
                                return folded
                            }
                        }
                    }
                }
            }
        }
    }
}
