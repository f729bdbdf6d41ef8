import KleanColumns
import KleanCore
import Testing

/// Whatever happens to a container's bytes is a typed error: no trap, no wild allocation, and no
/// wrong value that looks right.
@Suite struct ContainerDamageTests {
    @Test(arguments: [CompressionEffort.fast, .high])
    func everyFlippedByteIsRefused(_ effort: CompressionEffort) {
        let file = Sample.writer(effort).finish()
        for index in file.indices {
            for pattern in [0x01, 0x08, 0x80, 0xFF] as [UInt8] {
                var damaged = file
                damaged[index] ^= pattern
                #expect(throws: ContainerError.self, "byte \(index) xor \(pattern)") {
                    try Sample.readAll(damaged)
                }
            }
        }
    }

    @Test func everyTruncationAndExtensionIsRefused() {
        let file = Sample.writer().finish()
        for count in 0..<file.count {
            #expect(throws: ContainerError.self, "cut to \(count)") {
                try Sample.readAll(Array(file[..<count]))
            }
            #expect(throws: ContainerError.self, "first \(count) bytes gone") {
                try Sample.readAll(Array(file[(count + 1)...]))
            }
        }
        for count in [1, 8, 63, 64, 4_096] {
            #expect(throws: ContainerError.self, "\(count) more") {
                try Sample.readAll(file + [UInt8](repeating: 0, count: count))
            }
        }
    }

    /// The same for what a peer sends: directory and segments, each damaged in turn.
    @Test func everyFlippedByteOfPartsIsRefused() throws {
        let whole = try Sample.reader(Sample.writer().finish())
        let directory = whole.directoryBytes
        let segments = Dictionary(
            uniqueKeysWithValues: try whole.entries.map {
                ($0.id, Array(try whole.storedSegment($0.id).bytes))
            })
        func read(_ directory: [UInt8], _ segments: [ColumnID: [UInt8]]) throws {
            try ContainerReader(
                directory: directory, segments: segments.mapValues { StoredSegment($0) },
                name: "parts", kind: Sample.kind
            ).verify()
        }
        try read(directory, segments)
        for index in directory.indices {
            var damaged = directory
            damaged[index] ^= 0x10
            #expect(throws: ContainerError.self) { try read(damaged, segments) }
            #expect(throws: ContainerError.self) {
                try read(Array(directory[..<index]), segments)
            }
        }
        #expect(throws: ContainerError.self) { try read(directory + [0], segments) }
        for (id, segment) in segments {
            for index in segment.indices {
                var damaged = segments
                damaged[id]?[index] ^= 0x10
                #expect(throws: ContainerError.self) { try read(directory, damaged) }
            }
        }
    }

    /// A peer that signs its lies: directories with wild fields and a right trailer never trap, and
    /// what is accepted cannot ask for more memory than LZ4 could fill from the bytes there are.
    @Test func signedDirectoriesNeverTrap() throws {
        let file = Sample.writer().finish()
        var random = SeededRandom(seed: 0x6B6C_6561_6E)
        let wild: [UInt64] = [
            0, 1, 7, 63, 64, 255, 256, 1 << 20, 1 << 30, 1 << 30 + 1, 1 << 31, 1 << 32, 1 << 58,
            1 << 59, 1 << 60, 1 << 61, 1 << 62, 1 << 63, .max, .max - 7, .max - 63,
        ]
        var refused = 0
        for _ in 0..<20_000 {
            var damaged = file
            for _ in 0..<1 + random.below(3) {
                if random.below(2) == 0 {
                    damaged[14 + random.below(Sample.directoryEnd - 14)] =
                        UInt8(random.below(256))
                } else {
                    let field = 32 + 48 * random.below(10) + 8 * (1 + random.below(5))
                    let near = UInt64(littleEndian: damaged[field..<field + 8])
                    let value =
                        random.below(2) == 0
                        ? wild[random.below(wild.count)]
                        : near &+ UInt64(random.below(5)) &- 2
                    damaged.replaceSubrange(field..<field + 8, with: littleEndian(value))
                }
            }
            sign(&damaged)
            do {
                let reader = try Sample.reader(damaged)
                let rawBytes = reader.entries.reduce(0) { $0 + $1.rawBytes }
                #expect(rawBytes <= 255 * UInt64(file.count))
                try reader.verify()
            } catch {
                refused += 1
            }
        }
        #expect(refused > 18_000)
    }

    /// The same one level down: segments of noise with right checksums reach LZ4 and the checks of
    /// values, and are either read or refused.
    @Test func signedSegmentsNeverTrap() throws {
        let file = Sample.writer().finish()
        let entries = try Sample.reader(file).entries
        var random = SeededRandom(seed: 0x6B6C_6E)
        var refused = 0
        for _ in 0..<20_000 {
            let column = random.below(entries.count)
            let entry = entries[column]
            let range = Int(entry.offset)..<Int(entry.offset + entry.storedBytes)
            guard !range.isEmpty else { continue }
            var damaged = file
            for _ in 0..<1 + random.below(4) {
                damaged[range.lowerBound + random.below(range.count)] = UInt8(random.below(256))
            }
            let checksum = Checksum.xxh3(Array(damaged[range]))
            let field = 32 + 48 * column + 40
            damaged.replaceSubrange(field..<field + 8, with: littleEndian(checksum))
            sign(&damaged)
            do {
                let reader = try Sample.reader(damaged)
                try reader.verify()
                _ = try reader.strings(ColumnID(8))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }

    /// Strings whose offsets are signed and still do not fit the text.
    @Test(arguments: [[0, 4], [1, 3], [0, 2], []] as [[UInt32]])
    func offsetsMustFitTheText(_ ends: [UInt32]) throws {
        var writer = ContainerWriter(kind: Sample.kind)
        writer.add(ColumnID(1), bytes: [65, 66, 67])
        writer.addOffsets(ColumnID(1).offsets, ends)
        let reader = try Sample.reader(writer.finish())
        #expect(throws: ContainerError.self) { try reader.strings(ColumnID(1)) }
        #expect(throws: ContainerError.self) { try reader.verify() }
        var strings = ByteStrings()
        #expect(throws: ContainerError.self) {
            try reader.read(ColumnID(1), into: &strings, scratch: ColumnScratch())
        }
    }

    @Test func fallingOffsetsAreNamed() throws {
        var writer = ContainerWriter(kind: Sample.kind)
        writer.addPlain(ColumnID(1), [5, 4] as [UInt32])
        var file = writer.finish()
        file[32 + 2] = ElementType.offsets32.rawValue
        let checksum = Checksum.xxh3(Array(file[..<80]))
        file.replaceSubrange(file.count - 8..<file.count, with: littleEndian(checksum))
        let reader = try Sample.reader(file)
        #expect(
            throws: ContainerError.segmentContent(
                file: "sample", column: ColumnID(1),
                detail: "offsets: expected them never to fall, found a fall")
        ) { try reader.offsets(ColumnID(1)) }
    }

    @Test func kindVersionAndDamageAreToldApart() throws {
        let file = Sample.writer().finish()
        #expect(throws: ContainerError.kind(file: "sample", expected: "ELSE", found: "TEST")) {
            try Sample.reader(file, kind: ContainerKind("ELSE"))
        }
        var later = file
        later[12] = 9
        #expect(throws: ContainerError.version(file: "sample", expected: 1, found: 9)) {
            try Sample.reader(later)
        }
        #expect(
            throws: ContainerError.length(
                file: "sample", expectedBytes: UInt64(file.count),
                foundBytes: UInt64(file.count - 100))
        ) { try Sample.reader(file.dropLast(100)) }
        #expect(throws: ContainerError.notContainer(file: "sample", found: "an empty file")) {
            try Sample.reader([])
        }
        #expect(
            throws: ContainerError.notContainer(
                file: "sample", found: "50 4b 03 04 00 00 00 00")
        ) { try Sample.reader([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 500)) }
        let column = try Sample.reader(file).entry(ColumnID(3))
        var damaged = file
        damaged[Int(column.offset)] ^= 1
        do {
            try Sample.readAll(damaged)
            Issue.record("a flipped byte was read")
        } catch {
            #expect("\(error)".hasPrefix("sample: column 3: checksum: expected 0x"))
            #expect(error.isDamage)
        }
    }

    private func sign(_ file: inout [UInt8]) {
        let trailer = Checksum.xxh3(Array(file[..<Sample.directoryEnd]))
        file.replaceSubrange(file.count - 8..<file.count, with: littleEndian(trailer))
    }
}

private func littleEndian(_ value: UInt64) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

extension UInt64 {
    fileprivate init(littleEndian bytes: ArraySlice<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
