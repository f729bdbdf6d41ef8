/// What a reader of an index did wrong, or what is missing to answer.
package enum InspectionError: Error, Equatable, CustomStringConvertible {
    case unknownReason(String)
    /// Neither a store nor a model nor an index.
    case notVerifiable(path: String, found: String)
    case notFound(path: String)
    /// The index does not say where the store or model is, and nobody else did.
    case originUnknown(index: String, what: String)
    /// No snapshot of the store is the one that the index was made from.
    case otherSnapshot(store: String, expected: String, found: String)
    /// Two indexes of which one is a sample that the other is not.
    case otherSample(expected: String, found: String)
    /// No Python with pyarrow, or it failed.
    case noParquet(tried: String, reason: String)
    /// None of the labels is of a listing that the index scored; `count` of them.
    case nothingLabelled(index: String, count: Int)
    /// A verdict is somebody's.
    case nobody
    /// `line` counts from 1.
    case badTruth(file: String, line: Int, expected: String, found: String)

    package var description: String {
        switch self {
        case .unknownReason(let text):
            "--reason \(text): expected one of \(ReasonFilter.names.joined(separator: ", "))"
        case .notVerifiable(let path, let found):
            "\(path): expected a store, a model or an index, found \(found)"
        case .notFound(let path): "\(path): no such folder"
        case .originUnknown(let index, let what):
            "\(index): it does not say where its \(what) is (origin.json); name it with --\(what)"
        case .otherSnapshot(let store, let expected, let found):
            "\(store): expected the snapshot \(expected) that the index was made from, "
                + "found \(found); name the right one with --store"
        case .otherSample(let expected, let found):
            "diff: expected two indexes of \(expected), found one of \(found); scan with the same "
                + "--sample, or both without"
        case .noParquet(let tried, let reason):
            "Parquet: expected \(tried) with pyarrow, found: \(reason); install it (pip install "
                + "pyarrow), name another interpreter with KLEAN_PYTHON, or export csv"
        case .nothingLabelled(let index, let count):
            "\(index): expected labels of listings that it scored, found \(count), none of them "
                + "such; name a file with --labels, or record verdicts with klean decide"
        case .nobody: "--by: expected who decided, found nothing"
        case .badTruth(let file, let line, let expected, let found):
            "\(file):\(line): expected \(expected), found \(found)"
        }
    }
}
