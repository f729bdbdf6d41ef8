internal import CKleanText
package import KleanCore

/// A brand's name of which pieces and masked forms are looked for.
package struct NamedAlias: Sendable {
    package var text: [UInt8]
    package var payload: UInt32
    /// Whose name it is: a piece that several owners share means none.
    package var owner: UInt32
    /// So well known that its first Han or Hangul character and a sign are enough: 香*.
    package var isFamous: Bool

    package init(text: [UInt8], payload: UInt32, owner: UInt32, isFamous: Bool) {
        self.text = text
        self.payload = payload
        self.owner = owner
        self.isFamous = isFamous
    }
}

/// Finds what is left of a name that its writer hides: pieces of it in letters of another kind
/// (𝗕𝗮𝗹𝗲 𝗻𝗰𝗶𝗮𝗴), and signs in place of letters (PR*DA, ch@nel, 루이*통, 香*).
///
/// - A piece is a word of Latin letters, at least half of them drawn otherwise (mathematical,
///   circled, Cyrillic ...; full-width letters are ordinary in East Asia and do not count), which
///   begins or ends one owner's name with four letters and more, or half of them and at least
///   three, or stands in it with five and more.
/// - In a masked word each sign stands for one letter, or one `*` for several. What is left begins
///   with the name's first letter and is at least half of the name; three letters of a Latin one.
///   Of a famous name in Han or Hangul the beginning alone is enough.
package struct NamePieceIndex: Sendable {
    /// By token key. Only looked up.
    private var pieces: [UInt64: Piece] = [:]
    private var aliases: [Alias] = []
    /// Places in `aliases` by first character. Only looked up.
    private var byFirst: [UInt32: [Int]] = [:]
    private let words: Set<UInt64>

    private struct Alias {
        var letters: [UInt32]
        var payload: UInt32
        var owner: UInt32
        var isFamous: Bool
        var isLatin: Bool
    }

    /// Whose a piece is; of several owners the one famous one's.
    private struct Piece {
        /// `Missing.uint32` where owners share it.
        var owner: UInt32
        var payload: UInt32
        var isFamous: Bool

        init(_ name: NamedAlias) {
            owner = name.owner
            payload = name.payload
            isFamous = name.isFamous
        }

        init(shared piece: Piece) {
            self = piece
            owner = Missing.uint32
        }
    }

    private static let lettersMax = Int(KT_LETTERS_MAX)

    /// - Parameter words: Right as they are, in whatever letters they are written.
    package init(aliases given: [NamedAlias], words: ByteStrings = ByteStrings()) {
        let folder = TextFolder(kernels: .scalar)
        var right: Set<UInt64> = []
        for index in 0..<words.count {
            let word = folder.fold(words[index])
            right.insert(kt_token_key(word, word.count))
        }
        self.words = right
        for name in given {
            let joined = folder.fold(name.text).filter(isWordByte)
            let letters = Self.codePoints(joined)
            guard (2...Self.lettersMax).contains(letters.count), let first = letters.first else {
                continue
            }
            let isLatin = joined.allSatisfy { (97...122).contains($0) }
            guard isLatin || joined.allSatisfy({ $0 >= 0x80 }) else { continue }
            byFirst[first, default: []].append(aliases.count)
            aliases.append(
                Alias(
                    letters: letters, payload: name.payload, owner: name.owner,
                    isFamous: name.isFamous, isLatin: isLatin))
            let parts = Set(folder.fold(name.text).split { !isWordByte($0) }.map { Array($0) })
            if isLatin { addPieces(of: joined, parts, name) }
        }
    }

    /// - Parameter parts: The words of the name; a short one of several is an everyday word (New).
    private mutating func addPieces(
        of joined: [UInt8], _ parts: Set<[UInt8]>, _ name: NamedAlias
    ) {
        for start in joined.indices {
            for end in joined.indices.dropFirst(start + 2).map({ $0 + 1 }) {
                let length = end - start
                let isEnd = start == 0 || end == joined.count
                guard
                    length >= 5 || (isEnd && length >= 4)
                        || (start == 0 && length * 2 >= joined.count)
                else { continue }
                let piece = Array(joined[start..<end])
                if length == 3, parts.count > 1, parts.contains(piece) { continue }
                let key = kt_token_key(piece, length)
                guard let known = pieces[key] else {
                    pieces[key] = Piece(name)
                    continue
                }
                if known.owner == name.owner || known.isFamous && !name.isFamous { continue }
                let isClear = name.isFamous && !known.isFamous
                pieces[key] = isClear ? Piece(name) : Piece(shared: known)
            }
        }
    }

    /// Appends what hides in the block folded in the workspace, by row and start.
    package func scan(
        _ titles: ByteStrings, into misses: inout [NearMissMatch],
        _ workspace: inout TextWorkspace, _ kernels: TextKernels = .best
    ) {
        let folded = workspace.folded
        var found: [NearMissMatch] = []
        folded.forEachDisguised { row, start, end, isPiece in
            guard isPiece(titles[folded.firstRow + row]) else { return }
            let word = Array(folded.bytes[start..<end])
            let key = kt_token_key(word, word.count)
            guard let piece = pieces[key], piece.owner != Missing.uint32, !words.contains(key)
            else { return }
            found.append(match(folded, row, start..<end, piece.payload, .piece))
        }
        scanMasks(folded, &workspace, kernels, into: &found)
        guard !found.isEmpty else { return }
        var first = misses.endIndex
        while first > 0, Int(misses[first - 1].row) >= folded.firstRow { first -= 1 }
        misses += found
        misses[first...].sort(by: NearMissMatch.precedes)
    }

    private func match(
        _ folded: FoldedText, _ row: Int, _ range: Range<Int>, _ payload: UInt32,
        _ kind: NearMissKind
    ) -> NearMissMatch {
        let original = folded.original(range, row: row)
        return NearMissMatch(
            row: UInt32(folded.firstRow + row), payload: payload,
            start: UInt16(clamping: original.lowerBound),
            end: UInt16(clamping: original.upperBound),
            token: 0, halfEdits: 0, kind: kind)
    }

    // MARK: - Masks

    private func scanMasks(
        _ folded: FoldedText, _ workspace: inout TextWorkspace, _ kernels: TextKernels,
        into found: inout [NearMissMatch]
    ) {
        let byteCount = folded.byteCount
        if workspace.masks.count < byteCount {
            workspace.masks = Array(repeating: 0, count: byteCount * 2)
        }
        folded.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            let count = kernels.table.pointee.find_masks(
                base, byteCount, &workspace.masks)
            var done = 0
            var row = 0
            for index in 0..<count where Int(workspace.masks[index]) >= done {
                let mask = Int(workspace.masks[index])
                let word = Self.word(around: mask, in: bytes)
                done = word.upperBound
                guard let payload = unmask(.init(rebasing: bytes[word]), &workspace.letters)
                else { continue }
                while Int(folded.starts[row + 1]) <= mask { row += 1 }
                found.append(match(folded, row, word, payload, .masked))
            }
        }
    }

    private struct Signs: OptionSet {
        let rawValue: UInt8
        static let star = Signs(rawValue: 1)
        static let wave = Signs(rawValue: 2)
        static let other = Signs(rawValue: 4)

        /// None for a byte that is no sign.
        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "*"): self = .star
            case UInt8(ascii: "~"): self = .wave
            case 64, 36, 33, 63, 35: self = .other  // @ $ ! ? #
            default: self = []
            }
        }

        init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    private static func word(around mask: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        func belongs(_ byte: UInt8) -> Bool { isWordByte(byte) || !Signs(byte).isEmpty }
        var start = mask
        var end = mask
        while belongs(bytes[start - 1]) { start -= 1 }
        while belongs(bytes[end]) { end += 1 }
        return start..<end
    }

    /// The one owner's name that a word with signs may stand for.
    private func unmask(_ word: UnsafeBufferPointer<UInt8>, _ letters: inout [UInt32]) -> UInt32? {
        guard word.count <= 3 * Self.lettersMax, let first = Self.codePoint(word, 0)?.code,
            first > 0x40, let places = byFirst[first]
        else { return nil }
        var signs: Signs = []
        letters.removeAll(keepingCapacity: true)
        var at = 0
        while let (code, length) = Self.codePoint(word, at) {
            let sign = Signs(word[at])
            signs.formUnion(sign)
            letters.append(sign.isEmpty ? code : 0)
            at += length
        }
        // "!" and "?" end sentences; only stars and waves hide an end.
        let isOpen = letters.last == 0
        if isOpen {
            guard !signs.contains(.other) else { return nil }
            while letters.last == 0 { letters.removeLast() }
        }
        guard isOpen || signs != .wave else { return nil }  // a range: S~XL
        var owner: UInt32?
        var payload: UInt32?
        for place in places {
            let alias = aliases[place]
            guard Self.fits(letters, alias, isOpen: isOpen, mayStretch: signs == .star) else {
                continue
            }
            if let owner, owner != alias.owner { return nil }
            owner = alias.owner
            payload = payload ?? alias.payload
        }
        return payload
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

    private static func fits(
        _ letters: [UInt32], _ alias: Alias, isOpen: Bool, mayStretch: Bool
    ) -> Bool {
        let known = letters.lazy.filter { $0 != 0 }.count
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

    private static func codePoints(_ bytes: some Collection<UInt8>) -> [UInt32] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    }
}

extension NearMissMatch {
    /// Row, then start, then the longest first, then kind.
    static func precedes(_ left: NearMissMatch, _ right: NearMissMatch) -> Bool {
        (left.row, left.start, right.end, left.kind.rawValue, left.payload)
            < (right.row, right.start, left.end, right.kind.rawValue, right.payload)
    }
}
