import KleanCore

extension Money {
    /// The exact value of digits with separators (`.`, `,`, `_`), or `nil` when the groups make no
    /// number. `digits` is `Int64.max` when there are more than 18 of them.
    ///
    /// - Parameter isNumber: A dot is decimal and nothing groups.
    static func decimal(
        _ marks: [UInt8], _ exponent: Int, _ currency: Currency, _ isNumber: Bool
    ) -> Decimal? {
        guard let point = decimalPoint(marks, currency, isNumber) else { return nil }
        var digits: Int64 = 0
        var scale = 0
        var significant = 0
        for (index, mark) in marks.enumerated() where mark &- 48 < 10 {
            let isDecimal = point >= 0 && index > point
            // Past 15 decimals only binary noise follows.
            if isDecimal && (scale == 15 || significant >= 18) { continue }
            if significant > 0 || mark != 48 { significant += 1 }
            guard significant <= 18 else { return Decimal(digits: .max, scale: 0) }
            digits = digits * 10 + Int64(mark &- 48)
            if isDecimal { scale += 1 }
        }
        return shifted(Decimal(digits: digits, scale: scale), by: exponent)
    }

    private static func shifted(_ number: Decimal, by exponent: Int) -> Decimal? {
        guard exponent != 0 else { return number }
        guard (-15...18).contains(exponent) else { return Decimal(digits: .max, scale: 0) }
        var number = number
        number.scale -= exponent
        while number.scale < 0 {
            let (product, overflow) = number.digits.multipliedReportingOverflow(by: 10)
            if overflow { return Decimal(digits: .max, scale: 0) }
            number.digits = product
            number.scale += 1
        }
        return number
    }

    /// Where the decimal separator stands in `marks`, -1 for none; `nil` when groups are wrong.
    private static func decimalPoint(_ marks: [UInt8], _ currency: Currency, _ isNumber: Bool)
        -> Int?
    {
        let places = marks.indices.filter { marks[$0] &- 48 >= 10 }
        guard let last = places.last else { return -1 }
        let dot = UInt8(ascii: ".")
        let comma = UInt8(ascii: ",")
        let tail = marks.count - 1 - last
        let isLone = places.count == 1
        if isNumber { return isLone && marks[last] == dot ? last : nil }
        let isDecimal: Bool
        if marks[last] != dot && marks[last] != comma {
            isDecimal = false
        } else if !isLone && places.dropLast().contains(where: { marks[$0] == marks[last] }) {
            isDecimal = false  // The same mark twice can only group.
        } else if !isLone {
            isDecimal = true  // 1,299.00 and 1.299,90: the last of two kinds.
        } else if tail != 3 {
            isDecimal = true
        } else {
            isDecimal = isLoneDecimal(marks, last, currency)
        }
        guard groupsAreWhole(marks, places, isDecimal ? last : marks.count) else { return nil }
        return isDecimal ? last : -1
    }

    /// One separator before exactly three digits.
    private static func isLoneDecimal(_ marks: [UInt8], _ place: Int, _ currency: Currency)
        -> Bool
    {
        if currency.minorDigits == 3 { return marks[place] == UInt8(ascii: ".") }
        if marks[place] == UInt8(ascii: ",") { return false }
        if place > 3 || marks[0] == 48 { return true }
        if currency == .missing || currency.minorDigits == 0 { return false }
        return !CurrencySign.decimalComma.contains(currency.code)
    }

    /// Groups before `end`: one to three digits, then threes; or twos and a last three (Indian).
    private static func groupsAreWhole(_ marks: [UInt8], _ places: [Int], _ end: Int) -> Bool {
        let grouping = places.filter { $0 < end }
        guard let first = grouping.first else { return true }
        guard (1...3).contains(first) else { return false }
        var widths: [Int] = []
        for (index, place) in grouping.enumerated() {
            let next = index + 1 < grouping.count ? grouping[index + 1] : end
            widths.append(next - place - 1)
        }
        if widths.allSatisfy({ $0 == 3 }) { return true }
        return widths.last == 3 && first <= 2 && widths.dropLast().allSatisfy { $0 == 2 }
    }
}
