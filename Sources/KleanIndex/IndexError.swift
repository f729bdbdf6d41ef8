package import KleanColumns
package import KleanCore

/// Why an index cannot be made or read. Each message says what, where, expected, found and what to
/// do next.
package enum IndexError: Error, Equatable, Sendable {
    case notFound(path: String)
    /// `found` names what stands there: a store, a model, an unfinished scan.
    case notAnIndex(path: String, found: String)
    /// A scan into this folder has begun and not ended.
    case unfinished(path: String)
    case version(path: String, expected: Int, found: Int)
    case corrupt(file: String, expected: String, found: String)
    case container(ContainerError)
    case file(FileError)
    /// A store or model that is not the one that the index was made with.
    case otherInput(what: String, path: String, expected: Digest, found: Digest)
    /// The same row, model and profile gave another score than the index holds.
    case scoreDiffers(id: String, stored: Fixed, computed: Fixed)
    case unknownListing(id: String, index: String)
    /// The row is in a shard that was quarantined, so it has no score.
    case quarantined(ordinal: UInt32, shard: String, reason: String)
    /// A shard result that does not fit its chunk.
    case shardShape(shard: String, expected: String, found: String)
}

extension IndexError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "\(path): no such folder; make an index with klean scan"
        case .notAnIndex(let path, let found):
            "\(path): expected a suspicion index (index.json), found \(found)"
        case .unfinished(let path):
            "\(path): expected a finished index, found a scan that has not ended; "
                + "run the same klean scan again to resume it"
        case .version(let path, let expected, let found):
            "\(path): expected index version \(expected), found \(found); "
                + "scan again or use the klean that wrote it"
        case .corrupt(let file, let expected, let found):
            "\(file): expected \(expected), found \(found); scan again"
        case .container(let error): "\(error)"
        case .file(let error): "\(error)"
        case .otherInput(let what, let path, let expected, let found):
            "\(path): expected the \(what) \(expected.short) that the index was made with, "
                + "found \(found.short)"
        case .scoreDiffers(let id, let stored, let computed):
            "listing \(id): the index holds score \(stored.double) (raw \(stored.raw)), scoring it "
                + "again gives \(computed.double) (raw \(computed.raw)); the index, the store or "
                + "the scorer is damaged: run klean verify on each"
        case .unknownListing(let id, let index):
            "\(index): no live listing has the id \(id)"
        case .quarantined(let ordinal, let shard, let reason):
            "listing \(ordinal): its shard \(shard) is quarantined (\(reason)), so it has no "
                + "score; run the scan again to retry it"
        case .shardShape(let shard, let expected, let found):
            "shard \(shard): expected \(expected), found \(found)"
        }
    }
}
