/// Why bytes are not a message. Closed: whoever reads a frame handles every case.
package enum WireError: Error, Equatable, CustomStringConvertible {
    case truncated(field: String, needBytes: Int, haveBytes: Int)
    case notAMessage
    /// The peer speaks another protocol version; nothing after the version was read.
    case version(expected: UInt8, found: UInt8)
    case unknownType(UInt8)
    case checksum(expected: UInt64, found: UInt64)
    case trailingBytes(Int)
    /// A length, count or number beyond its bound, or a code nobody defined.
    case outOfRange(field: String, max: UInt64, found: UInt64)
    case notUTF8(field: String)
    /// A file name that could leave its folder.
    case unsafeName(String)
    /// The payload frames are not those that the header announces.
    case frames(expected: Int, found: Int)
    case frameBytes(frame: Int, expected: UInt64, found: UInt64)

    package var description: String {
        switch self {
        case .truncated(let field, let need, let have):
            "message truncated at \(field): expected \(need) bytes, found \(have)"
        case .notAMessage: "not a klean message: wrong magic"
        case .version(let expected, let found):
            "protocol version: expected \(expected), found \(found)"
        case .unknownType(let type): "unknown message type \(type)"
        case .checksum(let expected, let found):
            "message checksum: expected \(expected), found \(found)"
        case .trailingBytes(let count): "\(count) bytes after the message"
        case .outOfRange(let field, let max, let found):
            "\(field) out of range: expected at most \(max), found \(found)"
        case .notUTF8(let field): "\(field) is not UTF-8"
        case .unsafeName(let name): "unsafe file name \(name)"
        case .frames(let expected, let found):
            "payload frames: expected \(expected), found \(found)"
        case .frameBytes(let frame, let expected, let found):
            "payload frame \(frame): expected \(expected) bytes, found \(found)"
        }
    }
}
