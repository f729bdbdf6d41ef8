/// Bytes that somebody keeps alive: a mapped file, a received frame, an array. Never copied.
///
/// **Invariant**: nothing writes to the bytes while any copy of this value lives.
// Sendable although it holds a pointer: the bytes are immutable and `owner` keeps them alive.
package struct SharedBytes: @unchecked Sendable {
    private let pointer: UnsafeRawBufferPointer
    /// Whatever must stay alive; released on any thread.
    package let owner: AnyObject

    /// - Parameter owner: Keeps `pointer` valid and its bytes unchanged until it is released.
    package init(_ pointer: UnsafeRawBufferPointer, owner: AnyObject) {
        self.pointer = pointer
        self.owner = owner
    }

    /// Moves an array into shared storage. - Complexity: one copy.
    package init(_ bytes: [UInt8]) {
        let storage = ArrayStorage(bytes)
        pointer = UnsafeRawBufferPointer(storage.buffer)
        owner = storage
    }

    package var count: Int { pointer.count }

    /// - Complexity: O(n): for small frames and tests.
    package var array: [UInt8] { [UInt8](pointer) }

    @inline(__always)
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(pointer)
    }

    /// The address, for a caller that keeps this value alive as long as it uses it.
    package var unsafeBytes: UnsafeRawBufferPointer { pointer }
}

/// Array bytes at an address that does not move.
private final class ArrayStorage {
    let buffer: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        buffer = .allocate(byteCount: bytes.count, alignment: 64)
        buffer.copyBytes(from: bytes)
    }

    deinit { buffer.deallocate() }
}
