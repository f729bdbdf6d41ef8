/// An array at a fixed address, which begins a cache line, for C tables that outlive one call.
///
/// `@unchecked Sendable`: written only by `init`, then only read.
final class FixedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafePointer<Element>
    let count: Int
    private let storage: UnsafeMutablePointer<Element>

    init(_ elements: [Element]) {
        let storage = UnsafeMutableRawPointer.allocate(
            byteCount: max(elements.count, 1) * MemoryLayout<Element>.stride,
            alignment: max(64, MemoryLayout<Element>.alignment)
        ).bindMemory(to: Element.self, capacity: max(elements.count, 1))
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { storage.initialize(from: base, count: source.count) }
        }
        self.storage = storage
        pointer = UnsafePointer(storage)
        count = elements.count
    }

    deinit { storage.deallocate() }
}
