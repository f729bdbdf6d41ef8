package import KleanColumns
package import KleanCore
internal import KleanImage

/// What was seen in pictures before, by the digest of their bytes, in a file.
///
/// | column | elements | |
/// |---|---|---|
/// | 0 | hash256 | BLAKE2b-256 of the file's bytes, rising |
/// | 1 | hash256 | PDQ; zero where there is none |
/// | 2 | u8 | quality `0...100` |
/// | 3 | u8 | 0, or why there is no hash: `PictureFailure` |
/// | 4 | bytes | `PDQ.family`, `LogoShape.version`, `HashFamily.concealed`, decoders' revision |
/// | 5 | u8 | logo regions `0...8`, `0xFF` where nobody looked for any |
/// | 6 | hash256 | of each region, picture by picture |
/// | 7 | u8 | its quality `0...100` |
/// | 8 | u64 | its box, `LogoBox` |
/// | 9 | u8 | concealed places, `0...2` |
/// | 10 | u8 | `Concealment` of each, picture by picture |
/// | 11 | u64 | its box, `LogoBox` |
///
/// A file of another family or revision, or a damaged one, counts as empty.
package struct PictureCache: Sendable {
    package typealias Outcome = Result<SeenPicture, PictureRefusal>

    /// Raised when a change of decoding changes a hash.
    private static let revision = 1
    private static let label = Array(
        "\(PDQ.family) \(LogoShape.version) \(HashFamily.concealed) \(revision)".utf8)
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
        var counts: [UInt8] = []
        var logos: [LogoRegion] = []
        var placeCounts: [UInt8] = []
        var places: [ConcealedPlace] = []
        for key in keys {
            switch entries[key] {
            case .success(let picture):
                hashes.append(picture.pdq.hash)
                quality.append(picture.pdq.quality)
                failures.append(0)
                counts.append(picture.logos.map { UInt8($0.count) } ?? Missing.uint8)
                logos += picture.logos ?? []
                placeCounts.append(UInt8(picture.concealed.count))
                places += picture.concealed
            case .failure(let refusal):
                hashes.append(Hash256(0, 0, 0, 0))
                quality.append(0)
                failures.append(refusal.reason.rawValue)
                counts.append(Missing.uint8)
                placeCounts.append(0)
            case nil: preconditionFailure("the key is one of the entries")
            }
        }
        var writer = ContainerWriter(kind: PictureCache.kind)
        writer.add(ColumnID(0), keys)
        writer.add(ColumnID(1), hashes)
        writer.add(ColumnID(2), quality)
        writer.add(ColumnID(3), failures)
        writer.add(ColumnID(4), bytes: PictureCache.label)
        writer.add(ColumnID(5), counts)
        writer.add(ColumnID(6), logos.map(\.hash))
        writer.add(ColumnID(7), logos.map(\.quality))
        writer.add(ColumnID(8), logos.map(\.box.packed))
        writer.add(ColumnID(9), placeCounts)
        writer.add(ColumnID(10), places.map(\.kind.rawValue))
        writer.add(ColumnID(11), places.map(\.box.packed))
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
        let counts = try reader.u8(ColumnID(5))
        let logoHashes = try reader.hash256(ColumnID(6))
        let logoQuality = try reader.u8(ColumnID(7))
        let logoBoxes = try reader.u64(ColumnID(8))
        let placeCounts = try reader.u8(ColumnID(9))
        let placeKinds = try reader.u8(ColumnID(10))
        let placeBoxes = try reader.u64(ColumnID(11))
        let places = placeCounts.reduce(0) { $0 + Int($1) }
        let regions = counts.reduce(0) { $0 + ($1 == Missing.uint8 ? 0 : Int($1)) }
        guard hashes.count == keys.count, quality.count == keys.count,
            failures.count == keys.count, counts.count == keys.count,
            logoHashes.count == regions, logoQuality.count == regions, logoBoxes.count == regions,
            placeCounts.count == keys.count, placeKinds.count == places,
            placeBoxes.count == places
        else {
            throw .segmentContent(
                file: path, column: ColumnID(1),
                detail: "rows: expected \(keys.count), found \(hashes.count)")
        }
        entries.reserveCapacity(keys.count)
        var region = 0
        var place = 0
        for index in keys.indices {
            let own = place..<place + Int(placeCounts[index])
            place = own.upperBound
            if failures[index] == 0 {
                var picture = SeenPicture(pdq: PDQ(hash: hashes[index], quality: quality[index]))
                if counts[index] != Missing.uint8 {
                    picture.logos = (region..<region + Int(counts[index])).map {
                        LogoRegion(
                            box: LogoRegion.Box(packed: logoBoxes[$0]), hash: logoHashes[$0],
                            quality: logoQuality[$0])
                    }
                    region += Int(counts[index])
                }
                picture.concealed = own.compactMap { number in
                    Concealment(rawValue: placeKinds[number]).map {
                        ConcealedPlace(kind: $0, box: LogoRegion.Box(packed: placeBoxes[number]))
                    }
                }
                entries[keys[index]] = .success(picture)
            } else if let reason = PictureFailure(rawValue: failures[index]) {
                entries[keys[index]] = .failure(PictureRefusal(reason))
            }
        }
    }
}
