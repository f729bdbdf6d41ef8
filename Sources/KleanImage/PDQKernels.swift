internal import CKleanImage

/// One instruction set's variant of the arithmetic of PDQ. All give the same bits.
package struct PDQKernels: Sendable, Equatable, CustomStringConvertible {
    /// Place in the C table, which is constant.
    private let index: Int

    /// What this CPU can run, slowest first; the first is the scalar reference.
    package static let available = (0..<ki_pdq_variant_count()).map { PDQKernels(index: $0) }

    /// The definition of correct.
    package static let reference = available[0]

    /// The fastest for this CPU.
    package static let best = available[available.count - 1]

    var table: ki_pdq {
        guard let table = ki_pdq_variant(index) else {
            preconditionFailure("a variant holds a place of the table")
        }
        return table.pointee
    }

    /// The instruction set: `scalar`, `avx2` or `avx512`.
    package var description: String { String(cString: table.isa) }
}
