/// An ISO 4217 currency: three ASCII capitals packed into 24 bits, 0 when missing.
public struct Currency: Hashable, Sendable, Comparable {
    /// `first << 16 | second << 8 | third`; 0 means missing. This is what columns store.
    public let packed: UInt32

    public init(packed: UInt32) { self.packed = packed }

    /// Reads a three-letter code in either case; `nil` unless it is in ISO 4217's active list.
    public init?(code: some StringProtocol) {
        guard code.utf8.count == 3 else { return nil }
        var packed: UInt32 = 0
        for letter in code.utf8 {
            let capital = letter >= 97 ? letter &- 32 : letter
            guard (65...90).contains(capital) else { return nil }
            packed = packed << 8 | UInt32(capital)
        }
        self.packed = packed
        guard Currency.activeCodes.contains(self.code) else { return nil }
    }

    public static let missing = Currency(packed: 0)
    public static let krw = Currency(packed: 0x4B_5257)

    /// The three letters, empty when missing.
    public var code: String {
        guard packed != 0 else { return "" }
        let letters = [packed >> 16, packed >> 8, packed].map { UInt8(truncatingIfNeeded: $0) }
        return String(decoding: letters, as: UTF8.self)
    }

    /// Decimal digits of the minor unit, `0...4`: 0 for KRW and JPY, 2 for USD, 3 for KWD.
    public var minorDigits: Int { Currency.minorDigitsOtherThanTwo[code] ?? 2 }

    /// Minor units in one major unit: 1, 100, 1,000 or 10,000.
    public var minorPerMajor: Int64 {
        (0..<minorDigits).reduce(Int64(1)) { product, _ in product * 10 }
    }

    public static func < (left: Currency, right: Currency) -> Bool { left.packed < right.packed }

    /// **Source**: ISO 4217 list one, minor unit column.
    private static let minorDigitsOtherThanTwo: [String: Int] = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
        "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0,
        "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
        "CLF": 4, "UYW": 4,
    ]

    private static let activeCodes: Set<String> = Set(
        """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP \
        BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD \
        FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY \
        KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
        MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR \
        RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
        TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF \
        YER ZAR ZMW ZWG
        """.split(separator: " ").map(String.init))
}
