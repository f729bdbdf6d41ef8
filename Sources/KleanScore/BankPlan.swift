internal import KleanCore
package import KleanModel

/// What a bank table will be laid out as: decided from sizes alone, before anything is built.
package struct BankPlan: Equatable, Sendable {
    /// Entries of all banks that share target and radius, joined together.
    package struct Part: Equatable, Sendable {
        package var target: BankTarget
        package var radiusBits: Int
        /// The banks' entries, in bank order.
        var runs: [Run] = []
        package var entryCount = 0
        package var layout = BankLayout.bruteForce
        /// What it would be with memory enough.
        package var fastest = BankLayout.bruteForce

        /// Bytes of the layout.
        package var byteCount: Int { layout.byteCount(entries: entryCount) }
    }

    /// One bank's entries in a part: row `firstRow + i` is entry `entries.lowerBound + i`.
    struct Run: Equatable, Sendable {
        var firstRow: Int
        var entries: Range<UInt32>
        var qualityMin: UInt8
    }

    /// Bytes that the layouts of one model may take unless told otherwise.
    package static let indexBytesMax = 4 << 30

    package private(set) var parts: [Part] = []
    /// The bound that was planned for.
    package let bytesMax: Int

    /// - Parameters:
    ///   - bytesMax: What all layouts together may take; a layout that does not fit gives way to a
    ///     smaller one.
    ///   - layout: A layout for all parts whose radius allows it, instead of the fastest.
    package init(
        _ table: BankTable, bytesMax: Int = BankPlan.indexBytesMax, layout: BankLayout? = nil
    ) {
        self.bytesMax = bytesMax
        for bank in table.banks where !bank.entries.isEmpty { add(bank) }
        var left = bytesMax
        for place in parts.indices {
            let part = parts[place]
            let fastest = BankLayout.fastest(
                entries: part.entryCount, radiusBits: part.radiusBits, target: part.target)
            let isFree = part.radiusBits <= BankLayout.radiusBitsMax
            var chosen = isFree ? layout ?? fastest : fastest
            parts[place].fastest = chosen
            while chosen.byteCount(entries: part.entryCount) > left, let smaller = chosen.smaller {
                chosen = smaller
            }
            parts[place].layout = chosen
            left = max(0, left - parts[place].byteCount)
        }
    }

    /// Bytes of all layouts.
    package var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }

    private mutating func add(_ bank: Bank) {
        let radius = Int(bank.radiusBits)
        let place =
            parts.firstIndex { $0.target == bank.target && $0.radiusBits == radius }
            ?? parts.count
        if place == parts.count { parts.append(Part(target: bank.target, radiusBits: radius)) }
        parts[place].runs.append(
            Run(
                firstRow: parts[place].entryCount, entries: bank.entries,
                qualityMin: bank.qualityMin))
        parts[place].entryCount += bank.entries.count
    }
}

extension BankPlan.Part {
    /// The lowest quality that any of its banks compares.
    var qualityMin: UInt8 { runs.map(\.qualityMin).min() ?? .max }

    /// The bank run that holds a row. - Complexity: O(log banks).
    func run(ofRow row: Int) -> BankPlan.Run {
        var low = 0
        var high = runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return runs[low]
    }

    /// The hashes of its rows.
    func hashes(_ table: BankTable) -> [Hash256] {
        var hashes: [Hash256] = []
        hashes.reserveCapacity(entryCount)
        for run in runs {
            hashes += table.hashes[Int(run.entries.lowerBound)..<Int(run.entries.upperBound)]
        }
        return hashes
    }

    /// What it is laid out as, for people: `image, radius 31: 1,000 entries, ring, 7 MB`.
    package var line: String {
        let size = byteCount >= 1 << 20 ? "\(byteCount >> 20) MiB" : "\(byteCount >> 10) KiB"
        let name = target == .image ? "images" : "logos"
        var line =
            "\(name) within \(radiusBits) bits: \(entryCount) hashes, \(layout.name), \(size)"
        if layout != fastest {
            let needed = fastest.byteCount(entries: entryCount) >> 20
            line += " (\(fastest.name), the fastest, needs \(needed) MiB)"
        }
        return line
    }
}
