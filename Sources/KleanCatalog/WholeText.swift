import KleanColumns

/// A small text file read whole, in UTF-8 whatever it was written in.
package enum WholeText {
    /// Bytes of one file.
    package static let bytesMax = 4 << 30

    /// - Throws: ``CatalogError`` for a file that cannot be read.
    package static func read(_ path: String) throws(CatalogError) -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(path, bytesMax: bytesMax) } catch {
            throw CatalogError(reading: error)
        }
        // A mailbox is bytes: each mail says its own encoding.
        if bytes.starts(with: Array("From ".utf8)) { return bytes }
        guard let encoding = encoding(of: bytes), let transcoder = Transcoder(encoding) else {
            return bytes
        }
        var text: [UInt8] = []
        transcoder.convert(bytes, isLast: true, onto: &text)
        return text
    }

    /// `nil` for UTF-8; what is not UTF-8 and has no mark is Korean Windows text.
    private static func encoding(of bytes: [UInt8]) -> TextEncoding? {
        if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        return String(validating: bytes, as: UTF8.self) == nil ? .cp949 : nil
    }
}
