/// Why a file gave no picture. ``reason`` is the short form that is counted and stored.
package enum PictureError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    /// More bytes than ``PictureLimits/bytesMax``.
    case tooManyBytes(max: Int, found: Int)
    /// The first bytes are of no format that is read here.
    case unknownFormat(start: [UInt8])
    /// More pixels, or a longer side, than allowed; nothing was decoded.
    case tooManyPixels(width: Int, height: Int, max: Int)
    case noPixels(PictureFormat)
    /// The file ends before its picture does.
    case truncated(PictureFormat)
    /// The file breaks its format's rules. `code` is the codec's own, 0 where it has none.
    case corrupt(PictureFormat, code: Int)
    /// A variant of the format that the codec does not read.
    case unsupported(PictureFormat, code: Int)
    /// More passes over the picture than honest files have.
    case tooMuchWork(PictureFormat)
    case outOfMemory(PictureFormat)

    /// The kind of failure, without its figures.
    package var reason: PictureFailure {
        switch self {
        case .empty: .empty
        case .tooManyBytes: .tooManyBytes
        case .unknownFormat: .unknownFormat
        case .tooManyPixels: .tooManyPixels
        case .noPixels, .corrupt: .corrupt
        case .truncated: .truncated
        case .unsupported: .unsupported
        case .tooMuchWork: .tooMuchWork
        case .outOfMemory: .outOfMemory
        }
    }

    package var description: String {
        switch self {
        case .empty: "expected a picture, found an empty file"
        case .tooManyBytes(let max, let found): "expected at most \(max) bytes, found \(found)"
        case .unknownFormat(let start):
            "expected JPEG, PNG, WebP, GIF or PNM, found a file that starts with "
                + start.map { hex($0) }.joined(separator: " ")
        case .tooManyPixels(let width, let height, let max):
            "expected at most \(max) pixels, found \(width) x \(height)"
        case .noPixels(let format): "\(format): expected pixels, found a side of 0"
        case .truncated(let format): "\(format): the file ends before its picture does"
        case .corrupt(let format, let code):
            "\(format): the file breaks the format's rules" + (code == 0 ? "" : " (code \(code))")
        case .unsupported(let format, let code):
            "\(format): a variant that is not read" + (code == 0 ? "" : " (code \(code))")
        case .tooMuchWork(let format): "\(format): more passes than are allowed"
        case .outOfMemory(let format): "\(format): no memory to decode"
        }
    }

    private func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}

/// The kinds of ``PictureError``, in the order in which reports list them.
package enum PictureFailure: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    // Raw values are stored in hash caches.
    case missing = 1
    case unreadable = 2
    case empty = 3
    case tooManyBytes = 4
    case unknownFormat = 5
    case tooManyPixels = 6
    case truncated = 7
    case corrupt = 8
    case unsupported = 9
    case tooMuchWork = 10
    case outOfMemory = 11

    package var description: String {
        switch self {
        case .missing: "file not found"
        case .unreadable: "file not readable"
        case .empty: "empty file"
        case .tooManyBytes: "too many bytes"
        case .unknownFormat: "not a known picture format"
        case .tooManyPixels: "too many pixels"
        case .truncated: "truncated"
        case .corrupt: "corrupt"
        case .unsupported: "unsupported variant"
        case .tooMuchWork: "too many passes"
        case .outOfMemory: "out of memory"
        }
    }
}
