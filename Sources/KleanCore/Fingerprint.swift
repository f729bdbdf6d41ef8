/// 64-bit non-cryptographic keys for strings, used wherever the same text in two chunks must meet
/// (sellers, categories, ids). Stable for ever: profiles and stores hold them.
///
/// **Source**: the finalizer is Stafford's variant 13 of the murmur3 finalizer (as in SplitMix64);
/// the string form folds 8-byte little-endian words through it, length last.
/// Two of 10 million distinct keys collide with a chance of 3e-6.
package enum Fingerprint {
    /// A bijection of 64-bit words with full avalanche.
    @inlinable package static func mix(_ word: UInt64) -> UInt64 {
        var value = word
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// The key of a byte string. - Complexity: O(n), no allocation.
    @inlinable package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var state: UInt64 = 0x6B6C_6561_6E00_0001
        var word: UInt64 = 0
        var filled: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << filled
            filled += 8
            count += 1
            if filled == 64 {
                state = mix(state ^ word)
                word = 0
                filled = 0
            }
        }
        state = mix(state ^ word)
        return mix(state ^ count &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The key of a string's UTF-8 bytes.
    package static func of(_ text: String) -> UInt64 { of(text.utf8) }
}
