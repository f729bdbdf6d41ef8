/// The file formats that are read, told apart by their first bytes and never by a name.
package enum PictureFormat: String, CaseIterable, Sendable, CustomStringConvertible {
    case jpeg = "JPEG"
    case png = "PNG"
    case webp = "WebP"
    case gif = "GIF"
    case pnm = "PNM"

    /// Bytes that decide.
    static let markBytes = 12

    /// - Parameter bytes: The file's start; ``markBytes`` of it are enough.
    package init?(startingWith bytes: UnsafeRawBufferPointer) {
        func has(_ mark: [UInt8], at place: Int = 0) -> Bool {
            bytes.count >= place + mark.count
                && mark.indices.allSatisfy { bytes[place + $0] == mark[$0] }
        }
        if has([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if has(Array("RIFF".utf8)), has(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if has(Array("GIF87a".utf8)) || has(Array("GIF89a".utf8)) {
            self = .gif
        } else if bytes.count > 2, bytes[0] == UInt8(ascii: "P"),
            (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[1]),
            PortableMap.isSpace(bytes[2]) || bytes[2] == UInt8(ascii: "#")
        {
            self = .pnm
        } else {
            return nil
        }
    }

    package var description: String { rawValue }
}
