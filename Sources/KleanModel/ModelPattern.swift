/// What a text pattern stands for; says what ``ModelPattern/number`` counts.
public enum PatternKind: UInt8, CaseIterable, Sendable {
    /// A name of a brand, or of a product line that only it sells. Number: brand.
    case brand = 0
    /// A lexicon entry. Number: entry.
    case lexicon = 1
    /// A context term that cancels lexicon entries. Number: context, see ``LexiconEntry/contexts``.
    case context = 2
    /// A word that tells goods made for a brand from goods of it. Number: accessory word.
    case accessory = 3
    /// A category word. Number: the raw value of its ``ProductDomains``.
    case category = 4
    /// A title alias of a price row. Number: price row.
    case priceModel = 5
}

/// What a match of a pattern still needs, or allows.
public struct PatternTraits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Also an everyday word or another's name: needs the brand field or a category word of the
    /// brand's domains.
    public static let ambiguous = PatternTraits(rawValue: 1 << 0)
    /// Long and rare enough to look for misspellings of it (SCORING N2).
    public static let nearMiss = PatternTraits(rawValue: 1 << 1)
    /// A distortion in common use (차이팟): naming it is itself a near miss.
    public static let distortion = PatternTraits(rawValue: 1 << 2)
}

/// One thing to look for in titles (and, by kind, in category, seller and shop texts).
///
/// A scanner's payload is the pattern's index in ``Model/patterns``.
public struct ModelPattern: Hashable, Sendable {
    /// UTF-8 as a person writes it; the scanner folds it.
    public var text: [UInt8]
    public var kind: PatternKind
    public var number: UInt32
    /// Raw value of `KleanText.PatternRule`.
    public var ruleBits: UInt32
    public var traits: PatternTraits

    public init(
        text: [UInt8], kind: PatternKind, number: UInt32, ruleBits: UInt32,
        traits: PatternTraits = []
    ) {
        self.text = text
        self.kind = kind
        self.number = number
        self.ruleBits = ruleBits
        self.traits = traits
    }
}
