/// How many of one thing a title sells together, so that prices can be compared by the piece:
/// `[1+1+1]` is 3, `2팩` 2, `pack of 3` 3, `500ml x 3` 3.
package enum PackSize {
    /// Larger numbers tell what is inside one piece (80 cotton pads), not how many pieces there
    /// are.
    package static let piecesMax = 12

    /// - Parameter title: UTF-8 as stored.
    /// - Returns: `1...piecesMax`; 1 where the title names none, or gives a choice (단품/2팩).
    /// - Complexity: O(n), no allocation.
    package static func of(_ title: ArraySlice<UInt8>) -> Int {
        title.withUnsafeBufferPointer { title in
            var at = firstDigit(title, from: 0)
            while at < title.count {
                var end = at
                var number = 0
                while end < title.count, isDigit(title[end]) {
                    number = min(number * 10 + Int(title[end] - 48), 1_000)
                    end += 1
                }
                if let pieces = pieces(title, at, end, number), pieces <= piecesMax {
                    return pieces
                }
                at = firstDigit(title, from: end)
            }
            return 1
        }
    }

    /// Eight bytes at a time: titles have few digits.
    @inline(__always)
    private static func firstDigit(_ title: UnsafeBufferPointer<UInt8>, from first: Int) -> Int {
        let raw = UnsafeRawBufferPointer(title)
        var at = first
        while at + 8 <= title.count {
            // Of each byte the highest bit stays clear if it is 48 to 57.
            let turned =
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                ^ 0x3030_3030_3030_3030
            let over = (turned & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676
            let digits = ~(over | turned) & 0x8080_8080_8080_8080
            if digits != 0 { return at + digits.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < title.count, !isDigit(title[at]) { at += 1 }
        return at
    }

    /// What a number at `start..<end` says, or `nil`.
    private static func pieces(
        _ title: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ number: Int
    ) -> Int? {
        let before = start > 0 ? title[start - 1] : 32
        if isMultiplied(title, start) {
            return (2...piecesMax).contains(number) ? number : nil
        }
        if isLetter(before) || before == 46 || before == 47 || before == 43 { return nil }
        if let sum = sum(title, end, number) { return sum }
        guard (2...piecesMax).contains(number) else { return nil }
        if multiplies(title, end) { return number }
        var rest = end
        while rest < title.count, title[rest] == 32 || title[rest] == 45 { rest += 1 }
        // Hardly any number has a unit behind it, and the first character tells.
        if isUnitStart(title, rest) {
            for unit in after where startsWith(title, rest, unit) {
                let next = title.byte(rest + unit.count)
                let isWord = unit[0] < 0x80 && isLetter(next)
                return next == 47 || isWord ? nil : number
            }
        }
        guard before == 32, start > 1, title[start - 2] == UInt8(ascii: "f") else { return nil }
        let isHead = heads.contains {
            $0.count <= start && title[..<start].suffix($0.count).elementsEqual($0)
        }
        return isHead && !isLetter(title.byte(end)) ? number : nil
    }

    /// Whether the number tells how many of a measure there are: 500ml x 3, 210g*24개, 2L×6.
    private static func isMultiplied(
        _ title: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> Bool {
        var at = start
        while at > 0, title[at - 1] == 32 { at -= 1 }
        if at > 1, title[at - 2] == 0xC3, title[at - 1] == 0x97 {
            at -= 2  // ×
        } else if at > 0, title[at - 1] | 32 == UInt8(ascii: "x") || title[at - 1] == 42 {
            at -= 1
        } else {
            return false
        }
        while at > 0, title[at - 1] == 32 { at -= 1 }
        let isMeasure = measures.contains { unit in
            let first = at - unit.count
            return first > 0 && startsWith(title, first, unit) && isDigit(title[first - 1])
        }
        return isMeasure
    }

    /// Whether a measure follows that the number multiplies: 6 x 500ml.
    private static func multiplies(_ title: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool {
        var at = end
        while at < title.count, title[at] == 32 { at += 1 }
        if title.byte(at) == 0xC3, title.byte(at + 1) == 0x97 {
            at += 2
        } else if title.byte(at) | 32 == UInt8(ascii: "x") || title.byte(at) == 42 {
            at += 1
        } else {
            return false
        }
        while at < title.count, title[at] == 32 { at += 1 }
        let first = at
        while isDigit(title.byte(at)) || title.byte(at) == 46 { at += 1 }
        return at > first
            && measures.contains {
                startsWith(title, at, $0) && !isLetter(title.byte(at + $0.count))
            }
    }

    /// `1+1`, `2+1+1`: single digits alone, no sizes (8+256 GB).
    private static func sum(
        _ title: UnsafeBufferPointer<UInt8>, _ end: Int, _ number: Int
    ) -> Int? {
        guard (1...5).contains(number), title.byte(end) == 43 else { return nil }
        var total = number
        var at = end
        while title.byte(at) == 43, isDigit(title.byte(at + 1)), !isDigit(title.byte(at + 2)) {
            total += Int(title[at + 1] - 48)
            at += 2
        }
        let next = title.byte(at)
        return at == end || isLetter(next) || next == 47 || next == 46 ? nil : total
    }

    private static let after = ["팩", "개입", "개 세트", "개세트", "세트", "입 세트", "pack", "pcs", "pk"]
        .map { Array($0.utf8) }
    private static let measures = ["ml", "l", "g", "kg", "oz"].map { Array($0.utf8) }
    private static let heads = ["pack of ", "set of ", "Pack of ", "Set of "].map { Array($0.utf8) }

    /// Units in capitals count, too.
    private static func startsWith(
        _ title: UnsafeBufferPointer<UInt8>, _ start: Int, _ word: [UInt8]
    ) -> Bool {
        guard start + word.count <= title.count else { return false }
        for (index, letter) in word.enumerated() {
            let byte = title[start + index]
            guard byte == letter || (letter < 0x80 && byte | 32 == letter) else { return false }
        }
        return true
    }

    /// Whether one of 팩, 개, 세, 입 or a p stands there, as every unit begins.
    private static func isUnitStart(_ title: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        let first = title.byte(at)
        if first < 0xEA { return first | 32 == UInt8(ascii: "p") }
        switch (first, title.byte(at + 1), title.byte(at + 2)) {
        case (0xED, 0x8C, 0xA9), (0xEA, 0xB0, 0x9C), (0xEC, 0x84, 0xB8), (0xEC, 0x9E, 0x85):
            return true
        default: return false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isLetter(_ byte: UInt8) -> Bool { byte | 32 >= 97 && byte | 32 <= 122 }
}

extension UnsafeBufferPointer<UInt8> {
    /// A space past the end.
    fileprivate func byte(_ index: Int) -> UInt8 { index < count ? self[index] : 32 }
}
