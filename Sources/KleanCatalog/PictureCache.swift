package import KleanColumns
package import KleanCore
package import KleanImage

/// What PDQ said of pictures seen before, by the digest of their bytes, in a file.
///
/// | column | elements | |
/// |---|---|---|
/// | 0 | hash256 | BLAKE2b-256 of the file's bytes, rising |
/// | 1 | hash256 | PDQ; zero where there is none |
/// | 2 | u8 | quality `0...100` |
/// | 3 | u8 | 0, or why there is no hash: `PictureFailure` |
/// | 4 | bytes | the family of the hashes, `PDQ.family`, and the decoders' revision |
///
/// A file of another family or revision, or a damaged one, counts as empty.
package struct PictureCache: Sendable {
    package typealias Outcome = Result<PDQ, PictureRefusal>

    /// Raised when a change of decoding changes a hash.
    private static let revision = 1
    private static let label = Array("\(PDQ.family) \(revision)".utf8)
    private static let kind = ContainerKind("PICS")
    /// Pictures kept; later ones are hashed anew each time. About 100 bytes each in memory.
    private static let entriesMax = 16 << 20

    private var entries: [Hash256: Outcome] = [:]
    /// Something was added since the file was read.
    private(set) var isChanged = false
    /// Why a file that is there was not used.
    private(set) var note = ""

    package init() {}

    /// Reads a cache; a missing file is an empty one.
    package init(path: String) {
        guard FileSystem.exists(path) else { return }
        do {
            try read(path)
        } catch {
            entries = [:]
            note = "\(path) is not used: \(error)"
        }
    }

    package var count: Int { entries.count }

    package subscript(_ key: Hash256) -> Outcome? { entries[key] }

    package mutating func insert(_ outcome: Outcome, for key: Hash256) {
        guard entries.count < PictureCache.entriesMax else { return }
        isChanged = true
        entries[key] = outcome
    }

    /// The key of a file's content.
    package static func key(_ bytes: [UInt8]) -> Hash256 {
        var builder = DigestBuilder(domain: "klean picture")
        builder.update(bytes)
        let digest = builder.finish().bytes
        func word(_ index: Int) -> UInt64 {
            digest[8 * index..<8 * index + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        return Hash256(word(0), word(1), word(2), word(3))
    }

    /// Writes the file in one step, if there is anything new.
    package mutating func write(_ path: String) throws(FileError) {
        guard isChanged else { return }
        let keys = entries.keys.sorted {
            ($0.word3, $0.word2, $0.word1, $0.word0) < ($1.word3, $1.word2, $1.word1, $1.word0)
        }
        var hashes: [Hash256] = []
        var quality: [UInt8] = []
        var failures: [UInt8] = []
        for key in keys {
            switch entries[key] {
            case .success(let pdq):
                hashes.append(pdq.hash)
                quality.append(pdq.quality)
                failures.append(0)
            case .failure(let refusal):
                hashes.append(Hash256(0, 0, 0, 0))
                quality.append(0)
                failures.append(refusal.reason.rawValue)
            case nil: preconditionFailure("the key is one of the entries")
            }
        }
        var writer = ContainerWriter(kind: PictureCache.kind)
        writer.add(ColumnID(0), keys)
        writer.add(ColumnID(1), hashes)
        writer.add(ColumnID(2), quality)
        writer.add(ColumnID(3), failures)
        writer.add(ColumnID(4), bytes: PictureCache.label)
        try FileSystem.writeDurably(path, writer.finish())
        isChanged = false
    }

    private mutating func read(_ path: String) throws(ContainerError) {
        let reader = try ContainerReader(path: path, kind: PictureCache.kind)
        guard try reader.bytes(ColumnID(4)) == PictureCache.label else {
            note = "\(path) is of another hash family and is not used"
            return
        }
        let keys = try reader.hash256(ColumnID(0))
        let hashes = try reader.hash256(ColumnID(1))
        let quality = try reader.u8(ColumnID(2))
        let failures = try reader.u8(ColumnID(3))
        guard hashes.count == keys.count, quality.count == keys.count,
            failures.count == keys.count
        else {
            throw .segmentContent(
                file: path, column: ColumnID(1),
                detail: "rows: expected \(keys.count), found \(hashes.count)")
        }
        entries.reserveCapacity(keys.count)
        for index in keys.indices {
            if failures[index] == 0 {
                entries[keys[index]] = .success(
                    PDQ(hash: hashes[index], quality: quality[index]))
            } else if let reason = PictureFailure(rawValue: failures[index]) {
                entries[keys[index]] = .failure(PictureRefusal(reason))
            }
        }
    }
}
