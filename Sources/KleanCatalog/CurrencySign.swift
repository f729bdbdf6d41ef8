import KleanCore

/// What the text around a number says of its currency.
enum CurrencySign: Equatable {
    case none
    case exact(Currency)
    /// A bare dollar sign: US dollars unless the file says another dollar.
    case dollar
    /// A bare ¥: yen or yuan.
    case yen
    /// A bare kr: one of the Nordic crowns.
    case krona

    /// A more exact sign wins over a vague one; the first of two exact ones stays.
    func joined(with other: CurrencySign) -> CurrencySign {
        if case .exact = self { return self }
        return other == .none ? self : other
    }

    static let dollars: Set<String> = [
        "USD", "CAD", "AUD", "NZD", "HKD", "TWD", "SGD", "MXN", "BND", "BSD", "BBD", "BZD", "FJD",
        "JMD", "TTD", "XCD", "CLP", "COP", "ARS", "UYU", "DOP",
    ]

    /// Decimal commas and grouping dots are the usual writing of these.
    static let decimalComma: Set<String> = [
        "BRL", "EUR", "IDR", "VND", "TRY", "ARS", "CLP", "COP", "UYU", "PYG", "DKK", "NOK", "SEK",
        "PLN", "CZK", "HUF", "RON", "RUB", "UAH", "ISK", "RSD", "BYN",
    ]

    /// Currency signs and one-character words.
    static func symbol(_ scalar: UInt32) -> CurrencySign? {
        let code: String
        switch scalar {
        case 0x24, 0xFF04: return .dollar
        case 0xA5, 0xFFE5: return .yen
        case 0x20A9, 0xFFE6, 0xC6D0: code = "KRW"  // ₩ ￦ 원
        case 0x5186, 0xC5D4: code = "JPY"  // 円 엔
        case 0x5143, 0x5706, 0x5713: code = "CNY"  // 元 圆 圓
        case 0x20AC: code = "EUR"
        case 0xA3, 0xFFE1: code = "GBP"
        case 0x20B9, 0x20A8: code = "INR"
        case 0x20BD: code = "RUB"
        case 0x20BA: code = "TRY"
        case 0x20B4: code = "UAH"
        case 0x20AB: code = "VND"
        case 0xE3F: code = "THB"
        case 0x20B1: code = "PHP"
        case 0x20AA: code = "ILS"
        case 0x20A6: code = "NGN"
        case 0x20B8: code = "KZT"
        default: return nil
        }
        return Currency(code: code).map { .exact($0) }
    }

    /// The letters before a dollar sign; `nil` when they are none of its prefixes.
    static func dollar(prefix word: Slice<UnsafeBufferPointer<UInt8>>) -> CurrencySign? {
        let code: String
        switch String(decoding: word, as: UTF8.self).uppercased() {
        case "US", "USD": code = "USD"
        case "R", "BRL": code = "BRL"
        case "C", "CA", "CAD": code = "CAD"
        case "A", "AU", "AUD": code = "AUD"
        case "NZ", "NZD": code = "NZD"
        case "HK", "HKD": code = "HKD"
        case "NT", "TWD": code = "TWD"
        case "S", "SG", "SGD": code = "SGD"
        case "MX", "MXN": code = "MXN"
        default: return nil
        }
        return Currency(code: code).map { .exact($0) }
    }

    private static let everyday: Set<String> = [
        "KRW", "USD", "EUR", "JPY", "CNY", "GBP", "BRL", "INR", "HKD", "TWD", "SGD", "AUD", "CAD",
    ]

    /// A word of letters beside the number: an ISO 4217 code or a usual abbreviation.
    static func word(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> CurrencySign {
        let written = String(decoding: word, as: UTF8.self)
        let text = written.uppercased()
        // Many codes are words too (all, top, try): in small letters only the usual ones count.
        if written == text || everyday.contains(text), let currency = Currency(code: text) {
            return .exact(currency)
        }
        let code: String
        switch text {
        case "WON": code = "KRW"
        case "YEN": code = "JPY"
        case "RMB", "YUAN": code = "CNY"
        case "RS": code = "INR"
        case "RM": code = "MYR"
        case "RP": code = "IDR"
        case "ZŁ": code = "PLN"
        case "KČ": code = "CZK"
        case "FT": code = "HUF"
        case "LEI": code = "RON"
        case "EURO", "EUROS": code = "EUR"
        case "DOLLAR", "DOLLARS": return .dollar
        case "KR": return .krona
        default: return .none
        }
        return Currency(code: code).map { .exact($0) } ?? .none
    }

    /// A whole cell or header word that names a currency: `KRW`, `원`, `US$`, `usd`.
    static func named(_ text: String) -> Currency {
        let trimmed = text.filter { !$0.isWhitespace }
        let bytes = Array(trimmed.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            if case .exact(let currency) = word(buffer[...]) { return currency }
            if bytes.last == UInt8(ascii: "$"), bytes.count > 1,
                case .exact(let currency)? = dollar(prefix: buffer[..<(buffer.count - 1)])
            {
                return currency
            }
            guard let scalar = trimmed.unicodeScalars.first, trimmed.unicodeScalars.count == 1
            else { return .missing }
            switch symbol(scalar.value) {
            case .exact(let currency): return currency
            case .dollar: return .usd
            default: return .missing
            }
        }
    }
}
