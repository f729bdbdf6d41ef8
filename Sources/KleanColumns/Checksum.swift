internal import CXXHash

/// XXH3-64 with seed 0: finds damage, never proves origin.
package enum Checksum {
    package static func xxh3(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { xxh3($0) }
    }

    package static func xxh3(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        XXH3_64bits(bytes.baseAddress, bytes.count)
    }
}

/// XXH3-64 of bytes that arrive in pieces; equals ``Checksum/xxh3(_:)-([UInt8])`` of the whole.
package struct ChecksumStream: ~Copyable {
    private let state: OpaquePointer

    package init() {
        guard let state = XXH3_createState() else { preconditionFailure("there is memory") }
        self.state = state
        XXH3_64bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        XXH3_64bits_update(state, bytes.baseAddress, bytes.count)
    }

    /// The checksum of all bytes so far; more may follow.
    package var value: UInt64 { XXH3_64bits_digest(state) }
}
