import KleanColumns
import KleanCore
import Testing

/// A container gives back what was put in, whatever the effort, and refuses everything else.
@Suite struct ContainerTests {
    static let kind = ContainerKind("TEST")

    static func sample(_ effort: CompressionEffort = .fast) -> ContainerWriter {
        var writer = ContainerWriter(kind: kind, effort: effort)
        writer.add(ColumnID(1), (0..<70).map { UInt8($0 % 5) })
        writer.add(ColumnID(2), (0..<70).map { UInt16($0 * 3) })
        writer.add(ColumnID(3), (0..<70).map { UInt32($0) &* 2_654_435_761 })
        writer.add(ColumnID(4), (0..<70).map { UInt64($0 + 9) })
        writer.add(ColumnID(5), (0..<70).map { Int32(35 - $0) })
        writer.add(ColumnID(6), (0..<70).map { $0 == 7 ? Missing.int64 : Int64($0 * 1_000) })
        writer.add(ColumnID(7), (0..<3).map { Hash256(UInt64($0), 1, 2, .max) })
        writer.add(ColumnID(8), ByteStrings(["가방", "", "bag bag bag bag bag bag bag bag"]))
        writer.add(ColumnID(9), [UInt32]())
        return writer
    }

    @Test(arguments: [CompressionEffort.fast, .high])
    func roundTrips(_ effort: CompressionEffort) throws {
        let reader = try ContainerReader(
            bytes: Self.sample(effort).finish(), name: "sample", kind: Self.kind)
        try reader.verify()
        #expect(try reader.u8(ColumnID(1)) == (0..<70).map { UInt8($0 % 5) })
        #expect(try reader.u16(ColumnID(2)) == (0..<70).map { UInt16($0 * 3) })
        #expect(try reader.u32(ColumnID(3)) == (0..<70).map { UInt32($0) &* 2_654_435_761 })
        #expect(try reader.u64(ColumnID(4)) == (0..<70).map { UInt64($0 + 9) })
        #expect(try reader.i32(ColumnID(5)) == (0..<70).map { Int32(35 - $0) })
        #expect(try reader.i64(ColumnID(6))[7] == Missing.int64)
        #expect(try reader.hash256(ColumnID(7))[2] == Hash256(2, 1, 2, .max))
        #expect(try reader.strings(ColumnID(8)).string(0) == "가방")
        #expect(try reader.u32(ColumnID(9)).isEmpty)
    }

    @Test func digestIgnoresEffort() {
        #expect(Self.sample(.fast).digest == Self.sample(.high).digest)
        var other = Self.sample()
        other.add(ColumnID(10), [UInt8]())
        #expect(other.digest != Self.sample().digest)
    }

    /// The format is frozen: these bytes are what version 1 writes.
    @Test func goldenBytes() {
        var writer = ContainerWriter(kind: Self.kind)
        writer.add(ColumnID(3), [UInt32(1), 2])
        let file = writer.finish()
        #expect(file.count == 200)
        #expect(
            file[..<32].map { $0 } == Array("KLEANCOLTEST".utf8)
                + [1, 0, 1, 0, 200, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8))
        #expect(file[32..<40].map { $0 } == [3, 0, 3, 0, 0, 0, 0, 0])
        #expect(file[128..<136].map { $0 } == [1, 0, 0, 0, 2, 0, 0, 0])
    }

    /// Whatever byte is flipped or wherever the file is cut, reading it all is a typed error.
    @Test func everyFlippedByteIsRefused() {
        let file = Self.sample().finish()
        for index in file.indices {
            for bit in [0, 3, 7] {
                var damaged = file
                damaged[index] ^= 1 << UInt8(bit)
                #expect(throws: ContainerError.self, "byte \(index), bit \(bit)") {
                    try Self.readAll(damaged)
                }
            }
        }
    }

    @Test func everyTruncationIsRefused() {
        let file = Self.sample().finish()
        for count in 0..<file.count {
            #expect(throws: ContainerError.self, "cut to \(count)") {
                try Self.readAll(Array(file[..<count]))
            }
        }
        #expect(throws: ContainerError.self) { try Self.readAll(file + [0]) }
    }

    /// A peer that signs its lies: mutated directories with a right trailer never trap.
    @Test func signedMutationsNeverTrap() {
        let file = Self.sample().finish()
        let directoryEnd = 32 + 10 * 48
        var seed: UInt64 = 0x6B6C_6561_6E
        func next(_ bound: Int) -> Int {
            seed &+= 0x9E37_79B9_7F4A_7C15
            return Int(Fingerprint.mix(seed) % UInt64(bound))
        }
        var refused = 0
        for _ in 0..<20_000 {
            var damaged = file
            for _ in 0..<1 + next(3) {
                let index = 14 + next(directoryEnd - 14)
                damaged[index] = UInt8(next(256))
            }
            let trailer = Checksum.xxh3(Array(damaged[..<directoryEnd]))
            damaged.removeLast(8)
            damaged.appendLittleEndian(trailer)
            do { try Self.readAll(damaged) } catch { refused += 1 }
        }
        #expect(refused > 19_000)
    }

    @Test func partsTravelApart() throws {
        let whole = try ContainerReader(
            bytes: Self.sample().finish(), name: "sample", kind: Self.kind)
        let sent = [ColumnID(3): try whole.storedSegment(ColumnID(3))]
        let part = try ContainerReader(
            directory: whole.directoryBytes, segments: sent, name: "part", kind: Self.kind)
        #expect(try part.u32(ColumnID(3)) == whole.u32(ColumnID(3)))
        #expect(!part.has(ColumnID(2)))
        #expect(throws: ContainerError.missingColumn(file: "part", column: ColumnID(2))) {
            try part.u16(ColumnID(2))
        }
        #expect(throws: ContainerError.self) {
            try ContainerReader(
                directory: whole.directoryBytes,
                segments: [ColumnID(3): StoredSegment([1, 2, 3])], name: "part", kind: Self.kind)
        }
    }

    @Test func wrongKindAndVersionAreNamed() throws {
        let file = Self.sample().finish()
        #expect(throws: ContainerError.kind(file: "x", expected: "ELSE", found: "TEST")) {
            try ContainerReader(bytes: file, name: "x", kind: ContainerKind("ELSE"))
        }
        var later = file
        later[12] = 9
        #expect(throws: ContainerError.version(file: "x", expected: 1, found: 9)) {
            try ContainerReader(bytes: later, name: "x", kind: Self.kind)
        }
    }

    static func readAll(_ bytes: [UInt8]) throws(ContainerError) {
        try ContainerReader(bytes: bytes, name: "sample", kind: kind).verify()
    }
}

@Suite struct DigestBuilderTests {
    /// BLAKE2b-256 itself is libsodium's; what is ours is the framing of fields.
    @Test func fieldsDoNotRunTogether() {
        var one = DigestBuilder(domain: "test")
        one.update("ab")
        one.update("c")
        var two = DigestBuilder(domain: "test")
        two.update("a")
        two.update("bc")
        #expect(one.finish() != two.finish())
        #expect(one.finish() == one.finish())
        var copy = one
        copy.update("d")
        #expect(copy.finish() != one.finish())
        #expect(DigestBuilder(domain: "a").finish() != DigestBuilder(domain: "b").finish())
    }
}
