/// Why a LightGBM text model, or a file of features for it, was not accepted.
package enum TreeError: Error, Equatable, CustomStringConvertible {
    /// Something in a file is not what it should be. `line` counts from 1; 0 for the whole file.
    case malformed(file: String, line: Int, field: String, expected: String, found: String)

    package var description: String {
        switch self {
        case .malformed(let file, let line, let field, let expected, let found):
            let place = line > 0 ? "\(file):\(line)" : file
            let shown = found.count > 60 ? String(found.prefix(60)) + "…" : found
            return "\(place): \(field): expected \(expected), "
                + "found \(shown.isEmpty ? "nothing" : shown)"
        }
    }
}

/// Bounds of a tree model: far above anything trained, far below what would exhaust a machine.
package enum TreeLimits {
    /// Bytes of a model or feature file that are read.
    package static let fileBytesMax: UInt64 = 4 << 30
    package static let featuresMax = 1 << 20
    package static let treesMax = 1 << 20
    package static let leavesPerTreeMax = 1 << 20
    package static let classesMax = 1 << 16
    /// 32-bit words of one category set: categories up to two million.
    package static let categoryWordsMax = 1 << 16
    /// Splits on one path; TreeSHAP's scratch grows with its square.
    package static let depthMax = 4_096
}
