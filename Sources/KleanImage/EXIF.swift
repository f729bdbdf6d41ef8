/// Finds the orientation tag in a picture file. Whatever does not parse says nothing: a broken
/// note about the picture is no reason to refuse the picture.
enum EXIF {
    /// Segments or chunks looked at before giving up.
    private static let stepsMax = 256

    static func orientation(_ bytes: UnsafeRawBufferPointer, _ format: PictureFormat)
        -> Orientation
    {
        let found: UnsafeRawBufferPointer?
        switch format {
        case .jpeg: found = inJPEG(bytes)
        case .png: found = inChunks(bytes, from: 8, name: "eXIf", isBigEndian: true, extra: 4)
        case .webp: found = inChunks(bytes, from: 12, name: "EXIF", isBigEndian: false, extra: 0)
        case .gif, .pnm: found = nil
        }
        guard let found else { return .upright }
        return orientation(inTIFF: withoutMark(found)) ?? .upright
    }

    /// The APP1 segment that starts with `Exif`.
    private static func inJPEG(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var place = 2
        for _ in 0..<stepsMax {
            guard place + 4 <= bytes.count, bytes[place] == 0xFF else { return nil }
            let marker = bytes[place + 1]
            guard marker != 0xDA, marker != 0xD9 else { return nil }
            if marker == 0xFF {  // Padding before a marker.
                place += 1
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            guard length >= 2, place + 2 + length <= bytes.count else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: bytes[place + 4..<place + 2 + length])
            if marker == 0xE1, body.starts(with: Array("Exif\0\0".utf8)) { return body }
            place += 2 + length
        }
        return nil
    }

    /// A named chunk of a PNG (length, name, body, checksum) or of a RIFF file (name, length,
    /// body, padding to even).
    private static func inChunks(
        _ bytes: UnsafeRawBufferPointer, from start: Int, name: String, isBigEndian: Bool,
        extra: Int
    ) -> UnsafeRawBufferPointer? {
        var place = start
        for _ in 0..<stepsMax {
            guard place + 8 <= bytes.count else { return nil }
            let namePlace = isBigEndian ? place + 4 : place
            let lengthPlace = isBigEndian ? place : place + 4
            let length = number(bytes, lengthPlace, bytes: 4, isBigEndian)
            guard length <= bytes.count - place - 8 else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: bytes[place + 8..<place + 8 + length])
            if bytes[namePlace..<namePlace + 4].elementsEqual(name.utf8) { return body }
            place += 8 + length + extra + (isBigEndian ? 0 : length & 1)
        }
        return nil
    }

    private static func withoutMark(_ body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        body.starts(with: Array("Exif\0\0".utf8))
            ? UnsafeRawBufferPointer(rebasing: body[6...]) : body
    }

    /// Tag 0x0112 of the first directory of a TIFF stream.
    private static func orientation(inTIFF bytes: UnsafeRawBufferPointer) -> Orientation? {
        guard bytes.count >= 8 else { return nil }
        let isBigEndian = bytes[0] == UInt8(ascii: "M")
        guard isBigEndian || bytes[0] == UInt8(ascii: "I"),
            number(bytes, 2, bytes: 2, isBigEndian) == 42
        else { return nil }
        let directory = number(bytes, 4, bytes: 4, isBigEndian)
        guard directory <= bytes.count - 2 else { return nil }
        let count = number(bytes, directory, bytes: 2, isBigEndian)
        for entry in 0..<count {
            let place = directory + 2 + 12 * entry
            guard place + 12 <= bytes.count else { return nil }
            guard number(bytes, place, bytes: 2, isBigEndian) == 0x0112 else { continue }
            let value = number(bytes, place + 8, bytes: 2, isBigEndian)
            return Orientation(rawValue: UInt8(clamping: value))
        }
        return nil
    }

    private static func number(
        _ bytes: UnsafeRawBufferPointer, _ place: Int, bytes count: Int, _ isBigEndian: Bool
    ) -> Int {
        (0..<count).reduce(0) { value, index in
            value << 8 | Int(bytes[place + (isBigEndian ? index : count - 1 - index)])
        }
    }
}
