import KleanImage
import Testing

/// The decoders' edge under damage: 10,000 mutated files give a picture or a typed error. A crash
/// ends the test run, a hang its time limit, and no picture may exceed the limits.
@Suite struct MutationTests {
    @Test(.timeLimit(.minutes(2)))
    func tenThousandMutatedFilesDoNoHarm() throws {
        let seed: UInt64 = 0x6D75_7461
        print("mutation seed \(seed)")
        var random = SplitMix64(seed: seed)
        let samples = try SamplePictures.all.keys.sorted().map { try SamplePictures.bytes($0) }
        let limits = PictureLimits(bytesMax: 1 << 20, pixelsMax: 1 << 18)
        let decoder = PictureDecoder(limits: limits)
        let hasher = PDQHasher()
        var decoded = 0
        var reasons: Set<PictureFailure> = []
        for number in 0..<10_000 {
            var bytes = samples[number % samples.count]
            for _ in 0..<Int.random(in: 1...8, using: &random) { mutate(&bytes, &random) }
            do {
                let picture = try decoder.decode(bytes)
                #expect(picture.pixels.width * picture.pixels.height <= limits.pixelsMax)
                _ = hasher.pdq(picture.pixels)
                decoded += 1
            } catch {
                reasons.insert(error.reason)
            }
        }
        #expect(decoded > 500, "some damage is harmless")
        #expect(reasons.isSuperset(of: [.corrupt, .truncated, .unknownFormat, .tooManyPixels]))
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random)!
        case 3: bytes.removeLast(min(bytes.count, Int.random(in: 1...64, using: &random)))
        case 4:
            let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
            bytes.insert(contentsOf: bytes[place..<end], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
        }
    }
}
