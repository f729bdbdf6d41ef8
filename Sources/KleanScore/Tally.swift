internal import KleanColumns

/// A count that shards make and the profile adds up: integers only, so that neither the order of
/// merging nor the number of workers can change a sum.
protocol Tally: Sendable {
    /// Spreads evenly over 64 bits; tallies are sorted by it first, and merged range by range.
    var key: UInt64 { get }

    /// The whole sort order; equal neighbours are one tally.
    static func precedes(_ left: Self, _ right: Self) -> Bool

    /// Adds an equal tally's counts.
    mutating func absorb(_ other: Self)

    /// Tallies kept of one key: the first in order. Because order beyond the key is itself a hash,
    /// the ones kept are a fair sample, and the same one whatever was merged first.
    static var perKeyMax: Int { get }

    /// Its columns in a survey result.
    static var columns: [ColumnID] { get }
    static func read(_ reader: ContainerReader) throws(ContainerError) -> [Self]
    static func write(_ tallies: [Self], to writer: inout ContainerWriter)
}

extension Tally {
    static var perKeyMax: Int { .max }

    /// Sorts, adds equal tallies up, and keeps at most ``perKeyMax`` of each key.
    ///
    /// - Complexity: O(n) for keys that spread evenly, O(n log n) for any; a copy of the tallies.
    static func settle(_ tallies: inout [Self]) {
        sort(&tallies)
        var settled: [Self] = []
        settled.reserveCapacity(tallies.count)
        var ofKey = 0
        for tally in tallies { append(tally, to: &settled, &ofKey) }
        tallies = settled
    }

    /// Keys spread evenly, so one pass over their top bits leaves runs of a few dozen to sort.
    private static func sort(_ tallies: inout [Self]) {
        let digits = min(tallies.count.bitWidth - tallies.count.leadingZeroBitCount - 5, 14)
        guard digits > 0 else { return tallies.sort(by: precedes) }
        let shift = UInt64(64 - digits)
        var starts = [Int](repeating: 0, count: (1 << digits) + 1)
        for tally in tallies { starts[Int(tally.key >> shift) + 1] += 1 }
        for digit in 1..<starts.count { starts[digit] += starts[digit - 1] }
        var next = starts
        var spread = tallies
        for tally in tallies {
            let digit = Int(tally.key >> shift)
            spread[next[digit]] = tally
            next[digit] += 1
        }
        spread.withUnsafeMutableBufferPointer { all in
            for digit in 0..<starts.count - 1 where starts[digit + 1] - starts[digit] > 1 {
                var run = UnsafeMutableBufferPointer(
                    rebasing: all[starts[digit]..<starts[digit + 1]])
                run.sort(by: precedes)
            }
        }
        tallies = spread
    }

    /// Merges two settled runs into one.
    static func merged(_ left: ArraySlice<Self>, _ right: ArraySlice<Self>) -> [Self] {
        var settled: [Self] = []
        settled.reserveCapacity(left.count + right.count)
        var ofKey = 0
        var leftAt = left.startIndex
        var rightAt = right.startIndex
        while leftAt < left.endIndex, rightAt < right.endIndex {
            if precedes(right[rightAt], left[leftAt]) {
                append(right[rightAt], to: &settled, &ofKey)
                rightAt += 1
            } else {
                append(left[leftAt], to: &settled, &ofKey)
                leftAt += 1
            }
        }
        for tally in left[leftAt...] { append(tally, to: &settled, &ofKey) }
        for tally in right[rightAt...] { append(tally, to: &settled, &ofKey) }
        return settled
    }

    @inline(__always)
    private static func append(_ tally: Self, to settled: inout [Self], _ ofKey: inout Int) {
        if let last = settled.last, last.key == tally.key {
            if !precedes(last, tally) {
                settled[settled.count - 1].absorb(tally)
                return
            }
            ofKey += 1
        } else {
            ofKey = 0
        }
        if ofKey < perKeyMax { settled.append(tally) }
    }
}
