public import KleanCore

/// The picture hashes of many listings: zero to `Limits.hashesPerListingMax` of each.
///
/// **Shape**: `offsets` has `rows + 1` entries, starts at 0, never falls; row `i` owns
/// `hashes[offsets[i]..<offsets[i + 1]]` and the same range of `quality`.
/// **Unit**: PDQ quality `0...100`, `Missing.uint8` when the catalog gives a hash without one.
public struct HashList: Equatable, Sendable {
    public var offsets: [UInt32]
    /// Empty when a reader asked for the offsets and qualities only (the score phase).
    public var hashes: [Hash256]
    public var quality: [UInt8]

    public init(offsets: [UInt32] = [0], hashes: [Hash256] = [], quality: [UInt8] = []) {
        self.offsets = offsets
        self.hashes = hashes
        self.quality = quality
    }

    @inlinable public var rowCount: Int { offsets.count - 1 }

    /// Where the row's hashes stand in `hashes` and `quality`.
    @inlinable public func range(_ row: Int) -> Range<Int> {
        Int(offsets[row])..<Int(offsets[row + 1])
    }

    /// Adds one hash to the row that is being written; ``endRow()`` closes it.
    @inlinable public mutating func append(_ hash: Hash256, quality value: UInt8) {
        hashes.append(hash)
        quality.append(value)
    }

    /// Whether the row that is being written has no hash yet.
    var isLastRowEmpty: Bool { offsets.last == UInt32(quality.count) }

    @inlinable public mutating func endRow() { offsets.append(UInt32(quality.count)) }
}
