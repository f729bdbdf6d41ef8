import KleanCore
import KleanImage
import Testing

/// PDQ against the reference implementation's own answers, and SIMD against scalar.
@Suite struct PDQTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        let file: String
        let quality: Int
        /// In the order of `Dihedral`.
        let hashes: [Hash256]

        var testDescription: String { file }
        var isDecoded: Bool { !file.hasSuffix(".ppm") }

        static let all: [Golden] = ["golden.tsv", "golden_synthetic.tsv"].flatMap { name in
            let lines = (try? SharedData.lines("data/pdq/\(name)")) ?? []
            return lines.dropFirst().map { line in
                let fields = line.split(separator: "\t").map(String.init)
                return Golden(
                    file: fields[0], quality: Int(fields[5])!,
                    hashes: fields[6...13].map { Hash256(hex: $0)! })
            }
        }
    }

    /// Identical where the quality is at least 50, at most 10 bits off below; JPEG and PNG rows,
    /// decoded by another codec than the reference's, at most 10 bits off from quality 80 on.
    @Test(.enabled(if: SharedData.has("data/pdq/golden.tsv")), arguments: Golden.all)
    func agreesWithTheReference(_ golden: Golden) throws {
        let picture = try PictureDecoder().decode(SharedData.bytes("data/pdq/\(golden.file)"))
        for kernels in PDQKernels.available {
            let found = PDQHasher(kernels).transform(picture.pixels)
            let distances = zip(found.hashes, golden.hashes).map { $0.distance(to: $1) }
            let most = golden.quality >= 50 && !golden.isDecoded ? 0 : 10
            #expect(distances.allSatisfy { $0 <= most }, "\(kernels): \(distances)")
            if most == 0 { #expect(Int(found.quality) == golden.quality) }
        }
    }

    /// Sizes straddle vector width, window steps and the 64 samples.
    @Test func everyVariantGivesTheSameBits() {
        var random = SplitMix64(seed: 0x7064_71)
        for (width, height) in [
            (5, 5), (5, 200), (200, 5), (15, 17), (63, 65), (64, 64), (64, 65), (127, 129),
            (128, 128), (129, 127), (257, 255), (300, 511), (1_029, 77), (33, 1_000),
        ] {
            let pixels = Pixels(
                width: width, height: height,
                rgb: (0..<3 * width * height).map { place in
                    // Noise over a slope, so that quality is neither 0 nor 100 everywhere.
                    UInt8(truncatingIfNeeded: random.next() & 31)
                        &+ UInt8(place % (3 * width) * 200 / (3 * width))
                })
            let expected = PDQHasher(.reference).transform(pixels)
            for kernels in PDQKernels.available {
                let found = PDQHasher(kernels).transform(pixels)
                #expect(found == expected, "\(kernels), \(width) x \(height)")
            }
        }
    }

    /// A hasher keeps memory from picture to picture; what was there before must not show.
    @Test func aHasherForgetsThePictureBefore() {
        let hasher = PDQHasher()
        let large = Pixels(
            width: 300, height: 200, rgb: (0..<180_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        let small = Pixels(
            width: 70, height: 90, rgb: (0..<18_900).map { UInt8(truncatingIfNeeded: $0 * $0) })
        let alone = PDQHasher().transform(small)
        _ = hasher.transform(large)
        #expect(hasher.transform(small) == alone)
    }

    @Test func picturesUnderFivePixelsHaveNoHash() {
        let tiny = Pixels(width: 4, height: 100, rgb: [UInt8](repeating: 9, count: 1_200))
        #expect(PDQHasher().pdq(tiny) == PDQ(hash: Hash256(0, 0, 0, 0), quality: 0))
    }
}
