import KleanCore
import KleanImage
import Testing

/// Small pictures written by hand come back as the pixels they say.
@Suite struct DecoderTests {
    private func pixels(_ bytes: [UInt8]) throws -> Pixels {
        try PictureDecoder().decode(bytes).pixels
    }

    @Test func portableMapsOfEveryKind() throws {
        let grey = Pixels(width: 2, height: 1, rgb: [0, 0, 0, 255, 255, 255])
        #expect(try pixels(Array("P1 2 1 1 0".utf8)) == grey)
        #expect(try pixels(Array("P2\n# note\n2 1 3\n0 3".utf8)) == grey)
        #expect(try pixels(Array("P3 2 1 255 0 0 0 255 255 255".utf8)) == grey)
        #expect(try pixels(Array("P4 2 1\n".utf8) + [0b1000_0000]) == grey)
        #expect(try pixels(Array("P5 2 1 255\n".utf8) + [0, 255]) == grey)
        #expect(try pixels(Array("P5 2 1 65535\n".utf8) + [0, 0, 255, 255]) == grey)
        #expect(try pixels(Array("P6 2 1 255\n".utf8) + [0, 0, 0, 255, 255, 255]) == grey)
    }

    /// The header is believed before anything is allocated.
    @Test func bombsAreRefusedByTheirHeader() {
        let promise = Array("P6 1000000 1000000 255\n".utf8)
        #expect(
            throws: PictureError.tooManyPixels(
                width: 1_000_000, height: 1_000_000, max: PictureLimits.standard.pixelsMax)
        ) { try PictureDecoder().decode(promise) }
        let small = PictureDecoder(limits: PictureLimits(bytesMax: 10, pixelsMax: 4))
        #expect(throws: PictureError.tooManyBytes(max: 10, found: 23)) {
            try small.decode(promise)
        }
    }

    @Test func otherFilesAreNamed() {
        #expect(throws: PictureError.empty) { try PictureDecoder().decode([]) }
        #expect(throws: PictureError.unknownFormat(start: [0x25, 0x50, 0x44, 0x46])) {
            try PictureDecoder().decode(Array("%PDF-1.7".utf8))
        }
    }

    /// All eight orientations put the stored first row and column where EXIF says.
    @Test func orientationsTurnTheStoredPixels() {
        // Stored: a b c over d e f.
        let stored = Pixels(
            width: 3, height: 2, rgb: Array("abcdef".utf8).flatMap { [$0, $0, $0] })
        func text(_ orientation: Orientation) -> String {
            let turned = stored.turned(orientation)
            let letters = stride(from: 0, to: turned.rgb.count, by: 3).map { turned.rgb[$0] }
            return "\(turned.width):" + String(decoding: letters, as: UTF8.self)
        }
        #expect(
            Orientation.allCases.map(text) == [
                "3:abcdef", "3:cbafed", "3:fedcba", "3:defabc", "2:adbecf", "2:daebfc",
                "2:fcebda", "2:cfbead",
            ])
    }
}
