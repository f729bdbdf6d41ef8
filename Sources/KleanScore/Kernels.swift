internal import CKleanKernels
internal import FoundationEssentials
internal import KleanCore

/// One instruction set's variant of the kernels.
///
/// `KLEAN_ISA` (`scalar`, `avx2`, `avx512`) forces one; ``chosen()`` is its only reader.
package struct Kernels: Sendable, Equatable {
    /// `scalar`, `avx2` or `avx512`.
    package let isa: String
    /// Place in the C table; the table itself is constant, so no pointer is kept.
    private let index: Int

    private init(index: Int) {
        self.index = index
        isa = Kernels.functions(index).map { String(cString: $0.isa) } ?? ""
    }

    /// Variants this CPU can run, slowest first.
    package static let available: [Kernels] = (0..<kk_variant_count()).map(Kernels.init(index:))

    /// The scalar variant: the definition of correct.
    package static let reference = Kernels(index: 0)

    /// The fastest variant.
    package static let best = available[available.count - 1]

    /// The variant that `KLEAN_ISA` names, else the fastest.
    ///
    /// - Throws: ``KernelError`` when this CPU cannot run the one named.
    package static func chosen() throws(KernelError) -> Kernels {
        guard let isa = ProcessInfo.processInfo.environment["KLEAN_ISA"], !isa.isEmpty else {
            return best
        }
        return try named(isa)
    }

    package static func named(_ isa: String) throws(KernelError) -> Kernels {
        guard let kernels = available.first(where: { $0.isa == isa }) else {
            throw .unsupported(isa: isa, available: available.map(\.isa))
        }
        return kernels
    }

    private static func functions(_ index: Int) -> kk_kernels? { kk_variant(index)?.pointee }

    /// The C functions. - Precondition: none; the index was checked when the value was made.
    private var functions: kk_kernels {
        guard let found = Kernels.functions(index) else {
            preconditionFailure("a kernels value holds an index of the table")
        }
        return found
    }

    /// The multi-index functions of the same instruction set.
    var bands: UnsafePointer<kk_band_kernels> {
        guard let bands = functions.bands else { preconditionFailure("every variant has bands") }
        return bands
    }

    /// The price join of the same instruction set.
    var prices: kk_price_kernels {
        guard let prices = functions.prices else { preconditionFailure("every variant has prices") }
        return prices.pointee
    }

    /// Bytes of the layout of `count` rows.
    func layoutBytes(count: Int) -> Int { functions.layout_size(count) }

    /// Lays rows out for ``join(rows:layout:queries:radius:pairs:unit:)``.
    ///
    /// - Parameter layout: 64-byte aligned, at least ``layoutBytes(count:)``.
    func fillLayout(rows: UnsafeBufferPointer<Hash256>, layout: UnsafeMutableRawPointer) {
        guard let base = rows.baseAddress else { return }
        base.withMemoryRebound(to: UInt64.self, capacity: rows.count * 4) { words in
            functions.layout_fill(words, rows.count, layout)
        }
    }

    /// Runs units of work from `unit` on until done or `pairs` could overflow.
    ///
    /// - Returns: Pairs written. Done when `unit` reaches ``unitCount(rows:queries:)``.
    func join(
        rows: UnsafeBufferPointer<Hash256>, layout: UnsafeRawPointer,
        queries: UnsafeBufferPointer<Hash256>, radius: Int,
        pairs: UnsafeMutableBufferPointer<kk_pair>, unit: inout Int
    ) -> Int {
        precondition(pairs.count >= Kernels.pairsPerUnit, "room for one unit")
        guard let rowBase = rows.baseAddress, let queryBase = queries.baseAddress else { return 0 }
        return rowBase.withMemoryRebound(to: UInt64.self, capacity: rows.count * 4) { rowWords in
            queryBase.withMemoryRebound(to: UInt64.self, capacity: queries.count * 4) {
                functions.join(
                    rowWords, layout, rows.count, $0, queries.count, UInt32(radius),
                    pairs.baseAddress, pairs.count, &unit)
            }
        }
    }

    static let pairsPerUnit = Int(kk_unit_pairs)

    static func unitCount(rows: Int, queries: Int) -> Int { kk_unit_count(rows, queries) }
}

/// Why no kernels could be chosen.
package enum KernelError: Error, Equatable, CustomStringConvertible {
    case unsupported(isa: String, available: [String])

    package var description: String {
        switch self {
        case .unsupported(let isa, let available):
            "KLEAN_ISA: expected one of \(available.joined(separator: ", ")), found '\(isa)'"
        }
    }
}
