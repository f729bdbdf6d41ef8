/// How a place of a picture was made unreadable.
///
/// A concealed place is stored as a logo region that has no hash: all zero bits, quality 0, and
/// this as its label. Stores without such labels stay readable. A detector of the user's own may
/// give the same labels.
public enum Concealment: UInt8, CaseIterable, Sendable {
    case mosaic = 1
    case blur = 2
    case patch = 3

    /// `mosaic`, `blur`, `patch`.
    public var name: String { "\(self)" }

    /// The stored label: `#` and the name. No brand's name begins so.
    public var label: [UInt8] { Array("#\(name)".utf8) }

    public init?(label: some Sequence<UInt8>) {
        guard let kind = Concealment.allCases.first(where: { $0.label.elementsEqual(label) }) else {
            return nil
        }
        self = kind
    }
}
