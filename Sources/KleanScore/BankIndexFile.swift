package import KleanColumns
package import KleanCore
internal import KleanModel

/// The multi-index parts of a model's banks in one file that all workers of a host map read-only.
///
/// Little-endian. The bytes follow from the banks and the plan alone, not from the instruction set.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | magic `KLNBANK` and a zero |
/// | 8 | 4 | version |
/// | 12 | 4 | parts `n` of the plan |
/// | 16 | 32 | digest of the model |
/// | 48 | 8 | bytes of the file |
/// | 56 | 8 | zero |
/// | 64 | 32 n | by part: target, radius, layout, zero; 4 zeros; entries; offset; bytes (8 each) |
/// | 4096 k | | each part as `kk_band_bank_open` finds it; brute force has none |
/// | end - 8 | 8 | XXH3-64 of all before |
package struct BankIndexFile: Sendable {
    package static let version: UInt32 = 1
    private static let magic: [UInt8] = Array("KLNBANK".utf8) + [0]
    private static let headerBytes = 64
    private static let entryBytes = 32
    private static let trailerBytes = 8
    private static let alignment = 4096

    let mapping: MappedFile
    private let offsets: [Int]

    /// Where a part's layout begins.
    func memory(ofPart number: Int) -> UnsafeRawPointer {
        guard let base = mapping.bytes.baseAddress else { preconditionFailure("checked") }
        return base + offsets[number]
    }

    /// The file's name in a folder of indexes.
    package static func name(_ model: Digest) -> String { "\(model.hex).banks-v\(version)" }

    /// Maps the file at `path` and checks all of it.
    ///
    /// - Throws: ``BankIndexError``, all cases.
    /// - Complexity: reads every byte once, some 10 GB a second when it is cached.
    package init(_ path: String, model: Digest, plan: BankPlan) throws(BankIndexError) {
        do { mapping = try MappedFile(path) } catch { throw .file(error) }
        let bytes = mapping.bytes
        let (header, offsets) = BankIndexFile.header(model, plan)
        let fileBytes = BankIndexFile.fileBytes(plan)
        guard bytes.count >= 12, bytes.prefix(8).elementsEqual(BankIndexFile.magic) else {
            throw .notIndex(path: path)
        }
        let version = UInt32(truncatingIfNeeded: bytes.word(at: 8, bytes: 4))
        guard version == BankIndexFile.version else {
            throw .version(path: path, expected: BankIndexFile.version, found: version)
        }
        guard bytes.count == fileBytes else {
            throw .size(path: path, expected: fileBytes, found: bytes.count)
        }
        guard bytes.prefix(header.count).elementsEqual(header) else {
            throw .otherBanks(path: path)
        }
        let end = fileBytes - BankIndexFile.trailerBytes
        let found = Checksum.xxh3(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        let expected = bytes.word(at: end, bytes: 8)
        guard found == expected else {
            throw .checksum(path: path, expected: expected, found: found)
        }
        self.offsets = offsets
    }

    /// Builds the file; a reader finds it whole or not at all. Two builders do not disturb each
    /// other: they write the same bytes, and the later takes the place of the earlier.
    ///
    /// - Parameter fill: Lays a part out in zeroed memory.
    /// - Throws: ``BankIndexError/file(_:)``.
    static func write(
        _ path: String, model: Digest, plan: BankPlan,
        _ fill: (_ part: Int, _ memory: UnsafeMutableRawPointer) -> Void
    ) throws(BankIndexError) {
        let (header, offsets) = header(model, plan)
        do {
            let draft = try MappedDraft(path, byteCount: fileBytes(plan))
            draft.bytes.copyBytes(from: header)
            for (number, part) in plan.parts.enumerated() where part.layout != .bruteForce {
                guard let base = draft.bytes.baseAddress else { break }
                fill(number, base + offsets[number])
            }
            let end = draft.bytes.count - trailerBytes
            let sum = Checksum.xxh3(UnsafeRawBufferPointer(rebasing: draft.bytes[..<end]))
            withUnsafeBytes(of: sum.littleEndian) {
                UnsafeMutableRawBufferPointer(rebasing: draft.bytes[end...]).copyBytes(from: $0)
            }
            try draft.publish()
        } catch {
            throw .file(error)
        }
    }

    // MARK: - Private parts

    /// Everything before the parts, and where these begin.
    private static func header(_ model: Digest, _ plan: BankPlan) -> ([UInt8], offsets: [Int]) {
        var bytes = magic
        var offsets: [Int] = []
        func append(_ value: Int, _ count: Int) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        append(Int(version), 4)
        append(plan.parts.count, 4)
        bytes += model.bytes
        append(fileBytes(plan), 8)
        append(0, 8)
        var offset = firstOffset(plan)
        for part in plan.parts {
            let size = part.layout == .bruteForce ? 0 : part.byteCount
            bytes += [
                part.target.rawValue, UInt8(clamping: part.radiusBits), part.layout.rawValue, 0,
            ]
            append(0, 4)
            append(part.entryCount, 8)
            append(offset, 8)
            append(size, 8)
            offsets.append(offset)
            offset += aligned(size)
        }
        return (bytes, offsets)
    }

    private static func firstOffset(_ plan: BankPlan) -> Int {
        aligned(headerBytes + entryBytes * plan.parts.count)
    }

    private static func fileBytes(_ plan: BankPlan) -> Int {
        plan.parts.reduce(firstOffset(plan)) {
            $0 + ($1.layout == .bruteForce ? 0 : aligned($1.byteCount))
        } + trailerBytes
    }

    private static func aligned(_ count: Int) -> Int {
        (count + alignment - 1) / alignment * alignment
    }
}

extension UnsafeRawBufferPointer {
    /// A little-endian number of up to 8 bytes.
    fileprivate func word(at offset: Int, bytes: Int) -> UInt64 {
        (0..<bytes).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
    }
}

/// Why a file is not the index that is needed. It is always safe to build it again.
package enum BankIndexError: Error, Equatable, CustomStringConvertible {
    case file(FileError)
    case notIndex(path: String)
    case version(path: String, expected: UInt32, found: UInt32)
    case size(path: String, expected: Int, found: Int)
    /// Sound so far, but of another model, or laid out otherwise.
    case otherBanks(path: String)
    case checksum(path: String, expected: UInt64, found: UInt64)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .notIndex(let path): "\(path): expected a bank index, found something else"
        case .version(let path, let expected, let found):
            "\(path): bank index version: expected \(expected), found \(found)"
        case .size(let path, let expected, let found):
            "\(path): bytes of the bank index: expected \(expected), found \(found)"
        case .otherBanks(let path):
            "\(path): expected the index of this model's banks, found another's"
        case .checksum(let path, let expected, let found):
            "\(path): checksum of the bank index: expected \(expected), found \(found)"
        }
    }
}
