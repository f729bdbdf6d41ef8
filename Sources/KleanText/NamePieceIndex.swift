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
///   Of a famous name in Han or Hangul the beginning alone is enough. The first letter may be
///   hidden if nothing else is (*hanel, @didas), and of a Latin name of several words one may be
///   masked beside the others (Michael *ors).
package struct NamePieceIndex: Sendable {
    /// By token key. Only looked up.
    private var pieces: [UInt64: Piece] = [:]
    private var masks: NameMasks
    private let words: Set<UInt64>

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

    /// - Parameter words: Right as they are, in whatever letters they are written.
    package init(aliases given: [NamedAlias], words: ByteStrings = ByteStrings()) {
        let folder = TextFolder(kernels: .scalar)
        var right: Set<UInt64> = []
        for index in 0..<words.count {
            let word = folder.fold(words[index])
            right.insert(kt_token_key(word, word.count))
        }
        self.words = right
        masks = NameMasks(words: right)
        for name in given {
            let folded = folder.fold(name.text)
            let joined = folded.filter(isWordByte)
            guard (2...NameMasks.lettersMax).contains(NameMasks.codePoints(joined).count) else {
                continue
            }
            let isLatin = joined.allSatisfy { (97...122).contains($0) }
            guard isLatin || joined.allSatisfy({ $0 >= 0x80 }) else { continue }
            let parts = folded.split { !isWordByte($0) }.map { Array($0) }
            masks.add(name, joined: joined, parts: parts, isLatin: isLatin)
            if isLatin { addPieces(of: joined, Set(parts), name) }
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
                let word = NameMasks.word(around: mask, in: bytes)
                done = word.upperBound
                guard let find = masks.unmask(bytes, word, &workspace.letters) else { continue }
                while Int(folded.starts[row + 1]) <= mask { row += 1 }
                found.append(match(folded, row, find.range, find.payload, .masked))
            }
        }
    }
}

extension NearMissMatch {
    /// Row, then start, then the longest first, then kind.
    static func precedes(_ left: NearMissMatch, _ right: NearMissMatch) -> Bool {
        (left.row, left.start, right.end, left.kind.rawValue, left.payload)
            < (right.row, right.start, left.end, right.kind.rawValue, right.payload)
    }
}
