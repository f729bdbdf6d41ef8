internal import CKleanKernels
internal import KleanCore
internal import KleanModel

/// One part of the banks, laid out: hands out pairs of query and row numbers.
protocol BankRows: Sendable {
    /// - Parameters:
    ///   - picks: Which hashes to join, ascending; `nil` for all. Pairs count picks.
    ///   - body: Receives bounded slices.
    func join(
        _ hashes: UnsafeBufferPointer<Hash256>, picks: [UInt32]?, scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<kk_pair>) -> Void)
}

/// Rows that every query is compared with.
struct BruteForceRows: BankRows {
    private let radius: Int
    private let kernels: Kernels
    private let rows: [Hash256]
    private let layout: JoinMemory

    init(_ rows: [Hash256], radius: Int, kernels: Kernels) {
        self.rows = rows
        self.radius = radius
        self.kernels = kernels
        layout = JoinMemory(byteCount: kernels.layoutBytes(count: rows.count))
        rows.withUnsafeBufferPointer { kernels.fillLayout(rows: $0, layout: layout.start) }
    }

    func join(
        _ hashes: UnsafeBufferPointer<Hash256>, picks: [UInt32]?, scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<kk_pair>) -> Void
    ) {
        guard let picks else { return join(hashes, scratch, body) }
        let picked = picks.map { hashes[Int($0)] }
        picked.withUnsafeBufferPointer { join($0, scratch, body) }
    }

    private func join(
        _ queries: UnsafeBufferPointer<Hash256>, _ scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<kk_pair>) -> Void
    ) {
        let units = Kernels.unitCount(rows: rows.count, queries: queries.count)
        let pairs = scratch.pairBuffer
        var unit = 0
        while unit < units {
            let found = rows.withUnsafeBufferPointer { rows in
                kernels.join(
                    rows: rows, layout: UnsafeRawPointer(layout.start), queries: queries,
                    radius: radius, pairs: pairs, unit: &unit)
            }
            if found > 0 { body(UnsafeBufferPointer(rebasing: pairs[..<found])) }
        }
    }
}

/// Rows in bands, in memory of our own or in a mapped file.
///
/// `@unchecked Sendable`: what the pointer leads to is never written again.
final class BandRows: BankRows, @unchecked Sendable {
    private let bank: UnsafeMutablePointer<kk_band_bank>
    private let layout: kk_band_layout
    private let radius: Int
    private let kernels: Kernels
    private let owner: AnyObject

    /// - Parameters:
    ///   - memory: What ``Kernels/buildBands(_:_:at:)`` filled.
    ///   - owner: Keeps the memory.
    init(
        _ plan: BankPlan.Part, _ layout: kk_band_layout, memory: UnsafeRawPointer,
        owner: AnyObject, kernels: Kernels
    ) {
        self.layout = layout
        self.owner = owner
        self.kernels = kernels
        radius = plan.radiusBits
        bank = .allocate(capacity: 1)
        kk_band_bank_open(memory, plan.entryCount, layout, bank)
    }

    deinit { bank.deallocate() }

    func join(
        _ hashes: UnsafeBufferPointer<Hash256>, picks: [UInt32]?, scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<kk_pair>) -> Void
    ) {
        kernels.joinBands(
            bank, layout, hashes: hashes, picks: picks, radius: radius, scratch: scratch, body)
        withExtendedLifetime(owner) {}
    }
}
