public import KleanCore

/// What a match with a bank's entry means (SCORING a).
public enum BankKind: UInt8, CaseIterable, Sendable {
    /// Pictures of confirmed fakes.
    case confirmedFake = 0
    /// The brand's own pictures, or logos.
    case official = 1
    /// Pictures first posted by authorised sellers.
    case authorised = 2
    /// Pictures that mean nothing: shipping banners, size charts.
    case stop = 3
    /// Pictures of listings that were taken down: who shows them again re-lists.
    case removed = 4
}

/// Which hashes of a listing a bank is compared with.
public enum BankTarget: UInt8, CaseIterable, Sendable {
    case image = 0
    case logo = 1

    /// The widest radius of a bank: shapes are told apart by more bits than pictures.
    public var radiusBitsMax: Int {
        self == .image ? Limits.matchRadiusBits : Limits.logoRadiusBitsMax
    }

    /// The radius of a new bank of klean's own hashes.
    package var radiusBitsUsual: Int {
        self == .image ? Limits.matchRadiusBits : Limits.logoRadiusBits
    }

    /// What a bank's file calls the hashes that klean itself makes.
    package var family: String { self == .image ? HashFamily.picture : HashFamily.logo }
}

/// One bank: a run of entries with one meaning and one radius.
public struct Bank: Equatable, Sendable {
    /// The source file's name without its extension.
    public var name: String
    public var kind: BankKind
    public var target: BankTarget
    /// Hamming distance within which an entry matches, `0...target.radiusBitsMax`.
    public var radiusBits: UInt8
    /// Listing hashes of a lower PDQ quality are not compared, `0...100`.
    public var qualityMin: UInt8
    /// Entry numbers of the bank.
    public var entries: Range<UInt32>

    public init(
        name: String, kind: BankKind, target: BankTarget, radiusBits: UInt8, qualityMin: UInt8,
        entries: Range<UInt32>
    ) {
        self.name = name
        self.kind = kind
        self.target = target
        self.radiusBits = radiusBits
        self.qualityMin = qualityMin
        self.entries = entries
    }
}

/// All banks. An entry's number counts over all of them, in file-name order, then line order.
///
/// **Shape**: `hashes`, `brands`, `entryIDs` and `notes` have one row per entry; banks are
/// consecutive ranges that cover them.
public struct BankTable: Equatable, Sendable {
    public var banks: [Bank] = []
    public var hashes: [Hash256] = []
    /// The entry's brand, or `Missing.uint32`.
    public var brands: [UInt32] = []
    /// What the bank's keeper calls the entry. Several hashes may share one (mirror images).
    public var entryIDs = ByteStrings()
    public var notes = ByteStrings()

    public init() {}

    @inlinable public var entryCount: Int { hashes.count }

    /// The bank of an entry. - Complexity: O(log banks).
    @inlinable public func bankIndex(ofEntry entry: UInt32) -> Int {
        var low = 0
        var high = banks.count
        while low < high {
            let middle = (low + high) / 2
            if banks[middle].entries.upperBound <= entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
