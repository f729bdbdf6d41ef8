internal import CKleanCatalog
import KleanCore

// Byte strings where they lie: what the pack path does to every cell, without generics.

/// ``Fingerprint/of(_:)-(Sequence<UInt8>)``, eight bytes at a time.
func fingerprint(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let start = text.baseAddress else { return Fingerprint.of([]) }
    return kcat_fingerprint(start, text.count)
}

func fingerprint(_ text: [UInt8]) -> UInt64 { text.withUnsafeBufferPointer { fingerprint($0) } }

func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard let start = left.baseAddress, let other = right.baseAddress else { return true }
    return kcat_equal(start, other, left.count) != 0
}

extension ByteStrings {
    /// Adds a string from anywhere in memory.
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: text)
        offsets.append(UInt32(bytes.count))
    }
}
