/// The portable any-map formats P1 to P6 (Netpbm): a short text header, then samples.
///
/// | mark | samples | a pixel |
/// |---|---|---|
/// | P1, P4 | text, packed bits | 1 is black |
/// | P2, P5 | text, big-endian | grey, `0...maxval` |
/// | P3, P6 | text, big-endian | red, green, blue, `0...maxval` |
///
/// Samples are scaled to `0...255`, rounded to nearest; a maxval of 255 is taken as it is.
struct PortableMap {
    let width: Int
    let height: Int
    private let kind: Int
    private let maxval: Int
    private let bytes: UnsafeRawBufferPointer
    private var place: Int

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    /// - Throws: ``PictureError/truncated(_:)``, ``PictureError/corrupt(_:code:)``.
    init(header bytes: UnsafeRawBufferPointer) throws(PictureError) {
        self.bytes = bytes
        kind = Int(bytes[1] - UInt8(ascii: "0"))
        place = 2
        width = try PortableMap.number(bytes, &place)
        height = try PortableMap.number(bytes, &place)
        maxval = kind == 1 || kind == 4 ? 1 : try PortableMap.number(bytes, &place)
        guard (1...65_535).contains(maxval) else { throw .corrupt(.pnm, code: 0) }
        if kind >= 4 {
            guard place < bytes.count else { throw .truncated(.pnm) }
            guard PortableMap.isSpace(bytes[place]) else { throw .corrupt(.pnm, code: 0) }
            place += 1
        }
    }

    /// All samples. - Precondition: the sides were held against the limits.
    mutating func pixels() throws(PictureError) -> Pixels {
        let count = width * height
        let channels = kind == 3 || kind == 6 ? 3 : 1
        let needed = kind == 4 ? (width + 7) / 8 * height : count * channels * sampleBytes
        guard bytes.count - place >= needed else { throw .truncated(.pnm) }
        if kind == 6, maxval == 255 {
            return Pixels(
                width: width, height: height, rgb: Array(bytes[place..<place + 3 * count]))
        }
        var rgb = [UInt8](repeating: 0, count: 3 * count)
        for pixel in 0..<count {
            for channel in 0..<channels {
                let sample = try sample(pixel * channels + channel)
                if channels == 3 {
                    rgb[3 * pixel + channel] = sample
                } else {
                    for copy in 0..<3 { rgb[3 * pixel + copy] = sample }
                }
            }
        }
        return Pixels(width: width, height: height, rgb: rgb)
    }

    /// Bytes of a stored sample; a text sample has at least one.
    private var sampleBytes: Int { kind >= 5 && maxval > 255 ? 2 : 1 }

    private mutating func sample(_ index: Int) throws(PictureError) -> UInt8 {
        switch kind {
        case 1:
            while place < bytes.count, PortableMap.isSpace(bytes[place]) { place += 1 }
            guard place < bytes.count else { throw .truncated(.pnm) }
            guard bytes[place] == 48 || bytes[place] == 49 else { throw .corrupt(.pnm, code: 0) }
            place += 1
            return bytes[place - 1] == 49 ? 0 : 255
        case 4:
            let column = index % width
            let byte = bytes[place + index / width * ((width + 7) / 8) + column / 8]
            return byte >> UInt8(7 - column % 8) & 1 == 1 ? 0 : 255
        case 2, 3:
            return try scaled(PortableMap.number(bytes, &place))
        default:
            let at = place + index * sampleBytes
            return try scaled(
                sampleBytes == 2 ? Int(bytes[at]) << 8 | Int(bytes[at + 1]) : Int(bytes[at]))
        }
    }

    private func scaled(_ value: Int) throws(PictureError) -> UInt8 {
        guard value <= maxval else { throw .corrupt(.pnm, code: 0) }
        return UInt8((value * 255 + maxval / 2) / maxval)
    }

    /// The next decimal number, past white space and `#` comments.
    private static func number(_ bytes: UnsafeRawBufferPointer, _ place: inout Int)
        throws(PictureError) -> Int
    {
        while place < bytes.count, isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "#") {
            if bytes[place] == UInt8(ascii: "#") {
                while place < bytes.count, bytes[place] != 10 { place += 1 }
            } else {
                place += 1
            }
        }
        var value = 0
        let start = place
        while place < bytes.count, (48...57).contains(bytes[place]) {
            value = value * 10 + Int(bytes[place] - 48)
            guard value <= 1 << 30 else { throw .corrupt(.pnm, code: 0) }
            place += 1
        }
        if place == start {
            if place == bytes.count { throw .truncated(.pnm) }
            throw .corrupt(.pnm, code: 0)
        }
        return value
    }
}
