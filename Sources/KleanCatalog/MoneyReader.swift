import KleanCore

/// Walks over one price cell: signs, letters, numbers, range marks.
struct MoneyReader {
    let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var sign = CurrencySign.none
    private var isNegative = false

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// One number of the cell: its ASCII digits with separators, normalised.
    private struct Digits {
        /// Digits `0...9`, `.` for any dot, `,` for any comma, `_` for a space or apostrophe.
        var marks: [UInt8] = []
        var exponent = 0
        /// 10,000 for 만 and 万, 1,000 for 천, 100,000,000 for 억.
        var unit: Int64 = 1
    }

    mutating func read(_ context: MoneyContext) -> MoneyReading {
        var numbers: [[Digits]] = []
        var isRange = false
        var afterNumber = false
        while let (scalar, length) = scalar(at: at) {
            if digit(scalar) != nil {
                let amount = readAmount()
                numbers.append(amount)
                afterNumber = true
                continue
            }
            if startsDecimals(scalar, length) {
                numbers.append(readAmount(afterPoint: true))
                afterNumber = true
                continue
            }
            switch scalar {
            case 0x2D, 0x2212, 0x2013, 0x2014, 0xFF0D:  // - − – — －
                if afterNumber { isRange = true } else { isNegative = true }
                at += length
            case 0x7E, 0x301C, 0xFF5E, 0x223C:  // ~ 〜 ～ ∼
                isRange = true
                at += length
            case 0x28 where numbers.isEmpty: at += length
            default: readWord(scalar, length)
            }
        }
        guard let first = numbers.first else {
            return .missing(bytes.allSatisfy { $0 <= 32 } ? .empty : .noNumber)
        }
        guard numbers.count == 1 || (numbers.count == 2 && isRange) else {
            return .missing(.malformed)
        }
        let hasDecimals = first.count == 1 && first[0].marks.contains(UInt8(ascii: "."))
        let (currency, gap) = resolve(context, hasDecimals: hasDecimals)
        // What is wrong with the number is said before what is wrong with the currency.
        guard let decimal = value(of: first, currency, context) else { return .missing(.malformed) }
        if decimal.digits == 0 { return .missing(.zero) }
        if isNegative { return .missing(.negative) }
        if let gap { return .missing(gap) }
        guard decimal.digits != Int64.max else { return .missing(.absurd) }
        return Money.settle(decimal, currency, isRange ? [.range] : [])
    }

    // MARK: characters

    /// The code point at an offset; bytes that are not UTF-8 read as U+FFFD of one byte.
    private func scalar(at offset: Int) -> (UInt32, Int)? {
        guard offset < bytes.count else { return nil }
        let first = bytes[offset]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, offset + length <= bytes.count else { return (0xFFFD, 1) }
        var value = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for index in 1..<length { value = value << 6 | UInt32(bytes[offset + index] & 0x3F) }
        return (value, length)
    }

    /// ASCII and full-width digits.
    private func digit(_ scalar: UInt32) -> UInt8? {
        if scalar &- 0x30 < 10 { return UInt8(scalar - 0x30) }
        if scalar &- 0xFF10 < 10 { return UInt8(scalar - 0xFF10) }
        return nil
    }

    /// `.`, `,` or `_` for what can stand between two digits of one number.
    private func separator(_ scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x2E, 0xFF0E: UInt8(ascii: ".")
        case 0x2C, 0xFF0C, 0x66B, 0x3001: UInt8(ascii: ",")
        case 0x20, 0xA0, 0x2009, 0x202F, 0x27, 0x2019: UInt8(ascii: "_")
        default: nil
        }
    }

    private func digitRun(from offset: Int) -> Int {
        var count = 0
        var offset = offset
        while let (next, length) = scalar(at: offset), digit(next) != nil {
            count += 1
            offset += length
        }
        return count
    }

    // MARK: numbers

    /// A number with the Korean units that may follow: `1만 5천` is two of them.
    private mutating func readAmount(afterPoint: Bool = false) -> [Digits] {
        var parts: [Digits] = []
        while true {
            var part = readDigits(afterPoint && parts.isEmpty ? [48] : [])
            part.unit = readUnit()
            parts.append(part)
            guard part.unit > 1 else { return parts }
            var next = at
            while let (space, length) = scalar(at: next), space == 0x20 { next += length }
            guard let (after, _) = scalar(at: next), digit(after) != nil else { return parts }
            at = next
        }
    }

    /// `$.99`: a point that no digit and no abbreviation (`Rs.500`) stands before.
    private func startsDecimals(_ scalar: UInt32, _ length: Int) -> Bool {
        guard scalar == 0x2E, digitRun(from: at + length) > 0 else { return false }
        guard at > 0 else { return true }
        let before = bytes[at - 1]
        return before == UInt8(ascii: "$") || before <= 0x20 || before >= 0x80
    }

    /// - Parameter marks: Digits that count as read.
    private mutating func readDigits(_ marks: [UInt8]) -> Digits {
        var number = Digits(marks: marks)
        while let (next, length) = scalar(at: at) {
            if let value = digit(next) {
                number.marks.append(48 + value)
                at += length
                continue
            }
            guard let mark = separator(next) else { break }
            let run = digitRun(from: at + length)
            // A space or an apostrophe only groups, so three digits must follow.
            guard run > 0, mark != UInt8(ascii: "_") || run == 3 else { break }
            number.marks.append(mark)
            at += length
        }
        readExponent(&number)
        return number
    }

    /// `4.5E+04`, as spreadsheets write long numbers.
    private mutating func readExponent(_ number: inout Digits) {
        guard at + 1 < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") else { return }
        var next = at + 1
        let isMinus = bytes[next] == UInt8(ascii: "-")
        if isMinus || bytes[next] == UInt8(ascii: "+") { next += 1 }
        var exponent = 0
        let start = next
        while next < bytes.count, bytes[next] &- 48 < 10, exponent < 100 {
            exponent = exponent * 10 + Int(bytes[next] &- 48)
            next += 1
        }
        guard next > start else { return }
        number.exponent = isMinus ? -exponent : exponent
        at = next
    }

    private mutating func readUnit() -> Int64 {
        guard let (next, length) = scalar(at: at) else { return 1 }
        let unit: Int64 =
            switch next {
            case 0xB9CC, 0x4E07, 0x842C: 10_000  // 만 万 萬
            case 0xCC9C: 1_000  // 천
            case 0xC5B5, 0x4EBF, 0x5104: 100_000_000  // 억 亿 億
            default: 1
            }
        if unit > 1 { at += length }
        return unit
    }

    /// The exact value of a number's parts; `digits` is `Int64.max` when it is too large to hold.
    private func value(of parts: [Digits], _ currency: Currency, _ context: MoneyContext)
        -> Money.Decimal?
    {
        if parts.count == 1, parts[0].unit == 1 {
            return Money.decimal(parts[0].marks, parts[0].exponent, currency, context.isNumber)
        }
        var total: Int64 = 0
        for part in parts {
            // 1.5만: the unit swallows the decimals.
            guard
                let number = Money.decimal(
                    part.marks, 0, .krw, !part.marks.contains(UInt8(ascii: ","))),
                number.digits < Int64.max
            else { return nil }
            var scaled = number.digits.multipliedReportingOverflow(by: part.unit)
            for _ in 0..<number.scale {
                guard scaled.partialValue % 10 == 0 else { return nil }
                scaled.partialValue /= 10
            }
            let sum = total.addingReportingOverflow(scaled.partialValue)
            if scaled.overflow || sum.overflow { return Money.Decimal(digits: .max, scale: 0) }
            total = sum.partialValue
        }
        return Money.Decimal(digits: total, scale: 0)
    }

    // MARK: currencies

    private mutating func readWord(_ scalar: UInt32, _ length: Int) {
        let start = at
        if let found = CurrencySign.symbol(scalar) {
            at += length
            sign = sign.joined(with: found)
            return
        }
        guard isLetter(scalar) else {
            at += length
            return
        }
        while let (next, width) = self.scalar(at: at), isLetter(next) { at += width }
        let word = bytes[start..<at]
        // A dollar sign directly after letters belongs to them: US$, R$, NT$.
        if let (next, width) = self.scalar(at: at), next == 0x24 || next == 0xFF04,
            let found = CurrencySign.dollar(prefix: word)
        {
            at += width
            sign = sign.joined(with: found)
            return
        }
        sign = sign.joined(with: CurrencySign.word(word))
    }

    private func isLetter(_ scalar: UInt32) -> Bool {
        let lower = scalar | 0x20
        return (lower >= 0x61 && lower <= 0x7A) || scalar == 0x142 || scalar == 0x10D
    }

    private func resolve(_ context: MoneyContext, hasDecimals: Bool) -> (Currency, MoneyGap?) {
        let hint = context.currency
        switch sign {
        case .exact(let currency): return (currency, nil)
        case .none: return (hint, hint == .missing ? .noCurrency : nil)
        case .dollar: return (CurrencySign.dollars.contains(hint.code) ? hint : .usd, nil)
        case .yen:
            if hint == .jpy || hint == .cny { return (hint, nil) }
            if hasDecimals { return (.cny, nil) }
            let meaning = context.yenSign
            return (meaning, meaning == .missing ? .ambiguousCurrency : nil)
        case .krona:
            let known = ["SEK", "NOK", "DKK", "ISK"].contains(hint.code)
            return (known ? hint : .missing, known ? nil : .ambiguousCurrency)
        }
    }
}

extension Currency {
    static let usd = Currency(packed: 0x55_5344)
    static let jpy = Currency(packed: 0x4A_5059)
    static let cny = Currency(packed: 0x43_4E59)
}
