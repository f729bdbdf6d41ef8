internal import CKleanTesting
package import KleanCore

/// Makes PDQ hashes that behave like those of product photos: bits are correlated, pictures of one
/// kind of goods resemble each other, and a re-encoded picture differs in a few bits.
///
/// A photo's 16 x 16 spectrum is computed once for a pool of scenes (boxes and ellipses on a white
/// ground, by category family) and of textures. A picture adds one texture to one scene and takes
/// the median threshold, which costs some 25 ns instead of 10 µs.
struct PicturePool: Sendable {
    static let families = 128
    private static let scenesPerFamily = 32
    private static let textureCount = 512
    private static let coefficients = 256

    private let scenes: Table<UInt8>
    /// Each one twice in a row, so that it can be read from any coefficient on.
    private let textures: Table<UInt8>
    private let kernel = PictureKernel.best

    /// The spectra do not depend on a seed: they are scenery, and one set serves every catalog.
    init(arena: Arena) {
        let basis = Basis()
        var random = SplitMix64(seed: 0x5CE7E)
        var levels: [UInt8] = []
        for family in 0..<Self.families {
            for _ in 0..<Self.scenesPerFamily {
                levels += Self.quantise(basis.scene(family: family, random: &random))
            }
        }
        scenes = arena.keep(levels)
        levels = []
        for _ in 0..<Self.textureCount {
            let texture = Self.quantise(basis.texture(strength: 60, random: &random))
            levels += texture
            levels += texture
        }
        textures = arena.keep(levels)
    }

    /// The picture number `key` of a family: the same key always gives the same hash, different
    /// keys nearly always hashes far apart.
    @inline(__always) func picture(family: Int, key: UInt64) -> Hash256 {
        let mixed = Fingerprint.mix(key ^ 0x70_6963)
        let scene = (family % Self.families) * Self.scenesPerFamily + Int(mixed & 31)
        let texture = Int(mixed >> 8 & 511) * 2 * Self.coefficients + Int(mixed >> 56) & ~7
        return kernel.threshold(
            scenes.values.baseAddress.unsafelyUnwrapped + scene * Self.coefficients,
            textures.values.baseAddress.unsafelyUnwrapped + texture,
            // Half of the texture's lanes are mirrored.
            mirror: (mixed >> 18 & 0x0101_0101_0101_0101) &* 63)
    }

    /// 256 coefficients to 0...63 around the median; 8 of the median deviation are 8 steps.
    private static func quantise(_ spectrum: [Double]) -> [UInt8] {
        let median = spectrum.sorted()[127]
        let deviation = spectrum.map { abs($0 - median) }.sorted()[127]
        let scale = 8 / max(deviation, 1e-9)
        return spectrum.map { UInt8(max(0, min(63, (($0 - median) * scale).rounded() + 32))) }
    }

    /// A copy of a picture as another shop serves it: `bits` random bits differ (some may meet).
    @inline(__always) static func copy(
        _ hash: Hash256, bits: Int, random: inout SplitMix64
    ) -> Hash256 {
        var copy = hash
        var word: UInt64 = 0
        for step in 0..<bits {
            if step & 7 == 0 { word = random.next() }
            let bit: UInt64 = 1 << (word & 63)
            switch word >> 6 & 3 {
            case 0: copy.word0 ^= bit
            case 1: copy.word1 ^= bit
            case 2: copy.word2 ^= bit
            default: copy.word3 ^= bit
            }
            word >>= 8
        }
        return copy
    }
}

/// The median threshold of a spectrum, for one instruction set. All give the same bits.
package struct PictureKernel: Sendable {
    private let isa: klean_testing_isa

    /// The fastest that this machine runs.
    static let best = PictureKernel(isa: klean_testing_best())

    /// All that this machine runs, the portable one first.
    package static let available = [klean_testing_scalar, klean_testing_avx2, klean_testing_avx512]
        .filter { $0.rawValue <= klean_testing_best().rawValue }.map { PictureKernel(isa: $0) }

    /// - Parameters:
    ///   - scene: 256 coefficients, 0...63; so is `texture`.
    ///   - mirror: Eight lanes of 0 or 63: there a texture's coefficient t counts as 63 - t.
    package func threshold(scene: [UInt8], texture: [UInt8], mirror: UInt64) -> Hash256 {
        precondition(scene.count == 256 && texture.count == 256, "a spectrum is 16 x 16")
        return scene.withUnsafeBufferPointer { scene in
            texture.withUnsafeBufferPointer { texture in
                threshold(
                    scene.baseAddress.unsafelyUnwrapped, texture.baseAddress.unsafelyUnwrapped,
                    mirror: mirror)
            }
        }
    }

    @inline(__always) fileprivate func threshold(
        _ scene: UnsafePointer<UInt8>, _ texture: UnsafePointer<UInt8>, mirror: UInt64
    ) -> Hash256 {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutablePointer(to: &words) { tuple in
            tuple.withMemoryRebound(to: UInt64.self, capacity: 4) { start in
                klean_testing_threshold(isa, scene, texture, mirror, start)
            }
        }
        return Hash256(words.0, words.1, words.2, words.3)
    }
}

/// Cosine sums of boxes over a 64 x 64 picture at the frequencies 1...16 of a PDQ spectrum.
private struct Basis {
    private static let positions = 1_024  // sixteenths of a pixel
    private var sums: [[Double]] = []
    private var blur: [Double] = []

    init() {
        for frequency in 1...16 {
            let step = Double.pi * Double(frequency) / 64
            sums.append(
                (0...Self.positions).map { Basis.sine(step * Double($0) / 16) / step })
            let ratio = Double(frequency + 1) / 14
            blur.append(Exact.exp(-0.5 * ratio * ratio))
        }
    }

    /// Sine without libm, good to 1e-12 on the 0...16π used here.
    private static func sine(_ angle: Double) -> Double {
        let turns = (angle / (2 * Double.pi)).rounded()
        let rest = angle - turns * 2 * Double.pi
        var term = rest
        var sum = rest
        for power in stride(from: 3.0, through: 31, by: 2) {
            term *= -rest * rest / (power * (power - 1))
            sum += term
        }
        return sum
    }

    private func add(
        _ spectrum: inout [Double], x: ClosedRange<Double>, y: ClosedRange<Double>, shade: Double
    ) {
        func clamp(_ pixel: Double) -> Int { max(0, min(Self.positions, Int(pixel * 16))) }
        let (left, right) = (clamp(x.lowerBound), clamp(x.upperBound))
        let (top, bottom) = (clamp(y.lowerBound), clamp(y.upperBound))
        let across = (0..<16).map { (sums[$0][right] - sums[$0][left]) * shade * blur[$0] }
        for row in 0..<16 {
            let down = (sums[row][bottom] - sums[row][top]) * blur[row]
            for column in 0..<16 { spectrum[row * 16 + column] += down * across[column] }
        }
    }

    private func addEllipse(
        _ spectrum: inout [Double], x: Double, y: Double, width: Double, height: Double,
        shade: Double
    ) {
        for slab in 0..<6 {
            let top = y - height + Double(slab) * height / 3
            let middle = (top + height / 6 - y) / height
            let reach = width * (1 - middle * middle).squareRoot()
            add(&spectrum, x: x - reach...x + reach, y: top...top + height / 3, shade: shade)
        }
    }

    /// A photo of the family's kind of goods: the parts come from the family, their exact place,
    /// size and shade from `random`; one in five is a natural photo without a studio ground.
    func scene(family: Int, random: inout SplitMix64) -> [Double] {
        if random.unit() < 0.2 { return texture(strength: 300, random: &random) }
        var shape = SplitMix64(seed: 0xCA_7000, stream: UInt64(family))
        var spectrum = [Double](repeating: 0, count: 256)
        let style = shape.below(3)
        let parts = 1 + (style == 2 ? 1 : 0) + shape.below(4)
        for part in 0..<parts {
            let centred = part == 0 || shape.below(2) == 1
            var x = centred ? 32 : 14 + shape.unit() * 36
            var y = part == 0 ? 32 : 14 + shape.unit() * 36
            var width = part == 0 ? 14 + shape.unit() * 16 : 3 + shape.unit() * 12
            var height = part == 0 ? 14 + shape.unit() * 16 : 3 + shape.unit() * 12
            var shade = part == 0 ? -(0.3 + 0.6 * shape.unit()) : (shape.unit() - 0.5) * 0.8
            x += random.normal() * 0.8
            y += random.normal() * 0.8
            width *= 1 + 0.06 * random.normal()
            height *= 1 + 0.06 * random.normal()
            shade *= 1 + 0.2 * random.normal()
            if style == 1 || style == 2 && part == 1 {
                addEllipse(&spectrum, x: x, y: y, width: width, height: height, shade: shade)
            } else {
                add(&spectrum, x: x - width...x + width, y: y - height...y + height, shade: shade)
            }
        }
        for _ in 0..<random.below(6) {
            let x = 32 + random.normal() * 11
            let y = 32 + random.normal() * 11
            let (width, height) = (1 + random.unit() * 7, 1 + random.unit() * 7)
            add(
                &spectrum, x: x - width...x + width, y: y - height...y + height,
                shade: (random.unit() - 0.5) * 0.7)
        }
        let strength = 0.15 + 2.5 * random.unit() * random.unit() * random.unit()
        let grain = texture(strength: strength * 50, random: &random)
        for index in 0..<256 { spectrum[index] += grain[index] * 0.05 }
        return spectrum
    }

    /// Noise whose strength falls with frequency, as in natural pictures.
    func texture(strength: Double, random: inout SplitMix64) -> [Double] {
        (0..<256).map { index in
            let (row, column) = (index / 16 + 1, index % 16 + 1)
            let frequency = Double(row * row + column * column).squareRoot()
            return strength * random.normal() / (0.4 + 0.04 * frequency)
        }
    }
}
