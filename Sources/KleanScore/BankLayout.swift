internal import CKleanKernels
internal import KleanCore
package import KleanModel

/// How entries are laid out for joining. All layouts give the same pairs.
///
/// The multi-index layouts cut hashes into 16 bands of 16 bits and find exactly what brute force
/// finds, for radii up to ``radiusBitsMax``; how is told in `kk_bands.h`.
package enum BankLayout: UInt8, CaseIterable, Sendable {
    /// Every hash against every entry, in tiles.
    case bruteForce = 0
    /// Postings under every key within one bit, 3.3 KB an entry; one probe a band.
    case ring = 1
    /// Laid out as ``ring``; queries are grouped first, so that big banks stay in cache.
    case partition = 2
    /// Postings under their own key, 224 B an entry; queries with an equal key meet 17 buckets.
    case batch = 3

    /// The largest radius of the multi-index layouts.
    package static let radiusBitsMax = Int(kk_band_radius_max)
    /// Most entries for which a layout is the fastest; measured, see `bench/results`.
    static let bruteForceEntriesMax = 128
    /// Nearly every logo in a catalog is in the bank, some times over, and each match is met in up
    /// to 16 bands: brute force, to which matches are free, wins for longer.
    static let bruteForceLogosMax = 2_048
    static let ringEntriesMax = 50_000
    static let partitionEntriesMax = 200_000

    package var name: String {
        switch self {
        case .bruteForce: "brute force"
        case .ring: "ring"
        case .partition: "partition"
        case .batch: "batch"
        }
    }

    /// The fastest layout for so many entries of a target.
    package static func fastest(
        entries: Int, radiusBits: Int, target: BankTarget = .image
    ) -> BankLayout {
        guard radiusBits <= radiusBitsMax, entries <= Int(kk_band_rows_max) else {
            return .bruteForce
        }
        switch entries {
        case ...(target == .logo ? bruteForceLogosMax : bruteForceEntriesMax): return .bruteForce
        case ...ringEntriesMax: return .ring
        case ...partitionEntriesMax: return .partition
        default: return .batch
        }
    }

    /// What to take where this one does not fit into memory; `nil` for the smallest.
    var smaller: BankLayout? {
        switch self {
        case .ring, .partition: .batch
        case .batch: .bruteForce
        case .bruteForce: nil
        }
    }

    /// Bytes of the layout of so many entries, their hashes included.
    package func byteCount(entries: Int) -> Int {
        // Brute force: 28 to 64 bytes by instruction set; the plan must not depend on that.
        bands.map { kk_band_bank_bytes(entries, $0) } ?? entries * 96
    }

    /// Whether equal hashes of a batch are worth finding: comparing one costs more than that.
    var groupsEqualHashes: Bool { self == .batch || self == .partition }

    /// The C kernels' name; `nil` for brute force.
    var bands: kk_band_layout? {
        switch self {
        case .bruteForce: nil
        case .ring: kk_band_ring
        case .partition: kk_band_partition
        case .batch: kk_band_batch
        }
    }
}
