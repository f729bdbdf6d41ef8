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
    static func settle(_ tallies: inout [Self]) {
        tallies.sort(by: precedes)
        var settled: [Self] = []
        settled.reserveCapacity(tallies.count)
        var ofKey = 0
        for tally in tallies { append(tally, to: &settled, &ofKey) }
        tallies = settled
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
