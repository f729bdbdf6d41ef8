import KleanCore
import KleanText
import Testing

@Suite struct NearMissIndexTests {
    static let brands = [
        "Burberry", "Gucci", "Nike", "Balenciaga", "Louis Vuitton", "adidas", "Dior", "Moncler",
        "나이키", "구찌", "루이비통", "발렌시아가", "샤넬", "몽클레르", "Crocs", "Armani",
    ]

    static func index(_ kernels: TextKernels = .best, words: [String] = []) -> NearMissIndex {
        NearMissIndex(
            aliases: brands.enumerated().map { (text: Array($1.utf8), payload: UInt32($0)) },
            words: ByteStrings(words), kernels: kernels)
    }

    /// What each token is a miss of, with its distance in half edits; SCORING N2 and N3.
    @Test(
        arguments: [
            ("burbery", "Burberry", 2), ("burbberry", "Burberry", 2), ("buberry", "Burberry", 2),
            ("burbreyr", "Burberry", 4), ("bruberry", "Burberry", 2),
            ("balensiaga", "Balenciaga", 2),
            ("balenciga", "Balenciaga", 2), ("balensiga", "Balenciaga", 4),
            ("adiddas", "adidas", 2),
            ("louisvuiton", "Louis Vuitton", 2), ("guccci", "Gucci", 2), ("moncier", "Moncler", 0),
            ("나이크", "나이키", 2), ("나이끼", "나이키", 1), ("라이키", nil, nil), ("나이키", nil, nil),
            ("루이뷔똥", "루이비통", 2), ("루이비똥", "루이비통", 1), ("루이비톤", "루이비통", 2),
            ("발렌시야가", "발렌시아가", 2), ("팔렌시아가", "발렌시아가", 1), ("나이크는", "나이키", 2),
            ("나이키는", nil, nil), ("나이키에서", nil, nil), ("발렌시아가", nil, nil),
            ("꾸찌", nil, nil), ("구치", nil, nil), ("guci", nil, nil), ("nkie", nil, nil),
            ("yurberry", nil, nil), ("crocus", "Crocs", 2), ("gucc1", "Gucci", 0),
            ("n1ke", "Nike", 0),
            ("nlke", nil, nil), ("d10r", nil, nil), ("d1or", "Dior", 0), ("adldas", "adidas", 0),
            ("arrnani", "Armani", 0),
            ("clior", nil, nil), ("balenc1aga", "Balenciaga", 0), ("adidas2", nil, nil),
            ("burberrys", "Burberry", 2), ("moncler", nil, nil), ("vuitton", nil, nil),
            ("몽끌레르", "몽클레르", 1), ("몽클레어", "몽클레르", 4), ("", nil, nil), ("가", nil, nil),
        ] as [(String, String?, Int?)])
    func tokenIsMissOf(_ token: String, _ brand: String?, _ halfEdits: Int?) {
        for kernels in TextKernels.available {
            let miss = Self.index(kernels).lookup(token.utf8)
            #expect(miss.map { Self.brands[Int($0.payload)] } == brand, "\(token)")
            #expect(miss.map { Int($0.halfEdits) } == halfEdits, "\(token)")
            if let miss { #expect((miss.kind == .leet) == (halfEdits == 0)) }
        }
    }

    @Test func wordsAreNeverMisses() {
        #expect(Self.index().lookup("crocus".utf8) != nil)
        #expect(Self.index(words: ["Crocus", "나이크"]).lookup("crocus".utf8) == nil)
        #expect(Self.index(words: ["Crocus", "나이크"]).lookup("나이크".utf8) == nil)
        #expect(Self.index(words: ["Crocus", "나이크"]).lookup("나이크를".utf8) == nil)
    }

    /// Random distortions of random aliases, against every alias compared in turn.
    @Test(arguments: TextKernels.available)
    func equalsBruteForce(_ kernels: TextKernels) {
        var random = SeededRandom(11)
        func word(_ hangul: Bool) -> [UInt8] {
            var text = String.UnicodeScalarView()
            for _
                in 0..<(hangul
                ? Int.random(in: 3...5, using: &random)
                : Int.random(in: 5...10, using: &random))
            {
                let value =
                    hangul
                    ? 0xAC00 + 588 * UInt32.random(in: 0..<19, using: &random)
                        + 28 * UInt32.random(in: 0..<21, using: &random)
                        + (Bool.random(using: &random)
                            ? 0 : UInt32.random(in: 0..<28, using: &random))
                    : 97 + UInt32.random(in: 0..<5, using: &random)
                text.append(Unicode.Scalar(value) ?? " ")
            }
            return Array(String(text).utf8)
        }
        let aliases = (0..<800).map { (text: word($0 % 2 == 0), payload: UInt32($0)) }
        let index = NearMissIndex(aliases: aliases, kernels: kernels)
        let oracle = NearMissOracle(aliases)
        var hits = 0
        for round in 0..<3_000 {
            let base = aliases[Int.random(in: 0..<aliases.count, using: &random)].text
            let token =
                round % 5 == 0 ? word(round % 2 == 0) : NearMissOracle.distort(base, &random)
            let expected = oracle.nearest(token)
            let miss = index.lookup(token)
            guard miss?.kind != .leet, Self.longestRun(token) < 3 else { continue }
            if expected == nil, let miss {  // Then the alias has lost its first letter.
                let alias = aliases[Int(miss.payload)].text
                #expect(alias.count >= 6 && Array(alias.dropFirst()) == token)
                continue
            }
            #expect(miss?.payload == expected?.payload && miss?.halfEdits == expected?.halfEdits)
            hits += miss == nil ? 0 : 1
        }
        #expect(hits > 1_000)
    }

    /// Letters written three times and more have a rule of their own.
    static func longestRun(_ token: [UInt8]) -> Int {
        var (longest, run) = (0, 0)
        for place in token.indices {
            run = place > 0 && token[place] == token[place - 1] ? run + 1 : 1
            longest = max(longest, run)
        }
        return longest
    }

    @Test func missesInTitlesHaveTheirPlace() throws {
        let reader = TitleReader(
            scanner: try TitleScanner(patterns: [
                TextPattern("나이키", rule: .hangulBoundary, payload: 8)
            ]),
            nearMisses: Self.index())
        let titles = ByteStrings([
            "정품 BURBERY 코트", "", "[신상]Ｂａｌｅｎｃｉｇａ가방, 나이크를", "나이키 운동화", "burbery burbery",
            "Louis Vuiton 지갑", "louis. vuiton", "Louis\nVuiton", "Louis Vuitton",
        ])
        var workspace = TextWorkspace()
        var findings = TitleFindings()
        for _ in 0..<2 {  // The second time from the cache.
            findings.removeAll()
            reader.read(titles, rows: 0..<titles.count, into: &findings, &workspace)
            let places = findings.nearMisses.map { miss in
                let title = Array(titles[Int(miss.row)])
                let text = String(
                    decoding: title[Int(miss.start)..<Int(miss.end)], as: UTF8.self)
                return "\(miss.row) \(miss.token) \(text) \(Self.brands[Int(miss.payload)])"
            }
            #expect(
                places == [
                    "0 1 BURBERY Burberry", "2 1 Ｂａｌｅｎｃｉｇａ Balenciaga", "2 2 나이크를 나이키",
                    "4 0 burbery Burberry", "4 1 burbery Burberry",
                    "5 0 Louis Vuiton Louis Vuitton", "7 0 Louis\nVuiton Louis Vuitton",
                ])
            #expect(findings.matches.map(\.row) == [3])
        }
    }

    /// Another index must not see the first one's cached results.
    @Test func cacheBelongsToOneIndex() {
        let titles = ByteStrings(["burbery"])
        var workspace = TextWorkspace()
        TextFolder().fold(titles, rows: 0..<1, into: &workspace.folded)
        var misses: [NearMissMatch] = []
        Self.index().scan(into: &misses, &workspace)
        Self.index(words: ["burbery"]).scan(into: &misses, &workspace)
        Self.index().scan(into: &misses, &workspace)
        #expect(misses.count == 2)
    }

    /// 20,000 mutations of difficult titles: nothing may trap, and every offset lies in its title.
    @Test(arguments: TextKernels.available)
    func hostileTitlesAreSurvived(_ kernels: TextKernels) throws {
        var random = SeededRandom(99)
        let rules: [PatternRule] = [
            [.hangulBoundary, .splittable, .brand], [.latinBoundary, .splittable, .brand],
            .wholeToken, .kanaBoundary, .suffixAfterBrand, .latinLetterBoundary,
        ]
        let texts = ["나이키", "nike", "구찌", "1:1", "-st", "ㄱㅉ", "a", "ナイキ", "耐克", "스타일", "갤럭시 워치"]
        let scanner = try TitleScanner(
            patterns: texts.enumerated().map {
                TextPattern($1, rule: rules[$0 % rules.count], payload: UInt32($0))
            }, kernels: kernels)
        let reader = TitleReader(scanner: scanner, nearMisses: Self.index(kernels))
        var titles = ByteStrings()
        for round in 0..<20_000 {
            var title = RandomText.title(codePoints: round % 60, &random)
            if round % 3 == 0 { title += Array(texts[round % texts.count].utf8) }
            titles.append(RandomText.broken(title, &random))
        }
        titles.append(Array(repeating: 0xEB, count: 70_000))
        titles.append(Array(String(repeating: "나이키", count: 8_000).utf8))
        var findings = TitleFindings()
        var workspace = TextWorkspace()
        reader.read(titles, rows: 0..<titles.count, into: &findings, &workspace)
        for match in findings.matches {
            #expect(match.start <= match.end && Int(match.end) <= titles[Int(match.row)].count)
        }
        for miss in findings.nearMisses {
            #expect(miss.start < miss.end && Int(miss.end) <= titles[Int(miss.row)].count)
        }
        #expect(findings.matches.count > 1_000)
    }
}

/// Near misses by comparing with every alias; says SCORING N2 a second time, on code points.
struct NearMissOracle {
    private let aliases: [(letters: [Int], payload: UInt32)]
    private let exact: Set<[UInt8]>

    init(_ aliases: [(text: [UInt8], payload: UInt32)]) {
        self.aliases = aliases.map { (Self.letters($0.text), $0.payload) }
        exact = Set(aliases.map(\.text))
    }

    func nearest(_ token: [UInt8]) -> (payload: UInt32, halfEdits: UInt8)? {
        guard !exact.contains(token) else { return nil }
        let letters = Self.letters(token)
        guard !letters.isEmpty, token[0] < 128 ? letters.count >= 5 : token.count >= 9 else {
            return nil
        }
        var forms = [letters]
        for tail in [3, 6] where token[0] >= 128 && token.count - tail >= 3 {
            let end = String(decoding: token[(token.count - tail)...], as: UTF8.self)
            guard NaiveSearch.particles.contains(end) else { continue }
            let stem = Array(token[..<(token.count - tail)])
            if exact.contains(stem) { return nil }
            if stem.count >= 9 { forms = [letters, Self.letters(stem)] }
        }
        for form in forms {
            var best: (payload: UInt32, halfEdits: UInt8)?
            for alias in aliases where Self.firstClass(alias.letters[0]) == Self.firstClass(form[0])
            {
                let isLatin = alias.letters[0] < 200
                let limit = alias.letters.count >= (isLatin ? 8 : 10) ? 4 : 2
                let distance = Self.distance(form, alias.letters)
                guard distance > 0, distance <= limit else { continue }
                if best.map({ (distance, alias.payload) < (Int($0.halfEdits), $0.payload) }) ?? true
                {
                    best = (alias.payload, UInt8(distance))
                }
            }
            if let best { return best }
        }
        return nil
    }

    /// ASCII values, or 200 + leading, 300 + vowel, 400 + trailing.
    private static func letters(_ text: [UInt8]) -> [Int] {
        var letters: [Int] = []
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let value = Int(scalar.value)
            if value < 128 { letters.append(value) }
            guard (0xAC00...0xD7A3).contains(value) else { continue }
            let number = value - 0xAC00
            letters += [200 + number / 588, 300 + number % 588 / 28]
            if number % 28 > 0 { letters.append(400 + number % 28) }
        }
        return letters
    }

    private static let classes: [[Int]] = {
        func values(_ base: Int, _ all: String, _ of: String) -> [Int] {
            let all = Array(all)
            return of.compactMap { letter in all.firstIndex(of: letter).map { base + $0 } }
        }
        let leading = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
        let vowels = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
        let trailing = "-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
        return ["ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ"].flatMap {
            [values(200, leading, $0), values(400, trailing, $0)]
        } + ["ㅐㅔ", "ㅚㅙㅞ", "ㅣㅢㅟ", "ㅓㅗ"].map { values(300, vowels, $0) }
    }()

    private static func firstClass(_ letter: Int) -> Int {
        classes.first { $0.contains(letter) }?.first ?? letter
    }

    private static func cost(_ a: Int, _ b: Int) -> Int {
        a == b ? 0 : firstClass(a) == firstClass(b) ? 1 : 2
    }

    private static func distance(_ a: [Int], _ b: [Int]) -> Int {
        var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { table[i][0] = 2 * i }
        for j in 0...b.count { table[0][j] = 2 * j }
        for i in stride(from: 1, through: a.count, by: 1) {
            for j in stride(from: 1, through: b.count, by: 1) {
                table[i][j] = min(
                    table[i - 1][j - 1] + cost(a[i - 1], b[j - 1]), table[i - 1][j] + 2,
                    table[i][j - 1] + 2)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    table[i][j] = min(table[i][j], table[i - 2][j - 2] + 2)
                }
            }
        }
        return table[a.count][b.count]
    }

    /// One to three changes of letters.
    static func distort(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value))
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let at = Int.random(in: 0..<scalars.count, using: &random)
            let isHangul = scalars[at] >= 0xAC00
            switch Int.random(in: 0..<(isHangul ? 2 : 4), using: &random) {
            case 0 where isHangul:
                scalars[at] =
                    (scalars[at] - 0xAC00) / 28 * 28 + 0xAC00
                    + UInt32.random(in: 0..<28, using: &random)
            case 1 where isHangul:
                scalars[at] =
                    0xAC00 + (scalars[at] - 0xAC00) / 588 * 588
                    + 28 * UInt32.random(in: 0..<21, using: &random)
            case 0: scalars[at] = 97 + UInt32.random(in: 0..<5, using: &random)
            case 1: scalars.insert(97 + UInt32.random(in: 0..<5, using: &random), at: at)
            case 2 where scalars.count > 1: scalars.remove(at: at)
            case 3 where at > 0: scalars.swapAt(at, at - 1)
            default: break
            }
        }
        var view = String.UnicodeScalarView()
        for value in scalars { view.append(Unicode.Scalar(value) ?? " ") }
        return Array(String(view).utf8)
    }
}
