/// Why a token counts as a distorted alias.
public enum NearMissKind: UInt8, Sendable {
    /// Few edits away (SCORING N2).
    case edits = 0
    /// Equal once ASCII look-alikes (0 and o, 1 and l, rn and m) are merged (SCORING N3).
    case leet = 1
    /// A piece of a name in letters of another kind: 𝗕𝗮𝗹𝗲, 𝙂𝙐𝘾.
    case piece = 2
    /// Signs stand in place of letters: PR*DA, ch@nel, 香*.
    case masked = 3
}

/// The alias that a token resembles.
public struct NearMiss: Hashable, Sendable {
    public var payload: UInt32
    /// Damerau distance in half edits: 1 for a tense or lax consonant or a like vowel, 2 for any
    /// other letter; 0 for ``NearMissKind/leet``.
    public var halfEdits: UInt8
    public var kind: NearMissKind

    public init(payload: UInt32, halfEdits: UInt8, kind: NearMissKind = .edits) {
        self.payload = payload
        self.halfEdits = halfEdits
        self.kind = kind
    }
}

/// A near miss in a title; offsets as in ``TextMatch``.
public struct NearMissMatch: Hashable, Sendable {
    public var row: UInt32
    public var payload: UInt32
    public var start: UInt16
    public var end: UInt16
    public var token: UInt16
    public var halfEdits: UInt8
    public var kind: NearMissKind

    public init(
        row: UInt32, payload: UInt32, start: UInt16, end: UInt16, token: UInt16, halfEdits: UInt8,
        kind: NearMissKind
    ) {
        self.row = row
        self.payload = payload
        self.start = start
        self.end = end
        self.token = token
        self.halfEdits = halfEdits
        self.kind = kind
    }
}
