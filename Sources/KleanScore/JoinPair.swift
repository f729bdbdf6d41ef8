/// One query hash within the radius of one bank entry: what the bank join yields.
package struct JoinPair: Hashable, Sendable {
    /// Position of the hash in the joined batch.
    package var query: UInt32
    /// Bank entry number, over all banks of the model in file order.
    package var entry: UInt32
    /// Differing bits, `0...256`.
    package var distance: UInt16

    @inlinable package init(query: UInt32, entry: UInt32, distance: UInt16) {
        self.query = query
        self.entry = entry
        self.distance = distance
    }
}

extension JoinPair: Comparable {
    /// By query, then entry: the one order in which a join hands out pairs.
    @inlinable package static func < (left: JoinPair, right: JoinPair) -> Bool {
        left.query != right.query ? left.query < right.query : left.entry < right.entry
    }
}

/// What kind of hash a pair was found with.
package enum PairKind: UInt8, Sendable, CaseIterable {
    case image = 0
    case logo = 1
}

/// A join pair settled on its listing: survey keeps it beside the ledger, score reads it.
package struct ListingPair: Hashable, Sendable {
    /// Row in the chunk.
    package var row: UInt32
    /// Bank entry number.
    package var entry: UInt32
    /// ``Hash256/fingerprint`` of the listing's hash, so that the stop-list can be applied in the
    /// score phase, which does not receive the hashes.
    package var fingerprint: UInt64
    package var kind: PairKind
    /// Position of the picture or logo in the listing.
    package var slot: UInt8
    /// Differing bits.
    package var distance: UInt16
    /// Quality of the listing's hash, `50...100`.
    package var quality: UInt8

    package init(
        row: UInt32, kind: PairKind, slot: UInt8, entry: UInt32, distance: UInt16, quality: UInt8,
        fingerprint: UInt64
    ) {
        self.row = row
        self.kind = kind
        self.slot = slot
        self.entry = entry
        self.distance = distance
        self.quality = quality
        self.fingerprint = fingerprint
    }
}

extension ListingPair: Comparable {
    /// By row, kind, slot, distance, entry.
    package static func < (left: ListingPair, right: ListingPair) -> Bool {
        if left.row != right.row { return left.row < right.row }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.slot != right.slot { return left.slot < right.slot }
        if left.distance != right.distance { return left.distance < right.distance }
        return left.entry < right.entry
    }
}
