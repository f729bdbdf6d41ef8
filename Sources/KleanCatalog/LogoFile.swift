internal import KleanColumns
package import KleanImage

/// Logo pictures on disk: bitmaps, or SVG drawn by `rsvg-convert` (Debian's librsvg2-bin), which
/// runs as a child so that no XML reaches this process.
package enum LogoFile {
    /// The program that draws SVG.
    package static let drawer = "rsvg-convert"
    /// Pixels along the longer side of a drawn SVG.
    private static let drawnSide = 256
    /// Bytes that a drawn SVG may have.
    private static let drawnBytesMax = 4 << 20

    /// The logo of a file.
    ///
    /// - Throws: ``PictureRefusal`` when it cannot be read or nothing stands out from its ground.
    package static func reference(
        _ path: String, limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> LogoReference {
        let bytes = try PictureFile.bytes(path, limits: limits)
        guard isSVG(bytes) else {
            guard let logo = LogoReference(try pixels(bytes, limits)) else { throw nothing }
            return logo
        }
        // A white logo stands out from black.
        for ground in ["white", "black"] {
            let drawn = try pixels(draw(path, ground), limits)
            if let logo = LogoReference(drawn) { return logo }
        }
        throw nothing
    }

    private static let nothing = PictureRefusal(
        .corrupt, "expected a logo on plain ground, found nothing that stands out from it")

    private static func pixels(
        _ bytes: [UInt8], _ limits: PictureLimits
    ) throws(PictureRefusal) -> Pixels {
        do {
            return try PictureDecoder(limits: limits).decode(bytes).pixels
        } catch {
            throw PictureRefusal(error)
        }
    }

    private static func isSVG(_ bytes: [UInt8]) -> Bool {
        let start = String(decoding: bytes.prefix(1_024), as: UTF8.self)
        return start.contains("<svg")
            || (start.contains("<?xml") && !start.contains("\0"))
    }

    private static func draw(_ path: String, _ ground: String) throws(PictureRefusal) -> [UInt8] {
        let side = "\(drawnSide)"
        // A margin of 8 pixels all around, so that the outermost ones are ground.
        let page = "\(drawnSide + 16)"
        do {
            let child = try ChildStream(
                [
                    drawer, "--keep-aspect-ratio", "-w", side, "-h", side, "--page-width", page,
                    "--page-height", page, "--left", "8", "--top", "8", "--background-color",
                    ground, "--", path,
                ], path: path, size: 0)
            var drawn = [UInt8](repeating: 0, count: drawnBytesMax)
            let count = try drawn.withUnsafeMutableBytes { buffer throws(CatalogError) in
                try child.read(into: buffer)
            }
            return Array(drawn.prefix(count))
        } catch {
            throw PictureRefusal(
                .unreadable, "\(error); SVG is drawn by \(drawer), package librsvg2-bin")
        }
    }
}
