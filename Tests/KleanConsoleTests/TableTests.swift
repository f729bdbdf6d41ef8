import KleanConsole
import Testing

/// A table is read by people and by programs: columns must line up on a real terminal, where
/// Hangul takes two places, and every format must carry the same values.
@Suite struct TableTests {
    private let table = Table(
        [
            .init("rank", key: "rank", isRight: true),
            .init("title", key: "title", widthMax: 12),
            .init("p", key: "p", isRight: true),
            .init("reasons", key: "reasons"),
        ],
        rows: [
            [.integer(1), .text("갤럭시워치6 정품"), .share(0.985), .list(["가격", "이미지"])],
            [.integer(12_345), .text("Galaxy"), .missing, .list([])],
            [.integer(3), .text("나이키"), .number(-1.25, digits: 1), .text("a,\"b\"")],
        ])

    /// Every cell of a column starts at the same terminal column, whatever the script.
    @Test func columnsLineUpWithHangul() {
        let lines = table.rendered(.table).split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0] == "  rank  title             p  reasons")
        #expect(lines[2] == "     1  갤럭시워치6…  98.5%  가격; 이미지")
        #expect(lines[3] == "12,345  Galaxy            –")
        #expect(lines[4] == "     3  나이키         -1.2  a,\"b\"")
        // Both stand in one terminal column, though a different number of characters in.
        let heading = DisplayWidth.of(lines[0].prefix(lines[0].count - "reasons".count))
        let hangul = DisplayWidth.of(lines[2].prefix(lines[2].count - "가격; 이미지".count))
        #expect(heading == hangul)
    }

    @Test func jsonHoldsTheRawValues() {
        #expect(
            table.rendered(.json) == """
                [
                {"rank":1,"title":"갤럭시워치6 정품","p":0.98500,"reasons":["가격","이미지"]},
                {"rank":12345,"title":"Galaxy","p":null,"reasons":[]},
                {"rank":3,"title":"나이키","p":-1.2,"reasons":"a,\\"b\\""}
                ]

                """)
        #expect(Table([.init("a", key: "a")]).rendered(.json) == "[]\n")
    }

    @Test func csvQuotesOnlyWhereNeeded() {
        #expect(
            table.rendered(.csv) == """
                rank,title,p,reasons
                1,갤럭시워치6 정품,0.98500,가격; 이미지
                12345,Galaxy,,
                3,나이키,-1.2,"a,""b\"""

                """)
    }

    /// A seller's title must not be able to move the reader's cursor or swap the text direction.
    @Test func controlCharactersNeverReachTheScreen() {
        let hostile = Table([.init("t", key: "t")], rows: [[.text("a\u{1B}[2Jb\u{202E}c\nd")]])
        let text = hostile.rendered(.table)
        #expect(text.hasSuffix("a\u{FFFD}[2Jb\u{FFFD}c d\n"))
        #expect(hostile.rendered(.json).contains("a\\u001b[2Jb"))
    }

    @Test(arguments: [
        ("abc", 3), ("갤럭시", 6), ("ㄱㅉ", 4), ("é", 1), ("e\u{301}", 1), ("\u{1112}\u{1161}", 2),
        ("👍🏽", 2), ("耐克ナイキ", 10), ("ＧＵＣＣＩ", 10), ("…─█", 3), ("a\u{200B}b", 2), ("❤️", 2),
    ])
    func widthIsWhatTerminalsUse(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    /// Cutting never splits a wide character: the result fits, even at odd widths.
    @Test(arguments: 0...12) func cutTextAlwaysFits(_ width: Int) {
        let cut = DisplayWidth.cut("갤럭시 Watch 워치", to: width)
        #expect(DisplayWidth.of(cut) <= width)
        #expect(DisplayWidth.of(cut) >= width - 1)
    }
}

@Suite struct NumberTextTests {
    @Test func numbersAreGrouped() {
        #expect(NumberText.count(0) == "0")
        #expect(NumberText.count(999) == "999")
        #expect(NumberText.count(1_000) == "1,000")
        #expect(NumberText.count(-1_234_567) == "-1,234,567")
        #expect(NumberText.count(Int64.min) == "-9,223,372,036,854,775,808")
        #expect(NumberText.count(UInt64.max) == "18,446,744,073,709,551,615")
    }

    @Test func fixedKeepsItsDigitsAndSign() {
        #expect(NumberText.fixed(-0.05, digits: 2) == "-0.05")
        #expect(NumberText.fixed(-0.001, digits: 2) == "0.00")
        #expect(NumberText.fixed(1234.5, digits: 1, grouped: true) == "1,234.5")
        #expect(NumberText.fixed(.infinity, digits: 1) == "inf")
        #expect(NumberText.fixed(9.999, digits: 2) == "10.00")
    }

    @Test func moneyUsesTheMinorUnit() {
        #expect(NumberText.money(30_000, minorDigits: 0) == "30,000")
        #expect(NumberText.money(123_450, minorDigits: 2) == "1,234.50")
        #expect(NumberText.money(-5, minorDigits: 2) == "-0.05")
        #expect(NumberText.money(1_005, minorDigits: 3) == "1.005")
    }

    @Test func bytesAndDurationsPickTheirUnit() {
        #expect(NumberText.bytes(1023) == "1023 B")
        #expect(NumberText.bytes(1536) == "1.50 KiB")
        #expect(NumberText.bytes(10 << 30) == "10.0 GiB")
        #expect(NumberText.bytes(1 << 20) == "1.00 MiB")
        #expect(NumberText.duration(.milliseconds(350)) == "350 ms")
        #expect(NumberText.duration(.milliseconds(2_340)) == "2.3 s")
        #expect(NumberText.duration(.seconds(245)) == "4:05")
        #expect(NumberText.duration(.seconds(7_389)) == "2:03:09")
        #expect(NumberText.duration(.seconds(273_600)) == "3 d 04:00")
        #expect(NumberText.rate(812_345.4) == "812,345/s")
        #expect(NumberText.rate(12_500_000) == "12.5M/s")
    }
}
