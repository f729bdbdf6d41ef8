import Foundation
import KleanColumns
import KleanCore
import KleanModel
import KleanScore
import Testing

/// A bank index in a file gives the pairs of one in memory, and is believed only when every byte
/// of it is as it was written.
@Suite struct BankIndexFileTests {
    private let folder = NSTemporaryDirectory() + "klean-banks-\(UUID().uuidString)"
    private let set = HashSet(rows: 300, queries: 50, seed: 3)
    private let model = Digest(bytes: [UInt8](repeating: 7, count: 32))

    private var path: String { "\(folder)/\(BankIndexFile.name(model))" }

    /// Joins with an index of the folder; what it had to say comes along.
    private func join(
        _ isa: String, layout: BankLayout? = nil, in folder: String? = nil
    ) throws -> (pairs: [JoinPair], notes: [String]) {
        let table = set.table(radius: 31)
        var notes: [String] = []
        let index = BankIndex.shared(
            table, model: model, folder: folder ?? self.folder,
            plan: BankPlan(table, layout: layout), privateBytesMax: 0,
            kernels: try Kernels.named(isa)
        ) { notes.append($0) }
        var pairs: [JoinPair] = []
        index.join(
            set.queries, quality: Array(repeating: 80, count: set.queries.count), target: .image,
            into: &pairs)
        return (pairs, notes)
    }

    /// Built by one instruction set, read by every other.
    @Test func isOneFileForAll() throws {
        defer { removeFolder() }
        let expected = set.naive(radius: 31)
        for layout in [BankLayout.ring, .partition, .batch] {
            var files: Set<Data> = []
            for kernels in KleanScore.Kernels.available {
                try FileSystem.remove(path)
                let built = try join(kernels.isa, layout: layout)
                #expect(built.pairs == expected && built.notes.count == 1)
                for reader in KleanScore.Kernels.available {
                    let read = try join(reader.isa, layout: layout)
                    #expect(read.pairs == expected && read.notes.isEmpty)
                }
                files.insert(try Data(contentsOf: URL(filePath: path)))
            }
            #expect(files.count == 1, "the bytes do not depend on the instruction set")
        }
        #expect(try FileSystem.list(folder).count == 1, "no temporary stays")
    }

    @Test func everyDamageIsRefusedAndRepaired() throws {
        defer { removeFolder() }
        let plan = BankPlan(set.table(radius: 31))
        let expected = try join("scalar").pairs
        let sound = try FileSystem.read(path)
        var random = SplitMix64(seed: 11)
        let places =
            [0, 7, 8, 12, 16, 47, 48, 56, 64, 66, 72, 95, 96, 4_096, sound.count - 1]
            + (0..<40).map { _ in Int.random(in: 0..<sound.count, using: &random) }
        for place in places {
            var damaged = sound
            damaged[place] ^= 1 << UInt8(place % 8)
            try FileSystem.write(path, damaged, sync: false)
            #expect(throws: BankIndexError.self, "byte \(place)") {
                try BankIndexFile(path, model: model, plan: plan)
            }
        }
        for count in [0, 1, 11, 63, 64, 4_096, sound.count - 1] {
            try FileSystem.write(path, Array(sound.prefix(count)), sync: false)
            #expect(throws: BankIndexError.self, "\(count) bytes") {
                try BankIndexFile(path, model: model, plan: plan)
            }
        }
        let repaired = try join("scalar")
        #expect(repaired.pairs == expected)
        #expect(repaired.notes.count == 1 && repaired.notes[0].contains("building it again"))
        #expect(try FileSystem.read(path) == sound)
    }

    @Test func anotherModelsFileIsRefused() throws {
        defer { removeFolder() }
        _ = try join("scalar")
        let other = Digest(bytes: [UInt8](repeating: 8, count: 32))
        let plan = BankPlan(set.table(radius: 31))
        #expect(throws: BankIndexError.otherBanks(path: path)) {
            try BankIndexFile(path, model: other, plan: plan)
        }
        let ring = BankPlan(set.table(radius: 31), layout: .batch)
        #expect(throws: BankIndexError.self) { try BankIndexFile(path, model: model, plan: ring) }
    }

    /// Where no file can be, the pairs are the same and somebody is told.
    @Test func worksWithoutAFolder() throws {
        let found = try join("scalar", in: "/dev/null/nowhere")
        #expect(found.pairs == set.naive(radius: 31))
        #expect(found.notes.contains { $0.contains("in memory") })
    }

    private func removeFolder() {
        do { try FileSystem.remove(folder) } catch { Issue.record("\(error)") }
    }
}
