#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How a catalog file writes its text. Everything but UTF-8 is converted while it is read.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    /// Korean Windows; EUC-KR is a part of it.
    case cp949
    /// Mainland Chinese; GBK and GB2312 are parts of it.
    case gb18030
    case windows1252 = "windows-1252"
    /// Japanese Windows.
    case shiftJIS = "shift_jis"
    case eucJP = "euc-jp"
    /// Taiwan and Hong Kong.
    case big5

    /// Reads the usual spellings; `nil` for any other.
    package init?(name: String) {
        switch name.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
        case "utf8", "ascii", "utf8sig": self = .utf8
        case "utf16", "utf16le": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "cp949", "uhc", "euckr", "ksc5601", "ms949", "korean": self = .cp949
        case "gb18030", "gbk", "gb2312", "cp936": self = .gb18030
        case "windows1252", "cp1252", "latin1", "iso88591": self = .windows1252
        case "shiftjis", "sjis", "cp932", "ms932", "windows31j": self = .shiftJIS
        case "eucjp": self = .eucJP
        case "big5", "cp950", "big5hkscs": self = .big5
        default: return nil
        }
    }

    var iconvName: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian: "UTF-16LE"
        case .utf16BigEndian: "UTF-16BE"
        case .cp949: "UHC"
        case .gb18030: "GB18030"
        case .windows1252: "WINDOWS-1252"
        case .shiftJIS: "CP932"
        case .eucJP: "EUC-JP-MS"
        case .big5: "BIG5-HKSCS"
        }
    }

    /// The bytes of one unit that is skipped where nothing can be read.
    fileprivate var unit: Int {
        self == .utf16LittleEndian || self == .utf16BigEndian ? 2 : 1
    }
}

/// Turns a stream of bytes in another encoding into UTF-8, piece by piece (the C library's iconv).
/// What cannot be read becomes U+FFFD.
final class Transcoder {
    private let descriptor: iconv_t
    private let encoding: TextEncoding
    /// The beginning of a character whose rest comes with the next piece.
    private var carried: [UInt8] = []
    /// Characters that could not be read.
    private(set) var broken: UInt64 = 0

    /// - Returns: `nil` when the C library does not know the encoding.
    init?(_ encoding: TextEncoding) {
        guard let opened = iconv_open("UTF-8", encoding.iconvName),
            Int(bitPattern: opened) != -1
        else { return nil }
        descriptor = opened
        self.encoding = encoding
    }

    deinit { iconv_close(descriptor) }

    /// Converts a piece onto the end of `output`. - Parameter isLast: Nothing follows.
    func convert(_ piece: [UInt8], isLast: Bool, onto output: inout [UInt8]) {
        var input = carried + piece
        carried = []
        var done = 0
        while done < input.count {
            let (consumed, code) = step(&input, from: done, onto: &output)
            done += consumed
            if code == 0 { break }
            if code == EINVAL, !isLast {
                carried = Array(input[done...])
                return
            }
            if code == EILSEQ || code == EINVAL {
                output += [0xEF, 0xBF, 0xBD]
                broken += 1
                done += encoding.unit
            }
        }
    }

    /// One call of iconv: bytes consumed and the error number, 0 when the input is used up.
    private func step(_ input: inout [UInt8], from start: Int, onto output: inout [UInt8])
        -> (consumed: Int, code: Int32)
    {
        let room = (input.count - start) * 3 + 16
        let before = output.count
        output.append(contentsOf: repeatElement(0, count: room))
        var code: Int32 = 0
        var inputLeft = input.count - start
        var outputLeft = room
        input.withUnsafeMutableBytes { source in
            output.withUnsafeMutableBytes { target in
                var from = source.baseAddress?.advanced(by: start)
                    .assumingMemoryBound(to: CChar.self)
                var to = target.baseAddress?.advanced(by: before)
                    .assumingMemoryBound(to: CChar.self)
                let status = iconv(descriptor, &from, &inputLeft, &to, &outputLeft)
                if status == -1 { code = errno }
            }
        }
        output.removeLast(outputLeft)
        return (input.count - start - inputLeft, code)
    }
}
