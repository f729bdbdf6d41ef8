internal import KleanCatalog
import KleanConsole
package import KleanCore
package import KleanIndex
internal import KleanModel
package import KleanScore

/// Turns evidence codes and arguments into sentences an analyst would write.
package struct EvidenceText: Sendable {
    package let language: ReportLanguage
    package let labels: IndexLabels
    package let listing: ListingFacts

    package init(_ language: ReportLanguage, labels: IndexLabels, listing: ListingFacts) {
        self.language = language
        self.labels = labels
        self.listing = listing
    }

    /// One item as a sentence, without a full stop.
    package func sentence(_ item: Evidence) -> String {
        switch item.code {
        case .imageConfirmedFake, .imageOfficialUnauthorised, .imageOfficialBrandMismatch,
            .imageAuthorisedCopied, .logoBrandEmpty, .logoBrandMismatch, .logoUnauthorised,
            .logoAbsent:
            picture(item)
        case .logoMasked: concealed(item)
        case .nameMention, .nameNearMiss, .nameConfusable, .nameSlang, .nameClaimMismatch,
            .nameAccessory, .nameOfficialStoreClaim, .nameSlangDenied:
            name(item)
        case .priceCaution, .priceExtreme, .priceLow, .priceTypo: price(item)
        case .priceOptionBait, .priceOfOption: option(item)
        case .priceEvent: shift(share: item.a, sellers: item.b)
        case .sellerComplaints, .sellerRefunds, .sellerLagNotApplied: seller(item)
        case .officialImageLowPrice, .nearMissBrandEmpty, .slangWithBrand, .fakeImageNewSeller,
            .maskedLogoLowPrice, .clusterRemoved:
            interaction(item)
        }
    }

    private func say(
        _ korean: @autoclosure () -> String, _ english: @autoclosure () -> String
    ) -> String {
        language.say(korean(), english())
    }

    // MARK: - Parts of sentences

    /// What a brand number is called; its number when the labels do not know it.
    package func brand(_ number: Int64) -> String {
        guard number >= 0, number != Int64(Missing.uint32) else {
            return say("알 수 없는 브랜드", "an unknown brand")
        }
        guard let label = labels.brands[number] else {
            return say("브랜드 #\(number)", "brand #\(number)")
        }
        return say(label.korean, label.english)
    }

    /// The matched part of the field, in quotes; the field's name when there is none.
    package func quoted(_ item: Evidence) -> String {
        let text = listing.text(of: item.field)
        let range = MarkedText.aligned(Int(item.start)..<Int(item.end), in: text)
        guard !range.isEmpty else {
            return item.field == .none
                ? say("상품 글", "the listing's text") : item.field.label(language)
        }
        let part = DisplayWidth.printable(String(decoding: text[range], as: UTF8.self))
        return say(
            "\(item.field.label(.ko))의 “\(part)”", "“\(part)” in the \(item.field.label(.en))")
    }

    /// The brand field as the seller filled it in.
    private var brandField: String {
        let text = DisplayWidth.printable(String(decoding: listing.brand, as: UTF8.self))
        return text.isEmpty
            ? say("비어 있음", "empty") : say("‘\(text)’", "“\(text)”")
    }

    private func bankEntry(_ item: Evidence) -> String {
        guard let label = labels.bankEntries[item.b] else {
            return item.b >= 0 ? "#\(item.b)" : say("미상", "unknown")
        }
        let note = label.note.isEmpty ? "" : ", \(label.note)"
        return "‘\(label.id)’ (\(label.bank)\(note))"
    }

    /// `거리 6/256비트, 품질 92`.
    private func closeness(_ item: Evidence) -> String {
        var parts: [String] = []
        if item.a >= 0 { parts.append(say("거리 \(item.a)/256비트", "distance \(item.a)/256 bits")) }
        if item.c >= 0 { parts.append(say("품질 \(item.c)", "quality \(item.c)")) }
        return parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }

    // MARK: - Pictures and logos

    private func picture(_ item: Evidence) -> String {
        let place = "\(Int(item.slot) + 1)"
        let brand = brand(item.d)
        let entry = bankEntry(item)
        let (photo, logo) = ("사진 \(place)", "로고 \(place)")
        let close = closeness(item)
        return switch item.code {
        case .imageConfirmedFake:
            say(
                "\(photo, .subject) 확인된 가품 사진 "
                    + "\(entry + brandOfFake(item, ", "), .with) 일치\(close)",
                "picture \(place) matches confirmed-fake picture \(entry)"
                    + "\(brandOfFake(item, ", "))\(close)")
        case .imageOfficialUnauthorised:
            say(
                "\(photo, .subject) \(brand) 공식 사진 \(entry, .with) 일치하지만 인증 판매자가 아님\(close)",
                "picture \(place) is \(brand)'s official picture \(entry), "
                    + "but the seller is not authorised\(close)")
        case .imageOfficialBrandMismatch:
            say(
                "\(photo, .topic) \(brand) 공식 사진 \(entry)인데 브랜드 항목은 \(brandField)\(close)",
                "picture \(place) is \(brand)'s official picture \(entry), "
                    + "but the brand field is \(brandField)\(close)")
        case .imageAuthorisedCopied:
            say(
                "\(photo, .subject) \(brand) 인증 판매자가 먼저 올린 사진 \(entry, .with) 일치\(close)",
                "picture \(place) was first posted by an authorised \(brand) seller: "
                    + "\(entry)\(close)")
        case .logoBrandEmpty:
            say(
                "\(logo, .subject) \(brand) 로고 \(entry, .with) 일치하지만 브랜드 항목이 비어 있음\(close)",
                "logo \(place) is \(brand)'s logo \(entry), but the brand field is empty\(close)")
        case .logoBrandMismatch:
            say(
                "\(logo, .topic) \(brand) 로고 \(entry)인데 브랜드 항목은 \(brandField)\(close)",
                "logo \(place) is \(brand)'s logo \(entry), "
                    + "but the brand field is \(brandField)\(close)")
        case .logoUnauthorised:
            say(
                "\(logo, .subject) \(brand) 로고 \(entry, .with) 일치하고 인증 판매자가 아님, "
                    + "이것만으로는 약한 근거\(close)",
                "logo \(place) is \(brand)'s logo \(entry) and the seller is not authorised; "
                    + "weak on its own\(close)")
        default:
            say(
                "같은 카테고리의 \(brand) 상품이면 거의 항상 보이는 로고 \(entry)가 보이지 않음\(close)",
                "the logo \(entry) that nearly all \(brand) listings of the category show "
                    + "is not there\(close)")
        }
    }

    private func concealed(_ item: Evidence) -> String {
        let (brand, place) = (brand(item.d), concealedPlace(item))
        return item.c == 1
            ? say(
                "\(brand) 로고가 보여야 할 사진의 한 곳이 가려져 있음: \(place)",
                "a place of a picture that should show \(brand)'s logo is masked: \(place)")
            : say(
                "\(brand) 상품 사진의 한 곳이 가려져 있음, 로고 자리인지는 알 수 없음: \(place)",
                "a place of a picture of \(brand) goods is masked, whether of a logo is not "
                    + "known: \(place)")
    }

    /// `로고 영역 3, 모자이크, 40 x 30 화소, 위치 120, 80`.
    private func concealedPlace(_ item: Evidence) -> String {
        let place = say("로고 영역 \(Int(item.slot) + 1)", "logo region \(Int(item.slot) + 1)")
        let kind = UInt8(exactly: item.a).flatMap { Concealment(rawValue: $0) }
        let parts = [place, kind.map { $0.word(language) }, box(item)]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// Where a region lies, if the listing is at hand with its boxes.
    private func box(_ item: Evidence) -> String? {
        let slot = Int(item.slot)
        guard slot < listing.logoBoxes.count, listing.logoBoxes[slot] != LogoBox.missing else {
            return nil
        }
        let (x, y, width, height) = LogoBox.unpack(listing.logoBoxes[slot])
        return say(
            "\(width) x \(height) 화소, 위치 \(x), \(y)",
            "\(width) x \(height) pixels at \(x), \(y)")
    }

    private func brandOfFake(_ item: Evidence, _ before: String) -> String {
        item.d >= 0 ? before + brand(item.d) : ""
    }

    // MARK: - Names

    private func name(_ item: Evidence) -> String {
        let part = quoted(item)
        let brand = brand(item.a)
        switch item.code {
        case .nameMention:
            return say(
                "\(part, .topic) \(brand) 브랜드명\(pattern(item))",
                "\(part) names \(brand)\(pattern(item))")
        case .nameNearMiss where item.c == 0:
            return say(
                "\(part, .topic) \(brand)의 변형 표기\(pattern(item))",
                "\(part) is a distorted form of \(brand)\(pattern(item))")
        case .nameNearMiss:
            let half = Double(max(0, item.c)) / 2
            let edits = NumberText.fixed(half, digits: item.c % 2 == 0 ? 0 : 1)
            return say(
                "\(part, .topic) \(brand + pattern(item), .with) 철자가 \(edits)자 차이",
                "\(part) is \(edits) edits from \(brand)\(pattern(item))")
        case .nameConfusable:
            return say(
                "\(part)에 \(brand)\(pattern(item))처럼 보이는 닮은꼴 문자\(lookAlike(item))",
                "\(part) reads as \(brand)\(pattern(item)) by look-alike letters"
                    + lookAlike(item))
        case .nameSlang:
            let with =
                item.a >= 0
                ? say(", \(brand) 언급과 가까이 있음", ", close to a mention of \(brand)") : ""
            return say(
                "\(part, .topic) 가품을 가리키는 말\(meaning(item))\(with)",
                "\(part) speaks of copies\(meaning(item))\(with)")
        case .nameClaimMismatch:
            return say(
                "\(part, .topic) \(brand)인데 브랜드 항목은 "
                    + otherBrand(item),
                "\(part) names \(brand), but the brand field is \(otherBrand(item))")
        case .nameAccessory:
            return say(
                "\(part, .topic) \(brand) 호환·액세서리 상품이라는 뜻이므로 "
                    + "이름과 가격은 근거로 쓰지 않음",
                "\(part) says it is made for \(brand), so name and price do not count")
        case .nameOfficialStoreClaim:
            return say(
                "\(part, .topic) 공식 판매처를 자처하지만 \(brand) 인증 판매자가 아님",
                "\(part) claims to be an official store, "
                    + "but the seller is not authorised by \(brand)")
        default:
            return say(
                "\(part, .topic) 가품이 아니라는 문구\(meaning(item)), 중립",
                "\(part) denies being a fake\(meaning(item)); neutral")
        }
    }

    private func pattern(_ item: Evidence) -> String {
        guard let text = labels.patterns[item.b] else { return "" }
        return " (\(text))"
    }

    private func meaning(_ item: Evidence) -> String {
        guard let label = labels.lexicon[item.b] else { return item.b >= 0 ? " (#\(item.b))" : "" }
        return " (\(label.key): \(label.meaning))"
    }

    private func otherBrand(_ item: Evidence) -> String {
        item.b >= 0 ? brand(item.b) : brandField
    }

    /// `: ‘1’(U+0031) → ‘i’`, or nothing where no single letter tells. Code points that cannot be
    /// shown alone are named only.
    private func lookAlike(_ item: Evidence) -> String {
        item.c < 0 ? "" : ": \(character(item.c)) → \(character(item.d))"
    }

    private func character(_ value: Int64) -> String {
        guard value >= 0, let code = UInt32(exactly: value), let scalar = Unicode.Scalar(code)
        else { return "?" }
        let digits = String(code, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return DisplayWidth.of(scalar) > 0 ? "‘\(Character(scalar))’ \(name)" : name
    }

    // MARK: - Prices

    /// The price against its reference, also when that is no reason.
    package func sentence(_ price: PriceFinding) -> String {
        let reference = price.reference
        var from: String?
        if reference.modelRow == nil {
            let votes = NumberText.count(reference.votes)
            from =
                reference.level == .r2
                ? say("이번 조사의 인증 판매자 \(votes)곳", "\(votes) authorised sellers in this scan")
                : say("이번 조사의 같은 종류 판매자 \(votes)곳", "\(votes) sellers of the kind in this scan")
        }
        return self.price(
            Evidence(
                .priceLow, .price, a: price.won, b: referenceWon(price), c: Int64(price.z.raw),
                d: reference.modelRow.map { Int64($0) } ?? -1), from: from)
    }

    /// The reference in whole won.
    package func referenceWon(_ price: PriceFinding) -> Int64 {
        let reference = price.reference
        if let row = reference.modelRow, reference.isRowItself,
            let label = labels.prices[Int64(row)]
        {
            return label.referenceWon
        }
        return Int64(Exact.exp(price.reference.center.double).rounded(.toNearestOrEven))
    }

    private func price(_ item: Evidence, from: String? = nil) -> String {
        let ratio = item.b > 0 && item.a >= 0 ? Double(item.a) / Double(item.b) : .nan
        let share = ratio.isNaN ? "?" : NumberText.percent(ratio, digits: ratio < 0.1 ? 1 : 0)
        return say(
            "\(won(item.a)) = 기준가 \(won(item.b))의 \(share) (\(basis(item, from)))",
            "\(won(item.a)) = \(share) of the reference \(won(item.b)) (\(basis(item, from)))")
    }

    /// The sale that moved a reference. - Parameter share: Of usual prices, in 1/1,000.
    package func shift(share: Int64, sellers: Int64) -> String {
        let share = (0...10_000).contains(share) ? "\((share + 5) / 10)%" : "?%"
        let sellers = NumberText.count(max(sellers, 0))
        return say(
            "이 분류는 지금 평소 가격의 \(share)이므로 기준가를 그만큼 낮춰 비교함 "
                + "(판매자 \(sellers)곳의 이전 가격 대비)",
            "the category now sells at \(share) of its usual prices, and the reference was moved "
                + "with it (\(sellers) sellers against their own earlier prices)")
    }

    /// What an option costs beside the others or the listing.
    private func option(_ item: Evidence) -> String {
        let place = Int(item.slot) + 1
        let ratio = item.b > 0 && item.a >= 0 ? Double(item.a) / Double(item.b) : .nan
        let share = ratio.isNaN ? "?" : NumberText.percent(ratio, digits: ratio < 0.1 ? 1 : 0)
        if item.code == .priceOptionBait {
            return say(
                "가장 싼 옵션(\(place)번째)은 액세서리이고 \(won(item.a)) = "
                    + "옵션 중간값 \(won(item.b))의 \(share)",
                "the cheapest option (number \(place)) is an accessory at \(won(item.a)) = "
                    + "\(share) of the options' median \(won(item.b))")
        }
        return say(
            "표시 가격 \(won(item.b)) 대신 \(place)번째 옵션의 \(won(item.a), .with) 비교함",
            "held against the reference is option number \(place) at \(won(item.a)), "
                + "not the listing's \(won(item.b))")
    }

    /// A whole won amount: `30,000원`, `₩30,000`.
    package func won(_ amount: Int64) -> String {
        guard amount >= 0 else { return say("가격 없음", "no price") }
        return say(NumberText.count(amount) + "원", "₩" + NumberText.count(amount))
    }

    /// `근거: 인증 판매자 12곳, 2026-07-01, z −9.6, 2026-07-01 환율`.
    private func basis(_ item: Evidence, _ from: String?) -> String {
        var parts: [String] = []
        if let label = labels.prices[item.d] {
            parts.append(origin(label))
            if !label.date.isEmpty { parts.append(label.date) }
        } else {
            parts.append(from ?? say("이번 조사의 같은 종류 가격", "prices of the kind in this scan"))
        }
        if listing.currency != .krw, let rate = labels.rates[Int64(listing.currency.packed)] {
            parts.append(
                say(
                    "\(listedPrice), \(rate.date) 환율",
                    "listed at \(listedPrice), rate of \(rate.date)"))
        }
        if item.c != -1 {
            let z = NumberText.fixed(Double(item.c) / 65_536, digits: 1)
            parts.append("z " + z.replacing("-", with: "−"))
        }
        return say("근거: ", "basis: ") + parts.joined(separator: ", ")
    }

    private func origin(_ label: PriceLabel) -> String {
        let whose = [brand(Int64(label.brand)), label.model, label.category]
            .filter { !$0.isEmpty }.joined(separator: " ")
        let votes = NumberText.count(label.votes)
        let from = label.source.isEmpty ? "" : " \(label.source)"
        return switch label.level {
        case .r1: say("\(whose) 정가·시세\(from)", "\(whose) list or street price\(from)")
        case .r2: say("\(whose) 인증 판매자 \(votes)곳", "\(votes) authorised sellers of \(whose)")
        case .r3: say("\(whose) 판매자 \(votes)곳", "\(votes) sellers of \(whose)")
        }
    }

    /// The price as listed, in its own currency.
    package var listedPrice: String {
        guard listing.price != Missing.int64 else { return say("가격 없음", "no price") }
        let currency = listing.currency
        if currency == .krw { return won(listing.price) }
        let amount = NumberText.money(listing.price, minorDigits: currency.minorDigits)
        return currency == .missing ? amount : "\(amount) \(currency.code)"
    }

    // MARK: - Sellers

    /// A count, `?` when it is missing.
    private func amount(_ value: Int64) -> String {
        value < 0 ? "?" : NumberText.count(value)
    }

    private func seller(_ item: Evidence) -> String {
        guard item.code != .sellerLagNotApplied else {
            return say(
                "집계 값만 있어 신고가 늦게 들어오는 것은 보정하지 않음",
                "only counters are known, so late complaints are not corrected for")
        }
        let (what, whatEnglish) =
            item.code == .sellerRefunds ? ("환불", "refunds") : ("가품 신고", "complaints")
        let share =
            item.b > 0
            ? " (" + NumberText.percent(Double(item.a) / Double(item.b)) + ")" : ""
        let whose =
            item.field == .counters
            ? say("이 상품의 ", "of this listing") : say("판매자의 ", "of the seller")
        return say(
            "\(whose)최근 90일 주문 \(amount(item.b))건 중 \(what) \(amount(item.a))건\(share)"
                + quantile(item),
            "\(amount(item.a)) \(whatEnglish) in \(amount(item.b)) orders "
                + "\(whose) in the last 90 days\(share)" + quantile(item))
    }

    /// How far even the cautious estimate lies above the category.
    private func quantile(_ item: Evidence) -> String {
        guard item.c >= 0, item.d > 0 else { return "" }
        let low = NumberText.percent(Double(item.c) / 1e6, digits: 2)
        let usual = NumberText.percent(Double(item.d) / 1e6, digits: 2)
        let times = NumberText.fixed(Double(item.c) / Double(item.d), digits: 1)
        return say(
            ", 보수적으로 잡아도 \(low)로 카테고리 평균 \(usual)의 \(times)배",
            ", at least \(low), which is \(times) times the category's \(usual)")
    }

    // MARK: - Interactions

    private func interaction(_ item: Evidence) -> String {
        let head =
            switch item.code {
            case .officialImageLowPrice:
                say(
                    "공식 사진, 비인증 판매자, 낮은 가격이 한꺼번에 나타남",
                    "official picture, unauthorised seller and low price together")
            case .nearMissBrandEmpty:
                say(
                    "비슷한 철자를 쓰면서 브랜드 항목을 비워 둠",
                    "a near-miss spelling while the brand field is empty")
            case .slangWithBrand:
                say("가품 은어와 브랜드명이 함께 나옴", "replica slang together with a brand name")
            case .fakeImageNewSeller:
                say(
                    "새로 연 판매자가 확인된 가품 사진을 사용함",
                    "a new seller uses a confirmed-fake picture")
            case .maskedLogoLowPrice:
                say("로고를 가리고 가격도 낮음", "the logo is masked and the price is low")
            default:
                say(
                    "같은 사진을 쓰던 다른 상품들이 이미 삭제됨",
                    "other listings with the same picture were removed before")
            }
        let details = details(item)
        return details.isEmpty ? head : head + ": " + details
    }

    private func details(_ item: Evidence) -> String {
        switch item.argumentKind {
        case .picture:
            guard item.b >= 0 else { return "" }
            let place = "\(Int(item.slot) + 1)"
            let whose = item.d >= 0 ? brand(item.d) + " " : ""
            return say(
                "\(item.field == .logo ? "로고" : "사진") \(place), \(whose)\(bankEntry(item))"
                    + closeness(item),
                "\(item.field == .logo ? "logo" : "picture") \(place), \(whose)\(bankEntry(item))"
                    + closeness(item))
        case .concealment: return concealedPlace(item)
        case .price: return price(item)
        case .mention: return "\(quoted(item)) → \(brand(item.a))\(pattern(item))"
        case .slang:
            let near = item.a >= 0 ? ", \(brand(item.a))" : ""
            return "\(quoted(item))\(meaning(item))\(near)"
        case .rate:
            return say(
                "주문 \(amount(item.b))건 중 \(amount(item.a))건",
                "\(amount(item.a)) of \(amount(item.b)) orders")
        case .brandPair, .none: return ""
        }
    }
}
