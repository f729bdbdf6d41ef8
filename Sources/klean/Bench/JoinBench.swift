import Glibc
import KleanColumns
import KleanCore
import KleanModel
import KleanScore

/// Times the bank join alone on files of raw hashes (32 bytes each, as in a chunk).
struct JoinBench {
    /// What a join gave: how many pairs, and a sum over them that no order changes.
    struct Pairs: Equatable {
        var count: UInt64 = 0
        var checksum: UInt64 = 0
    }

    /// One way of joining the same hashes with the same entries.
    struct Run {
        var isa: String
        var layout: BankLayout
        var pairs: Pairs
        /// CPU seconds: the build, and the fastest of the repeats over all queries.
        var buildSeconds: Double
        var joinSeconds: Double
        var indexBytes: Int
    }

    let entries: [Hash256]
    let queries: [Hash256]
    var radiusBits = Limits.matchRadiusBits
    var batch = Limits.rowsPerChunkMax
    var repeats = 1

    /// - Parameters:
    ///   - layout: Instead of the fastest one for so many entries.
    ///   - folder: Takes the index from a file there that it writes before, as workers do.
    func run(_ kernels: KleanScore.Kernels, layout: BankLayout? = nil, folder: String? = nil) -> Run
    {
        let table = table()
        let plan = BankPlan(table, bytesMax: .max, layout: layout)
        let buildStart = JoinBench.cpuSeconds
        let index: BankIndex
        if let folder {
            index = BankIndex.shared(
                table, model: Digest(bytes: [UInt8](repeating: 0, count: 32)), folder: folder,
                plan: plan, privateBytesMax: 0, kernels: kernels, note: { _ in })
        } else {
            index = BankIndex(table, plan: plan, kernels: kernels)
        }
        let buildSeconds = JoinBench.cpuSeconds - buildStart
        // Batches are cut before the clock runs: a worker's hashes lie in arrays, too.
        let batches = stride(from: 0, to: queries.count, by: batch).map {
            Array(queries[$0..<min(queries.count, $0 + batch)])
        }
        let qualities = batches.map { [UInt8](repeating: 100, count: $0.count) }
        var best = Double.infinity
        var pairs = Pairs()
        for _ in 0..<max(1, repeats) {
            pairs = Pairs()
            let start = JoinBench.cpuSeconds
            for (number, batch) in batches.enumerated() {
                let first = UInt64(number * self.batch)
                index.join(batch, quality: qualities[number], target: .image) {
                    pairs.add($0, first)
                }
            }
            best = min(best, JoinBench.cpuSeconds - start)
        }
        return Run(
            isa: kernels.isa, layout: plan.parts.first?.layout ?? .bruteForce, pairs: pairs,
            buildSeconds: buildSeconds, joinSeconds: best, indexBytes: plan.byteCount)
    }

    /// Reads up to `count` hashes from the start of a file.
    ///
    /// - Throws: ``CommandError`` for a file that holds fewer or no whole number of hashes.
    static func hashes(_ path: String, count: Int) throws -> [Hash256] {
        let file = try MappedFile(path)
        guard file.bytes.count % 32 == 0, file.bytes.count / 32 >= count else {
            throw CommandError(
                "\(path): expected at least \(count) hashes of 32 bytes, "
                    + "found \(file.bytes.count) bytes", .usage)
        }
        return (0..<count).map { row in
            func word(_ index: Int) -> UInt64 {
                UInt64(
                    littleEndian: file.bytes.load(
                        fromByteOffset: row * 32 + index * 8, as: UInt64.self))
            }
            return Hash256(word(0), word(1), word(2), word(3))
        }
    }

    private func table() -> BankTable {
        var table = BankTable()
        table.hashes = entries
        table.brands = [UInt32](repeating: 0, count: entries.count)
        table.banks = [
            Bank(
                name: "bench", kind: .official, target: .image,
                radiusBits: UInt8(clamping: radiusBits), qualityMin: 0,
                entries: 0..<UInt32(entries.count))
        ]
        return table
    }

    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

extension JoinBench.Pairs {
    /// Adds pairs; `first` is the number of their batch's first query.
    fileprivate mutating func add(_ pairs: UnsafeBufferPointer<JoinPair>, _ first: UInt64) {
        count += UInt64(pairs.count)
        for pair in pairs {
            // SplitMix64 of a mix of the three numbers.
            var value =
                (first + UInt64(pair.query)) &* 0x9E37_79B9_7F4A_7C15
                &+ UInt64(pair.entry) &* 0xC2B2_AE3D_27D4_EB4F
                &+ UInt64(pair.distance) &* 0x1656_67B1_9E37_79F9
            value &+= 0x9E37_79B9_7F4A_7C15
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            checksum &+= value ^ value >> 31
        }
    }
}
