internal import KleanColumns

/// Adds the tallies of all shards up within a memory bound.
///
/// Keys spread evenly over 64 bits. A pass reads every shard's file and keeps a range of keys; when
/// the range outgrows the bound, its upper part is left to a later pass. So the result does not
/// depend on the bound, and memory does not depend on the catalog.
struct TallyMerge {
    let shardCount: Int
    let open: @Sendable (Int) throws -> ContainerReader
    /// Bytes of tallies held at once, the final merge's copy included.
    let bytesMax: Int

    /// Hands over settled tallies, ascending; no key is split between two calls.
    func forEachRange<Element: Tally>(
        _ type: Element.Type, _ body: ([Element]) throws -> Void
    ) throws {
        var low: UInt64 = 0
        while true {
            var high = UInt64.max
            var runs = TallyRuns<Element>()
            for shard in 0..<shardCount {
                let tallies = try Element.read(try open(shard))
                runs.add(TallyMerge.slice(tallies, low, high))
                while runs.byteCount * 2 > bytesMax, let middle = runs.middleKey(from: low) {
                    high = middle
                    runs.drop(above: high)
                }
            }
            try body(runs.finish())
            if high == .max { return }
            low = high + 1
        }
    }

    /// The tallies with a key in `low...high`. - Precondition: sorted by key.
    private static func slice<Element: Tally>(
        _ tallies: [Element], _ low: UInt64, _ high: UInt64
    ) -> ArraySlice<Element> {
        let start = tallies.firstIndex(atOrAbove: low)
        let end = high == .max ? tallies.count : tallies.firstIndex(atOrAbove: high + 1)
        return tallies[start..<max(start, end)]
    }
}

extension Array where Element: Tally {
    /// The first tally whose key is at least `key`. - Complexity: O(log n).
    func firstIndex(atOrAbove key: UInt64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Merges settled runs pairwise like a binary counter: each tally is copied O(log runs) times and
/// equal ones shrink on the way.
struct TallyRuns<Element: Tally> {
    private var runs: [(level: Int, tallies: [Element])] = []

    /// Bytes of the tallies held.
    var byteCount: Int {
        runs.reduce(0) { $0 + $1.tallies.count } * MemoryLayout<Element>.stride
    }

    mutating func add(_ tallies: ArraySlice<Element>) {
        var run = (level: 0, tallies: Array(tallies))
        while let last = runs.last, last.level == run.level {
            runs.removeLast()
            run = (run.level + 1, Element.merged(last.tallies[...], run.tallies[...]))
        }
        runs.append(run)
    }

    /// A key that halves the biggest run, or `nil` when only one key is left.
    func middleKey(from low: UInt64) -> UInt64? {
        guard let biggest = runs.max(by: { $0.tallies.count < $1.tallies.count })?.tallies,
            let first = biggest.first, let last = biggest.last, first.key < last.key
        else { return nil }
        let middle = biggest[biggest.count / 2].key
        return middle < last.key ? middle : first.key + (last.key - first.key) / 2
    }

    mutating func drop(above high: UInt64) {
        for index in runs.indices {
            let tallies = runs[index].tallies
            let end = high == .max ? tallies.count : tallies.firstIndex(atOrAbove: high + 1)
            runs[index].tallies = Array(tallies[..<end])
        }
    }

    /// All of them, settled.
    mutating func finish() -> [Element] {
        while runs.count > 1 {
            let right = runs.removeLast()
            let left = runs.removeLast()
            runs.append((left.level, Element.merged(left.tallies[...], right.tallies[...])))
        }
        return runs.popLast()?.tallies ?? []
    }
}
