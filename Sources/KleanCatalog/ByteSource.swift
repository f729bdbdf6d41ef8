/// A catalog file as UTF-8 bytes, read on the caller's thread.
final class ByteSource {
    let path: String
    /// 0 when the file system does not say (pipes, `/proc`).
    let size: UInt64
    private let stream: any ByteStream
    /// Converts what is read from here on.
    var transcoder: Transcoder?
    /// Leaves only the records of what is read from here on.
    var filter: JSONRecordFilter?

    init(_ stream: any ByteStream) {
        self.stream = stream
        path = stream.path
        size = stream.size
    }

    convenience init(path: String) throws(CatalogError) {
        self.init(try FileStream(path: path))
    }

    /// Bytes of the file that are behind a reader which still holds `waiting` of its text.
    func offset(waiting: Int = 0) -> UInt64 {
        guard stream.isPlain, transcoder == nil, filter == nil else { return stream.consumed }
        return stream.consumed - min(stream.consumed, UInt64(waiting))
    }

    /// Adds at least `count` bytes of UTF-8 to the end of `bytes`, fewer only at the file's end.
    ///
    /// - Returns: Bytes added.
    func read(_ count: Int, onto bytes: inout [UInt8]) throws(CatalogError) -> Int {
        if transcoder == nil, filter == nil { return try readRaw(count, onto: &bytes) }
        let before = bytes.count
        var isAtEnd = false
        while bytes.count - before < count, !isAtEnd {
            var piece: [UInt8] = []
            let want = max(1 << 14, count / 2)
            isAtEnd = try readRaw(want, onto: &piece) < want
            var text: [UInt8] = []
            if let transcoder {
                transcoder.convert(piece, isLast: isAtEnd, onto: &text)
            } else {
                text = piece
            }
            if let filter { filter.pass(text, onto: &bytes) } else { bytes += text }
        }
        return bytes.count - before
    }

    /// Adds up to `count` bytes as they stand in the file.
    private func readRaw(_ count: Int, onto bytes: inout [UInt8]) throws(CatalogError) -> Int {
        try stream.read(count, onto: &bytes)
    }
}
