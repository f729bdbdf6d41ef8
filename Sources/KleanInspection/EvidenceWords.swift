package import KleanCore

/// The short names of codes, terms, scorers and reasons, in both languages side by side.
extension EvidenceCode {
    /// How `--reason` and programs spell it: `priceExtreme`.
    package var name: String { String(describing: self) }

    /// Weighs nothing: shown so that the reader sees what was looked at.
    package var isNeutral: Bool {
        switch self {
        case .nameMention, .nameAccessory, .nameSlangDenied, .sellerLagNotApplied, .priceTypo,
            .priceEvent, .priceOfOption:
            true
        default: false
        }
    }

    /// The reason in a few words, for a column of `top`.
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .imageConfirmedFake: language.say("확인된 가품 사진", "confirmed-fake photo")
        case .imageOfficialUnauthorised:
            language.say("공식 사진·비인증 판매자", "official photo, unauthorised seller")
        case .imageOfficialBrandMismatch:
            language.say("다른 브랜드의 공식 사진", "official photo of another brand")
        case .imageAuthorisedCopied:
            language.say("인증 판매자 사진 도용", "photo copied from an authorised seller")
        case .logoBrandEmpty: language.say("로고 있음·브랜드 미기재", "logo, but brand field empty")
        case .logoBrandMismatch: language.say("로고·브랜드 불일치", "logo of another brand")
        case .logoUnauthorised: language.say("로고·비인증 판매자", "logo, unauthorised seller")
        case .logoMasked: language.say("로고 가림", "logo masked")
        case .logoAbsent: language.say("로고 안 보임", "usual logo not shown")
        case .nameMention: language.say("브랜드 언급", "brand mentioned")
        case .nameNearMiss: language.say("비슷한 철자", "near-miss spelling")
        case .nameConfusable: language.say("닮은꼴 문자", "look-alike letters")
        case .nameSlang: language.say("가품 은어", "replica slang")
        case .nameClaimMismatch:
            language.say("제목·브랜드 불일치", "title names another brand")
        case .nameAccessory: language.say("호환·액세서리", "accessory for the brand")
        case .nameOfficialStoreClaim:
            language.say("공식스토어 자처", "claims to be the official store")
        case .nameSlangDenied: language.say("가품 아님 문구", "denies being a fake")
        case .priceCaution: language.say("주의 가격대", "caution price band")
        case .priceExtreme: language.say("극단적 저가", "extreme low price")
        case .priceLow: language.say("이례적 저가", "unusually low price")
        case .priceTypo: language.say("자릿수 오타로 보임", "reads like a lost digit")
        case .priceEvent: language.say("행사 가격 반영", "sale in the category")
        case .priceOptionBait: language.say("옵션 미끼", "option bait")
        case .priceOfOption: language.say("옵션 가격으로 비교", "judged by an option's price")
        case .sellerComplaints: language.say("높은 신고율", "high complaint rate")
        case .sellerRefunds: language.say("높은 환불률", "high refund rate")
        case .sellerLagNotApplied: language.say("신고 지연 미보정", "reporting lag not corrected")
        case .officialImageLowPrice:
            language.say("공식 사진+비인증+저가", "official photo, unauthorised, low price")
        case .nearMissBrandEmpty:
            language.say("비슷한 철자+브랜드 미기재", "near miss + empty brand field")
        case .slangWithBrand: language.say("은어+브랜드 언급", "slang + brand mention")
        case .fakeImageNewSeller: language.say("가품 사진+신규 판매자", "fake photo + new seller")
        case .maskedLogoLowPrice: language.say("로고 가림+저가", "masked logo + low price")
        case .clusterRemoved:
            language.say("같은 사진 상품 삭제 이력", "same-picture listings removed before")
        }
    }
}

extension Scorer {
    package var name: String { String(describing: self) }

    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .image: language.say("이미지", "image")
        case .logo: language.say("로고", "logo")
        case .name: language.say("이름", "name")
        case .price: language.say("가격", "price")
        case .seller: language.say("판매자", "seller")
        }
    }
}

extension AbstainReason {
    package var name: String { String(describing: self) }

    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .none: language.say("판정함", "scored")
        case .noImage: language.say("사진 없음", "no picture")
        case .lowQuality: language.say("사진 품질 낮음", "picture quality too low")
        case .noLogo: language.say("로고 영역 없음", "no logo region")
        case .noBrand: language.say("브랜드를 알 수 없음", "no brand found")
        case .accessory: language.say("호환·액세서리 상품", "an accessory for the brand")
        case .noPrice: language.say("가격 없음", "no price")
        case .noReference: language.say("기준가 없음", "no reference price")
        case .ambiguousModel: language.say("모델을 하나로 정할 수 없음", "several models fit")
        case .unknownCurrency: language.say("통화를 알 수 없음", "currency unknown")
        case .conditionUnknown: language.say("상품 상태를 알 수 없음", "condition unknown")
        case .noSeller: language.say("판매자 없음", "no seller")
        case .noOrders: language.say("주문이 너무 적음", "too few orders")
        case .emptyTitle: language.say("제목 없음", "empty title")
        }
    }
}

extension Term {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .image: Scorer.image.label(language)
        case .logo: Scorer.logo.label(language)
        case .name: Scorer.name.label(language)
        case .price: Scorer.price.label(language)
        case .seller: Scorer.seller.label(language)
        case .imageMissing: language.say("이미지 판정 없음", "image missing")
        case .logoMissing: language.say("로고 판정 없음", "logo missing")
        case .nameMissing: language.say("이름 판정 없음", "name missing")
        case .priceMissing: language.say("가격 판정 없음", "price missing")
        case .sellerMissing: language.say("판매자 판정 없음", "seller missing")
        case .officialImageLowPrice: EvidenceCode.officialImageLowPrice.label(language)
        case .nearMissBrandEmpty: EvidenceCode.nearMissBrandEmpty.label(language)
        case .slangWithBrand: EvidenceCode.slangWithBrand.label(language)
        case .fakeImageNewSeller: EvidenceCode.fakeImageNewSeller.label(language)
        case .maskedLogoLowPrice: EvidenceCode.maskedLogoLowPrice.label(language)
        case .clusterRemoved: EvidenceCode.clusterRemoved.label(language)
        case .mentioned: language.say("제목에 브랜드 있음", "brand in title")
        case .authorised: language.say("인증 판매자", "authorised seller")
        case .accessory: language.say("호환·액세서리", "accessory")
        case .newSeller: language.say("신규 판매자", "new seller")
        }
    }
}

extension EvidenceField {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .none: ""
        case .title: language.say("제목", "title")
        case .brand: language.say("브랜드 항목", "brand field")
        case .category: language.say("카테고리", "category")
        case .seller: language.say("판매자명", "seller name")
        case .shop: language.say("상점명", "shop name")
        case .price: language.say("가격", "price")
        case .image: language.say("사진", "picture")
        case .logo: language.say("로고", "logo")
        case .counters: language.say("집계", "counters")
        }
    }
}

extension Condition {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .new: language.say("새 상품", "new")
        case .used: language.say("중고", "used")
        case .refurbished: language.say("리퍼", "refurbished")
        }
    }
}

extension Concealment {
    func word(_ language: ReportLanguage) -> String {
        switch self {
        case .mosaic: language.say("모자이크", "mosaic")
        case .blur: language.say("흐림", "blur")
        case .patch: language.say("색으로 덮음", "solid patch")
        }
    }
}
