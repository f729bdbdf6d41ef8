internal import CKleanKernels
internal import KleanColumns
package import KleanCore
package import KleanModel

/// Finds every bank entry within its bank's radius of each hash of a batch, exactly.
///
/// Entries that share target and radius are one part, laid out by size (``BankLayout``). Bigger
/// batches are faster: in the largest banks by half from 64 thousand hashes to a million.
package struct BankIndex: Sendable {
    /// How each part was laid out, and what it would have been with memory enough.
    package let plan: BankPlan
    /// Entries over all banks.
    package let entryCount: Int
    private let parts: [any BankRows]
    private let kernels: Kernels
    private let scratch = JoinScratchPool()

    /// Lays the banks out in memory of this process. Immutable afterwards.
    ///
    /// - Complexity: O(entries x bands), 0.3 µs an entry for ``BankLayout/batch``, 10 µs for the
    ///   other two.
    package init(_ table: BankTable, plan: BankPlan? = nil, kernels: Kernels) {
        let plan = plan ?? BankPlan(table)
        self.plan = plan
        self.kernels = kernels
        entryCount = table.entryCount
        parts = plan.parts.map { part in
            let hashes = part.hashes(table)
            guard let layout = part.layout.bands else {
                return BruteForceRows(hashes, radius: part.radiusBits, kernels: kernels)
            }
            let memory = JoinMemory(byteCount: part.byteCount)
            hashes.withUnsafeBufferPointer { kernels.buildBands($0, layout, at: memory.start) }
            return BandRows(
                part, layout, memory: UnsafeRawPointer(memory.start), owner: memory,
                kernels: kernels)
        }
    }

    /// Takes the multi-index parts from a file of the plan's.
    init(_ table: BankTable, plan: BankPlan, file: BankIndexFile, kernels: Kernels) {
        self.plan = plan
        self.kernels = kernels
        entryCount = table.entryCount
        parts = plan.parts.enumerated().map { number, part in
            guard let layout = part.layout.bands else {
                return BruteForceRows(
                    part.hashes(table), radius: part.radiusBits, kernels: kernels)
            }
            return BandRows(
                part, layout, memory: file.memory(ofPart: number), owner: file.mapping,
                kernels: kernels)
        }
    }

    /// Whether some bank is compared with that kind of hash.
    package func covers(_ target: BankTarget) -> Bool {
        plan.parts.contains { $0.target == target }
    }

    /// Whether more hashes at once are joined faster for the targets' largest bank: in the smaller
    /// layouts what is won is lost again by gathering the hashes.
    package var gainsFromBatches: Bool {
        plan.parts.contains { $0.layout == .partition || $0.layout == .batch }
    }

    /// Hands out every pair within the radius, some at a time, in no promised order.
    ///
    /// - Parameters:
    ///   - quality: One per hash; a hash below a bank's minimum is not compared with that bank.
    ///     `Missing.uint8` (unknown) is compared.
    ///   - qualityMin: A minimum for all banks, above their own.
    ///   - body: Receives bounded slices, so that a flood of pairs never has to fit in memory.
    package func join(
        _ hashes: [Hash256], quality: [UInt8], target: BankTarget, qualityMin: UInt8 = 0,
        _ body: (UnsafeBufferPointer<JoinPair>) -> Void
    ) {
        precondition(hashes.count == quality.count, "one quality per hash")
        for (part, rows) in zip(plan.parts, parts) where part.target == target {
            for start in stride(from: 0, to: hashes.count, by: JoinScratch.queriesMax) {
                let slice = start..<min(hashes.count, start + JoinScratch.queriesMax)
                hashes.withUnsafeBufferPointer { hashes in
                    quality.withUnsafeBufferPointer { quality in
                        let pass = JoinPass(
                            part: part, firstPosition: UInt32(start),
                            hashes: UnsafeBufferPointer(rebasing: hashes[slice]),
                            quality: UnsafeBufferPointer(rebasing: quality[slice]),
                            qualityMin: max(part.qualityMin, qualityMin))
                        scratch.with(queries: slice.count) { pass.run(rows, $0, body) }
                    }
                }
            }
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

/// One part joined with as many hashes as one pass takes.
private struct JoinPass {
    let part: BankPlan.Part
    /// Of the first hash in the whole batch.
    let firstPosition: UInt32
    let hashes: UnsafeBufferPointer<Hash256>
    let quality: UnsafeBufferPointer<UInt8>
    let qualityMin: UInt8

    func run(
        _ rows: any BankRows, _ scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<JoinPair>) -> Void
    ) {
        let batch = QueryBatch(
            hashes, quality: quality, qualityMin: qualityMin,
            groupsEqual: part.layout.groupsEqualHashes)
        guard batch.queryCount > 0 else { return }
        var ready: [JoinPair] = []
        rows.join(hashes, picks: batch.picks, scratch: scratch) { pairs in
            ready.removeAll(keepingCapacity: true)
            for pair in pairs { settle(pair, batch, into: &ready) }
            ready.withUnsafeBufferPointer(body)
        }
    }

    /// Gives a kernel's pair its numbers back, once for every equal hash of the batch.
    private func settle(_ pair: kk_pair, _ batch: QueryBatch, into ready: inout [JoinPair]) {
        let row = Int(pair.row)
        let run = part.run(ofRow: row)
        let entry = run.entries.lowerBound + UInt32(row - run.firstRow)
        batch.forEachPosition(of: pair.query) { position in
            guard quality[Int(position)] >= run.qualityMin else { return }
            ready.append(
                JoinPair(
                    query: firstPosition + position, entry: entry,
                    distance: UInt16(pair.distance)))
        }
    }
}
