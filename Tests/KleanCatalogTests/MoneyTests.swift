import KleanCatalog
import KleanCore
import Testing

/// Prices as people write them, to exact minor units. Each style has ten or more; the expected
/// value stands beside the text, so the table is the specification.
@Suite struct MoneyTests {
    struct Style: Sendable, CustomTestStringConvertible {
        var name: String
        var currency: String
        var hint = ""
        var prices: [(String, Int64)]
        var testDescription: String { name }
    }

    static let styles: [Style] = [
        Style(
            name: "won with a suffix", currency: "KRW",
            prices: [
                ("39,500원", 39_500), ("30,000원", 30_000), ("1,290원", 1_290), ("990원", 990),
                ("1,234,567원", 1_234_567), ("12000원", 12_000), ("39,500 원", 39_500),
                (" 5,000원 ", 5_000), ("３９，５００원", 39_500), ("₩1,234", 1_234),
                ("￦ 45,000", 45_000), ("KRW 12,300", 12_300), ("12,300 won", 12_300),
                ("12,300\u{A0}원", 12_300), ("판매가 19,900원", 19_900), ("₩ 1,000,000", 1_000_000),
                ("45,000.00원", 45_000),
            ]),
        Style(
            name: "won in ten thousands", currency: "KRW",
            prices: [
                ("3만원", 30_000), ("12만원", 120_000), ("1만5천원", 15_000), ("1만 5천원", 15_000),
                ("12만5000원", 125_000), ("12만 5,000원", 125_000), ("1.5만원", 15_000),
                ("100만원", 1_000_000), ("1억원", 100_000_000), ("5천원", 5_000),
                ("1억 2000만원", 120_000_000),
            ]),
        Style(
            name: "bare numbers with a currency from elsewhere", currency: "KRW", hint: "KRW",
            prices: [
                ("33800", 33_800), ("45000.0", 45_000), ("45000.00", 45_000), ("1,290", 1_290),
                ("\"1,290\"", 1_290), ("1.290", 1_290), ("12.345.678", 12_345_678),
                ("4.5E+04", 45_000), ("1e5", 100_000), ("1 290", 1_290), ("990", 990),
                ("0990", 990),
            ]),
        Style(
            name: "dollars", currency: "USD",
            prices: [
                ("$1,299.00", 129_900), ("$0.63", 63), ("$45", 4_500), ("35,00$", 3_500),
                ("$53.90", 5_390), ("US$12.5", 1_250), ("USD 12.50", 1_250), ("12.50 USD", 1_250),
                ("$ 7", 700), ("$1,000,000.01", 100_000_001), ("$.99", 99), ("102,00$", 10_200),
                ("＄12.00", 1_200), ("$1.299,90", 129_990),
            ]),
        Style(
            name: "reais", currency: "BRL",
            prices: [
                ("R$1.299,90", 129_990), ("R$29,97", 2_997), ("R$87,7", 8_770), ("R$ 40,1", 4_010),
                ("R$183,57", 18_357), ("R$10", 1_000), ("R$ 1.234.567,89", 123_456_789),
                ("R$1.299", 129_900), ("29,97 BRL", 2_997), ("R$0,99", 99), ("r$ 5,00", 500),
            ]),
        Style(
            name: "rupees", currency: "INR",
            prices: [
                ("₹1,23,456", 12_345_600), ("₹32,999", 3_299_900), ("₹626", 62_600),
                ("₹1,199.50", 119_950), ("₹12,34,567.89", 123_456_789), ("Rs. 500", 50_000),
                ("Rs 1,23,456", 12_345_600), ("INR 999", 99_900), ("₹ 99", 9_900),
                ("₹1,00,00,000", 1_000_000_000), ("999 INR", 99_900),
            ]),
        Style(
            name: "yuan", currency: "CNY", hint: "CNY",
            prices: [
                ("￥88", 8_800), ("¥385.00", 38_500), ("¥4.50", 450), ("￥1,288.00", 128_800),
                ("88元", 8_800), ("88.5元", 8_850), ("RMB 100", 10_000), ("CNY 12", 1_200),
                ("5799", 579_900), ("1.2万元", 1_200_000), ("￥ 12.00", 1_200), ("人民币88元", 8_800),
            ]),
        Style(
            name: "yen", currency: "JPY", hint: "JPY",
            prices: [
                ("¥20,800", 20_800), ("￥3,410", 3_410), ("3,410円", 3_410), ("1万円", 10_000),
                ("JPY 500", 500), ("500 yen", 500), ("¥ 1,000", 1_000), ("20800", 20_800),
                ("￥100", 100), ("税込 3,300円", 3_300),
            ]),
        Style(
            name: "euros", currency: "EUR",
            prices: [
                ("€ 46.20", 4_620), ("€46,20", 4_620), ("46,20 €", 4_620), ("1.299,00 €", 129_900),
                ("€1,299.00", 129_900), ("1 299,90 €", 129_990), ("EUR 5", 500), ("5 EUR", 500),
                ("€0.54", 54), ("1'299.00 €", 129_900), ("1.299 €", 129_900), ("16 euros", 1_600),
            ]),
        Style(
            name: "pounds and others by code", currency: "GBP",
            prices: [
                ("£42.35", 4_235), ("£0.50", 50), ("£1,000", 100_000), ("GBP 1", 100),
                ("£ 9.9", 990),
                ("￡12", 1_200), ("42.35 GBP", 4_235), ("£1,234.56", 123_456), ("£37.40", 3_740),
                ("£10", 1_000),
            ]),
        Style(
            name: "ranges: the lower end", currency: "KRW", hint: "KRW",
            prices: [
                ("30,000원~", 30_000), ("30,000원 ~ 50,000원", 30_000), ("30,000~50,000", 30_000),
                ("30,000 - 50,000", 30_000), ("₩30,000–₩50,000", 30_000), ("~30,000원", 30_000),
                ("30,000원～", 30_000), ("10000-20000", 10_000), ("1만원~2만원", 10_000),
                ("5,000원 〜", 5_000),
            ]),
    ]

    @Test(arguments: styles)
    func readsExactMinorUnits(_ style: Style) throws {
        #expect(style.prices.count >= 10)
        let expected = try #require(Currency(code: style.currency))
        let context = MoneyContext(currency: Currency(code: style.hint) ?? .missing)
        for (text, amount) in style.prices {
            guard case .amount(let found, let currency, _) = Money.read(text, context) else {
                Issue.record("\(text): \(Money.read(text, context))")
                continue
            }
            #expect(found == amount, "\(text)")
            #expect(currency == expected, "\(text)")
        }
    }

    /// What is no price is missing, with its reason, and never zero.
    @Test(arguments: [
        ("", MoneyGap.empty), ("   ", .empty), ("원", .noNumber), ("무료", .noNumber),
        ("문의", .noNumber), ("price", .noNumber), ("0", .zero), ("0원", .zero), ("$0.00", .zero),
        ("00,000원", .zero), ("-5,000원", .negative), ("₩-100", .negative), ("-0.5", .negative),
        ("99,999,999,999원", .absurd), ("123456789012345678901234567890원", .absurd),
        ("12,34,5원", .malformed), ("1,2,3원", .malformed), ("2개 30,000원", .malformed),
        ("30,000원 50,000원", .malformed), ("12.34.56원", .malformed), ("kr 100", .ambiguousCurrency),
        ("¥100", .ambiguousCurrency), ("33800", .noCurrency), ("33,800", .noCurrency),
    ])
    func missingHasAReason(_ text: String, _ gap: MoneyGap) {
        #expect(Money.read(text) == .missing(gap), "\(text)")
    }

    /// The sign beside the number beats what the file says; a vague sign asks the file.
    @Test func currencyBySignThenColumnThenConstant() {
        let won = MoneyContext(currency: .krw)
        #expect(amount("$12", won)?.1 == Currency(code: "USD"))
        #expect(
            amount("$12", MoneyContext(currency: Currency(code: "CAD") ?? .missing))?.1.code
                == "CAD")
        #expect(amount("CA$12", won)?.1.code == "CAD")
        #expect(
            amount("kr 99", MoneyContext(currency: Currency(code: "SEK") ?? .missing))?.1.code
                == "SEK")
        #expect(
            amount("¥100", MoneyContext(yenSign: Currency(code: "JPY") ?? .missing))?.1.code
                == "JPY")
        #expect(amount("¥100.00", MoneyContext())?.1.code == "CNY")
        #expect(amount("12", won)?.1 == .krw)
        #expect(amount("try 12,000원", MoneyContext())?.1 == .krw)
    }

    /// A dot in a JSON number is decimal whatever follows; excess decimals round and are counted.
    @Test func numbersOfMachines() {
        let dollars = MoneyContext(currency: Currency(code: "USD") ?? .missing, isNumber: true)
        #expect(Money.read("4.125", dollars) == .amount(412, dollars.currency, [.rounded]))
        #expect(Money.read("29.990000000000002", dollars) == .amount(2_999, dollars.currency, []))
        #expect(Money.read("29.989999999999998", dollars) == .amount(2_999, dollars.currency, []))
        let dinar = MoneyContext(currency: Currency(code: "KWD") ?? .missing)
        #expect(Money.read("1.250", dinar) == .amount(1_250, dinar.currency, []))
        #expect(Money.read("30,000원~") == .amount(30_000, .krw, [.range]))
    }

    /// Any bytes give an answer: no trap, no hang.
    @Test func anyBytesGiveAnAnswer() {
        var random = SplitMix(seed: 11)
        let alphabet = Array("0123456789.,-~ 원₩$R€¥만천억E+'()\u{FF10}".unicodeScalars)
        for _ in 0..<50_000 {
            var text = ""
            for _ in 0..<Int(random.next() % 24) {
                text.unicodeScalars.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
            }
            if case .amount(let value, let currency, _) = Money.read(text) {
                #expect(value > 0 && currency != .missing, "\(text)")
            }
        }
    }

    private func amount(_ text: String, _ context: MoneyContext) -> (Int64, Currency)? {
        guard case .amount(let value, let currency, _) = Money.read(text, context) else {
            return nil
        }
        return (value, currency)
    }
}

/// A seeded generator: the same numbers everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Fingerprint.mix(state)
    }
}
