internal import CKleanText

/// Names by what is left of them where signs stand for letters, see ``NamePieceIndex``.
///
/// A sign stands for any letter, and at the ends of a word `@`, `$` and `!` only for the one that
/// they are drawn like. The candidates of a masked word are few: names that begin like it, names
/// that differ in their first letter only, and names with a word as long.
struct NameMasks: Sendable {
    private var aliases: [Alias] = []
    /// Places in `aliases` by first character. Only looked up.
    private var byFirst: [UInt32: [Int]] = [:]
    /// Latin and Hangul names of one word by the token key of what follows their first letter.
    private var byTail: [UInt64: [Int]] = [:]
    /// Words of Latin names of several by length.
    private var byPart: [Int: [Part]] = [:]
    /// Right as they are behind a star, that is to say a bullet: *NEW.
    private var words: Set<UInt64>

    private struct Alias {
        var letters: [UInt32]
        var payload: UInt32
        var owner: UInt32
        var isFamous: Bool
        var isLatin: Bool
        /// Folded, of a Latin name of several.
        var words: [[UInt8]]
    }

    private struct Part {
        var alias: Int
        var word: Int
        var first: UInt8
        var last: UInt8

        /// Whether as many letters, 0 where signs stand, may be these as far as their ends go.
        func mayBe(_ letters: [UInt32]) -> Bool {
            func agrees(_ letter: UInt32?, _ own: UInt8) -> Bool {
                letter == 0 || letter == UInt32(own)
            }
            return agrees(letters.first, first) && agrees(letters.last, last)
        }
    }

    /// A name and where it stands in the folded text.
    struct Find {
        var payload: UInt32
        var range: Range<Int>
    }

    static let lettersMax = Int(KT_LETTERS_MAX)

    /// - Parameter words: Token keys of what is right as it is.
    init(words: Set<UInt64>) { self.words = words }

    /// - Parameters:
    ///   - joined: The name folded, without separators: 2 to ``lettersMax`` characters of one kind.
    ///   - parts: Its words.
    mutating func add(_ name: NamedAlias, joined: [UInt8], parts: [[UInt8]], isLatin: Bool) {
        let letters = Self.codePoints(joined)
        let place = aliases.count
        byFirst[letters[0], default: []].append(place)
        let isOneWord = parts.count == 1
        if isOneWord, letters.count >= 4, isLatin || letters[0] >= 0xAC00 {
            let tail = Array(joined.dropFirst(isLatin ? 1 : 3))
            byTail[kt_token_key(tail, tail.count), default: []].append(place)
        }
        words.insert(kt_token_key(joined, joined.count))
        let isPhrase = isLatin && !isOneWord
        for (index, part) in parts.enumerated() where isPhrase && part.count >= 3 {
            byPart[part.count, default: []].append(
                Part(alias: place, word: index, first: part[0], last: part[part.count - 1]))
        }
        aliases.append(
            Alias(
                letters: letters, payload: name.payload, owner: name.owner,
                isFamous: name.isFamous, isLatin: isLatin, words: isPhrase ? parts : []))
    }

    /// The one owner's name that the masked word at `word` may stand for, alone or with the words
    /// beside it.
    func unmask(
        _ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, _ letters: inout [UInt32]
    ) -> Find? {
        guard let mask = Mask(UnsafeBufferPointer(rebasing: bytes[word]), &letters) else {
            return nil
        }
        if let payload = wholeName(mask, letters) { return Find(payload: payload, range: word) }
        return phrase(mask, letters, bytes, word)
    }

    // MARK: - One word

    private func wholeName(_ mask: Mask, _ letters: [UInt32]) -> UInt32? {
        guard let first = letters.first else { return nil }
        if first == 0 { return headless(mask, letters) }
        guard first > 0x40, let places = byFirst[first] else { return nil }
        if mask.last.isDrawn {
            return owner(of: places) { Self.fitsExactly(letters, mask, $0) }
        }
        var known = letters[...]
        if mask.isOpen {
            // "!" and "?" end sentences; only stars and waves hide an end.
            guard !mask.signs.contains(.other) else { return nil }
            while known.last == 0 { known.removeLast() }
        } else if mask.signs == .wave {
            return nil  // a range: S~XL
        }
        return owner(of: places) {
            Self.fits(known, $0, isOpen: mask.isOpen, mayStretch: mask.signs == .star)
        }
    }

    /// A name of which nothing but the first letter is hidden: *hanel, @didas.
    private func headless(_ mask: Mask, _ letters: [UInt32]) -> UInt32? {
        guard !letters.dropFirst().contains(0), mask.signs == .star || mask.first.isDrawn,
            !words.contains(mask.tail), let places = byTail[mask.tail]
        else { return nil }
        let letterCountMin = mask.first.isDrawn ? 4 : 5
        return owner(of: places) {
            (!$0.isLatin || $0.letters.count >= letterCountMin)
                && Self.fitsExactly(letters, mask, $0)
        }
    }

    /// The payload of the names that fit, if all are one owner's.
    private func owner(of places: [Int], where fits: (Alias) -> Bool) -> UInt32? {
        var found: Alias?
        for place in places where fits(aliases[place]) {
            if let found, found.owner != aliases[place].owner { return nil }
            found = found ?? aliases[place]
        }
        return found?.payload
    }

    private static func fitsExactly(_ letters: [UInt32], _ mask: Mask, _ alias: Alias) -> Bool {
        guard letters.count == alias.letters.count,
            letters.count(where: { $0 != 0 }) * 2 >= letters.count,
            mask.agrees(alias.letters.first, alias.letters.last)
        else { return false }
        return zip(letters, alias.letters).allSatisfy { $0 == 0 || $0 == $1 }
    }

    private static func fits(
        _ letters: ArraySlice<UInt32>, _ alias: Alias, isOpen: Bool, mayStretch: Bool
    ) -> Bool {
        let known = letters.count { $0 != 0 }
        let isHalf = known * 2 >= alias.letters.count
        if isOpen {
            guard !letters.contains(0), alias.letters.count > letters.count,
                alias.letters.starts(with: letters)
            else { return false }
            return alias.isLatin ? known >= 3 && isHalf : alias.isFamous
        }
        guard isHalf, known >= (alias.isLatin ? 3 : 2) else { return false }
        if letters.count == alias.letters.count {
            return zip(letters, alias.letters).allSatisfy { $0 == 0 || $0 == $1 }
        }
        guard mayStretch, letters.count < alias.letters.count,
            let gap = letters.firstIndex(of: 0)
        else { return false }
        let rest = letters[gap...].drop { $0 == 0 }
        return !rest.contains(0) && alias.letters.starts(with: letters[..<gap])
            && alias.letters.suffix(rest.count).elementsEqual(rest)
    }

    // MARK: - One word of several

    /// A name of several words of which this one has signs and the others stand beside it in full:
    /// Michael *ors, Palm A*gels.
    private func phrase(
        _ mask: Mask, _ letters: [UInt32], _ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>
    ) -> Find? {
        guard mask.signs != .wave, let parts = byPart[letters.count] else { return nil }
        let known = letters.count { $0 != 0 }
        var found: (alias: Alias, range: Range<Int>)?
        for part in parts where part.mayBe(letters) {
            let alias = aliases[part.alias]
            let hidden = alias.words[part.word]
            guard known > 0, alias.letters.count >= 2 * (hidden.count - known),
                mask.agrees(hidden.first.map(UInt32.init), hidden.last.map(UInt32.init)),
                zip(letters, hidden).allSatisfy({ $0 == 0 || $0 == UInt32($1) }),
                let range = Self.range(of: alias.words, around: part.word, at: word, in: bytes)
            else { continue }
            if let found, found.alias.owner != alias.owner { return nil }
            found = found ?? (alias, range)
        }
        return found.map { Find(payload: $0.alias.payload, range: $0.range) }
    }

    /// Where a name stands of which the word at `index` is at `hidden`; `nil` if the others are not
    /// beside it.
    private static func range(
        of words: [[UInt8]], around index: Int, at hidden: Range<Int>,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        var range = hidden
        for word in words[..<index].reversed() {
            var end = range.lowerBound
            while !isWordByte(bytes[end - 1]), bytes[end - 1] != 10 { end -= 1 }
            let start = end - word.count
            guard end < range.lowerBound, range.lowerBound - end <= separatorsMax, start > 0,
                bytes[start..<end].elementsEqual(word), !isWordByte(bytes[start - 1])
            else { return nil }
            range = start..<range.upperBound
        }
        for word in words[(index + 1)...] {
            var start = range.upperBound
            while !isWordByte(bytes[start]), bytes[start] != 10 { start += 1 }
            let end = start + word.count
            guard start > range.upperBound, start - range.upperBound <= separatorsMax,
                end < bytes.count, bytes[start..<end].elementsEqual(word),
                !isWordByte(bytes[end])
            else { return nil }
            range = range.lowerBound..<end
        }
        return range
    }

    /// Between two words of a name, as in patterns.
    private static let separatorsMax = 3

    // MARK: - Letters and signs

    /// What a word's signs say.
    private struct Mask {
        var signs: Signs = []
        var first: Signs
        var last: Signs
        /// Token key of the word without its first sign.
        var tail: UInt64

        /// Whether the end is hidden.
        var isOpen: Bool { !last.isEmpty }

        /// Whether signs at the ends may stand for these letters. Questions end with "?".
        func agrees(_ firstLetter: UInt32?, _ lastLetter: UInt32?) -> Bool {
            (first.drawn ?? firstLetter) == firstLetter && (last.drawn ?? lastLetter) == lastLetter
                && last != .other
        }

        /// - Parameter letters: Receives the code points, 0 for each sign.
        init?(_ word: UnsafeBufferPointer<UInt8>, _ letters: inout [UInt32]) {
            guard word.count <= 3 * NameMasks.lettersMax, let first = word.first,
                let last = word.last, let base = word.baseAddress
            else { return nil }
            self.first = Signs(first)
            self.last = Signs(last)
            tail = kt_token_key(base + 1, word.count - 1)
            letters.removeAll(keepingCapacity: true)
            var at = 0
            while let (code, length) = NameMasks.codePoint(word, at) {
                let sign = Signs(word[at])
                signs.formUnion(sign)
                letters.append(sign.isEmpty ? code : 0)
                at += length
            }
            let isNumber = letters.allSatisfy { $0 < 0x3A }
            if isNumber { return nil }
        }
    }

    private struct Signs: OptionSet {
        let rawValue: UInt8
        static let star = Signs(rawValue: 1)
        static let wave = Signs(rawValue: 2)
        static let other = Signs(rawValue: 4)
        static let at = Signs(rawValue: 12)
        static let dollar = Signs(rawValue: 20)
        static let exclamation = Signs(rawValue: 36)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// None for a byte that is no sign.
        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "*"): self = .star
            case UInt8(ascii: "~"): self = .wave
            case UInt8(ascii: "@"): self = .at
            case UInt8(ascii: "$"): self = .dollar
            case UInt8(ascii: "!"): self = .exclamation
            case UInt8(ascii: "?"), UInt8(ascii: "#"): self = .other
            default: self = []
            }
        }

        /// The letter that the sign is drawn like.
        var drawn: UInt32? {
            switch self {
            case .at: 0x61
            case .dollar: 0x73
            case .exclamation: 0x69
            default: nil
            }
        }

        var isDrawn: Bool { drawn != nil }
    }

    /// The maximal run of word characters and signs around `mask`.
    static func word(around mask: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        func belongs(_ byte: UInt8) -> Bool { isWordByte(byte) || !Signs(byte).isEmpty }
        var start = mask
        var end = mask
        while belongs(bytes[start - 1]) { start -= 1 }
        while belongs(bytes[end]) { end += 1 }
        return start..<end
    }

    /// The code point at `at`; `nil` at the end. Folded text is valid UTF-8.
    private static func codePoint(
        _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int
    ) -> (code: UInt32, length: Int)? {
        guard at < bytes.count, let base = bytes.baseAddress else { return nil }
        var code: UInt32 = 0
        let length = kt_decode(base + at, bytes.count - at, &code)
        return (code, max(length, 1))
    }

    static func codePoints(_ bytes: some Collection<UInt8>) -> [UInt32] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    }
}
