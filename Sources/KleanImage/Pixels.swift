/// A decoded picture: rows of 8-bit red, green, blue, as stored in its file.
///
/// **Shape**: `height` rows of `width` pixels of 3 bytes, row-major, top row first, no padding.
/// **Invariant**: `rgb.count == 3 * width * height`, both sides at least 1.
package struct Pixels: Equatable, Sendable {
    package let width: Int
    package let height: Int
    package let rgb: [UInt8]

    /// - Precondition: as many bytes as the sides ask for.
    package init(width: Int, height: Int, rgb: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(rgb.count == 3 * width * height, "three bytes a pixel")
        self.width = width
        self.height = height
        self.rgb = rgb
    }

    /// The picture as a viewer would show it.
    ///
    /// Hashes are taken of the stored pixels instead: every PDQ tool does so, and banks hold all
    /// eight orientations of an entry.
    ///
    /// - Complexity: O(pixels), one copy; none for ``Orientation/upright``.
    package func turned(_ orientation: Orientation) -> Pixels {
        guard orientation != .upright else { return self }
        let isSwapped = orientation.swapsSides
        let newWidth = isSwapped ? height : width
        let newHeight = isSwapped ? width : height
        var turned = [UInt8](repeating: 0, count: rgb.count)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let source = orientation.source(x, y, width: width, height: height)
                let from = 3 * (source.y * width + source.x)
                let to = 3 * (y * newWidth + x)
                for channel in 0..<3 { turned[to + channel] = rgb[from + channel] }
            }
        }
        return Pixels(width: newWidth, height: newHeight, rgb: turned)
    }
}

/// How the stored rows lie, by EXIF tag 0x0112 (CIPA DC-008, 4.6.4 A): where the stored first row
/// and first column are on the upright picture.
package enum Orientation: UInt8, CaseIterable, Sendable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case flipped = 4
    case transposed = 5
    /// To be turned a quarter clockwise.
    case quarterLeft = 6
    case transversed = 7
    /// To be turned a quarter anticlockwise.
    case quarterRight = 8

    var swapsSides: Bool { rawValue >= 5 }

    /// The stored pixel that stands at (x, y) of the upright picture.
    func source(_ x: Int, _ y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .upsideDown: (width - 1 - x, height - 1 - y)
        case .flipped: (x, height - 1 - y)
        case .transposed: (y, x)
        case .quarterLeft: (y, height - 1 - x)
        case .transversed: (width - 1 - y, height - 1 - x)
        case .quarterRight: (width - 1 - y, x)
        }
    }
}
