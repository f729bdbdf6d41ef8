import KleanImage
import Testing

/// Every variant of every format becomes the RGB that its pixels mean.
@Suite struct FormatTests {
    private func picture(_ name: String) throws -> Picture {
        try PictureDecoder().decode(SamplePictures.bytes(name))
    }

    /// The drawn picture, each channel through `shade` with the column.
    private func drawn(_ shade: (Int, Int) -> Int = { value, _ in value }) -> [UInt8] {
        (0..<6).flatMap { y in
            (0..<8).flatMap { x in
                [32 * x, 40 * y, x * y * 5].map { UInt8(shade($0, x)) }
            }
        }
    }

    /// Over white: opaque, transparent, half.
    private func overWhite(_ value: Int, _ x: Int) -> Int {
        let alpha = x < 4 ? 255 : x < 6 ? 0 : 128
        return (value * alpha + 255 * (255 - alpha) + 127) / 255
    }

    @Test(arguments: ["pngRGB", "pngTurned", "webpLossless", "webpTurned", "webpAnimated"])
    func colourIsExact(_ name: String) throws {
        #expect(try picture(name).pixels == Pixels(width: 8, height: 6, rgb: drawn()))
    }

    @Test(arguments: ["pngRGBA", "pngInterlaced", "webpAlpha"])
    func transparencyLiesOverWhite(_ name: String) throws {
        #expect(try picture(name).pixels == Pixels(width: 8, height: 6, rgb: drawn(overWhite)))
    }

    @Test func greyOfSixteenBitsWithAlphaAndOfOneBit() throws {
        let row = (0..<8).map { 32 * $0 }
        func grey(_ values: [Int]) -> [UInt8] {
            values.flatMap { [UInt8](repeating: UInt8($0), count: 3) }
        }
        let rows = (0..<6).map { _ in row }
        #expect(try picture("pngGrey16").pixels.rgb == rows.flatMap(grey))
        let over = rows.map { $0.enumerated().map { overWhite($1, $0) } }
        #expect(try picture("pngGreyAlpha").pixels.rgb == over.flatMap(grey))
        let bits = (0..<6).map { y in (0..<8).map { x in (x + y) % 2 * 255 } }
        #expect(try picture("pngBits").pixels.rgb == bits.flatMap(grey))
    }

    @Test(arguments: [
        ("pngPalette", true), ("gif", true), ("gifInterlaced", false), ("gifAnimated", false),
    ])
    func palettesAreLookedUp(_ name: String, hasHole: Bool) throws {
        var row: [UInt8] = []
        for x in 0..<8 {
            let colour = [32 * x, 255 - 32 * x, 7 * x]
            row += hasHole && x == 3 ? [255, 255, 255] : colour.map { UInt8($0) }
        }
        let expected = (0..<6).flatMap { _ in row }
        #expect(try picture(name).pixels.rgb == expected)
    }

    /// A flat colour survives JPEG's rounding within 3 of 255; inks of Adobe's kind come out as
    /// light.
    @Test(arguments: [
        ("jpeg", [200, 100, 50]), ("jpegProgressive", [200, 100, 50]),
        ("jpegTurned", [200, 100, 50]), ("jpegGrey", [124, 124, 124]),
        ("jpegCMYK", [200, 100, 50]),
    ])
    func jpegsOfEveryKind(_ name: String, colour: [Int]) throws {
        let found = try picture(name)
        #expect(found.format == .jpeg)
        for (place, value) in found.pixels.rgb.enumerated() {
            #expect(abs(Int(value) - colour[place % 3]) <= 3)
        }
    }

    /// The tag is told, the stored pixels stay, and `upright` applies it.
    @Test(arguments: ["jpegTurned", "pngTurned", "webpTurned"])
    func orientationIsReadAndLeftToTheCaller(_ name: String) throws {
        let found = try picture(name)
        #expect(found.orientation == .quarterLeft)
        #expect(found.upright.width == found.pixels.height)
        #expect(try picture("pngRGB").orientation == .upright)
    }

    /// Every beginning of every sample is a typed error or a picture of the right size, never a
    /// crash; what ends before its header is no picture.
    @Test(arguments: SamplePictures.all.keys.sorted())
    func truncationIsToldAsSuch(_ name: String) throws {
        let bytes = try SamplePictures.bytes(name)
        let whole = try picture(name).pixels
        for count in 0..<bytes.count {
            do {
                let cut = try PictureDecoder().decode(Array(bytes[..<count]))
                #expect(cut.pixels.width == whole.width && cut.pixels.height == whole.height)
                // Only what follows the picture may be missing.
                #expect(cut.pixels == whole, "\(name) cut to \(count)")
            } catch {
                #expect(count > 20 || error.reason != .tooManyPixels)
            }
        }
    }
}
