import KleanCore
import KleanText
import Testing

@Suite struct TextFolderTests {
    static let allKernels = TextKernels.available + [.complete]

    /// The plain fold against values that another implementation of Unicode made.
    @Test(arguments: allKernels)
    func plainFoldIsNFKCCasefold(_ kernels: TextKernels) {
        let folder = TextFolder(kernels: kernels)
        for (title, folded) in plainFoldGolden {
            #expect(
                folder.fold(title.utf8, .plain) == Array(folded.utf8),
                "\(title.unicodeScalars.map { String($0.value, radix: 16) })")
        }
    }

    /// What the merged fold is for, by kind.
    @Test(arguments: [
        ("NIKE", "nike"), ("N\u{456}ke", "nike"), ("ΝIΚΕ", "nike"), ("ＮＩＫＥ", "nike"),
        ("Hermès", "hermes"), ("Herme\u{300}s", "hermes"), ("𝗕𝗮𝗹𝗲", "bale"), ("ɴɪᴋᴇ", "nike"),
        ("🅽🅸🅺🅴", "nike"), ("ⓃⒾⓀⒺ", "nike"), ("Ni\u{200B}ke", "nike"), ("NIKE™", "nike "),
        ("⒢⒰⒞⒞⒤", "gucci"), ("ьosе", "bose"), ("샤○넬", "샤*넬"), ("L□V ★", "l*v  "),
        ("ŁØ", "lo"), ("Сһаnеl", "chanel"), ("ΛDIDΛS", "adidas"),
        ("구·찌", "구 찌"), ("구🔥찌", "구 찌"), ("구ㆍ찌", "구 찌"), ("나이키ㅣ운동화", "나이키 운동화"),
        ("ㄱㅜㅉㅣ", "구찌"), ("ㅅㅑㄴㅔㄹ", "샤넬"), ("나이ㅋl", "나이키"), ("나ㅇㅣㅋㅣ", "나이키"),
        ("나0ㅣ키", "나이키"), ("ㄱㅜㅉㅣ백", "구찌백"), ("나이키ㅋㅋ", "나이키ᄏᄏ"),
        ("나이키", "나이키"), ("힀힣", "힀힣"), ("ｶﾞｯｷ", "ガッキ"), ("か\u{3099}", "が"),
        ("굿\tday\n", "굿 day "), ("香奈儿", "香奈儿"), ("ナイキ", "ナイキ"),
    ])
    func mergedFold(_ title: String, _ folded: String) {
        for kernels in Self.allKernels {
            #expect(
                String(decoding: TextFolder(kernels: kernels).fold(title.utf8), as: UTF8.self)
                    .unicodeScalars.elementsEqual(folded.unicodeScalars), "\(title) \(kernels)")
        }
    }

    @Test func invalidBytesBecomeSeparators() {
        let folder = TextFolder()
        #expect(
            folder.fold([0x41, 0xEB, 0x41, 0x80, 0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xF5])
                == Array("a a      ".utf8) + [32])
        #expect(folder.fold([0xEB, 0x82], .plain) == Array("\u{FFFD}\u{FFFD}".utf8))
    }

    /// Every variant gives the scalar one's bytes, row starts, offsets and disguises, for titles
    /// whose lengths straddle the vector widths, whole and broken.
    @Test(arguments: TextKernels.available, FoldStrength.allCases)
    func variantsEqualScalar(_ kernels: TextKernels, _ strength: FoldStrength) {
        var random = SeededRandom(0x6B6C_6561_6E)
        var titles = ByteStrings()
        for length in 0...140 {
            titles.append(Array(repeating: UInt8(ascii: "A"), count: length))
            titles.append(Array(String(repeating: "힟", count: length / 3).utf8) + [0x5A])
            titles.append(RandomText.title(codePoints: length / 2, &random))
            titles.append(
                RandomText.broken(RandomText.title(codePoints: length / 2, &random), &random))
        }
        var expected = FoldedText()
        var folded = FoldedText()
        for first in [0, 1, 17] {
            let rows = first..<titles.count
            TextFolder(kernels: .scalar).fold(titles, rows: rows, strength, into: &expected)
            TextFolder(kernels: kernels).fold(titles, rows: rows, strength, into: &folded)
            #expect(folded.starts[...folded.rowCount] == expected.starts[...expected.rowCount])
            for row in 0..<rows.count {
                #expect(folded[row] == expected[row])
                #expect(Self.wayBack(folded, row) == Self.wayBack(expected, row))
            }
        }
    }

    /// The fast path and the complete definition agree wherever both apply.
    @Test(arguments: FoldStrength.allCases)
    func fastPathEqualsCompletePath(_ strength: FoldStrength) {
        var random = SeededRandom(2)
        let fast = TextFolder(kernels: .scalar)
        let complete = TextFolder(kernels: .complete)
        for round in 0..<4_000 {
            var title = RandomText.title(codePoints: round % 40, &random)
            if round % 2 == 1 { title = RandomText.broken(title, &random) }
            #expect(fast.fold(title, strength) == complete.fold(title, strength))
        }
    }

    /// Every folded character leads back to whole characters of the title, never backwards.
    @Test(arguments: FoldStrength.allCases)
    func offsetsLeadBack(_ strength: FoldStrength) {
        var random = SeededRandom(3)
        let folder = TextFolder()
        var folded = FoldedText()
        for round in 0..<3_000 {
            var titles = ByteStrings()
            titles.append(Array("앞".utf8))
            let title = RandomText.title(codePoints: 1 + round % 30, &random)
            titles.append(title)
            folder.fold(titles, rows: 0..<2, strength, into: &folded)
            let start = Int(folded.starts[1])
            let text = Array(folded[1])
            var last = 0
            for offset in text.indices where text[offset] & 0xC0 != 0x80 {
                var end = offset + 1
                while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
                let original = folded.original(start + offset..<start + end, row: 1)
                #expect(original.lowerBound >= last && original.upperBound <= title.count)
                #expect(!original.isEmpty)
                #expect(title[original.lowerBound] & 0xC0 != 0x80)
                let isEnd = original.upperBound == title.count
                #expect(isEnd || title[original.upperBound] & 0xC0 != 0x80)
                last = original.lowerBound
            }
        }
    }

    @Test func offsetsOfKnownTitles() {
        func original(_ title: String, _ range: Range<Int>) -> String {
            var titles = ByteStrings(["x", title])
            titles.append(Array("y".utf8))
            var folded = FoldedText()
            TextFolder().fold(titles, rows: 1..<2, into: &folded)
            let start = Int(folded.starts[0])
            let range = folded.original(start + range.lowerBound..<start + range.upperBound, row: 0)
            return String(decoding: Array(title.utf8)[range], as: UTF8.self)
        }
        #expect(original("\u{200B}N\u{200B}i\u{200B}ke\u{200B}", 0..<4) == "N\u{200B}i\u{200B}ke")
        #expect(original("오 ㄱㅜㅉㅣ 백", 4..<10) == "ㄱㅜㅉㅣ")
        #expect(original("№1 ＮＩＫＥ", 4..<8) == "ＮＩＫＥ")
        #expect(original("Cafe\u{301} x", 0..<4) == "Cafe")
        #expect(original("한글", 3..<6) == "글")
    }

    @Test func lookAlikesAreExplained() {
        let title = "새 N\u{456}ke 운동화"
        let found = TextFolder().lookAlikes(in: title.utf8, range: 4..<9)
        #expect(
            found == [
                LookAlike(
                    offset: 5, byteCount: 2, codePoint: 0x456, looksLike: 0x69, kind: .lookAlike)
            ])
        #expect(TextFolder().lookAlikes(in: title.utf8, range: 0..<4).isEmpty)
    }

    static func wayBack(_ folded: FoldedText, _ row: Int) -> [[Int]] {
        let start = Int(folded.starts[row])
        return folded[row].indices.map { index in
            let range = folded.original(index..<index + 1, row: row)
            let kinds = Int(folded.disguise(start..<index + 1).rawValue)
            return [range.lowerBound, range.upperBound, kinds]
        }
    }
}
