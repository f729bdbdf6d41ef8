/// How many of one thing a title sells together, so that prices can be compared by the piece:
/// `[1+1+1]` is 3, `2팩` 2, `pack of 3` 3.
package enum PackSize {
    /// Larger numbers tell what is inside one piece (80 cotton pads), not how many pieces there are.
    package static let piecesMax = 12

    /// - Parameter title: UTF-8 as stored.
    /// - Returns: `1...piecesMax`; 1 where the title names none, or gives a choice (단품/2팩).
    /// - Complexity: O(n), no allocation.
    package static func of(_ title: ArraySlice<UInt8>) -> Int {
        var at = title.startIndex
        while at < title.endIndex {
            guard isDigit(title[at]) else {
                at += 1
                continue
            }
            var end = at
            var number = 0
            while end < title.endIndex, isDigit(title[end]) {
                number = min(number * 10 + Int(title[end] - 48), 1_000)
                end += 1
            }
            if let pieces = pieces(title, at, end, number), pieces <= piecesMax { return pieces }
            at = end
        }
        return 1
    }

    /// What a number at `start..<end` says, or `nil`.
    private static func pieces(
        _ title: ArraySlice<UInt8>, _ start: Int, _ end: Int, _ number: Int
    ) -> Int? {
        let before = start > title.startIndex ? title[start - 1] : 32
        if isLetter(before) || before == 46 || before == 47 || before == 43 { return nil }
        if let sum = sum(title, end, number) { return sum }
        guard (2...piecesMax).contains(number) else { return nil }
        var rest = title[end...]
        while let byte = rest.first, byte == 32 || byte == 45 { rest = rest.dropFirst() }
        for unit in after where startsWith(rest, unit) {
            let next = rest.dropFirst(unit.count).first ?? 32
            let isWord = unit[0] < 0x80 && isLetter(next)
            return next == 47 || isWord ? nil : number
        }
        let head = title[..<start]
        return heads.contains { endsWith(head, $0) } && !isLetter(title.byte(end)) ? number : nil
    }

    /// `1+1`, `2+1+1`: single digits alone, no sizes (8+256 GB).
    private static func sum(_ title: ArraySlice<UInt8>, _ end: Int, _ number: Int) -> Int? {
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
    private static let heads = ["pack of ", "set of ", "Pack of ", "Set of "].map { Array($0.utf8) }

    private static func startsWith(_ text: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
        text.count >= word.count
            && zip(text, word).allSatisfy { $0 == $1 || ($1 < 0x80 && $0 | 32 == $1) }
    }

    private static func endsWith(_ text: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
        text.suffix(word.count).elementsEqual(word)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isLetter(_ byte: UInt8) -> Bool { byte | 32 >= 97 && byte | 32 <= 122 }
}

extension ArraySlice<UInt8> {
    /// A space past the end.
    fileprivate func byte(_ index: Int) -> UInt8 { index < endIndex ? self[index] : 32 }
}
