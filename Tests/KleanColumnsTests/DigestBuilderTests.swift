import KleanColumns
import KleanCore
import Testing

@Suite struct DigestBuilderTests {
    /// The expected values come from Python's hashlib over the same framing, written by hand.
    @Test func matchesBlake2b() {
        var builder = DigestBuilder(domain: "test")
        #expect(
            builder.finish().hex
                == "50b160b9fa5aba51ac0e576ec4a91a5794e98bdd0a0015889c9ca5466389bf8b"
        )
        builder.update("가방")
        builder.update(7 as UInt64)
        builder.update([1, 2, 3] as [UInt8])
        builder.update([1, 2] as [UInt32])
        builder.update([-1] as [Int64])
        builder.update([Hash256(1, 2, 3, 4)])
        builder.update(ByteStrings(["a", "bc"]))
        #expect(
            builder.finish().hex
                == "1345d5a3766a04b6be19e1d1179252f7d23ebc22ffcf9ffc4ccc789f25e6a973"
        )
    }

    @Test func fieldsDoNotRunTogether() {
        var one = DigestBuilder(domain: "test")
        one.update("ab")
        one.update("c")
        var two = DigestBuilder(domain: "test")
        two.update("a")
        two.update("bc")
        #expect(one.finish() != two.finish())
        #expect(DigestBuilder(domain: "a").finish() != DigestBuilder(domain: "b").finish())
    }

    /// A builder is a value: a copy goes its own way, and asking for a digest changes nothing.
    @Test func copiesAreApart() {
        var one = DigestBuilder(domain: "test")
        one.update("ab")
        let before = one.finish()
        var copy = one
        copy.update("d")
        #expect(copy.finish() != before)
        #expect(one.finish() == before)
        one.update("d")
        #expect(one.finish() == copy.finish())
    }
}

@Suite struct ChecksumTests {
    /// XXH3-64 of nothing, from the reference implementation.
    @Test func matchesTheReference() {
        #expect(Checksum.xxh3([]) == 0x2D06_8005_38D3_94C2)
    }

    @Test func piecesEqualTheWhole() {
        var random = SeededRandom(seed: 3)
        for count in [0, 1, 16, 17, 240, 241, 1_024, 5_000] {
            let bytes = random.bytes(count)
            var stream = ChecksumStream()
            var start = 0
            while start < count {
                let end = min(count, start + 1 + random.below(700))
                stream.update(Array(bytes[start..<end]))
                start = end
            }
            #expect(stream.value == Checksum.xxh3(bytes))
        }
    }
}
