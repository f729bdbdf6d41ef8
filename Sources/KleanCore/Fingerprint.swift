/// 64-bit non-cryptographic keys for strings, used wherever the same text in two chunks must meet
/// (sellers, categories, ids). Stable for ever: profiles and stores hold them.
///
/// **Source**: the finalizer is Stafford's variant 13 of the murmur3 finalizer (as in SplitMix64);
/// the string form folds 8-byte little-endian words through it, length last.
/// Two of 10 million distinct keys collide with a chance of 3e-6.
public enum Fingerprint {
    /// A bijection of 64-bit words with full avalanche.
    @inlinable public static func mix(_ word: UInt64) -> UInt64 {
        var value = word
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// The key of a byte string. - Complexity: O(n), no allocation.
    @inlinable public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var draft = FingerprintDraft()
        for byte in bytes { draft.add(byte) }
        return draft.finish()
    }

    /// The key of a string's UTF-8 bytes.
    public static func of(_ text: String) -> UInt64 { of(text.utf8) }
}

/// A byte string's ``Fingerprint`` while its bytes arrive one by one.
public struct FingerprintDraft {
    @usableFromInline var state: UInt64 = 0x6B6C_6561_6E00_0001
    @usableFromInline var word: UInt64 = 0
    @usableFromInline var count: UInt64 = 0

    @inlinable public init() {}

    @inlinable public var isEmpty: Bool { count == 0 }

    @inlinable public mutating func add(_ byte: UInt8) {
        word |= UInt64(byte) << (8 * (count & 7))
        count &+= 1
        guard count & 7 == 0 else { return }
        state = Fingerprint.mix(state ^ word)
        word = 0
    }

    @inlinable public func finish() -> UInt64 {
        Fingerprint.mix(
            Fingerprint.mix(state ^ word) ^ count &* 0x9E37_79B9_7F4A_7C15)
    }
}
