internal import CKleanImage

/// A decoded file.
package struct Picture: Equatable, Sendable {
    package let format: PictureFormat
    /// As stored; ``upright`` turns them.
    package let pixels: Pixels
    /// What the file's EXIF says; ``Orientation/upright`` where it says nothing.
    package let orientation: Orientation

    /// The pixels as a viewer shows them.
    package var upright: Pixels { pixels.turned(orientation) }
}

/// Turns the bytes of a picture file into pixels.
///
/// The type is read from the bytes. Palettes, grey, 16 bits, CMYK and interlacing become plain RGB;
/// transparent pixels are laid over white, as shops show them; of an animation the first frame
/// counts. Time is bounded by work, not by a clock: pixels and passes have limits.
package struct PictureDecoder: Sendable {
    package var limits: PictureLimits

    package init(limits: PictureLimits = .standard) { self.limits = limits }

    /// Decodes one file.
    ///
    /// - Throws: ``PictureError``, each case.
    /// - Complexity: O(pixels + bytes); allocates 3 bytes a pixel and the codec's own state.
    package func decode(_ bytes: UnsafeRawBufferPointer) throws(PictureError) -> Picture {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= limits.bytesMax else {
            throw .tooManyBytes(max: limits.bytesMax, found: bytes.count)
        }
        guard let format = PictureFormat(startingWith: bytes) else {
            throw .unknownFormat(start: Array(bytes.prefix(4)))
        }
        let pixels: Pixels
        switch format {
        case .jpeg: pixels = try decode(bytes, format, ki_jpeg_header, ki_jpeg_pixels)
        case .png: pixels = try decode(bytes, format, ki_png_header, ki_png_pixels)
        case .webp: pixels = try decode(bytes, format, ki_webp_header, ki_webp_pixels)
        case .gif: pixels = try decode(bytes, format, ki_gif_header, ki_gif_pixels)
        case .pnm:
            var map = try PortableMap(header: bytes)
            try check(map.width, map.height, format)
            pixels = try map.pixels()
        }
        let orientation = EXIF.orientation(bytes, format)
        return Picture(format: format, pixels: pixels, orientation: orientation)
    }

    /// As ``decode(_:)-(UnsafeRawBufferPointer)``, for bytes in an array.
    package func decode(_ bytes: [UInt8]) throws(PictureError) -> Picture {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(PictureError) in try decode(raw) }
        }
        return try result.get()
    }

    private typealias Call = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<ki_header>?
    ) -> Int32
    private typealias PixelCall = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<ki_header>?, UnsafeMutablePointer<UInt8>?
    ) -> Int32

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ format: PictureFormat, _ readHeader: Call,
        _ readPixels: PixelCall
    ) throws(PictureError) -> Pixels {
        let base = bytes.bindMemory(to: UInt8.self).baseAddress
        var header = ki_header()
        var status = readHeader(base, bytes.count, &header)
        if let error = error(status, format, header.detail) { throw error }
        let width = Int(header.width)
        let height = Int(header.height)
        try check(width, height, format)
        let size = 3 * width * height
        let rgb = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            status = readPixels(base, bytes.count, &header, buffer.baseAddress)
            count = status == Int32(KI_OK.rawValue) ? size : 0
        }
        if let error = error(status, format, header.detail) { throw error }
        return Pixels(width: width, height: height, rgb: rgb)
    }

    private func check(_ width: Int, _ height: Int, _ format: PictureFormat) throws(PictureError) {
        guard width > 0, height > 0 else { throw .noPixels(format) }
        guard width <= limits.pixelsMax / height else {
            throw .tooManyPixels(width: width, height: height, max: limits.pixelsMax)
        }
    }

    private func error(_ status: Int32, _ format: PictureFormat, _ code: Int32) -> PictureError? {
        switch UInt32(status) {
        case KI_OK.rawValue: nil
        case KI_TRUNCATED.rawValue: .truncated(format)
        case KI_UNSUPPORTED.rawValue: .unsupported(format, code: Int(code))
        case KI_WORK.rawValue: .tooMuchWork(format)
        case KI_MEMORY.rawValue: .outOfMemory(format)
        default: .corrupt(format, code: Int(code))
        }
    }
}
