package import KleanCore

/// Groups picture hashes that show the same picture.
///
/// Hashes are taken in their order; each that is in no cluster yet becomes a medoid and takes all
/// others within ``radiusBits`` that are free. So no chain of near misses leads from one picture to
/// another, a medoid is its cluster's smallest hash, and the same hashes always give the same
/// clusters.
package struct PictureClusters: Sendable {
    package static let radiusBits = 10

    /// Distinct, in order.
    package let hashes: [Hash256]
    /// For each hash, the place of its medoid in ``hashes``.
    package let medoids: [UInt32]

    /// - Parameter found: Any hashes, in any order, repeated or not.
    /// - Complexity: 11 sorts, then for each medoid the hashes that share one of 11 bands with it:
    ///   ten differing bits leave at least one of eleven bands alike (pigeonhole). 52 bytes a hash.
    package init(_ found: [Hash256]) {
        var sorted = found.sorted(by: Hash256.precedes)
        var kept = 0
        for hash in sorted where kept == 0 || sorted[kept - 1] != hash {
            sorted[kept] = hash
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        let hashes = sorted
        let bands = (0..<Band.count).map { Band($0, hashes) }
        var medoids = [UInt32](repeating: Missing.uint32, count: hashes.count)
        for place in hashes.indices where medoids[place] == Missing.uint32 {
            medoids[place] = UInt32(place)
            for band in bands {
                band.forEach(like: hashes[place]) { other in
                    guard medoids[Int(other)] == Missing.uint32,
                        hashes[place].distance(to: hashes[Int(other)])
                            <= PictureClusters.radiusBits
                    else { return }
                    medoids[Int(other)] = UInt32(place)
                }
            }
        }
        self.hashes = hashes
        self.medoids = medoids
    }

    /// The medoid of a hash that was given, `nil` for any other. - Complexity: O(log n).
    package func medoid(of hash: Hash256) -> Int? {
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if Hash256.precedes(hashes[middle], hash) { low = middle + 1 } else { high = middle }
        }
        guard low < hashes.count, hashes[low] == hash else { return nil }
        return Int(medoids[low])
    }
}

/// All hashes by the bits of one of eleven bands (23 or 24 bits).
private struct Band {
    static let count = 11

    private let first: Int
    private let keys: [UInt32]
    private let places: [UInt32]

    init(_ number: Int, _ hashes: [Hash256]) {
        let first = number * 256 / Band.count
        let width = (number + 1) * 256 / Band.count - first
        let pairs = hashes.enumerated().map { place, hash in
            (key: hash.bits(first, width), place: UInt32(place))
        }.sorted { ($0.key, $0.place) < ($1.key, $1.place) }
        self.first = first
        self.width = width
        keys = pairs.map(\.key)
        places = pairs.map(\.place)
    }

    private let width: Int

    func forEach(like hash: Hash256, _ body: (UInt32) -> Void) {
        let key = hash.bits(first, width)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        while low < keys.count, keys[low] == key {
            body(places[low])
            low += 1
        }
    }
}

extension Hash256 {
    /// As numbers, and so as their hexadecimal digits stand.
    package static func precedes(_ left: Hash256, _ right: Hash256) -> Bool {
        (left.word3, left.word2, left.word1, left.word0)
            < (right.word3, right.word2, right.word1, right.word0)
    }

    /// `width` bits from bit `first` on, at most 32.
    fileprivate func bits(_ first: Int, _ width: Int) -> UInt32 {
        let words = (word0, word1, word2, word3)
        func word(_ index: Int) -> UInt64 {
            switch index {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        }
        let index = first / 64
        let shift = first % 64
        var value = word(index) >> UInt64(shift)
        if shift + width > 64 { value |= word(index + 1) << UInt64(64 - shift) }
        return UInt32(truncatingIfNeeded: value & ((1 << UInt64(width)) - 1))
    }
}
