import KleanCore
import KleanText
import Testing

/// `title` is found by `pattern` under `rule` exactly at the part in brackets, or not at all if it
/// has none. `|` parts several finds.
struct ScanCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var rule: PatternRule
    var marked: String

    init(_ pattern: String, _ rule: PatternRule, _ marked: String) {
        self.pattern = pattern
        self.rule = rule
        self.marked = marked
    }

    var testDescription: String { "\(pattern) in \(marked)" }

    var title: String { marked.filter { $0 != "⟦" && $0 != "⟧" } }

    var expected: [String] {
        marked.split(separator: "⟦", omittingEmptySubsequences: false).dropFirst().compactMap {
            $0.split(separator: "⟧", omittingEmptySubsequences: false).first.map(String.init)
        }
    }
}

@Suite struct TitleScannerTests {
    static let cases: [ScanCase] = [
        // Latin boundaries.
        ScanCase("Nike", .latinBoundary, "[⟦NIKE⟧] air ⟦nike⟧나이키 unike nikes nike2 2nike"),
        ScanCase("AirPods", .latinLetterBoundary, "⟦airpods⟧2 myairpods 3⟦AIRPODS⟧"),
        ScanCase("watch 6", .latinLetterBoundary, "⟦watch 6⟧, watch 60, ⟦watch6⟧"),
        ScanCase("LV", .latinBoundary, "⟦LV⟧ lvl ⟦L️V⟧ elv"),
        ScanCase("rep", .wholeToken, "⟦rep⟧ reps 렙rep rep가"),
        // Hangul boundaries, particles, continuations.
        ScanCase("나이키", .hangulBoundary, "⟦나이키⟧ 뉴나이키 ⟦나이키⟧는 ⟦나이키⟧용으로 나이키드"),
        ScanCase("구찌", .hangulBoundary, "⟦구찌⟧의 구찌개 가구찌 AB⟦구찌⟧12 ⟦구찌⟧ㅋㅋ ⟦구찌⟧,"),
        ScanCase("구찌", .hangulBoundary, "⟦구찌⟧가방 ⟦구찌⟧가방을 구찌가방끈"),
        ScanCase("구찌", .hangulStart, "⟦구찌⟧찌개 가구찌"),
        ScanCase("구찌", .substring, "⟦구찌⟧찌개 가⟦구찌⟧ 구 찌 구찐"),
        ScanCase("디올", .hangulBoundary, "⟦디올⟧에서만 라디올 디올라"),
        // Spaces and punctuation in the pattern.
        ScanCase("갤럭시 워치", .hangulBoundary, "⟦갤럭시 워치⟧ ⟦갤럭시워치⟧ ⟦갤럭시-워치⟧ ⟦갤럭시 · 워치⟧6"),
        ScanCase("갤럭시 워치", .hangulBoundary, "갤럭시 -- 워치 갤럭시의 워치"),
        ScanCase("1:1", .latinBoundary, "⟦1:1⟧ ⟦1 : 1⟧문의 11 1.1 1:11 ⟦1：1⟧"),
        ScanCase("-st", .latinBoundary, "구찌⟦-ST⟧ 구찌⟦- st⟧ 1st est 구찌 st"),
        ScanCase("100%", .latinBoundary, "⟦100%⟧ 정품 ⟦100 %⟧ 100 1100%"),
        ScanCase("C/O", .latinBoundary, "⟦c/o⟧ off co c o c//o"),
        // Set apart.
        ScanCase("구찌", [.hangulBoundary, .splittable], "⟦구*찌⟧ ⟦구.찌⟧ 구 찌 구**찌 가구.찌"),
        ScanCase("나이키", [.hangulBoundary, .splittable], "⟦나 이 키⟧ ⟦나이.키⟧ 나이 키 나.이-키"),
        ScanCase("nike", [.latinBoundary, .splittable], "⟦N.I.K.E⟧ ⟦n i k e⟧ ⟦ni-ke⟧ ni ke nik.e"),
        ScanCase("nike", .latinBoundary, "N.I.K.E n i k e"),
        // Other scripts.
        ScanCase("耐克", .substring, "正品⟦耐克⟧鞋"),
        ScanCase("ナイキ", .kanaBoundary, "⟦ナイキ⟧の靴 サナイキ ⟦ﾅｲｷ⟧ ナイキー"),
        ScanCase("古驰", .substring, "⟦古驰⟧/GUCCI"),
        // Look-alikes.
        ScanCase("Nike", .latinBoundary, "⟦N\u{456}ke⟧ ⟦ＮＩＫＥ⟧ ⟦Ｎike⟧ ⟦N\u{200B}ike⟧ ⟦𝐍𝐢𝐤𝐞⟧"),
        ScanCase("Hermes", .latinBoundary, "⟦Hermès⟧ ⟦HERME\u{300}S⟧"),
        ScanCase("구찌", .hangulBoundary, "⟦ㄱㅜㅉㅣ⟧ ⟦구찌⟧"),
        ScanCase("ㄱㅉ", .hangulBoundary, "⟦ㄱㅉ⟧ ㄱㅜㅉㅣ"),
        ScanCase("다이슨", [.hangulBoundary, .lookAlikeSyllables], "⟦다이슨⟧"),
        ScanCase("비비안", [.hangulBoundary, .lookAlikeSyllables], "⟦네비안⟧ ⟦네네안⟧ ⟦비비안⟧"),
    ]

    @Test(arguments: cases)
    func patternStandsWhereMarked(_ scan: ScanCase) throws {
        for kernels in TextKernels.available {
            for search in TitleSearch.allCases {
                let scanner = try TitleScanner(
                    patterns: [TextPattern(scan.pattern, rule: scan.rule, payload: 7)],
                    continuations: ["가방"], kernels: kernels, search: search)
                let title = Array(scan.title.utf8)
                let found = scanner.scan(title).map { match in
                    String(decoding: title[Int(match.start)..<Int(match.end)], as: UTF8.self)
                }
                #expect(found.map(Array.init) == scan.expected.map(Array.init), "by \(search)")
            }
        }
    }

    /// Random patterns of every rule over a tiny alphabet, so that everything collides, against
    /// the naive search.
    @Test(arguments: TextKernels.available, 0..<12)
    func equalsNaiveSearch(_ kernels: TextKernels, _ seed: Int) throws {
        var random = SeededRandom(UInt64(seed) &+ 77)
        let letters = [
            ["a", "b", "1", "2", "가", "는", "용", " ", "-", "ナ", "耐"],
            ["a", "b", "c", "1", " ", ".", "-"],
            ["구", "찌", "는", "이", "에", "서", " ", "a"],
        ][seed % 3]
        func text(_ range: ClosedRange<Int>) -> [UInt8] {
            let count = Int.random(in: range, using: &random)
            return (0..<count).flatMap { _ in
                Array((letters.randomElement(using: &random) ?? " ").utf8)
            }
        }
        var patterns: [TextPattern] = []
        while patterns.count < 60 {
            var bytes = text(1...5)
            while let last = bytes.last, !NaiveSearch.isWord(last) { bytes.removeLast() }
            bytes = Array(bytes.drop { !NaiveSearch.isWord($0) })
            guard !bytes.isEmpty else { continue }
            let rules: [PatternRule] = [
                .substring, .latinBoundary, .latinLetterBoundary, .hangulStart, .hangulBoundary,
                .wholeToken, .kanaBoundary,
            ]
            patterns.append(
                TextPattern(
                    bytes, rule: rules.randomElement(using: &random) ?? .substring,
                    payload: UInt32(patterns.count)))
        }
        var titles = ByteStrings()
        for _ in 0..<200 { titles.append(text(0...40)) }
        var expected: [[Int]] = []
        for row in 0..<titles.count {
            for find in NaiveSearch.search(Array(titles[row]), patterns) {
                expected.append([row, find.start, find.end, find.pattern])
            }
        }
        #expect(expected.count > 100)
        for search in TitleSearch.allCases {
            let matches = try Self.matches(in: titles, patterns, kernels, search)
            #expect(
                matches.map { [Int($0.row), Int($0.start), Int($0.end), Int($0.pattern)] }
                    == expected, "by \(search)")
            #expect(matches.allSatisfy { $0.payload == $0.pattern && $0.disguise.isEmpty })
        }
    }

    private static func matches(
        in titles: ByteStrings, _ patterns: [TextPattern], _ kernels: TextKernels,
        _ search: TitleSearch
    ) throws -> [TextMatch] {
        let scanner = try TitleScanner(patterns: patterns, kernels: kernels, search: search)
        var matches: [TextMatch] = []
        var workspace = TextWorkspace()
        scanner.scan(titles, rows: 0..<titles.count, into: &matches, &workspace)
        return matches
    }

    /// Hundreds of long patterns that begin like each other, several ending at one place, with any
    /// rules: both searches find the same.
    @Test(arguments: TextKernels.available, 0..<4)
    func searchesAgreeOnPatternsThatBeginAlike(_ kernels: TextKernels, _ seed: Int) throws {
        var random = SeededRandom(UInt64(seed) &+ 901)
        let stem = Array("abcdefghijklmnopqrstuvwxyz".utf8) + Array("가나다라마바사아자차".utf8)
        func beginning() -> [UInt8] {
            let text = String(decoding: stem, as: UTF8.self).dropFirst(seed % 2 * 26)
            return Array(text.prefix(Int.random(in: 1...24, using: &random)).utf8)
        }
        var patterns: [TextPattern] = []
        for index in 0..<400 {
            let ending = ["", "a", "가", "1", "q 2", "-z"].randomElement(using: &random) ?? ""
            let rules: [PatternRule] = [
                [], .latinBoundary, .hangulBoundary, .wholeToken, [.hangulStart, .splittable],
                [.latinLetterBoundary, .splittable], .kanaBoundary,
            ]
            patterns.append(
                TextPattern(
                    beginning() + Array(ending.utf8),
                    rule: rules.randomElement(using: &random) ?? [], payload: UInt32(index)))
        }
        var titles = ByteStrings()
        for _ in 0..<300 {
            var title: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let between = ["", " ", "-", "a", "다", "5"].randomElement(using: &random) ?? ""
                title += beginning() + Array(between.utf8)
            }
            titles.append(title)
        }
        let byWords = try Self.matches(in: titles, patterns, kernels, .words)
        #expect(byWords.count > 1_000)
        #expect(try Self.matches(in: titles, patterns, kernels, .bytes) == byWords)
    }

    /// A place is 65,535 at most; a title behind a long one has its own places.
    @Test(arguments: TextKernels.available)
    func placesEndWhereTheirNumbersDo(_ kernels: TextKernels) throws {
        let names = [TextPattern("gucci", rule: .latinBoundary, payload: 7)]
        let filling = String(repeating: "a b ", count: 17_000)
        let titles = ByteStrings(["gucci \(filling) gucci", "a gucci", filling + "guc ci"])
        for search in TitleSearch.allCases {
            let matches = try Self.matches(in: titles, names, kernels, search)
            #expect(
                matches.map { [Int($0.row), Int($0.start), Int($0.end)] } == [
                    [0, 0, 5], [0, 65_535, 65_535], [1, 2, 7],
                ])
            #expect(matches.map(\.token) == [0, 34_001, 1])
            #expect(matches.map(\.lastToken) == [0, 34_001, 1])
        }
    }

    @Test func namesAreLookedUpWhereWordsBegin() throws {
        let names = (0..<64).map { index in
            TextPattern("name\(index)", rule: .latinBoundary, payload: UInt32(index))
        }
        let term = TextPattern("짭", rule: .substring, payload: 64)
        func search(_ patterns: [TextPattern], _ kernels: TextKernels) throws -> TitleSearch {
            try TitleScanner(patterns: patterns, kernels: kernels).search
        }
        for kernels in TextKernels.available where kernels.findsPlacesFast {
            #expect(try search(names, kernels) == .words)
            #expect(try search(names + [term], kernels) == .words)
            #expect(try search(names.prefix(8) + [term], kernels) == .bytes)
        }
        #expect(try search(names, .scalar) == .bytes)
    }

    /// Rows are independent: any cut of a batch into calls gives the same matches.
    @Test func anyCutGivesTheSameMatches() throws {
        var random = SeededRandom(5)
        let scanner = try TitleScanner(patterns: [
            TextPattern("a", rule: .substring, payload: 0),
            TextPattern("ab", rule: .substring, payload: 1),
            TextPattern("가", rule: .substring, payload: 2),
        ])
        var titles = ByteStrings()
        for _ in 0..<1_500 {
            let words = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                ["a", "b", " ", "가", "\u{456}", "\n"].randomElement(using: &random) ?? ""
            }
            titles.append(words.joined().utf8)
        }
        var whole: [TextMatch] = []
        var workspace = TextWorkspace()
        scanner.scan(titles, rows: 0..<titles.count, into: &whole, &workspace)
        var parts: [TextMatch] = []
        var row = 0
        while row < titles.count {
            let next = min(row + Int.random(in: 1...300, using: &random), titles.count)
            scanner.scan(titles, rows: row..<next, into: &parts, &workspace)
            row = next
        }
        #expect(parts == whole)
        #expect(whole == whole.sorted(by: TextMatch.precedes))
    }

    @Test func disguiseSaysHowTheLettersDiffer() throws {
        let scanner = try TitleScanner(patterns: [
            TextPattern("Nike", rule: [.latinBoundary, .splittable], payload: 1),
            TextPattern("Найк", rule: .substring, payload: 2),
            TextPattern("구찌", rule: .hangulBoundary, payload: 3),
            TextPattern("비비", rule: [.hangulBoundary, .lookAlikeSyllables], payload: 4),
            TextPattern("Chloé", rule: .latinBoundary, payload: 5),
        ])
        let expected: [(String, UInt32, TextDisguise)] = [
            ("NIKE", 1, []), ("N\u{456}ke", 1, .lookAlike), ("ＮIKE", 1, .styled),
            ("Nìke", 1, .accent), ("Ni\u{200D}ke", 1, .invisible), ("N.i.k.e", 1, .separated),
            ("Ν\u{200B}ikе", 1, [.lookAlike, .invisible]), ("НАЙК", 2, []), ("найк", 2, []),
            ("ㄱㅜㅉㅣ", 3, .jamo), ("ㄱㅜㅉl", 3, [.jamo, .leet]), ("구찌", 3, []),
            ("네비", 4, .lookAlike), ("CHLOÉ", 5, []), ("Chloe", 5, []), ("Chlоe", 5, .lookAlike),
        ]
        for (title, payload, disguise) in expected {
            let matches = scanner.scan(title.utf8)
            #expect(matches.map(\.payload) == [payload], "\(title)")
            #expect(matches.first?.disguise == disguise, "\(title)")
            #expect(matches.first?.isConfusable == disguise.contains(.lookAlike))
        }
    }

    @Test func suffixesNeedABrandBeforeThem() throws {
        let scanner = try TitleScanner(patterns: [
            TextPattern("구찌", rule: [.hangulBoundary, .brand], payload: 1),
            TextPattern("스타일", rule: [.suffixAfterBrand, .hangulEnd], payload: 2),
            TextPattern("-st", rule: [.suffixAfterBrand, .latinBoundary], payload: 3),
        ])
        func payloads(_ title: String) -> [UInt32] { scanner.scan(title.utf8).map(\.payload) }
        #expect(payloads("구찌스타일 가방") == [1, 2])
        #expect(payloads("구찌 스타일의 가방") == [1, 2])
        #expect(payloads("나이키 스타일 구찌 백") == [1])
        #expect(payloads("구찌-st") == [1, 3])
        #expect(payloads("1-st 스타일") == [])
        #expect(payloads("가구찌스타일") == [])
    }

    @Test func tokensCountWords() throws {
        let scanner = try TitleScanner(patterns: [
            TextPattern("짭", rule: .substring, payload: 1),
            TextPattern("갤럭시 워치", rule: .substring, payload: 2),
        ])
        let matches = scanner.scan("[신상] NIKE짭 50% 갤럭시 - 워치! 짭".utf8)
        #expect(matches.map(\.token) == [1, 3, 5])
        #expect(matches.map(\.lastToken) == [1, 4, 5])
        #expect(matches[0].tokenDistance(to: matches[1]) == 2)
        #expect(matches[2].tokenDistance(to: matches[0]) == 4)
        #expect(matches[1].tokenDistance(to: matches[1]) == 0)
    }

    @Test func longestMatchWins() throws {
        let texts = ["polo", "polo ralph lauren", "ralph lauren", "lauren", "ralph lauren home"]
        let scanner = try TitleScanner(
            patterns: texts.enumerated().map {
                TextPattern($1, rule: .latinBoundary, payload: UInt32($0))
            } + [TextPattern("Polo", rule: .latinBoundary, payload: 9)])
        func longest(_ title: String) -> [UInt32] {
            TextMatch.longest(scanner.scan(title.utf8)).map(\.payload)
        }
        #expect(longest("Polo Ralph Lauren polo") == [1, 0, 9])
        #expect(longest("ralph lauren home / lauren") == [4, 3])
        #expect(longest("nothing") == [])
    }

    @Test func refusesWhatCannotBeFound() {
        #expect(throws: TextError.emptyPattern(index: 1)) {
            try TitleScanner(patterns: [
                TextPattern("a", rule: [], payload: 0), TextPattern("!?", rule: [], payload: 0),
            ])
        }
        #expect(throws: TextError.patternTooLong(index: 0, bytes: 1_025, bytesMax: 1_024)) {
            try TitleScanner(patterns: [
                TextPattern(String(repeating: "x", count: 1_025), rule: [], payload: 0)
            ])
        }
    }

    @Test func scannerWithoutPatternsFindsNothing() throws {
        #expect(try TitleScanner(patterns: []).scan("anything".utf8).isEmpty)
        #expect(
            try TitleScanner(patterns: [TextPattern("a", rule: [], payload: 0)]).scan([]).isEmpty)
    }
}
