import KleanCore
import KleanImage
import Testing

/// Logos are found where they were drawn and look like their reference, whatever size and colours
/// they have. Shapes are drawn by these tests from blocks, on a ramp or on flat ground.
@Suite struct LogoTests {
    /// A shape of blocks, drawn in cells; `#` is ink.
    private static let crown = [
        "#...#...#", "##.###.##", "#########", "#########", ".........", "#########",
    ]
    private static let key = [
        ".####....", "##..##...", "##..#####", "##..##.##", ".####..##", ".......##",
    ]

    /// The shape alone on white.
    private func alone(_ shape: [String], cell: Int = 24) -> Pixels {
        let width = (shape[0].count + 2) * cell
        let height = (shape.count + 2) * cell
        var canvas = Canvas(width: width, height: height) { _, _ in (255, 255, 255) }
        canvas.draw(shape, x: cell, y: cell, cell: cell, colour: (0, 0, 0))
        return canvas.pixels
    }

    private func reference(_ shape: [String]) throws -> [Hash256] {
        let logo = try #require(LogoReference(alone(shape)))
        return LogoReference.renderings.map { logo.shape($0).hash() }
    }

    /// Bits that a shape found may differ by from its reference; 16 of them are doubt, as
    /// shapes of such large blocks have little detail.
    private static let nearBits = 28

    /// Dark on light, light on dark, and another hue of the same luma, at three sizes.
    @Test(arguments: [5, 9, 17], [0, 1, 2])
    func drawnLogoIsFound(cell: Int, colours: Int) throws {
        let (ground, ink): (RGB, RGB) =
            [
                ((235, 230, 220), (30, 40, 60)), ((25, 30, 28), (240, 240, 235)),
                ((190, 90, 90), (60, 150, 90)),
            ][colours]
        for shape in [Self.crown, Self.key] {
            var canvas = Canvas(width: 400, height: 360) { x, y in
                // A slow ramp and a dark stripe across the picture.
                let shade = x / 32 + (y > 300 ? -15 : 0)
                return (ground.0 + shade / 2, ground.1 + shade / 2, ground.2 + shade / 2)
            }
            canvas.draw(shape, x: 130, y: 90, cell: cell, colour: ink)
            var finder = LogoFinder()
            let regions = finder.regions(canvas.pixels)
            #expect(regions.count <= LogoFinder.regionsMax)
            let hashes = try reference(shape)
            let best = try #require(
                regions.min { nearest($0.hash, hashes) < nearest($1.hash, hashes) })
            #expect(nearest(best.hash, hashes) <= Self.nearBits)
            #expect(abs(best.box.x - 130) <= 2 && abs(best.box.y - 90) <= 2)
            #expect(abs(best.box.width - shape[0].count * cell) <= 3)
            #expect(best.quality >= 50)
            #expect(finder.regions(canvas.pixels) == regions)
        }
    }

    /// Large pictures are looked at smaller; their boxes are in their own pixels.
    @Test func boxesAreInThePicturesOwnPixels() throws {
        var canvas = Canvas(width: 1_600, height: 1_200) { _, _ in (240, 240, 240) }
        canvas.draw(Self.key, x: 500, y: 300, cell: 40, colour: (20, 20, 120))
        var finder = LogoFinder()
        let hashes = try reference(Self.key)
        let best = try #require(
            finder.regions(canvas.pixels).min {
                nearest($0.hash, hashes) < nearest($1.hash, hashes)
            })
        #expect(nearest(best.hash, hashes) <= Self.nearBits)
        #expect(abs(best.box.x - 500) <= 4 && abs(best.box.width - 360) <= 8)
    }

    /// Odd sizes, single colours and noise end in at most eight regions inside the picture.
    @Test(arguments: [(1, 1), (31, 400), (32, 32), (33, 65), (640, 64), (1_300, 40), (64, 641)])
    func anyPictureIsSurvived(width: Int, height: Int) {
        var random = UInt64(0x10_60_05)
        for isFlat in [true, false] {
            let canvas = Canvas(width: width, height: height) { _, _ in
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let value = isFlat ? 128 : Int(random >> 56)
                return (value, isFlat ? 128 : Int(random >> 40 & 255), 255 - value)
            }
            var finder = LogoFinder()
            let regions = finder.regions(canvas.pixels)
            #expect(regions.count <= LogoFinder.regionsMax)
            for region in regions {
                #expect(region.box.x >= 0 && region.box.x + region.box.width <= width)
                #expect(region.box.y >= 0 && region.box.y + region.box.height <= height)
                #expect(region.quality <= 100)
            }
        }
    }

    @Test func differentShapesAreFarApartAndTurnedOnesNear() throws {
        let crown = try reference(Self.crown)
        let key = try reference(Self.key)
        #expect(nearest(crown[0], key) > 60)
        #expect(crown[0].distance(to: crown[1]) < nearest(crown[0], key))
        #expect(Set(crown).count == 3)
    }

    /// A bar says little; a picture of one colour is no logo.
    @Test func plainShapesAreOfLowQuality() throws {
        let bar = try #require(LogoReference(alone(["#########"])))
        #expect(bar.shape(LogoReference.renderings[0]).quality < 50)
        #expect(LogoReference(Canvas(width: 40, height: 40) { _, _ in (9, 9, 9) }.pixels) == nil)
    }

    private func nearest(_ hash: Hash256, _ others: [Hash256]) -> Int {
        others.map { hash.distance(to: $0) }.min() ?? 256
    }
}

typealias RGB = (Int, Int, Int)

/// A picture that is drawn on.
struct Canvas {
    private let width: Int
    private let height: Int
    private var rgb: [UInt8]

    init(width: Int, height: Int, ground: (Int, Int) -> RGB) {
        self.width = width
        self.height = height
        rgb = []
        for y in 0..<height {
            for x in 0..<width {
                let (red, green, blue) = ground(x, y)
                rgb += [red, green, blue].map { UInt8(min(255, max(0, $0))) }
            }
        }
    }

    var pixels: Pixels { Pixels(width: width, height: height, rgb: rgb) }

    mutating func draw(_ shape: [String], x left: Int, y top: Int, cell: Int, colour: RGB) {
        for (row, line) in shape.enumerated() {
            for (column, mark) in line.enumerated() where mark == "#" {
                for y in top + row * cell..<top + (row + 1) * cell {
                    for x in left + column * cell..<left + (column + 1) * cell {
                        let place = 3 * (y * width + x)
                        rgb[place] = UInt8(colour.0)
                        rgb[place + 1] = UInt8(colour.1)
                        rgb[place + 2] = UInt8(colour.2)
                    }
                }
            }
        }
    }
}
