import KleanCore
import KleanModel
import KleanScore
import Testing

/// The name rules of the shipped model, one listing at a time: what they see through, and whom they
/// leave alone.
@Suite struct NameRuleTests {
    static let judge = Result { try Judge.shipped() }

    func judged(_ listing: TestListing) throws -> Judged {
        try Self.judge.get().judge(listing)
    }

    /// Writing styles that text generators offer and tricks that sellers use, on names that the
    /// registry has: the right brand, marked.
    @Test(arguments: [
        // Mathematical alphabets, enclosed, small capitals, full width, superscript.
        ("𝐂𝐡𝐚𝐧𝐞𝐥", "chanel"), ("𝑮𝒖𝒄𝒄𝒊", "gucci"), ("𝓟𝓻𝓪𝓭𝓪", "prada"), ("𝔉𝔢𝔫𝔡𝔦", "fendi"),
        ("𝕃𝕠𝕦𝕚𝕤 𝕍𝕦𝕚𝕥𝕥𝕠𝕟", "louis-vuitton"), ("𝗡𝗶𝗸𝗲", "nike"), ("𝙳𝚒𝚘𝚛", "dior"), ("ⒼⓊⒸⒸⒾ", "gucci"),
        ("🅶🆄🅲🅲🅸", "gucci"), ("ɢᴜᴄᴄɪ", "gucci"), ("ＣＨＡＮＥＬ", "chanel"), ("ᴿᵒˡᵉˣ", "rolex"),
        // Other scripts' letters, marks, invisible characters.
        ("Сhаnеl", "chanel"), ("Νіkе", "nike"), ("ΒURΒERRΥ", "burberry"),
        ("Ꮐucci", "gucci"), ("구\u{200B}찌", "gucci"), ("Gu\u{200D}cci", "gucci"),
        ("샤\u{00AD}넬", "chanel"),
        // Digits, repeated, exchanged and lost letters.
        ("6ucci", "gucci"), ("gucc1", "gucci"), ("r0lex", "rolex"), ("guuucci", "gucci"),
        ("Burbery", "burberry"), ("Balenciga", "balenciaga"), ("Givenhcy", "givenchy"),
        ("alenciaga", "balenciaga"),
        // Letters set apart and masked.
        ("g.u.c.c.i", "gucci"), ("G U C C I", "gucci"), ("샤.넬", "chanel"), ("구*찌", "gucci"),
        ("루 이 비 통", "louis-vuitton"), ("PR*DA", "prada"), ("ch@nel", "chanel"),
        ("루이*통", "louis-vuitton"), ("L.O.U.I.S V.U.I.T.T.O.N", "louis-vuitton"),
        ("Michael *ors", "michael-kors"), ("A*exander McQueen", "alexander-mcqueen"),
        ("prad@", "prada"), ("@didas", "adidas"), ("샤○넬", "chanel"), ("루이○통", "louis-vuitton"),
        // A digit in a name of four letters, digits read aloud, marks that the brand never writes.
        ("di0r", "dior"), ("나2키", "nike"), ("루2비통", "louis-vuitton"), ("Gùcci", "gucci"),
        ("N\u{336}i\u{336}k\u{336}e\u{336}", "nike"), ("⒢⒰⒞⒞⒤", "gucci"), ("ьurberry", "burberry"),
        // Jamo.
        ("ㄱㅜ찌", "gucci"), ("구ㅉㅣ", "gucci"), ("ㄱㅜㅉㅣ", "gucci"), ("ㅅㅑ넬", "chanel"),
        // Pieces and Chinese.
        ("𝗕𝗮𝗹𝗲 𝗻𝗰𝗶𝗮𝗴", "balenciaga"), ("𝙂𝙐𝘾", "gucci"), ("香* 新款", "chanel"),
        ("驴牌 包", "louis-vuitton"),
    ])
    func disguiseIsSeenThrough(_ title: String, _ brand: String) throws {
        let found = try judged(TestListing(title: title + " 가방"))
        let seen = found.brands(.nameNearMiss) + found.brands(.nameConfusable)
        #expect(seen.contains(brand), "\(found.entry.evidence)")
    }

    /// Honest listings that look like something: no name rule marks them.
    @Test(arguments: [
        TestListing(title: "맨시티 23/24 홈 레플리카 유니폼", brand: "푸마", category: "축구 유니폼"),
        TestListing(title: "나이키 국가대표 레플리카 저지", brand: "나이키", category: "스포츠"),
        TestListing(title: "Adidas Real Madrid replica jersey", brand: "Adidas"),
        TestListing(title: "나이키 에어포스 1:1 문의 환영", brand: "나이키", category: "운동화"),
        TestListing(title: "듀라셀 AAA 건전지 8개입", brand: "듀라셀", category: "건전지"),
        TestListing(title: "Energizer AAA quality alkaline batteries", brand: "Energizer"),
        TestListing(title: "이미 품절 대란 나이키 덩크", brand: "나이키", category: "운동화"),
        TestListing(title: "갤럭시 워치 6 호환 스트랩", brand: "무지", category: "스트랩"),
        TestListing(title: "샤넬 가품 시 200% 보상 정품", brand: "샤넬", category: "가방"),
        TestListing(title: "루이비통 반지갑 정품 (가품 아님)", brand: "루이비통", category: "지갑"),
        TestListing(title: "셀린 슬림 스트라이프 티셔츠", brand: "모모샵", category: "상의"),
        TestListing(title: "올데이 코튼 체크 셔츠", brand: "틀영", category: "상의"),
        TestListing(title: "Longines watch, long chain necklace", brand: "Longines"),
        TestListing(title: "La Brize ankle boots", brand: "La Brize", category: "boots"),
        TestListing(title: "Intex swimming pool", brand: "Intex"),
        TestListing(title: "𝗡𝗘𝗪 𝗔𝗿𝗿𝗶𝘃𝗮𝗹 원피스", brand: "블랑", category: "원피스"),
        TestListing(title: "구찌 GG 마몬트 숄더백", brand: "명품하우스", category: "숄더백"),
        TestListing(title: "몽클레르 마야 패딩", category: "패딩"),
        TestListing(title: "free*size 니트 10*20cm", brand: "블랑", category: "니트"),
        TestListing(title: "Hermès 버킨 25", brand: "Hermes", category: "가방"),
        TestListing(title: "Pokémon 카드", brand: "포켓몬"),
        TestListing(title: "Nike - Air* Max 운동화", brand: "나이키"),
        TestListing(title: "*NEW* Nike 운동화, P!NK tee, Jeep! 100% *Authentic*", brand: "나이키"),
        TestListing(title: "나이키 토트넘 레플리카 반팔", brand: "나이키"),
        TestListing(title: "푸마 맨시티 어센틱 레플리카 24-25", brand: "푸마"),
        TestListing(title: "짝퉁아님 구찌 가방", brand: "구찌"),
        TestListing(title: "구찌 가방 짝퉁이 아닙니다", brand: "구찌"),
        TestListing(title: "Gucci bag, it isn’t a replica", brand: "Gucci"),
        TestListing(title: "샤넬 가방 짝퉁 취급 안합니다", brand: "샤넬"),
        TestListing(title: "구찌 짝퉁NO 가방", brand: "구찌"),
        TestListing(title: "耐克 运动鞋 不是莆田货"),
        TestListing(title: "구찌 정품 아님 100% 환불", brand: "구찌"),
        TestListing(title: "5메가 픽셀 카메라"),
        TestListing(title: "★나이키★ ●당일발송● 운동화", brand: "나이키"),
    ])
    func honestListingIsLeftAlone(_ listing: TestListing) throws {
        let found = try judged(listing)
        #expect(found.marks == [], "\(listing.title): \(found.entry.evidence)")
    }

    @Test(arguments: [
        "나이키 에어포스 미러급 최상", "루이비통 네버풀 정품과 동일 1:1 제작", "Gucci belt 1:1 quality", "샤넬 클래식 짝퉁 아닌 척",
        "Rolex submariner super clone", "古驰 包 高仿", "구찌 가방 정품아님", "LV 가방 1:1 카피",
    ])
    func wordsForCopiesBesideABrandMark(_ title: String) throws {
        let found = try judged(TestListing(title: title))
        #expect(found.has(.nameSlang) || found.has(.nameSlangDenied), "\(found.entry.evidence)")
    }

    /// "There are none" denies the copy that it speaks of, not the copy whose defects it speaks of.
    @Test func lackOfDefectsIsNoDenial() throws {
        for title in ["구찌 가방 미러급 하자 없습니다", "구찌 가방 미러급 정품과 차이 없습니다"] {
            let found = try judged(TestListing(title: title, brand: "구찌"))
            #expect(found.has(.nameSlang), "\(title): \(found.entry.evidence)")
        }
        let denied = try judged(TestListing(title: "구찌 가방 짝퉁 없습니다", brand: "구찌"))
        #expect(!denied.has(.nameSlang), "\(denied.entry.evidence)")
    }

    /// What is made for a brand's goods says so wherever it likes; a bag's inner bag is no bag.
    @Test(arguments: [
        "다이슨 청소기 호환 배터리", "루이비통 네버풀 이너백", "Louis Vuitton Neverfull organizer insert",
    ])
    func accessoryIsSeenAwayFromTheName(_ title: String) throws {
        #expect(try judged(TestListing(title: title)).has(.nameAccessory))
    }

    /// A bag "compatible" with nothing is still a bag.
    @Test func compatibleMakesNoAccessoryOfABag() throws {
        #expect(!(try judged(TestListing(title: "구찌 마몬트 가방 호환")).has(.nameAccessory)))
    }

    /// Only a known brand in the field contradicts the one in the title.
    @Test func onlyAKnownFieldContradicts() throws {
        let title = "구찌 마몬트 숄더백"
        let wrong = try judged(TestListing(title: title, brand: "나이키"))
        #expect(wrong.marks == [.nameClaimMismatch])
        #expect(try judged(TestListing(title: title, brand: "구찌")).marks == [])
        #expect(try judged(TestListing(title: title, brand: "동네 편집샵")).marks == [])
        #expect(try judged(TestListing(title: title)).marks == [])
    }

    /// Vans sells shoes, so on a bag the word alone names nobody; beside a Vans logo it does, and
    /// then the logo is no hidden one.
    @Test func pictureSupportsAnEverydayName() throws {
        let bag = TestListing(title: "Vans 캔버스 노트북 가방", category: "백팩")
        #expect(!(try judged(bag).has(.nameMention)))
        var pictured = bag
        pictured.logo = "Vans"
        let found = try judged(pictured)
        #expect(found.has(.nameMention), "\(found.entry.evidence)")
        #expect(found.brands(.nameMention) == ["vans"])
        var other = bag
        other.logo = "Nike"
        #expect(!(try judged(other).has(.nameMention)))
    }

    /// Neither title nor field names Rolex, but a logo does: the price is held against Rolex's, and
    /// a strap for one is no hidden Rolex.
    @Test func pictureShowsWhoseGoodsTheyAre() throws {
        let watch = TestListing(
            title: "남성 오토매틱 시계 새상품", category: "시계", won: 90_000, logo: "Rolex")
        let found = try judged(watch)
        #expect(found.has(.logoBrandEmpty), "\(found.entry.evidence)")
        #expect(found.has(.priceExtreme), "\(found.entry.evidence)")
        var plain = watch
        plain.logo = ""
        #expect(try judged(plain).entry.evidence.isEmpty)
        let strap = try judged(
            TestListing(title: "가죽 시계줄 20mm", category: "시계줄", won: 9_000, logo: "Rolex"))
        #expect(!strap.has(.logoBrandEmpty), "\(strap.entry.evidence)")
        #expect(!strap.has(.priceExtreme), "\(strap.entry.evidence)")
    }

    /// LG alone is no word to search titles for, so "for" stands two words before the model's name.
    @Test func accessoryOfAModelIsNone() throws {
        for (title, category) in [
            ("Eartips 10pcs for LG TONE Free", "소모품"), ("Dust bag 10pcs", "청소기부품"),
            ("Eartips for LG TONE Free", "이어폰"),
        ] {
            let found = try judged(
                TestListing(title: title, category: category, won: 2_200, logo: "LG"))
            #expect(!found.has(.logoBrandEmpty), "\(title): \(found.entry.evidence)")
        }
    }

    /// 보스 is Hugo Boss on a suit and Bose on headphones.
    @Test func everydayFieldYieldsToTheTitleOnOthersGoods() throws {
        let title = "Bose QuietComfort 무선 헤드폰"
        let audio = try judged(TestListing(title: title, brand: "보스", category: "헤드폰"))
        #expect(audio.marks == [], "\(audio.entry.evidence)")
        let unknown = try judged(TestListing(title: title, brand: "휴고 보스", category: "헤드폰"))
        #expect(unknown.marks == [.nameClaimMismatch])
        let suit = try judged(TestListing(title: "Bose 정장 재킷", brand: "보스", category: "재킷"))
        #expect(suit.marks == [.nameClaimMismatch])
    }

    /// A claim to be the brand's shop can be false only where the brand says which shops are.
    @Test func officialStoreClaimNeedsAList() throws {
        let model = try Self.judge.get().scoring.model
        let listed = try #require(
            model.brands.domains.indices.first {
                model.brands.authorisedOffsets[$0] < model.brands.authorisedOffsets[$0 + 1]
            })
        let name = model.brands.namesKo.string(listed)
        for shop in ["공식스토어 강남", " 공식스토어", "공식", "직영점", "공식판매점", " 오피셜", "(공식)"] {
            let claim = try judged(TestListing(title: "\(name) 신상", shop: name + shop))
            #expect(claim.has(.nameOfficialStoreClaim), "\(shop)")
        }
        let other = try judged(TestListing(title: "\(name) 신상", shop: "행복마트 공식스토어"))
        #expect(!other.has(.nameOfficialStoreClaim))
        let unlisted = try judged(
            TestListing(title: "Lenovo LP40 earbuds", shop: "Lenovo Official Store"))
        #expect(!unlisted.has(.nameOfficialStoreClaim))
    }
}
