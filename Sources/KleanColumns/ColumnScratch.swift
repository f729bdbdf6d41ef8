/// Memory that decoding needs between decompression and unshuffle. One per thread, used again and
/// again: fresh pages would cost more than the decoding.
package final class ColumnScratch {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Empty; grows to the largest column it has seen.
    package init() {}

    deinit { memory.deallocate() }

    /// `byteCount` bytes, 64-byte aligned, contents undefined, until the next call.
    func reserve(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count < byteCount {
            memory.deallocate()
            memory = .allocate(byteCount: byteCount, alignment: 64)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount])
    }
}
