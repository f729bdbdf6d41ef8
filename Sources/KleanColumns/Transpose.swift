/// Byte shuffles: all first bytes of the elements, then all second bytes, and back.
///
/// Neighbouring values share their high bytes, so LZ4 finds runs where it saw noise.
enum Transpose {
    static func shuffled(_ raw: UnsafeRawBufferPointer, width: Int) -> [UInt8] {
        let count = raw.count / width
        return [UInt8](unsafeUninitializedCapacity: raw.count) { target, filled in
            for byte in 0..<width {
                let plane = byte * count
                for index in 0..<count { target[plane + index] = raw[index * width + byte] }
            }
            filled = raw.count
        }
    }

    static func deltaShuffled(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        let count = raw.count / 4
        return [UInt8](unsafeUninitializedCapacity: raw.count) { target, filled in
            var previous: UInt32 = 0
            for index in 0..<count {
                let value = raw.littleEndian(at: index * 4, as: UInt32.self)
                let delta = value &- previous
                previous = value
                for byte in 0..<4 {
                    target[byte * count + index] = UInt8(truncatingIfNeeded: delta >> (8 * byte))
                }
            }
            filled = raw.count
        }
    }

    /// Undoes ``shuffled(_:width:)`` for a compile-time width: one pass, vectorised by the compiler.
    static func unshuffle<Word: FixedWidthInteger>(
        _ planes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Word>
    ) {
        let count = target.count
        let width = MemoryLayout<Word>.size
        let bytes = planes.bindMemory(to: UInt8.self)
        for index in 0..<count {
            var word: Word = 0
            for byte in 0..<width {
                word |= Word(truncatingIfNeeded: bytes[byte &* count &+ index]) &<< (8 &* byte)
            }
            target[index] = word
        }
    }

    /// Sums differences back into values, modulo 2^32.
    static func prefixSum(_ values: UnsafeMutableBufferPointer<UInt32>) {
        var sum: UInt32 = 0
        for index in values.indices {
            sum &+= values[index]
            values[index] = sum
        }
    }
}
