import KleanCore
import KleanImage
import Testing

/// Mosaics, blurs and patches are found where they were laid, and nowhere else. The ground is a
/// slope of colours with grain as photographs have it; a shape of blocks stands in for the logo.
@Suite struct ConcealmentTests {
    private static let shape = [
        "#...#...#", "##.###.##", "#########", "###...###",
    ]
    /// Left, top and sides of what is concealed.
    private static let place = LogoRegion.Box(x: 120, y: 96, width: 120, height: 84)

    /// The same grain every time: a hash of the pixel's place, `-range...range`.
    private static func grain(_ x: Int, _ y: Int, range: Int) -> Int {
        var word = UInt64(x) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(y) &* 0xC2B2_AE3D_27D4_EB4F
        word ^= word >> 29
        word = word &* 0xBF58_476D_1CE4_E5B9
        return Int(word >> 40) % (2 * range + 1) - range
    }

    private static func photo() -> Pixels {
        var canvas = Canvas(width: 400, height: 320) { x, y in
            let grain = grain(x, y, range: 16)
            return (60 + x / 3 + grain, 70 + y / 3 + grain, 200 - (x + y) / 5 + grain)
        }
        canvas.draw(shape, x: 132, y: 104, cell: 11, colour: (20, 30, 60))
        return canvas.pixels
    }

    /// The picture with the place's pixels as `change` gives them.
    private static func changed(
        _ pixels: Pixels, _ change: (_ x: Int, _ y: Int, _ channel: Int) -> Int?
    ) -> Pixels {
        var rgb = pixels.rgb
        for y in place.y..<place.y + place.height {
            for x in place.x..<place.x + place.width {
                for channel in 0..<3 {
                    guard let value = change(x, y, channel) else { continue }
                    rgb[3 * (y * pixels.width + x) + channel] = UInt8(value)
                }
            }
        }
        return Pixels(width: pixels.width, height: pixels.height, rgb: rgb)
    }

    /// The mean of a square.
    private static func mean(
        _ pixels: Pixels, x: Int, y: Int, width: Int, height: Int, channel: Int
    ) -> Int {
        var sum = 0
        for row in y..<y + height {
            for column in x..<x + width {
                sum += Int(pixels.rgb[3 * (row * pixels.width + column) + channel])
            }
        }
        return sum / (width * height)
    }

    private static func concealed(_ kind: Concealment) -> Pixels {
        let photo = photo()
        return switch kind {
        case .mosaic:
            changed(photo) { x, y, channel in
                mean(
                    photo, x: x - (x - place.x) % 12, y: y - (y - place.y) % 12, width: 12,
                    height: 12, channel: channel)
            }
        case .blur:
            // What a strong blur leaves of anything: a slope.
            changed(photo) { x, _, _ in 60 + (x - place.x) / 2 }
        case .patch: changed(photo) { _, _, channel in [200, 40, 60][channel] }
        }
    }

    @Test(arguments: Concealment.allCases)
    func concealedPlaceIsFound(_ kind: Concealment) throws {
        var finder = ConcealmentFinder()
        let places = finder.places(Self.concealed(kind))
        #expect(places.map(\.kind) == [kind])
        let box = try #require(places.first?.box)
        #expect(abs(box.x - Self.place.x) <= 24 && abs(box.y - Self.place.y) <= 24, "\(box)")
        #expect(abs(box.width - Self.place.width) <= 36, "\(box)")
        #expect(abs(box.height - Self.place.height) <= 36, "\(box)")
    }

    /// An ellipse, too; a patch that reaches the edge is a border, and one on plain ground a print.
    @Test func outlineAndGroundDecide() {
        var finder = ConcealmentFinder()
        let ellipse = Self.changed(Self.photo()) { x, y, channel in
            let (u, v) = (2 * (x - 120) + 1 - 120, 2 * (y - 96) + 1 - 84)
            return u * u * 84 * 84 + v * v * 120 * 120 <= 120 * 120 * 84 * 84
                ? [250, 250, 250][channel] : nil
        }
        #expect(finder.places(ellipse).map(\.kind) == [.patch])
        let plain = Canvas(width: 400, height: 320) { _, _ in (220, 220, 215) }.pixels
        let print = Self.changed(plain) { _, _, _ in 40 }
        #expect(finder.places(print).isEmpty)
        let border = Canvas(width: 400, height: 320) { x, y in
            let shade = 130 + Self.grain(x, y, range: 16)
            return y < 60 ? (255, 255, 255) : (shade, shade, shade)
        }
        #expect(finder.places(border.pixels).isEmpty)
    }

    /// In a drawing of few colours, squares and bars are part of the design, however they shine.
    @Test(arguments: Concealment.allCases)
    func nothingIsConcealedInDrawings(_ kind: Concealment) {
        let photo = Self.concealed(kind)
        let place = Self.place
        let drawing = Canvas(width: photo.width, height: photo.height) { x, y in
            if x >= place.x, y >= place.y, x < place.x + place.width, y < place.y + place.height {
                let first = 3 * (y * photo.width + x)
                return (
                    Int(photo.rgb[first]), Int(photo.rgb[first + 1]), Int(photo.rgb[first + 2])
                )
            }
            let shade = 200 + Self.grain(x, y, range: 16)
            return (shade, 60, 40)
        }
        var finder = ConcealmentFinder()
        #expect(finder.places(drawing.pixels).isEmpty)
    }

    @Test func honestPictureIsClean() {
        var finder = ConcealmentFinder()
        #expect(finder.places(Self.photo()).isEmpty)
    }

    /// One finder serves pictures of any size, and finds the same again.
    @Test func sizesMayChange() {
        var finder = ConcealmentFinder()
        for (width, height) in [(1, 1), (48, 47), (48, 48), (49, 640), (1_281, 50), (1_400, 60)] {
            let canvas = Canvas(width: width, height: height) { x, y in
                let shade = 128 + Self.grain(x / 5, y / 5, range: 90)
                return (shade, shade, shade)
            }
            for place in finder.places(canvas.pixels) {
                #expect(place.box.x >= 0 && place.box.x + place.box.width <= width)
                #expect(place.box.y >= 0 && place.box.y + place.box.height <= height)
            }
        }
        let picture = Self.concealed(.mosaic)
        let first = finder.places(picture)
        #expect(!first.isEmpty && finder.places(picture) == first)
    }

    @Test func labelsAreReadBack() {
        for kind in Concealment.allCases { #expect(Concealment(label: kind.label) == kind) }
        #expect(Concealment(label: "mosaic".utf8) == nil)
        #expect(Concealment(label: []) == nil)
    }
}
