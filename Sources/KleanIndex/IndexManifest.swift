internal import FoundationEssentials
import KleanColumns
package import KleanCore

/// What `index.json` says: which job, how many, and where the files stand. It holds nothing of
/// who, when or where: that is the run log's.
package struct IndexManifest: Equatable, Sendable {
    /// Over all decoded content: equal digests mean equal indexes.
    package var digest: Digest
    /// Over scores and ranking alone: also equal for the same rows in other chunks.
    package var resultDigest: Digest
    package var job: Digest
    package var snapshot: Digest
    package var model: Digest
    package var profile: Digest
    package var modelName: String
    package var scorerVersion: UInt32
    package var intercept: Fixed
    package var threshold: Fixed
    /// Rows of the snapshot, superseded and quarantined ones included: ordinals are below it.
    package var rows: UInt64
    /// Rows that a shard has scored.
    package var scoredRows: UInt64
    /// The true number at or over the threshold.
    package var overThreshold: UInt64
    /// How many of them are ranked.
    package var ranked: Int
    /// Rows per score bin, see `ScoreHistogram`.
    package var histogram: [UInt64]
    package var shards: [IndexedShard]
    /// What the rows were drawn from, if they are not all.
    package var sample: IndexSample?
    /// Folder inside the index that holds the files.
    package var folder: String

    /// Over the threshold but past the bound of a shard or of the index.
    package var cutCount: UInt64 { overThreshold - min(overThreshold, UInt64(ranked)) }
    package var quarantined: [IndexedShard] { shards.filter { $0.quarantineReason != nil } }

    /// The shard that holds an ordinal. - Precondition: `ordinal < rows`.
    package func shard(of ordinal: UInt32) -> Int {
        precondition(UInt64(ordinal) < rows, "the ordinal is inside the catalog")
        var low = 0
        var high = shards.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if shards[middle].firstOrdinal <= ordinal { low = middle } else { high = middle }
        }
        return low
    }
}

/// The listings of an index are a part of the catalog.
package struct IndexSample: Equatable, Sendable {
    package var share: SampleShare
    /// Live listings of the scored shards, sampled or not.
    package var liveRows: UInt64

    package init(share: SampleShare, liveRows: UInt64) {
        self.share = share
        self.liveRows = liveRows
    }
}

/// One shard as the manifest names it.
package struct IndexedShard: Equatable, Sendable {
    /// The chunk's name.
    package var name: String
    package var firstOrdinal: UInt32
    package var rows: UInt32
    /// Why it has no scores; `nil` when it has.
    package var quarantineReason: String?

    package init(
        name: String, firstOrdinal: UInt32, rows: UInt32, quarantineReason: String? = nil
    ) {
        self.name = name
        self.firstOrdinal = firstOrdinal
        self.rows = rows
        self.quarantineReason = quarantineReason
    }
}

/// Where the files of an index stand.
///
/// | file | holds |
/// |---|---|
/// | `index.json` | ``IndexManifest``; replaced last by each publication |
/// | `origin.json` | where store and model stood when it was made; not part of any digest |
/// | `index-<digest>/ranking.kln` | whole-ranking columns to filter by: ``RankingColumns`` |
/// | `index-<digest>/pages/0000.kln` | ``RankedPage``: 4,096 ranked entries with their evidence |
/// | `index-<digest>/labels.kln` | ``IndexLabels`` |
/// | `index-<digest>/profile.kln` | what survey found, for `explain` |
/// | `index-<digest>/scores/00000.kln` | the result of each shard: a score for every row |
/// | `job/` | the ledger and results of the run, see `KleanCoordinator` |
struct IndexFiles: Sendable {
    static let format = "klean index"
    /// 2: ranked entries hold the facts' contributions too.
    static let version = 2

    /// The folder with `index.json`.
    let path: String
    /// The folder with the files.
    let folder: String

    init(path: String, folder: String) {
        self.path = path
        self.folder = folder
    }

    static func manifest(_ path: String) -> String { "\(path)/index.json" }
    static func origin(_ path: String) -> String { "\(path)/origin.json" }
    var ranking: String { "\(path)/\(folder)/ranking.kln" }
    var labels: String { "\(path)/\(folder)/labels.kln" }
    var profile: String { "\(path)/\(folder)/profile.kln" }
    func page(_ number: Int) -> String { "\(path)/\(folder)/pages/\(digits(number, 4)).kln" }
    func scores(_ shard: Int) -> String { "\(path)/\(folder)/scores/\(digits(shard, 5)).kln" }

    private func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// The JSON form.
private struct ManifestFile: Codable {
    struct Shard: Codable {
        var name: String
        var firstOrdinal: UInt32
        var rows: UInt32
        var quarantineReason: String?
    }
    var format: String
    var version: Int
    var digest: String
    var resultDigest: String
    var job: String
    var snapshot: String
    var model: String
    var profile: String
    var modelName: String
    var scorerVersion: UInt32
    var interceptRaw: Int32
    var thresholdRaw: Int32
    var rows: UInt64
    var scoredRows: UInt64
    var overThreshold: UInt64
    var ranked: Int
    var histogram: [UInt64]
    var shards: [Shard]
    // Of a sample only, so that whole indexes are the same files as before.
    var samplePartsPerMillion: UInt32?
    var sampleLiveRows: UInt64?
    var folder: String
    /// XXH3-64 of this file with an empty seal: tells a flipped byte from a decision.
    var seal: String
}

/// Read first, so that another version is told from damage.
private struct ManifestHead: Codable {
    var format: String
    var version: Int
}

extension IndexManifest {
    /// The file's bytes: sorted keys, so that equal manifests are equal files.
    package func encoded() throws -> [UInt8] {
        let seal = Checksum.xxh3(try encoded(seal: ""))
        return try encoded(seal: String(seal, radix: 16))
    }

    private func encoded(seal: String) throws -> [UInt8] {
        let file = ManifestFile(
            format: IndexFiles.format, version: IndexFiles.version, digest: digest.hex,
            resultDigest: resultDigest.hex, job: job.hex, snapshot: snapshot.hex,
            model: model.hex, profile: profile.hex, modelName: modelName,
            scorerVersion: scorerVersion, interceptRaw: intercept.raw,
            thresholdRaw: threshold.raw, rows: rows, scoredRows: scoredRows,
            overThreshold: overThreshold, ranked: ranked, histogram: histogram,
            shards: shards.map {
                ManifestFile.Shard(
                    name: $0.name, firstOrdinal: $0.firstOrdinal, rows: $0.rows,
                    quarantineReason: $0.quarantineReason)
            }, samplePartsPerMillion: sample?.share.partsPerMillion,
            sampleLiveRows: sample?.liveRows, folder: folder, seal: seal)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(file)) + [UInt8(ascii: "\n")]
    }

    /// - Throws: ``IndexError/corrupt(file:expected:found:)``,
    ///   ``IndexError/version(path:expected:found:)``.
    package init(decoding bytes: [UInt8], file name: String) throws {
        func damaged(_ expected: String, _ found: String) -> IndexError {
            .corrupt(file: name, expected: expected, found: found)
        }
        let data = Data(bytes)
        let head: ManifestHead
        do { head = try JSONDecoder().decode(ManifestHead.self, from: data) } catch {
            throw damaged("an index manifest", "other or damaged JSON")
        }
        guard head.format == IndexFiles.format else {
            throw damaged("format \(IndexFiles.format)", "format \(head.format)")
        }
        guard head.version == IndexFiles.version else {
            throw IndexError.version(
                path: name, expected: IndexFiles.version, found: head.version)
        }
        let file: ManifestFile
        do { file = try JSONDecoder().decode(ManifestFile.self, from: data) } catch {
            throw damaged("an index manifest", "other or damaged JSON")
        }
        func digest(_ hex: String) throws -> Digest {
            guard let digest = Digest(hex: hex) else { throw damaged("a digest", hex) }
            return digest
        }
        self.digest = try digest(file.digest)
        resultDigest = try digest(file.resultDigest)
        job = try digest(file.job)
        snapshot = try digest(file.snapshot)
        model = try digest(file.model)
        profile = try digest(file.profile)
        modelName = file.modelName
        scorerVersion = file.scorerVersion
        intercept = Fixed(raw: file.interceptRaw)
        threshold = Fixed(raw: file.thresholdRaw)
        rows = file.rows
        scoredRows = file.scoredRows
        overThreshold = file.overThreshold
        ranked = file.ranked
        histogram = file.histogram
        if let parts = file.samplePartsPerMillion, let live = file.sampleLiveRows {
            guard let share = SampleShare(partsPerMillion: parts) else {
                throw damaged("a sample below a million parts", "\(parts)")
            }
            sample = IndexSample(share: share, liveRows: live)
        }
        folder = file.folder
        guard !folder.isEmpty, !folder.hasPrefix("."), !folder.utf8.contains(UInt8(ascii: "/"))
        else { throw damaged("a folder name", folder) }
        guard (0...Limits.rankedPerIndexMax).contains(ranked) else {
            throw damaged("at most \(Limits.rankedPerIndexMax) ranked", "\(ranked)")
        }
        var next: UInt64 = 0
        shards = []
        for shard in file.shards {
            guard UInt64(shard.firstOrdinal) == next else {
                throw damaged("a shard from row \(next)", "row \(shard.firstOrdinal)")
            }
            next += UInt64(shard.rows)
            shards.append(
                IndexedShard(
                    name: shard.name, firstOrdinal: shard.firstOrdinal, rows: shard.rows,
                    quarantineReason: shard.quarantineReason))
        }
        guard next == rows else { throw damaged("\(rows) rows in shards", "\(next)") }
        guard try encoded() == bytes else { throw damaged("the bytes that were sealed", "others") }
    }
}

/// Where store and model stood when an index was made, so that `explain` finds them again.
package struct IndexOrigin: Codable, Equatable, Sendable {
    package var store: String
    package var model: String

    package init(store: String, model: String) {
        self.store = store
        self.model = model
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// `nil` when the file is not there: the index was moved without it.
    static func read(_ path: String) throws -> IndexOrigin? {
        let name = IndexFiles.origin(path)
        guard FileSystem.exists(name) else { return nil }
        do {
            return try JSONDecoder().decode(
                IndexOrigin.self, from: Data(try FileSystem.read(name)))
        } catch let error as FileError {
            throw IndexError.file(error)
        } catch {
            throw IndexError.corrupt(
                file: name, expected: "paths of store and model", found: "other or damaged JSON")
        }
    }
}
