import KleanCore

/// Appends fields to a header frame.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func u8(_ value: UInt8) { bytes.append(value) }
    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }
    mutating func u16(_ value: UInt16) { little(UInt64(value), byteCount: 2) }
    mutating func u32(_ value: UInt32) { little(UInt64(value), byteCount: 4) }
    mutating func u64(_ value: UInt64) { little(value, byteCount: 8) }
    mutating func digest(_ value: Digest) { bytes.append(contentsOf: value.bytes) }

    /// Cuts at a character boundary what is longer than `bytesMax`: for prose only.
    mutating func prose(_ text: String, bytesMax: Int) {
        var kept = text[...]
        while kept.utf8.count > bytesMax { kept.removeLast() }
        string(String(kept), bytesMax: bytesMax)
    }

    /// - Precondition: at most `bytesMax` bytes.
    mutating func string(_ text: String, bytesMax: Int) {
        let utf8 = Array(text.utf8)
        precondition(utf8.count <= bytesMax, "a string of the protocol keeps within its bound")
        u16(UInt16(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// - Precondition: at most `max` items.
    mutating func count(_ count: Int, max: Int) {
        precondition(count <= max, "a list of the protocol keeps within its bound")
        u16(UInt16(count))
    }

    mutating func lease(_ lease: Lease) {
        u8(lease.phase.rawValue)
        u32(lease.shard)
        u32(lease.attempt)
        u64(lease.basis)
    }

    private mutating func little(_ value: UInt64, byteCount: Int) {
        for index in 0..<byteCount {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
        }
    }
}
