import KleanCatalog
import KleanCore
import KleanIndex
import KleanInspection
import KleanModel
import Testing

/// Every code must be a sentence in both languages that says its arguments; an analyst should
/// never read a placeholder, a bare number for a brand, or half a title.
@Suite struct EvidenceTextTests {
    static let title = "나이끼 에어포스 N1KE 레플리카 호환 스트랩"

    static let labels: IndexLabels = {
        var labels = IndexLabels()
        labels.modelName = "test"
        labels.brands.append(3, BrandLabel(key: "nike", korean: "나이키", english: "Nike"))
        labels.brands.append(5, BrandLabel(key: "gucci", korean: "구찌", english: "Gucci"))
        labels.bankEntries.append(
            12,
            BankEntryLabel(
                id: "cf-0012", bank: "confirmed", kind: .confirmedFake, brand: 3,
                note: "테스트 구매"))
        labels.lexicon.append(
            4, LexiconLabel(key: "ko-replica", kind: .word, meaning: "replica"))
        labels.patterns.append(9, "나이키")
        labels.prices.append(
            2,
            PriceLabel(
                brand: 3, category: "스니커즈", model: "", level: .r2, condition: .new,
                referenceWon: 200_000, spread: 0.15, votes: 12, source: "fit",
                date: "2026-07-01"))
        labels.rates.append(
            0x55_5344, RateLabel(microWonPerMajor: 1_350_000_000, date: "2026-07-02", source: "x"))
        return labels
    }()

    static func listing(_ currency: Currency = .krw) -> ListingFacts {
        var facts = ListingFacts(
            id: Array("id-1".utf8), title: Array(title.utf8), brand: Array("무지".utf8),
            category: Array("신발".utf8), seller: Array("행복나눔샵".utf8),
            shop: Array("나이키공식스토어".utf8), price: 30_000, currency: currency)
        facts.logoBoxes = [
            LogoBox.missing, LogoBox.pack(x: 120, y: 80, width: 40, height: 30),
        ]
        return facts
    }

    static func range(of part: String, in text: String = title) -> Range<Int> {
        let start = text.firstRange(of: part).map {
            text.utf8.distance(from: text.startIndex, to: $0.lowerBound)
        }
        let low = start ?? 0
        return low..<low + part.utf8.count
    }

    /// An item of each code with all arguments, and what its sentence must say in Korean and in
    /// English.
    static func sample(_ code: EvidenceCode) -> (item: Evidence, ko: [String], en: [String]) {
        switch code {
        case .imageConfirmedFake, .imageOfficialUnauthorised, .imageOfficialBrandMismatch,
            .imageAuthorisedCopied, .officialImageLowPrice, .fakeImageNewSeller, .clusterRemoved:
            return picture(code, .image, "사진", "picture")
        case .logoBrandEmpty, .logoBrandMismatch, .logoUnauthorised, .logoAbsent:
            return picture(code, .logo, "로고", "logo")
        case .logoMasked, .maskedLogoLowPrice:
            let kind = Int64(Concealment.mosaic.rawValue)
            let expected = code == .logoMasked
            return (
                Evidence(code, .logo, slot: 1, a: kind, c: 1, d: 3),
                ["로고 영역 2", "모자이크", "40 x 30", "120, 80"] + (expected ? ["나이키"] : []),
                ["logo region 2", "mosaic", "40 x 30", "120, 80"] + (expected ? ["Nike"] : [])
            )
        case .nameMention, .nameNearMiss, .nearMissBrandEmpty, .nameConfusable, .nameAccessory:
            var item = Evidence(code, .title, range: range(of: "나이끼"), a: 3, b: 9)
            var (ko, en) = (["“나이끼”", "나이키"], ["“나이끼”", "Nike"])
            if code == .nameNearMiss {
                item.c = 1
                ko.append("0.5자")
                en.append("0.5 edits")
            }
            if code == .nameConfusable {
                (item.c, item.d) = (0x31, 0x69)
                for words in ["‘1’ U+0031", "‘i’ U+0069"] {
                    ko.append(words)
                    en.append(words)
                }
            }
            return (item, ko, en)
        case .nameSlang, .nameSlangDenied, .slangWithBrand:
            let item = Evidence(code, .title, range: range(of: "레플리카"), a: 3, b: 4)
            let brand = code == .nameSlangDenied ? ([], []) : (["나이키"], ["Nike"])
            return (
                item, ["“레플리카”", "replica"] + brand.0, ["“레플리카”", "replica"] + brand.1
            )
        case .nameClaimMismatch:
            return (
                Evidence(code, .title, range: range(of: "N1KE"), a: 3, b: 5),
                ["“N1KE”", "나이키", "구찌"], ["“N1KE”", "Nike", "Gucci"]
            )
        case .nameOfficialStoreClaim:
            return (
                Evidence(
                    code, .shop, range: range(of: "공식스토어", in: "나이키공식스토어"), a: 3,
                    b: 9),
                ["상점명의 “공식스토어”", "나이키"], ["“공식스토어” in the shop name", "Nike"]
            )
        case .priceCaution, .priceExtreme, .priceLow, .priceTypo:
            return (
                Evidence(
                    code, .price, a: 30_000, b: 200_000, c: Int64(Fixed(-9.586).raw), d: 2),
                [
                    "30,000원 = 기준가 200,000원의 15%", "인증 판매자 12곳", "나이키 스니커즈",
                    "2026-07-01", "z −9.6",
                ],
                [
                    "₩30,000 = 15% of the reference ₩200,000", "12 authorised sellers",
                    "Nike 스니커즈", "2026-07-01", "z −9.6",
                ]
            )
        case .priceOptionBait:
            return (
                Evidence(code, .price, slot: 2, a: 9_900, b: 229_950),
                ["3번째", "액세서리", "9,900원", "229,950원의 4.3%"],
                ["number 3", "accessory", "₩9,900", "4.3%", "₩229,950"]
            )
        case .priceOfOption:
            return (
                Evidence(code, .price, slot: 1, a: 450_000, b: 9_900),
                ["2번째", "450,000원", "9,900원"], ["number 2", "₩450,000", "₩9,900"]
            )
        case .priceEvent:
            return (
                Evidence(code, .price, a: 824, b: 1_041), ["82%", "1,041곳"],
                ["82%", "1,041 sellers"]
            )
        case .sellerComplaints, .sellerRefunds:
            return (
                Evidence(code, .counters, a: 56, b: 1_234, c: 31_000, d: 5_000),
                ["1,234건", "56건", "4.5%", "3.10%", "0.50%", "6.2배"],
                ["1,234 orders", "56", "4.5%", "3.10%", "0.50%", "6.2 times"]
            )
        case .sellerLagNotApplied:
            return (Evidence(code, .counters), ["보정하지 않음"], ["not corrected"])
        }
    }

    private static func picture(
        _ code: EvidenceCode, _ field: EvidenceField, _ ko: String, _ en: String
    ) -> (Evidence, [String], [String]) {
        let item = Evidence(code, field, slot: 1, a: 6, b: 12, c: 92, d: 3)
        let place = code == .logoAbsent ? [] : ["\(ko) 2"]
        let placeEnglish = code == .logoAbsent ? [] : ["\(en) 2"]
        return (
            item, place + ["‘cf-0012’", "confirmed", "거리 6/256비트", "품질 92", "나이키"],
            placeEnglish + ["‘cf-0012’", "confirmed", "distance 6/256 bits", "quality 92", "Nike"]
        )
    }

    @Test(arguments: EvidenceCode.allCases)
    func everyCodeSaysItsArguments(_ code: EvidenceCode) {
        let (item, ko, en) = Self.sample(code)
        for (language, words) in [(ReportLanguage.ko, ko), (.en, en)] {
            let text = EvidenceText(language, labels: Self.labels, listing: Self.listing())
            let sentence = text.sentence(item)
            for word in words {
                #expect(sentence.contains(word), "\(language): \(sentence) lacks \(word)")
            }
            check(sentence)
        }
    }

    /// Missing arguments and unknown numbers shorten the sentence; they never show as -1 or crash.
    @Test(arguments: EvidenceCode.allCases)
    func everyCodeSurvivesMissingArguments(_ code: EvidenceCode) {
        for field in EvidenceField.allCases {
            for item in [
                Evidence(code, field),
                Evidence(code, field, slot: 9, range: 5..<9_000, a: 77, b: 78, c: 79, d: 80),
                Evidence(code, field, range: 1..<2, a: .max, b: .max, c: .max, d: .max),
                Evidence(code, field, a: 0, b: 0, c: 0, d: 0),
            ] {
                for language in ReportLanguage.allCases {
                    let text = EvidenceText(
                        language, labels: IndexLabels(), listing: ListingFacts(id: [65]))
                    let sentence = text.sentence(item)
                    check(sentence)
                    #expect(!sentence.contains("-1"), "\(sentence)")
                }
            }
        }
    }

    private func check(_ sentence: String) {
        #expect(sentence.count > 5)
        for mark in ["\\(", "nil", "Optional", "%@", "{}", "  ", "TBD"] {
            #expect(!sentence.contains(mark), "\(sentence)")
        }
        #expect(!sentence.hasSuffix(" ") && !sentence.hasSuffix("."))
    }

    /// Labels are short, differ from each other, and exist in both languages.
    @Test func labelsAreShortAndDistinct() {
        for language in ReportLanguage.allCases {
            let labels = EvidenceCode.allCases.map { $0.label(language) }
            #expect(Set(labels).count == labels.count)
            #expect(labels.allSatisfy { !$0.isEmpty && $0.count <= 40 })
            #expect(Set(Term.allCases.map { $0.label(language) }).count == Term.allCases.count)
            #expect(Scorer.allCases.allSatisfy { !$0.label(language).isEmpty })
            let reasons = AbstainReason.allCases.map { $0.label(language) }
            #expect(Set(reasons).count == reasons.count)
        }
        for code in EvidenceCode.allCases {
            #expect(code.label(.ko) != code.label(.en))
            #expect((code.remedy(.ko) == nil) == code.isNeutral)
            #expect((code.remedy(.en) == nil) == code.isNeutral)
        }
    }

    @Test func foreignPricesNameTheirRate() throws {
        let usd = try #require(Currency(code: "USD"))
        var listing = Self.listing(usd)
        listing.price = 2_250
        let item = Evidence(.priceExtreme, .price, a: 30_375, b: 202_500, c: -1, d: 2)
        let ko = EvidenceText(.ko, labels: Self.labels, listing: listing).sentence(item)
        #expect(ko.contains("22.50 USD") && ko.contains("2026-07-02 환율"))
        #expect(!ko.contains("z "))
    }

    @Test(arguments: [
        ("나이키", Particle.topic, "나이키는"), ("삼성", .topic, "삼성은"), ("구찌", .with, "구찌와"),
        ("샤넬", .object, "샤넬을"), ("Nike", .subject, "Nike이(가)"), ("사진 2", .subject, "사진 2가"),
        ("사진 3", .subject, "사진 3이"), ("제목의 “나이끼”", .topic, "제목의 “나이끼”는"),
    ])
    func particlesFollowTheSound(_ word: String, _ particle: Particle, _ expected: String) {
        #expect(particle.after(word) == expected)
    }
}

@Suite struct MarkedTextTests {
    private let title = Array("정품 나이키 Nike 신발".utf8)

    private func item(_ range: Range<Int>, _ field: EvidenceField = .title) -> Evidence {
        Evidence(.nameMention, field, range: range)
    }

    @Test func matchedPartsAreMarked() {
        let brand = 7..<16
        #expect(
            MarkedText.marked(title, field: .title, evidence: [item(brand)])
                == "정품 【나이키】 Nike 신발")
        #expect(
            MarkedText.marked(
                title, field: .title, evidence: [item(17..<21), item(brand), item(10..<19)])
                == "정품 【나이키 Nike】 신발")
        #expect(
            MarkedText.marked(title, field: .title, evidence: [item(brand, .shop)])
                == "정품 나이키 Nike 신발")
        #expect(
            MarkedText.marked(title, field: .title, evidence: [item(brand)], style: .terminal)
                == "정품 \u{1B}[1;4m나이키\u{1B}[0m Nike 신발")
    }

    /// Ranges that cut a character, or lie outside, are widened or cut back: always valid text.
    @Test func brokenRangesStayReadable() {
        for low in 0...title.count + 2 {
            for high in low...title.count + 3 {
                let text = MarkedText.marked(title, field: .title, evidence: [item(low..<high)])
                #expect(!text.contains("\u{FFFD}"))
                let plain = text.filter { $0 != "【" && $0 != "】" }
                #expect(plain == "정품 나이키 Nike 신발")
            }
        }
    }
}
