internal import CKleanText

/// One instruction-set variant of the text kernels. All give the same results.
package struct TextKernels: Sendable, CustomStringConvertible {
    /// Points to a constant of the C module: alive for ever, never written.
    nonisolated(unsafe) let table: UnsafePointer<kt_kernels>

    private init(_ table: UnsafePointer<kt_kernels>) { self.table = table }

    /// What this CPU can run, slowest first; the first is the scalar reference.
    package static let available: [TextKernels] = {
        var tables: [UnsafePointer<kt_kernels>?] = Array(repeating: nil, count: 8)
        let count = kt_variants(&tables, tables.count)
        return tables.prefix(count).compactMap { table in table.map(TextKernels.init) }
    }()

    /// The scalar variant without its fast path for simple titles; for tests.
    package static let complete = TextKernels(kt_complete())

    package static let scalar = available[0]
    package static let best = available[available.count - 1]

    /// The variant called "scalar", "avx2" or "avx512", if this CPU can run it.
    package static func named(_ name: String) -> TextKernels? {
        available.first { $0.description == name }
    }

    /// Whether places are found by vectors: one by one they take longer than a walk saves.
    package var findsPlacesFast: Bool { description != "scalar" && description != "complete" }

    package var description: String { String(cString: table.pointee.isa) }
}
