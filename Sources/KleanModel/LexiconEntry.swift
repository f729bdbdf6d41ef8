/// What a lexicon entry says.
public enum LexiconClass: UInt8, CaseIterable, Sendable {
    /// Names the goods a copy: 레플리카, knockoff, 高仿.
    case word = 0
    /// A grade of copies: 미러급, 1st copy.
    case grade = 1
    /// Claims sameness with the genuine article: 정품과 동일, 1:1.
    case claim = 2
    /// Says "like" the brand: -스타일.
    case design = 3
    /// A story where the goods come from: 로스분, 原单.
    case origin = 4
    /// Moves the deal or the mark out of sight: 비밀링크, logo added later.
    case evade = 5
    /// Words of the trade among its customers.
    case jargon = 6
    /// Insists on being genuine. Neutral.
    case insistence = 7
    /// Denies: 아님, not, 非. Turns an entry within ``LexiconEntry/windowTokens`` into a denial.
    case denial = 8
    /// Claims to be the brand's own shop: 공식스토어, flagship. Read in seller and shop names.
    case officialStore = 9
}

/// How much an entry weighs; the number is the model's (`name.slangHigh` ...).
public enum LexiconStrength: UInt8, CaseIterable, Sendable {
    case none = 0, low, medium, high
}

/// Where an entry counts, beyond where its patterns may stand.
public enum LexiconCondition: UInt8, CaseIterable, Sendable {
    /// Anywhere.
    case anywhere = 0
    /// A brand mention within ``LexiconEntry/windowTokens`` tokens.
    case nearBrand = 1
    /// Directly after a brand mention; the pattern's rule says so to the scanner too.
    case afterBrand = 2
}

/// One entry of the lexicon. Its number is its index; its patterns stand in ``Model/patterns``.
public struct LexiconEntry: Equatable, Sendable {
    /// Stable ASCII name, unique: `ko-replica`.
    public var key: String
    public var kind: LexiconClass
    public var strength: LexiconStrength
    public var language: Language
    public var condition: LexiconCondition
    /// Tokens between entry and brand (or denial and entry), at most.
    public var windowTokens: UInt8
    /// A denial nearby turns the entry into `nameSlangDenied`.
    public var isDeniable: Bool
    /// Context numbers; a match of any in the title or category cancels the entry.
    public var contexts: [UInt32]
    /// What it means, in English, for a reader of evidence.
    public var meaning: String

    public init(
        key: String, kind: LexiconClass, strength: LexiconStrength, language: Language,
        condition: LexiconCondition, windowTokens: UInt8, isDeniable: Bool, contexts: [UInt32],
        meaning: String
    ) {
        self.key = key
        self.kind = kind
        self.strength = strength
        self.language = language
        self.condition = condition
        self.windowTokens = windowTokens
        self.isDeniable = isDeniable
        self.contexts = contexts
        self.meaning = meaning
    }
}

/// Where an accessory word makes a listing one for the brand (SCORING N5).
public enum AccessoryRole: UInt8, CaseIterable, Sendable {
    /// Directly before the brand mention: "for Galaxy Watch", 适用.
    case beforeBrand = 0
    /// Directly after it: 갤럭시워치용, 호환.
    case afterBrand = 1
    /// Directly before or after it: 호환, compatible.
    case beside = 2
    /// Anywhere in the category text: strap, case, film, refill, part.
    case category = 3
    /// Anywhere in the title, if the brand mentioned sells in ``AccessoryWord/domains``, or
    /// anywhere in the category text.
    case title = 4
}

/// A word that tells an accessory from the thing. Its number is its index.
public struct AccessoryWord: Equatable, Sendable {
    public var text: String
    public var role: AccessoryRole
    /// The brand mentioned must sell in one of these; empty means any brand.
    public var domains: ProductDomains

    public init(text: String, role: AccessoryRole, domains: ProductDomains) {
        self.text = text
        self.role = role
        self.domains = domains
    }
}
