import Foundation
import KleanColumns
import KleanCore

/// Random numbers that are the same in every run: a failure repeats.
struct SeededRandom {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Fingerprint.mix(state)
    }

    mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: word()) }
    }
}

/// Small containers that have every element type, encoding and codec.
enum Sample {
    static let kind = ContainerKind("TEST")

    static func writer(_ effort: CompressionEffort = .fast) -> ContainerWriter {
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

    /// Header and directory of ``writer(_:)``'s file: ten columns.
    static let directoryEnd = 32 + 10 * 48

    static func reader(_ bytes: [UInt8], kind: ContainerKind = kind) throws(ContainerError)
        -> ContainerReader
    {
        try ContainerReader(bytes: bytes, name: "sample", kind: kind)
    }

    static func readAll(_ bytes: [UInt8]) throws(ContainerError) { try reader(bytes).verify() }
}

/// A folder for one test, removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "klean-columns-\(UUID().uuidString)").path
        try FileSystem.createDirectory(path)
    }

    deinit { try? FileSystem.remove(path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

extension [UInt8] {
    var hex: String { map { String(format: "%02x", $0) }.joined() }
}
