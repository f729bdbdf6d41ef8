internal import CKleanCatalog
import KleanCore

/// Reads the small values of a catalog: conditions, counters, dates, hashes, boxes.
enum CellValue {
    /// Exports write "nothing" in many ways.
    static func isNothing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count <= 4 else { return false }
        if text.count == 0 { return true }
        if text.count == 1 { return text[0] == UInt8(ascii: "-") }
        var word: UInt32 = 0
        for byte in text {
            let isCapital = (0x41...0x5A).contains(byte)
            word = word << 8 | UInt32(isCapital ? byte | 0x20 : byte)
        }
        return nothings.contains(word)
    }

    /// `null`, `none`, `nan`, `n/a`, `\n`, `nil` and `#n/a`, their bytes as one number each.
    private static let nothings: [UInt32] = ["null", "none", "nan", "n/a", "\\n", "nil", "#n/a"]
        .map { (text: String) in text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    // MARK: conditions

    static func condition(_ text: UnsafeBufferPointer<UInt8>) -> Condition? {
        let word = HeaderNames.normalise(String(decoding: text, as: UTF8.self))
        if let known = conditions[word] { return known }
        // 중고상품(상태 좋음), "used - good", 中古（美品）
        if word.hasPrefix("used") || word.hasPrefix("중고") || word.hasPrefix("中古") {
            return .used
        }
        if word.hasPrefix("refurb") || word.hasPrefix("리퍼") { return .refurbished }
        return word.hasPrefix("새상품") || word.hasPrefix("새제품") ? .new : nil
    }

    private static let conditions: [String: Condition] = [
        "new": .new, "n": .new, "brandnew": .new, "신품": .new, "신상품": .new, "새것": .new,
        "미사용": .new, "미개봉": .new, "全新": .new, "新品": .new, "novo": .new, "likenew": .used,
        "u": .used, "secondhand": .used, "preowned": .used, "preloved": .used, "vintage": .used,
        "빈티지": .used, "二手": .used, "usado": .used, "재판매": .used, "반품": .refurbished,
        "翻新": .refurbished, "再生品": .refurbished, "recondicionado": .refurbished,
        "renewed": .refurbished, "r": .refurbished, "전시": .refurbished,
    ]

    // MARK: numbers

    /// A whole number of at most ten digits, `1,234` and `12.0` included; `nil` for anything else.
    static func count(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var value: UInt64 = 0
        var digits = 0
        var isFraction = false
        for byte in text {
            switch byte {
            case 0x30...0x39:
                if isFraction {
                    if byte != 0x30 { return nil }
                } else {
                    value = value * 10 + UInt64(byte - 0x30)
                    digits += 1
                    if digits > 10 { return nil }
                }
            case UInt8(ascii: ","): if digits == 0 || isFraction { return nil }
            case UInt8(ascii: "."):
                if isFraction { return nil }
                isFraction = true
            default: return nil
            }
        }
        return digits > 0 && value < UInt64(Missing.uint32) ? UInt32(value) : nil
    }

    // MARK: hashes

    /// Calls `found` for each token of a list: runs of letters and digits.
    static func tokens(
        _ text: UnsafeBufferPointer<UInt8>, _ found: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = 0
        for index in 0...text.count {
            let isInside = index < text.count && isTokenByte(text[index])
            if isInside { continue }
            if index > start { found(UnsafeBufferPointer(rebasing: text[start..<index])) }
            start = index + 1
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || byte >= 0x80 || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }

    /// Calls `found` for each token of a list of hashes, with `nil` for one that is none.
    static func hashes(_ text: UnsafeBufferPointer<UInt8>, _ found: (Hash256?) -> Void) {
        var index = 0
        while index < text.count {
            guard isTokenByte(text[index]) else {
                index += 1
                continue
            }
            let end = index + 64
            if end == text.count || (end < text.count && !isTokenByte(text[end])),
                let hash = hash(UnsafeBufferPointer(rebasing: text[index..<end]))
            {
                found(hash)
                index = end
                continue
            }
            let start = index
            while index < text.count, isTokenByte(text[index]) { index += 1 }
            if !isNothing(UnsafeBufferPointer(rebasing: text[start..<index])) { found(nil) }
        }
    }

    /// 64 hexadecimal digits, most significant first.
    static func hash(_ token: UnsafeBufferPointer<UInt8>) -> Hash256? {
        guard token.count == 64, let start = token.baseAddress else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let isHash = withUnsafeMutablePointer(to: &words) { pointer in
            pointer.withMemoryRebound(to: UInt64.self, capacity: 4) { kcat_hash256(start, $0) }
        }
        return isHash == 0 ? nil : Hash256(words.0, words.1, words.2, words.3)
    }

    // MARK: dates

    /// Seconds since 1970 of an ISO 8601 date or time (`-`, `.`, `/` between the parts; UTC unless
    /// an offset is written), of `20240131`, or of Unix seconds or milliseconds.
    static func date(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count <= 40 else { return nil }
        return isoDate(text) ?? anyDate(text)
    }

    /// `2024-01-31` and `2024-01-31T23:59:59` with `Z` or nothing: what machines write.
    private static func isoDate(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == 10 || text.count == 19 || text.count == 20 else { return nil }
        func number(_ start: Int, _ count: Int) -> Int64 {
            var value: Int64 = 0
            for place in start..<(start + count) {
                guard text[place] &- 0x30 < 10 else { return -1 }
                value = value * 10 + Int64(text[place] - 0x30)
            }
            return value
        }
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let day = days(number(0, 4), number(5, 2), number(8, 2))
        else { return nil }
        guard text.count > 10 else { return day * 86_400 }
        guard text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            text.count == 19 || text[19] == UInt8(ascii: "Z")
        else { return nil }
        let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else {
            return nil
        }
        return day * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func anyDate(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var numbers: [(value: Int64, digits: Int)] = []
        var signs: [UInt8] = []
        var offsetStart: Int?
        var index = 0
        while index < text.count, numbers.count < 9 {
            let byte = text[index]
            guard (0x30...0x39).contains(byte) else {
                let isOffset = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                if isOffset, numbers.count >= 5, offsetStart == nil { offsetStart = numbers.count }
                signs.append(byte)
                index += 1
                continue
            }
            var value: Int64 = 0
            var digits = 0
            while index < text.count, (0x30...0x39).contains(text[index]), digits < 15 {
                value = value * 10 + Int64(text[index] - 0x30)
                digits += 1
                index += 1
            }
            numbers.append((value, digits))
        }
        guard let first = numbers.first else { return nil }
        if numbers.count == 1 { return single(first.value, first.digits, signs) }
        guard numbers.count >= 3, first.digits == 4 else { return nil }
        let clockEnd = offsetStart ?? numbers.count
        let clock = numbers[3..<max(3, min(clockEnd, 6))].map(\.value)
        guard
            let day = days(first.value, numbers[1].value, numbers[2].value),
            clock.count != 1, clock.allSatisfy({ $0 < 60 }), (clock.first ?? 0) < 24
        else { return nil }
        var seconds = day * 86_400
        for (place, value) in clock.enumerated() { seconds += value * [3_600, 60, 1][place] }
        if let offsetStart, offsetStart < numbers.count {
            seconds -= offset(Array(numbers[offsetStart...]), signs)
        }
        return seconds
    }

    private static func single(_ value: Int64, _ digits: Int, _ signs: [UInt8]) -> Int64? {
        guard signs.isEmpty else { return nil }
        switch digits {
        case 8:
            return days(value / 10_000, value / 100 % 100, value % 100).map { $0 * 86_400 }
        case 9, 10: return value
        case 13: return value / 1_000
        default: return nil
        }
    }

    private static func offset(_ parts: [(value: Int64, digits: Int)], _ signs: [UInt8]) -> Int64 {
        let isMinus = signs.last { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } == 0x2D
        let first = parts[0]
        let minutes =
            first.digits == 4
            ? first.value / 100 * 60 + first.value % 100
            : first.value * 60 + (parts.count > 1 ? parts[1].value : 0)
        guard minutes <= 18 * 60 else { return 0 }
        return (isMinus ? -minutes : minutes) * 60
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar, years 1970 to 2199.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard (1970..<2200).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length: Int64 = month == 2 ? (isLeap ? 29 : 28) : 30 + ((month + month / 8) & 1)
        guard day <= length else { return nil }
        let before = year - 1
        let leaps = before / 4 - before / 100 + before / 400 - 477
        // Months before this one: 30.6 days each from March on, counted in whole days.
        let before3 = month < 3 ? (month - 1) * 31 : (153 * (month - 3) + 2) / 5 + 59
        let leapDay: Int64 = isLeap && month > 2 ? 1 : 0
        return (year - 1970) * 365 + leaps + before3 + leapDay + day - 1
    }
}
