internal import CSodium
package import KleanCore

/// BLAKE2b-256 over a sequence of fields. Each field is preceded by its length, so no two
/// sequences give the same bytes; the domain keeps digests of different things apart.
///
/// **Layout**: a field is its byte count as a little-endian `u64`, then its bytes; the domain is
/// the first field. Numbers are 8 bytes little-endian, columns the memory of their elements.
/// **Source**: RFC 7693, through libsodium's `crypto_generichash` without key. 1 GB/s a core.
package struct DigestBuilder: Sendable {
    private var state: HashState

    /// - Parameter domain: what is digested, such as "klean snapshot".
    package init(domain: String) {
        state = HashState()
        update(domain)
    }

    /// One field, hashed where it lies.
    package mutating func update(_ field: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&state) { state = HashState(copying: state) }
        withUnsafeBytes(of: UInt64(field.count).littleEndian) { state.absorb($0) }
        state.absorb(field)
    }

    package mutating func update(_ field: [UInt8]) { field.withUnsafeBytes { update($0) } }
    package mutating func update(_ field: String) { update(Array(field.utf8)) }
    package mutating func update(_ field: UInt64) {
        withUnsafeBytes(of: field.littleEndian) { update($0) }
    }
    package mutating func update(_ field: Digest) { update(field.bytes) }

    /// A numeric column as its little-endian bytes.
    package mutating func update<Element: BitwiseCopyable>(_ column: [Element]) {
        column.withUnsafeBytes { update($0) }
    }

    /// Two fields: where the strings end, and their bytes.
    package mutating func update(_ strings: ByteStrings) {
        update(strings.offsets)
        update(strings.bytes)
    }

    /// The digest of the fields so far; more may follow.
    package func finish() -> Digest { HashState(copying: state).finish() }
}

/// libsodium's BLAKE2b state, which must be 64-byte aligned and so lives on the heap.
// Sendable although it holds a pointer: the builder copies it before it writes to a shared one.
private final class HashState: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let memory: UnsafeMutableRawPointer

    init() {
        HashState.chooseFastest
        let byteCount = crypto_generichash_statebytes()
        memory = .allocate(byteCount: byteCount, alignment: 64)
        pointer = OpaquePointer(memory)
        let status = crypto_generichash_init(pointer, nil, 0, 32)
        precondition(status == 0, "BLAKE2b takes a digest of 32 bytes")
    }

    init(copying other: HashState) {
        let byteCount = crypto_generichash_statebytes()
        memory = .allocate(byteCount: byteCount, alignment: 64)
        memory.copyMemory(from: other.memory, byteCount: byteCount)
        pointer = OpaquePointer(memory)
    }

    deinit { memory.deallocate() }

    /// Until `sodium_init`, libsodium uses its portable BLAKE2b, at half the speed. Where the call
    /// fails (no random device) it goes on doing so, with the same digests.
    private static let chooseFastest: Void = { _ = sodium_init() }()

    func absorb(_ raw: UnsafeRawBufferPointer) {
        guard let start = raw.baseAddress, raw.count > 0 else { return }
        crypto_generichash_update(
            pointer, start.assumingMemoryBound(to: UInt8.self), UInt64(raw.count))
    }

    func finish() -> Digest {
        Digest(
            bytes: [UInt8](unsafeUninitializedCapacity: 32) { target, count in
                guard let start = target.baseAddress else { return }
                crypto_generichash_final(pointer, start, 32)
                count = 32
            })
    }
}
