/// How the letters of a match in the title differ from the pattern's, beyond letter case.
public struct TextDisguise: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Letters of another kind that are drawn alike: Nіke with a Cyrillic і (SCORING N3).
    public static let lookAlike = TextDisguise(rawValue: 1 << 0)
    /// Accents that the pattern does not have: Nìke, but also an honest Hermès for "hermes".
    public static let accent = TextDisguise(rawValue: 1 << 1)
    /// Compatibility forms: full-width, circled or mathematical letters.
    public static let styled = TextDisguise(rawValue: 1 << 2)
    /// Invisible characters between the letters.
    public static let invisible = TextDisguise(rawValue: 1 << 3)
    /// Letters set apart by separators that the pattern does not have: 구*찌.
    public static let separated = TextDisguise(rawValue: 1 << 4)
    /// Syllables written as single jamo: ㄱㅜㅉㅣ.
    public static let jamo = TextDisguise(rawValue: 1 << 5)
    /// Digits, signs or Latin letters in place of letters: gucc1, 나0l키.
    public static let leet = TextDisguise(rawValue: 1 << 6)
}

/// A pattern found in a title.
///
/// `start..<end` are byte offsets into the title as stored, whole characters, at most 65,535.
public struct TextMatch: Hashable, Sendable {
    /// Row of the batch, as the caller numbers it.
    public var row: UInt32
    public var payload: UInt32
    /// Index into the patterns given to the scanner.
    public var pattern: UInt32
    public var start: UInt16
    public var end: UInt16
    /// Index in the title of the token in which the match starts. Tokens are maximal runs of
    /// letters and digits.
    public var token: UInt16
    /// Index of the token in which it ends; at least `token`.
    public var lastToken: UInt16
    public var disguise: TextDisguise

    public init(
        row: UInt32, payload: UInt32, pattern: UInt32, start: UInt16, end: UInt16, token: UInt16,
        lastToken: UInt16, disguise: TextDisguise = []
    ) {
        self.row = row
        self.payload = payload
        self.pattern = pattern
        self.start = start
        self.end = end
        self.token = token
        self.lastToken = lastToken
        self.disguise = disguise
    }

    /// The match exists only after merging look-alikes (SCORING N3).
    @inlinable public var isConfusable: Bool { disguise.contains(.lookAlike) }

    /// Row, then start, then longest first, then payload and pattern.
    public static func precedes(_ left: TextMatch, _ right: TextMatch) -> Bool {
        if left.row != right.row { return left.row < right.row }
        if left.start != right.start { return left.start < right.start }
        if left.end != right.end { return left.end > right.end }
        if left.payload != right.payload { return left.payload < right.payload }
        return left.pattern < right.pattern
    }

    /// Tokens between two matches of one row; 0 where they touch or overlap.
    public func tokenDistance(to other: TextMatch) -> Int {
        if other.token > lastToken { return Int(other.token) - Int(lastToken) }
        if token > other.lastToken { return Int(token) - Int(other.lastToken) }
        return 0
    }
}

extension TextMatch {
    /// Of matches that overlap within a row the longest stays; of equally long ones that start
    /// together all stay (two brands may share an alias), else the earlier.
    ///
    /// - Parameter matches: One or many rows, sorted as the scanner sorts.
    /// - Returns: A subsequence of `matches`.
    /// - Complexity: O(n) times the overlaps within a row.
    public static func longest(_ matches: some Sequence<TextMatch>) -> [TextMatch] {
        var kept: [TextMatch] = []
        for match in matches {
            var isCovered = false
            while let last = kept.last, last.row == match.row, last.end > match.start {
                let isSame = last.start == match.start && last.end == match.end
                let lastLength = last.end - last.start
                if isSame || lastLength >= match.end - match.start {
                    isCovered = !isSame
                    break
                }
                kept.removeLast()
            }
            if !isCovered { kept.append(match) }
        }
        return kept
    }
}
