internal import CKleanCatalog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One catalog text that an input holds.
struct OpenInput {
    var stream: PeekedStream
    /// `catalogs.tar/2024/05.csv` for a member, else the input's own path.
    var path: String
    /// The file's or member's own name, which says what kind of text it is.
    var fileName: String
    /// Where it stands in its archive.
    var member: String?
    /// What a report calls its format, where the text is only klean's way to read it.
    var kind: String?
}

/// The texts of one input in order: a plain file itself, what a packed one unpacks to, the members
/// of an archive one after the other. Each must be read before the next is asked for.
final class InputReader {
    let path: String
    private let stream: PeekedStream
    private let member: String?
    private var archive: ArchiveReader?
    private var isStarted = false
    /// Members that were passed over because they are not for reading (`__MACOSX`, hidden files).
    private(set) var passedOver: [String] = []

    /// Bytes that tell every packing and archive apart; tar's mark stands at 257.
    static let headBytes = 512

    var size: UInt64 { stream.size }
    /// A closed file that can be opened and looked at again.
    var isRegular: Bool { (stream.base as? FileStream)?.isRegular ?? false }
    var isArchive: Bool { archive != nil }
    /// A file that another program reads.
    var isTable: Bool { isRegular && stream.head.starts(with: ParquetInput.magic) }

    /// - Parameter path: A file, `-` for standard input, or `ARCHIVE::PATTERN` for some members.
    init(_ path: String) throws(CatalogError) {
        let (file, member) = InputReader.split(path)
        self.path = path
        self.member = member
        stream = try PeekedStream(FileStream(path: file), peeking: InputReader.headBytes)
        guard Packing.of(stream.head, name: file) != .none else {
            guard member == nil else {
                throw .badInput(text: path, expected: "a tar or zip archive before ::")
            }
            return
        }
        archive = try ArchiveReader(stream, allowsMembers: true)
    }

    /// Bytes of an input's file; 0 for pipes, which can be opened only once, and for what is not
    /// there.
    static func size(of path: String) -> UInt64 {
        var status = stat()
        let file = split(path).file
        guard file != FileStream.standardInput, stat(file, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return 0 }
        return UInt64(max(0, status.st_size))
    }

    /// A pipe must not be opened only to look at it.
    static func isPipe(_ path: String) -> Bool {
        var status = stat()
        let file = split(path).file
        return file == FileStream.standardInput
            || (stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    static func split(_ path: String) -> (file: String, member: String?) {
        guard access(path, F_OK) != 0, let parts = path.firstRange(of: "::") else {
            return (path, nil)
        }
        return (String(path[..<parts.lowerBound]), String(path[parts.upperBound...]))
    }

    /// The next text; `nil` after the last.
    func next() throws(CatalogError) -> OpenInput? {
        let file = InputReader.split(path).file
        guard let archive else {
            if isStarted { return nil }
            isStarted = true
            if isTable { return try ParquetInput.open(file, size: stream.size) }
            return OpenInput(stream: stream, path: stream.path, fileName: InputReader.base(file))
        }
        while let entry = try archive.next() {
            switch entry {
            case .whole:
                let content = EntryStream(archive, path: stream.path)
                return OpenInput(
                    stream: try PeekedStream(content, peeking: InputReader.headBytes),
                    path: stream.path,
                    fileName: Packing.unpackedName(InputReader.base(file)))
            case .member("[Content_Types].xml"):
                throw .binary(file: stream.path, looksLike: "an Office workbook")
            case .member(let name):
                if let member, fnmatch(member, name, 0) != 0 { continue }
                if InputReader.isHidden(name) {
                    passedOver.append(name)
                    continue
                }
                return try open(member: name, archive)
            }
        }
        return nil
    }

    private func open(member name: String, _ archive: ArchiveReader) throws(CatalogError)
        -> OpenInput
    {
        let path = "\(stream.path)/\(name)"
        let content = try PeekedStream(
            EntryStream(archive, path: path), peeking: InputReader.headBytes)
        let packing = Packing.of(content.head, name: name)
        guard packing == .stream else {
            return OpenInput(
                stream: content, path: path, fileName: InputReader.base(name), member: name)
        }
        let inner = try ArchiveReader(content, allowsMembers: false)
        guard try inner.next() != nil else { throw .empty(file: path) }
        return OpenInput(
            stream: try PeekedStream(
                EntryStream(inner, path: path), peeking: InputReader.headBytes),
            path: path, fileName: Packing.unpackedName(InputReader.base(name)), member: name)
    }

    static func base(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func isHidden(_ name: String) -> Bool {
        name.split(separator: "/").contains { $0.hasPrefix(".") && $0 != "." || $0 == "__MACOSX" }
    }
}

/// How bytes are packed, by their first ones.
enum Packing {
    case none
    /// gzip, zstd, LZ4, xz, bzip2; inside there may be an archive.
    case stream
    case archive

    static func of(_ head: [UInt8], name: String) -> Packing {
        let streams: [[UInt8]] = [
            [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x04, 0x22, 0x4D, 0x18],
            [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
        ]
        if streams.contains(where: { head.starts(with: $0) }) { return .stream }
        // BZh and a digit could begin a text; the block's own mark cannot.
        if head.starts(with: [0x42, 0x5A, 0x68]), head.count > 9, head[4] == 0x31, head[5] == 0x41,
            head[6] == 0x59
        {
            return .stream
        }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .archive }
        let isTar = head.count >= 262 && head[257..<262].elementsEqual("ustar".utf8)
        return isTar || (name.lowercased().hasSuffix(".tar") && head.contains(0)) ? .archive : .none
    }

    /// `catalog.csv.gz` holds `catalog.csv`.
    static func unpackedName(_ name: String) -> String {
        let endings = [".gz", ".zst", ".zstd", ".lz4", ".xz", ".bz2", ".lzma", ".z"]
        let lower = name.lowercased()
        guard let ending = endings.first(where: { lower.hasSuffix($0) }) else { return name }
        return String(name.dropLast(ending.count))
    }
}

/// Turns what a user named into inputs: patterns into the files that they match, in byte order.
enum InputPattern {
    static func expand(_ path: String) throws(CatalogError) -> [String] {
        let (file, member) = InputReader.split(path)
        let isPattern = file.contains { "*?[".contains($0) }
        guard isPattern, access(file, F_OK) != 0 else { return [path] }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(file, 0, nil, &found) == 0 else { throw .notFound(file: path) }
        var files: [String] = []
        for place in 0..<Int(found.gl_pathc) {
            guard let name = found.gl_pathv[place] else { continue }
            let text = String(cString: name)
            files.append(member.map { "\(text)::\($0)" } ?? text)
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
