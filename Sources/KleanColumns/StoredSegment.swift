/// The stored bytes of one column where they lie: in a mapped file, a frame or an array.
// Sendable although it holds a pointer: the bytes never change and `owner` keeps them alive.
package struct StoredSegment: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer
    /// Keeps `bytes` valid; whoever sends the bytes holds on to it.
    package let owner: AnyObject

    package init(_ bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.bytes = bytes
        self.owner = owner
    }

    /// Copies an array to an address that does not move.
    package init(_ array: [UInt8]) {
        let storage = FixedBytes(array)
        self.init(UnsafeRawBufferPointer(storage.buffer), owner: storage)
    }
}

/// Array bytes at an address that does not move.
private final class FixedBytes {
    let buffer: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        buffer = .allocate(byteCount: bytes.count, alignment: 64)
        buffer.copyBytes(from: bytes)
    }

    deinit { buffer.deallocate() }
}
