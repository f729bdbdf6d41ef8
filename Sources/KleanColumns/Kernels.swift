internal import CKleanColumns

/// The rearrangements of a column's bytes, in one instruction set. All variants give equal bytes.
///
/// The C side checks nothing, so shapes are checked here.
package struct Kernels: @unchecked Sendable, CustomStringConvertible {
    // Unchecked: the table is a constant of the program.
    private let table: UnsafePointer<kc_kernels>

    /// What this CPU can run, slowest first; the first is the scalar reference.
    package static let available: [Kernels] = {
        let capacity = 4
        let tables = [UnsafePointer<kc_kernels>?](unsafeUninitializedCapacity: capacity) {
            buffer, count in
            count = kc_variants(buffer.baseAddress, capacity)
        }
        return tables.compactMap { $0 }.map { Kernels(table: $0) }
    }()

    /// The definition of correct.
    package static let reference = available[0]

    /// The fastest for this CPU.
    package static let best = available[available.count - 1]

    /// The instruction set: `scalar`, `avx2` or `avx512`.
    package var description: String { String(cString: table.pointee.isa) }

    /// Elements to planes: plane `k` holds byte `k` of every element.
    ///
    /// - Precondition: `width` is 2, 4, 8 or 32; both buffers have the same size, a multiple of it.
    package func shuffle(
        _ elements: UnsafeRawBufferPointer, width: Int, into planes: UnsafeMutableRawBufferPointer
    ) {
        run(shuffler(width), elements, width, planes)
    }

    /// Planes back to elements; shapes as for ``shuffle(_:width:into:)``.
    package func unshuffle(
        _ planes: UnsafeRawBufferPointer, width: Int, into elements: UnsafeMutableRawBufferPointer
    ) {
        run(unshuffler(width), planes, width, elements)
    }

    /// Wrapping differences, the first to 0. - Precondition: `width` is 4 or 8, sizes are equal.
    package func delta(
        _ values: UnsafeRawBufferPointer, width: Int,
        into differences: UnsafeMutableRawBufferPointer
    ) {
        precondition(values.count == differences.count, "as many differences as values")
        guard let from = values.baseAddress, let to = differences.baseAddress else { return }
        let count = values.count / width
        if width == 4 {
            table.pointee.delta32(
                from.assumingMemoryBound(to: UInt32.self), count,
                to.assumingMemoryBound(to: UInt32.self))
        } else {
            precondition(width == 8, "differences are of 4 or 8 bytes")
            table.pointee.delta64(
                from.assumingMemoryBound(to: UInt64.self), count,
                to.assumingMemoryBound(to: UInt64.self))
        }
    }

    /// Wrapping running sums in place. - Precondition: `width` is 4 or 8.
    package func sum(_ values: UnsafeMutableRawBufferPointer, width: Int) {
        guard let base = values.baseAddress else { return }
        let count = values.count / width
        if width == 4 {
            table.pointee.sum32(base.assumingMemoryBound(to: UInt32.self), count)
        } else {
            precondition(width == 8, "sums are of 4 or 8 bytes")
            table.pointee.sum64(base.assumingMemoryBound(to: UInt64.self), count)
        }
    }

    /// Whether no `u32` is below the one before it.
    package func rises(_ values: UnsafeRawBufferPointer) -> Bool {
        guard let base = values.baseAddress else { return true }
        return table.pointee.rises32(base.assumingMemoryBound(to: UInt32.self), values.count / 4)
            != 0
    }

    private typealias Rearrangement =
        @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?) -> Void

    private func run(
        _ kernel: Rearrangement, _ source: UnsafeRawBufferPointer, _ width: Int,
        _ target: UnsafeMutableRawBufferPointer
    ) {
        precondition(source.count == target.count, "source and target have the same size")
        precondition(source.count % width == 0, "whole elements")
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        kernel(
            from.assumingMemoryBound(to: UInt8.self), source.count / width,
            to.assumingMemoryBound(to: UInt8.self))
    }

    private func shuffler(_ width: Int) -> Rearrangement {
        switch width {
        case 2: table.pointee.shuffle2
        case 4: table.pointee.shuffle4
        case 8: table.pointee.shuffle8
        case 32: table.pointee.shuffle32
        default: preconditionFailure("elements have 2, 4, 8 or 32 bytes")
        }
    }

    private func unshuffler(_ width: Int) -> Rearrangement {
        switch width {
        case 2: table.pointee.unshuffle2
        case 4: table.pointee.unshuffle4
        case 8: table.pointee.unshuffle8
        case 32: table.pointee.unshuffle32
        default: preconditionFailure("elements have 2, 4, 8 or 32 bytes")
        }
    }
}
