/// Why a listing is suspected, as a code a program can count and a person can have explained.
///
/// Raw values are part of the index format: never reuse one. Text is rendered from the code and
/// its arguments by the reader, in Korean or English; prose is never stored.
/// The meaning of `a`, `b`, `c`, `d` of ``Evidence`` stands beside each case.
public enum EvidenceCode: UInt16, CaseIterable, Sendable {
    // Image (SCORING a). a: distance in bits, b: bank entry, c: quality, d: brand of the entry.
    case imageConfirmedFake = 100
    case imageOfficialUnauthorised = 101
    case imageOfficialBrandMismatch = 102
    case imageAuthorisedCopied = 103
    // Logo (SCORING b). a: distance, b: bank entry, c: quality, d: brand of the entry; of a masked
    // logo a: `Concealment`, c: 1 where the brand's logo is expected, d: the claimed brand.
    case logoBrandEmpty = 110
    case logoBrandMismatch = 111
    case logoUnauthorised = 112
    case logoMasked = 113
    case logoAbsent = 114
    // Name (SCORING c). a: brand, b: pattern, except where said.
    case nameMention = 120  // neutral: shows where the brand stands
    case nameNearMiss = 121  // c: distance in half edits
    case nameConfusable = 122  // c: first look-alike code point, d: what it looks like
    case nameSlang = 123  // a: brand or -1, b: lexicon entry
    case nameClaimMismatch = 124  // a: brand in the text, b: brand in the brand field or -1
    case nameAccessory = 125  // neutral guard: made for the brand, not of it
    case nameOfficialStoreClaim = 126
    case nameSlangDenied = 127  // neutral: "not a fake"; b: lexicon entry
    // Price (SCORING d). a: price, b: reference, both KRW; c: z in Fixed raw; d: reference row.
    case priceCaution = 130  // at most 40 % of the reference
    case priceExtreme = 131  // at most 15 % of the reference
    case priceLow = 132  // below the reference by more than its spread explains
    case priceTypo = 133  // neutral: digits were lost, nobody asks so little
    // neutral: the category's prices moved. a: to so many 1/1,000 of usual, b: sellers who say so
    case priceEvent = 134
    // An accessory among the options costs under 30 % of what they usually do. a: its price, b: the
    // options' median, both KRW; slot: which option.
    case priceOptionBait = 135
    // neutral: the branded option's price is judged. a: it, b: the listing's; slot: which option
    case priceOfOption = 136
    // Seller (SCORING e). a: events, b: orders, c: lower 5 % quantile, d: category rate, in 1e-6.
    case sellerComplaints = 140
    case sellerRefunds = 141
    case sellerLagNotApplied = 142  // neutral: counters only, reporting delay not corrected
    // Interactions (SCORING f); the arguments repeat those of the stronger part.
    case officialImageLowPrice = 150
    case nearMissBrandEmpty = 151
    case slangWithBrand = 152
    case fakeImageNewSeller = 153
    case maskedLogoLowPrice = 154
    case clusterRemoved = 155
}

/// The listing field that an evidence item points into.
public enum EvidenceField: UInt8, CaseIterable, Sendable {
    case none = 0
    case title, brand, category, seller, shop, price, image, logo, counters
}

/// One reason, bounded and language-free.
///
/// `start..<end` are byte offsets into the field's stored UTF-8 text, or 0..<0. `slot` is the
/// picture's or logo's position in the listing. Arguments are described at ``EvidenceCode``;
/// a missing one is -1.
public struct Evidence: Hashable, Sendable {
    public var code: EvidenceCode
    public var field: EvidenceField
    public var slot: UInt16
    public var start: UInt16
    public var end: UInt16
    public var a: Int64
    public var b: Int64
    public var c: Int64
    public var d: Int64

    public init(
        _ code: EvidenceCode, _ field: EvidenceField = .none, slot: Int = 0,
        range: Range<Int> = 0..<0, a: Int64 = -1, b: Int64 = -1, c: Int64 = -1, d: Int64 = -1
    ) {
        self.code = code
        self.field = field
        self.slot = UInt16(clamping: slot)
        start = UInt16(clamping: range.lowerBound)
        end = UInt16(clamping: range.upperBound)
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }
}
