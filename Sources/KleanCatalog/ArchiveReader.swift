internal import CArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Unpacks gzip, zstd, LZ4 frame, xz and bzip2 streams and walks over tar and zip archives
/// (libarchive), front to back, on the caller's thread.
final class ArchiveReader {
    enum Entry {
        /// The stream was packed, but is no archive: this is its content.
        case whole
        case member(name: String)
    }

    private let upstream: PeekedStream
    private let handle: OpaquePointer
    private let feed: Feed
    /// A failure below libarchive, told instead of its own.
    private var failure: CatalogError? { feed.failure }

    /// What libarchive's callbacks reach.
    private final class Feed {
        let stream: PeekedStream
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        var failure: CatalogError?
        init(_ stream: PeekedStream) { self.stream = stream }
        deinit { buffer.deallocate() }
    }

    /// - Parameter allowsMembers: False inside an archive, where only packed streams are read.
    init(_ stream: PeekedStream, allowsMembers: Bool) throws(CatalogError) {
        upstream = stream
        feed = Feed(stream)
        guard let made = archive_read_new() else {
            throw .unreadable(file: stream.path, reason: "no memory to unpack it")
        }
        handle = made
        for filter in [
            archive_read_support_filter_gzip, archive_read_support_filter_zstd,
            archive_read_support_filter_lz4, archive_read_support_filter_xz,
            archive_read_support_filter_bzip2, archive_read_support_filter_lzma,
        ] { _ = filter(handle) }
        archive_read_support_format_raw(handle)
        archive_read_support_format_empty(handle)
        if allowsMembers {
            archive_read_support_format_tar(handle)
            archive_read_support_format_zip(handle)
        }
        let context = Unmanaged.passUnretained(feed).toOpaque()
        archive_read_set_read_callback(handle, readPiece)
        if let file = stream.base as? FileStream, file.isRegular {
            archive_read_set_seek_callback(handle, seekTo)
        }
        archive_read_set_callback_data(handle, context)
        guard archive_read_open1(handle) == ARCHIVE_OK else { throw damage() }
    }

    deinit { archive_read_free(handle) }

    /// Goes to the next content; `nil` after the last. Directories and links are passed over.
    func next() throws(CatalogError) -> Entry? {
        while true {
            var entry: OpaquePointer?
            let status = archive_read_next_header(handle, &entry)
            if status == ARCHIVE_EOF { return nil }
            guard status >= ARCHIVE_WARN else { throw damage() }
            let format = archive_format(handle) & Int32(ARCHIVE_FORMAT_BASE_MASK)
            if format == ARCHIVE_FORMAT_RAW { return .whole }
            if format == ARCHIVE_FORMAT_EMPTY { return nil }
            guard archive_entry_filetype(entry) == S_IFREG else { continue }
            return .member(name: name(of: entry))
        }
    }

    private func name(of entry: OpaquePointer?) -> String {
        // Names in another locale's encoding have no UTF-8 form; their bytes still tell them apart.
        if let text = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) {
            return String(cString: text)
        }
        return "unnamed"
    }

    /// Reads content of the current entry.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let got = archive_read_data(
                handle, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if got == Int(ARCHIVE_RETRY) { continue }
            guard got >= 0 else { throw damage() }
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    var consumed: UInt64 { upstream.consumed }
    var size: UInt64 { upstream.size }

    private func damage() -> CatalogError {
        if let failure { return failure }
        let text = archive_error_string(handle).map { String(cString: $0) } ?? "cannot be unpacked"
        return .damaged(file: upstream.path, offset: upstream.consumed, reason: text.lowercased())
    }

    private let readPiece:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?,
            UnsafeMutablePointer<UnsafeRawPointer?>?
        ) -> la_ssize_t = { _, context, out in
            guard let context else { return -1 }
            let feed = Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
            do throws(CatalogError) {
                let count = try feed.stream.read(into: feed.buffer)
                out?.pointee = UnsafeRawPointer(feed.buffer.baseAddress)
                return la_ssize_t(count)
            } catch {
                feed.failure = error
                return -1
            }
        }

    private let seekTo:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, la_int64_t, Int32) -> la_int64_t =
            { _, context, offset, whence in
                guard let context else { return -1 }
                let feed = Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
                return feed.stream.seek(offset, whence) ?? la_int64_t(ARCHIVE_FATAL)
            }
}

/// The content of an archive's current entry.
final class EntryStream: ByteStream {
    let path: String
    let isPlain = false
    private let archive: ArchiveReader

    init(_ archive: ArchiveReader, path: String) {
        self.archive = archive
        self.path = path
    }

    var consumed: UInt64 { archive.consumed }
    var size: UInt64 { archive.size }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        try archive.read(into: buffer)
    }
}
