import KleanColumns
import Testing

/// Every variant that this CPU can run equals the scalar reference bit for bit, and the reference
/// equals the definition. Counts straddle the vector width, because tails are where SIMD code goes
/// wrong; buffers start off alignment.
@Suite struct KernelTests {
    static let counts = [0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 127, 128, 129, 1_000]

    /// Runs a kernel on bytes that start at an odd address; the result must stay in its bounds.
    static func run(
        _ source: [UInt8], offset: Int,
        _ kernel: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Void
    ) -> [UInt8] {
        let guardBytes = 64
        let padded = [UInt8](repeating: 0, count: offset) + source
        var target = [UInt8](repeating: 0xA5, count: offset + source.count + guardBytes)
        padded.withUnsafeBytes { from in
            target.withUnsafeMutableBytes { to in
                kernel(
                    UnsafeRawBufferPointer(rebasing: from[offset...]),
                    UnsafeMutableRawBufferPointer(
                        rebasing: to[offset..<offset + source.count]))
            }
        }
        #expect(target[..<offset].allSatisfy { $0 == 0xA5 })
        #expect(target.suffix(guardBytes).allSatisfy { $0 == 0xA5 })
        return Array(target[offset..<offset + source.count])
    }

    @Test(arguments: [2, 4, 8, 32])
    func shufflesMatchTheDefinition(_ width: Int) {
        var random = SeededRandom(seed: 0x6B6C_6561_6E)
        for count in Self.counts {
            let elements = random.bytes(count * width)
            let planes = (0..<width).flatMap { plane in
                (0..<count).map { elements[$0 * width + plane] }
            }
            for kernels in Kernels.available {
                for offset in [0, 1, 8] {
                    let shuffled = Self.run(elements, offset: offset) { from, to in
                        kernels.shuffle(from, width: width, into: to)
                    }
                    #expect(shuffled == planes, "\(kernels), \(count) x \(width)")
                    let restored = Self.run(planes, offset: offset) { from, to in
                        kernels.unshuffle(from, width: width, into: to)
                    }
                    #expect(restored == elements, "\(kernels), \(count) x \(width)")
                }
            }
        }
    }

    @Test func sumsUndoDifferences32() {
        var random = SeededRandom(seed: 32)
        for count in Self.counts {
            let values = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.word()) }
            let expected = zip(values, [0] + values).map { $0 &- $1 }
            for kernels in Kernels.available {
                var differences = values
                values.withUnsafeBytes { from in
                    differences.withUnsafeMutableBytes { to in
                        kernels.delta(from, width: 4, into: to)
                    }
                }
                #expect(differences == expected, "\(kernels), \(count)")
                differences.withUnsafeMutableBytes { kernels.sum($0, width: 4) }
                #expect(differences == values, "\(kernels), \(count)")
            }
        }
    }

    @Test func sumsUndoDifferences64() {
        var random = SeededRandom(seed: 64)
        for count in Self.counts {
            let values = (0..<count).map { _ in random.word() }
            let expected = zip(values, [0] + values).map { $0 &- $1 }
            for kernels in Kernels.available {
                var differences = values
                values.withUnsafeBytes { from in
                    differences.withUnsafeMutableBytes { to in
                        kernels.delta(from, width: 8, into: to)
                    }
                }
                #expect(differences == expected, "\(kernels), \(count)")
                differences.withUnsafeMutableBytes { kernels.sum($0, width: 8) }
                #expect(differences == values, "\(kernels), \(count)")
            }
        }
    }

    /// One fall at each place of a column is found; a column of equal values has none.
    @Test func everyFallIsFound() {
        for count in Self.counts where count <= 129 {
            let level = [UInt32](repeating: .max, count: count)
            for kernels in Kernels.available {
                #expect(level.withUnsafeBytes { kernels.rises($0) })
                for place in 0..<max(0, count - 1) {
                    var values = (0..<count).map { UInt32($0) }
                    values[place] = .max
                    #expect(!values.withUnsafeBytes { kernels.rises($0) }, "\(kernels), \(place)")
                }
            }
        }
    }
}
