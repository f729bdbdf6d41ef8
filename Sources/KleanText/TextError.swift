/// Why patterns or aliases cannot be compiled.
package enum TextError: Error, Equatable, CustomStringConvertible {
    /// A pattern without a letter or digit in it after folding.
    case emptyPattern(index: Int)
    /// A pattern longer than `bytesMax` after folding.
    case patternTooLong(index: Int, bytes: Int, bytesMax: Int)
    /// The automaton would need more than `bytesMax` bytes.
    case automatonTooLarge(bytes: Int, bytesMax: Int)

    package var description: String {
        switch self {
        case .emptyPattern(let index):
            "pattern \(index) has no letter or digit, expected at least one"
        case .patternTooLong(let index, let bytes, let bytesMax):
            "pattern \(index) has \(bytes) bytes after folding, expected at most \(bytesMax)"
        case .automatonTooLarge(let bytes, let bytesMax):
            "the patterns need an automaton of \(bytes) bytes, expected at most \(bytesMax)"
        }
    }
}
