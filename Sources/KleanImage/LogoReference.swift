/// Draws the shapes of a logo that a bank holds: of a picture with the logo alone on plain ground.
///
/// Three renderings each, turned by -6, 0 and 6 degrees: what is printed on goods is seldom level.
/// Light on dark needs no rendering of its own, as listings are searched for both.
package struct LogoReference: Sendable {
    /// A rendering, by what a bank's note calls it.
    package struct Rendering: Sendable {
        package let name: String
        let cosine: Double
        let sine: Double
    }

    package static let renderings = [
        Rendering(name: "level", cosine: 1, sine: 0),
        Rendering(name: "turned -6", cosine: 0.9945218953682733, sine: -0.10452846326765347),
        Rendering(name: "turned 6", cosine: 0.9945218953682733, sine: 0.10452846326765347),
    ]

    /// A channel must differ by more than this from the ground to be ink.
    private static let inkMin = 40
    /// Samples along each side of a cell.
    private static let samples = 8

    private let width: Int
    private let height: Int
    private let isInk: [Bool]
    private let ink: [(x: Double, y: Double)]

    /// - Returns: `nil` where nothing stands out from the ground, or everything does. The ground is
    ///   the median colour of the picture's outermost pixels.
    package init?(_ pixels: Pixels) {
        width = pixels.width
        height = pixels.height
        let ground = LogoReference.ground(pixels)
        isInk = (0..<pixels.width * pixels.height).map { place in
            (0..<3).contains { channel in
                abs(Int(pixels.rgb[3 * place + channel]) - ground[channel]) > LogoReference.inkMin
            }
        }
        let width = width
        ink = isInk.indices.filter { [isInk] in isInk[$0] }.map { place in
            (Double(place % width) + 0.5, Double(place / width) + 0.5)
        }
        guard ink.count >= 16, ink.count < isInk.count else { return nil }
    }

    /// The shape as a rendering shows it.
    ///
    /// - Complexity: O(pixels); 64 samples a cell.
    package func shape(_ rendering: Rendering) -> LogoShape {
        let (cosine, sine) = (rendering.cosine, rendering.sine)
        var left = Double.infinity
        var right = -Double.infinity
        var top = Double.infinity
        var bottom = -Double.infinity
        for (x, y) in ink {
            let across = cosine * x - sine * y
            let down = sine * x + cosine * y
            left = min(left, across)
            right = max(right, across)
            top = min(top, down)
            bottom = max(bottom, down)
        }
        left -= 0.5
        right += 0.5
        top -= 0.5
        bottom += 0.5
        let steps = LogoShape.side * LogoReference.samples
        var counts = [Int](repeating: 0, count: LogoShape.side * LogoShape.side)
        for row in 0..<steps {
            let down = top + (Double(row) + 0.5) * (bottom - top) / Double(steps)
            for column in 0..<steps {
                let across = left + (Double(column) + 0.5) * (right - left) / Double(steps)
                let x = Int((cosine * across + sine * down).rounded(.down))
                let y = Int((cosine * down - sine * across).rounded(.down))
                guard x >= 0, y >= 0, x < width, y < height, isInk[y * width + x] else { continue }
                let cell =
                    row / LogoReference.samples * LogoShape.side + column / LogoReference.samples
                counts[cell] += 1
            }
        }
        let full = LogoReference.samples * LogoReference.samples
        return LogoShape(
            cover: counts.map { UInt8($0 * 255 / full) },
            // In 64ths of a pixel, so that the aspect of small pictures is not rounded away.
            width: max(1, Int(64 * (right - left))), height: max(1, Int(64 * (bottom - top))))
    }

    private static func ground(_ pixels: Pixels) -> [Int] {
        var places = Array(0..<pixels.width)
        places += (0..<pixels.width).map { (pixels.height - 1) * pixels.width + $0 }
        places += (0..<pixels.height).map { $0 * pixels.width }
        places += (0..<pixels.height).map { $0 * pixels.width + pixels.width - 1 }
        return (0..<3).map { channel in
            let values = places.map { Int(pixels.rgb[3 * $0 + channel]) }.sorted()
            return values[values.count / 2]
        }
    }
}
