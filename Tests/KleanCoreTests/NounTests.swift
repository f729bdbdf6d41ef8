import KleanCore
import Testing

@Suite struct NounTests {
    @Test func hashHexRoundTrips() throws {
        let hex = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
        let hash = try #require(Hash256(hex: hex))
        #expect(hash.hex == hex)
        #expect(hash.word3 == 0xf8f8_f0ce_e0f4_a84f)
        #expect(hash.distance(to: Hash256(0, 0, 0, 0)) == 128)
        #expect(Hash256(hex: hex + "0") == nil)
        #expect(Hash256(hex: "g" + hex.dropFirst()) == nil)
    }

    @Test func digestHexRoundTrips() throws {
        let digest = Digest(bytes: (0..<32).map { UInt8($0 * 7) })
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex.dropLast()) == nil)
    }

    /// Minor units decide what "30000" is worth; these three cover each digit count in daily use.
    @Test func currenciesKnowTheirMinorUnit() throws {
        #expect(Currency(code: "krw") == .krw)
        #expect(Currency.krw.minorPerMajor == 1)
        #expect(Currency(code: "USD")?.minorPerMajor == 100)
        #expect(Currency(code: "KWD")?.minorPerMajor == 1_000)
        #expect(Currency(code: "ZZZ") == nil)
        #expect(Currency.missing.code == "")
    }

    @Test func fixedRoundsToEvenAndSaturates() {
        #expect(Fixed(1.5).raw == 98_304)
        #expect(Fixed(0.5 / 65_536).raw == 0)
        #expect(Fixed(1.5 / 65_536).raw == 2)
        #expect(Fixed(1e9).raw == .max)
        #expect((Fixed(32_000) + Fixed(32_000)).raw == .max)
        #expect(Fixed(.nan).raw == 0)
    }

    /// Stored profiles depend on these keys: the value is frozen.
    @Test func fingerprintsAreFrozen() {
        #expect(Fingerprint.of("") == Fingerprint.of([UInt8]()))
        #expect(Fingerprint.of("나이키") == Fingerprint.of(Array("나이키".utf8)))
        #expect(Fingerprint.of("12345678") != Fingerprint.of("12345678\0"))
        #expect(Fingerprint.mix(1) == 0x5692_161D_100B_05E5)
    }

    @Test func byteStringsKeepTheirShape() {
        let strings = ByteStrings(["가방", "", "bag"])
        #expect(strings.count == 3)
        #expect(strings.offsets == [0, 6, 6, 9])
        #expect(strings.string(2) == "bag")
    }
}
