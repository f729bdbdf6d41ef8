import KleanColumns
import KleanCore
import Testing

/// A container gives back what was put in, whatever the effort, whole or in parts.
@Suite struct ContainerTests {
    @Test(arguments: [CompressionEffort.fast, .high])
    func roundTrips(_ effort: CompressionEffort) throws {
        let reader = try Sample.reader(Sample.writer(effort).finish())
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

    /// Values at the ends of each type, in rising, constant and mixed order, at lengths around the
    /// width of a vector.
    @Test(arguments: [0, 1, 2, 31, 32, 33, 63, 64, 65, 257])
    func everyTypeRoundTripsAtEveryLength(_ count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        let mixed = (0..<count).map { _ in random.word() >> UInt64(random.below(64)) }
        for words in [mixed, mixed.sorted(), mixed.map { _ in 7 }, mixed.map { _ in .max }] {
            let hashes = words.map { Hash256($0, ~$0, 0, .max) }
            let rising = words.map { UInt32(truncatingIfNeeded: $0) }.sorted()
            var writer = ContainerWriter(kind: Sample.kind)
            writer.add(ColumnID(1), words.map { UInt8(truncatingIfNeeded: $0) })
            writer.add(ColumnID(2), words.map { UInt16(truncatingIfNeeded: $0) })
            writer.add(ColumnID(3), words.map { UInt32(truncatingIfNeeded: $0) })
            writer.add(ColumnID(4), words)
            writer.add(ColumnID(5), words.map { Int32(truncatingIfNeeded: $0) })
            writer.add(ColumnID(6), words.map { Int64(bitPattern: $0) })
            writer.add(ColumnID(7), hashes)
            writer.addOffsets(ColumnID(8), rising)
            writer.add(ColumnID(9), bytes: words.map { UInt8(truncatingIfNeeded: $0 >> 3) })
            writer.addPlain(ColumnID(10), words)
            writer.addPlain(ColumnID(11), rising)
            let reader = try Sample.reader(writer.finish())
            try reader.verify()
            #expect(
                try reader.u8(ColumnID(1)) == words.map { UInt8(truncatingIfNeeded: $0) })
            #expect(
                try reader.u16(ColumnID(2)) == words.map { UInt16(truncatingIfNeeded: $0) })
            #expect(
                try reader.u32(ColumnID(3)) == words.map { UInt32(truncatingIfNeeded: $0) })
            #expect(try reader.u64(ColumnID(4)) == words)
            #expect(
                try reader.i32(ColumnID(5)) == words.map { Int32(truncatingIfNeeded: $0) })
            #expect(try reader.i64(ColumnID(6)) == words.map { Int64(bitPattern: $0) })
            #expect(try reader.hash256(ColumnID(7)) == hashes)
            #expect(try reader.offsets(ColumnID(8)) == rising)
            #expect(
                try reader.bytes(ColumnID(9)) == words.map { UInt8(truncatingIfNeeded: $0 >> 3) })
            #expect(try reader.u64(ColumnID(10)) == words)
            #expect(try reader.u32(ColumnID(11)) == rising)
            #expect(try reader.entry(ColumnID(10)).codec == ColumnCodec.none)
            #expect(try reader.digest() == writer.digest)
        }
    }

    /// One array that is used for many columns takes each one's length, longer or shorter.
    @Test func arraysAndScratchAreReused() throws {
        let scratch = ColumnScratch()
        var values: [UInt32] = []
        var strings = ByteStrings()
        for count in [5, 300, 0, 299, 300, 301, 64, 4_000] {
            let expected = (0..<count).map { UInt32($0 % 7 * count) }
            let titles = ByteStrings((0..<count).map { "title \($0)" })
            var writer = ContainerWriter(kind: Sample.kind)
            writer.add(ColumnID(1), expected)
            writer.add(ColumnID(2), titles)
            let reader = try Sample.reader(writer.finish())
            try reader.read(ColumnID(1), into: &values, scratch: scratch)
            try reader.read(ColumnID(2), into: &strings, scratch: scratch)
            #expect(values == expected)
            #expect(strings == titles)
        }
    }

    @Test func noColumnsAtAll() throws {
        let file = ContainerWriter(kind: Sample.kind).finish()
        let reader = try Sample.reader(file)
        try reader.verify()
        #expect(reader.entries.isEmpty)
        #expect(file.count == 72)
    }

    /// Shuffling for numbers, differences where they never fall, hashes and noise as they are.
    @Test func encodingFollowsTheValues() throws {
        var random = SeededRandom(seed: 1)
        let noise = (0..<500).map { _ in random.word() }
        var writer = ContainerWriter(kind: Sample.kind)
        writer.add(ColumnID(1), (0..<500).map { Int64($0 * 1_000) })
        writer.add(ColumnID(2), (0..<500).map { Int64($0 % 9 * 1_000) })
        writer.add(ColumnID(3), noise)
        writer.add(ColumnID(4), [Hash256](repeating: Hash256(0, 0, 0, 0), count: 500))
        writer.add(ColumnID(5), [UInt32](repeating: 4, count: 500))
        let reader = try Sample.reader(writer.finish())
        let found = reader.entries.map { [$0.encoding.rawValue, $0.codec.rawValue] }
        #expect(found == [[2, 1], [1, 1], [0, 0], [0, 0], [1, 1]])
        for entry in reader.entries { #expect(entry.offset % 64 == 0) }
    }

    @Test func digestIgnoresEffortAndKnowsContent() throws {
        let fast = Sample.writer(.fast)
        let high = Sample.writer(.high)
        #expect(fast.digest == high.digest)
        #expect(try Sample.reader(high.finish()).digest() == fast.digest)
        var other = fast
        other.add(ColumnID(10), [UInt8]())
        #expect(other.digest != fast.digest)
        var (left, right) = (DigestBuilder(domain: "a"), DigestBuilder(domain: "a"))
        fast.digest(into: &left)
        high.digest(into: &right)
        #expect(left.finish() == right.finish())
    }

    @Test func partsTravelApart() throws {
        let whole = try Sample.reader(Sample.writer().finish())
        let sent = [ColumnID(3): try whole.storedSegment(ColumnID(3))]
        let part = try ContainerReader(
            directory: whole.directoryBytes, segments: sent, name: "part", kind: Sample.kind)
        try part.verify()
        #expect(try part.u32(ColumnID(3)) == whole.u32(ColumnID(3)))
        #expect(part.entries == whole.entries)
        #expect(part.directoryBytes == whole.directoryBytes)
        #expect(!part.has(ColumnID(2)))
        #expect(throws: ContainerError.missingColumn(file: "part", column: ColumnID(2))) {
            try part.u16(ColumnID(2))
        }
        #expect(
            throws: ContainerError.segmentLength(
                file: "part", column: ColumnID(3), expected: 280, found: 3)
        ) {
            try ContainerReader(
                directory: whole.directoryBytes,
                segments: [ColumnID(3): StoredSegment([1, 2, 3])], name: "part", kind: Sample.kind)
        }
        #expect(throws: ContainerError.missingColumn(file: "part", column: ColumnID(99))) {
            try ContainerReader(
                directory: whole.directoryBytes,
                segments: [ColumnID(99): StoredSegment([])], name: "part", kind: Sample.kind)
        }
    }

    /// A segment taken for sending outlives reader, file and name.
    @Test func segmentKeepsItsMappingAlive() throws {
        let folder = try TemporaryFolder()
        let path = folder("sample.kln")
        try writeFileDurably(path, Sample.writer().finish())
        let segment = try ContainerReader(path: path, kind: Sample.kind)
            .storedSegment(ColumnID(3))
        try FileSystem.remove(path)
        let expected = (0..<70).flatMap { index in
            withUnsafeBytes(of: (UInt32(index) &* 2_654_435_761).littleEndian) { Array($0) }
        }
        #expect(Array(segment.bytes) == expected)
    }

    @Test func wrongTypeIsNamed() throws {
        let reader = try Sample.reader(Sample.writer().finish())
        let expected = ContainerError.element(
            file: "sample", column: ColumnID(3), expected: .u64, found: .u32)
        #expect(throws: expected) { try reader.u64(ColumnID(3)) }
        #expect("\(expected)" == "sample: column 3: element type: expected u64, found u32")
        #expect(throws: ContainerError.self) {
            var values: [Int32] = []
            try reader.read(ColumnID(3), into: &values, scratch: ColumnScratch())
        }
    }
}
