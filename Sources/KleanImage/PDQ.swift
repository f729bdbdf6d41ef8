package import KleanCore

/// What PDQ says of a picture.
///
/// Source: "The TMK+PDF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook
/// 2019.
/// This is the family without a downscale before the filter: pixels go in at full resolution.
package struct PDQ: Equatable, Sendable {
    /// The family's name in banks and stores: hashes of others differ by 2 to 12 bits.
    package static let family = HashFamily.picture

    package var hash: Hash256
    /// How much there is to see, `0...100`; below 50 a match means little.
    package var quality: UInt8

    package init(hash: Hash256, quality: UInt8) {
        self.hash = hash
        self.quality = quality
    }
}

/// The eight ways in which a picture may be turned and mirrored, in the order of PDQ's tools.
package enum Dihedral: Int, CaseIterable, Sendable {
    case original, rotate90, rotate180, rotate270, flipX, flipY, flipPlus, flipMinus

    /// The name of a column that holds these hashes.
    package var name: String {
        switch self {
        case .original: "orig"
        case .rotate90: "rot90"
        case .rotate180: "rot180"
        case .rotate270: "rot270"
        case .flipX: "flipx"
        case .flipY: "flipy"
        case .flipPlus: "flipplus1"
        case .flipMinus: "flipminus1"
        }
    }
}

/// A picture's transform: 16 x 16 cosine coefficients, from which all eight hashes follow.
package struct PDQTransform: Equatable, Sendable {
    /// Row-major.
    let coefficients: [Float]
    package let quality: UInt8

    /// The hash of the picture as it is.
    package var pdq: PDQ { PDQ(hash: hash(.original), quality: quality) }

    /// The hash that the turned or mirrored picture would have.
    ///
    /// Turning a picture transposes its coefficients and flips signs, so no pixel is touched.
    package func hash(_ way: Dihedral) -> Hash256 {
        var turned = coefficients
        for row in 0..<16 {
            for column in 0..<16 {
                let value = coefficients[way.isTransposed ? 16 * column + row : 16 * row + column]
                turned[16 * row + column] = way.isNegative(row, column) ? -value : value
            }
        }
        return PDQTransform.bits(turned)
    }

    /// All eight, in the order of ``Dihedral``.
    package var hashes: [Hash256] { Dihedral.allCases.map(hash) }

    /// Bit `16 * row + column` is set where the coefficient is above the lower median.
    private static func bits(_ values: [Float]) -> Hash256 {
        let median = values.sorted()[127]
        var words: [UInt64] = [0, 0, 0, 0]
        for (place, value) in values.enumerated() where value > median {
            words[place / 64] |= 1 << UInt64(place % 64)
        }
        return Hash256(words[0], words[1], words[2], words[3])
    }
}

extension Dihedral {
    /// Row `r`, column `c` of the turned transform comes from row `c`, column `r`.
    var isTransposed: Bool {
        switch self {
        case .original, .rotate180, .flipX, .flipY: false
        case .rotate90, .rotate270, .flipPlus, .flipMinus: true
        }
    }

    /// Cosines of even order change sign when their axis is mirrored; row 0 is order 1.
    func isNegative(_ row: Int, _ column: Int) -> Bool {
        switch self {
        case .original, .flipPlus: false
        case .rotate90: row % 2 == 0
        case .rotate180: (row + column) % 2 == 1
        case .rotate270: column % 2 == 0
        case .flipX: row % 2 == 0
        case .flipY: column % 2 == 0
        case .flipMinus: (row + column) % 2 == 1
        }
    }
}
