internal import CKleanKernels
package import KleanCore
package import KleanModel

/// Finds every bank entry within its bank's radius of each hash of a batch, exactly.
///
/// Brute force in tiles; the seam for a faster engine is ``join(_:quality:target:qualityMin:_:)``:
/// a batch of hashes in, every pair out, in no promised order.
package struct BankIndex: Sendable {
    /// Entries over all banks.
    package let entryCount: Int
    private let parts: [Part]

    /// Lays the banks of a model out for a variant of the kernels. Immutable afterwards.
    package init(_ table: BankTable, kernels: Kernels) {
        entryCount = table.entryCount
        var parts: [Part] = []
        for (number, bank) in table.banks.enumerated() where !bank.entries.isEmpty {
            let found = parts.firstIndex {
                $0.target == bank.target && $0.radius == Int(bank.radiusBits)
            }
            let place = found ?? parts.count
            if found == nil {
                parts.append(Part(target: bank.target, radius: Int(bank.radiusBits)))
            }
            parts[place].qualityMin = min(parts[place].qualityMin, bank.qualityMin)
            for entry in bank.entries {
                parts[place].rows.append(table.hashes[Int(entry)])
                parts[place].entries.append(entry)
                parts[place].banks.append(UInt16(clamping: number))
            }
        }
        let minima = table.banks.map(\.qualityMin)
        for place in parts.indices { parts[place].prepare(kernels, qualityMinima: minima) }
        self.parts = parts
    }

    /// Whether some bank is compared with that kind of hash.
    package func covers(_ target: BankTarget) -> Bool { parts.contains { $0.target == target } }

    /// Hands out every pair within the radius, some at a time, in no promised order.
    ///
    /// - Parameters:
    ///   - quality: One per hash; a hash below a bank's minimum is not compared with that bank.
    ///     `Missing.uint8` (unknown) is compared.
    ///   - qualityMin: A minimum for all banks, above their own.
    ///   - body: Receives bounded slices, so that a flood of pairs never has to fit in memory.
    /// - Complexity: O(hashes x entries), at several billion compares a second.
    package func join(
        _ hashes: [Hash256], quality: [UInt8], target: BankTarget, qualityMin: UInt8 = 0,
        _ body: (UnsafeBufferPointer<JoinPair>) -> Void
    ) {
        precondition(hashes.count == quality.count, "one quality per hash")
        for part in parts where part.target == target {
            part.join(hashes, quality: quality, max(part.qualityMin, qualityMin), body)
        }
    }

    /// Appends every pair within the radius, sorted by query and entry.
    package func join(
        _ hashes: [Hash256], quality: [UInt8], target: BankTarget, into pairs: inout [JoinPair]
    ) {
        let first = pairs.count
        join(hashes, quality: quality, target: target) { pairs.append(contentsOf: $0) }
        pairs[first...].sort()
    }
}

/// The entries of all banks that share target and radius.
private struct Part: Sendable {
    let target: BankTarget
    let radius: Int
    var qualityMin = UInt8.max
    var rows: [Hash256] = []
    /// Bank entry of each row.
    var entries: [UInt32] = []
    /// Bank of each row.
    var banks: [UInt16] = []
    private var qualityMinima: [UInt8] = []
    private var kernels = Kernels.reference
    private var layout = AlignedBytes(count: 0)

    init(target: BankTarget, radius: Int) {
        self.target = target
        self.radius = radius
    }

    mutating func prepare(_ kernels: Kernels, qualityMinima: [UInt8]) {
        self.kernels = kernels
        self.qualityMinima = qualityMinima
        layout = AlignedBytes(count: kernels.layoutBytes(count: rows.count)) { bytes in
            rows.withUnsafeBufferPointer { kernels.fillLayout(rows: $0, layout: bytes) }
        }
    }

    func join(
        _ hashes: [Hash256], quality: [UInt8], _ qualityMin: UInt8,
        _ body: (UnsafeBufferPointer<JoinPair>) -> Void
    ) {
        let batch = QueryBatch(hashes, quality: quality, qualityMin: qualityMin)
        let units = Kernels.unitCount(rows: rows.count, queries: batch.hashes.count)
        var unit = 0
        withUnsafeTemporaryAllocation(of: kk_pair.self, capacity: 2 * Kernels.pairsPerUnit) { raw in
            var ready: [JoinPair] = []
            ready.reserveCapacity(raw.count)
            while unit < units {
                let found = rows.withUnsafeBufferPointer { rows in
                    batch.hashes.withUnsafeBufferPointer { queries in
                        kernels.join(
                            rows: rows, layout: layout.pointer, queries: queries, radius: radius,
                            pairs: raw, unit: &unit)
                    }
                }
                guard found > 0 else { continue }
                ready.removeAll(keepingCapacity: true)
                for pair in raw[..<found] {
                    settle(pair, batch, quality, into: &ready)
                }
                ready.withUnsafeBufferPointer(body)
            }
        }
    }

    /// Gives a kernel's pair its numbers back, once for every equal hash of the batch.
    private func settle(
        _ pair: kk_pair, _ batch: QueryBatch, _ quality: [UInt8], into ready: inout [JoinPair]
    ) {
        let row = Int(pair.row)
        let least = qualityMinima[Int(banks[row])]
        for query in batch.queries(of: Int(pair.query)) where quality[Int(query)] >= least {
            ready.append(
                JoinPair(query: query, entry: entries[row], distance: UInt16(pair.distance)))
        }
    }
}

/// Bytes at a 64-byte boundary, freed with the last reference.
///
/// `@unchecked Sendable`: written once inside `init`, read-only afterwards.
private final class AlignedBytes: @unchecked Sendable {
    let pointer: UnsafeRawPointer
    private let memory: UnsafeMutableRawPointer

    init(count: Int, fill: (UnsafeMutableRawPointer) -> Void = { _ in }) {
        memory = .allocate(byteCount: max(count, 64), alignment: 64)
        fill(memory)
        pointer = UnsafeRawPointer(memory)
    }

    deinit { memory.deallocate() }
}
