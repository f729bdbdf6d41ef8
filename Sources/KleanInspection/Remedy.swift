package import KleanCore

/// What would clear a suspicion: the check that a person can make, reason by reason.
extension EvidenceCode {
    /// A sentence for "what would clear this"; `nil` for neutral evidence.
    package func remedy(_ language: ReportLanguage) -> String? {
        switch self {
        case .nameMention, .nameAccessory, .nameSlangDenied, .sellerLagNotApplied, .priceTypo,
            .priceEvent, .priceOfOption:
            nil
        case .imageConfirmedFake, .fakeImageNewSeller:
            language.say(
                "가품 사진 등록이 잘못된 것으로 확인되거나, 판매자가 실물을 직접 찍은 새 사진과 구매 증빙을 내면",
                "the bank entry turns out to be filed wrongly, or the seller shows new photographs "
                    + "of the goods and proof of purchase")
        case .imageOfficialUnauthorised, .officialImageLowPrice:
            language.say(
                "판매자가 브랜드의 사용 허락이나 정식 유통 경로(계약서, 수입 신고, 세금계산서)를 증명하면",
                "the seller proves a licence or a genuine supply chain (contract, import "
                    + "declaration, tax invoice)")
        case .imageOfficialBrandMismatch:
            language.say(
                "브랜드 항목이 단순 오기였고 사진 속 상품과 실물이 같다고 확인되면",
                "the brand field was a plain mistake and the goods are those in the picture")
        case .imageAuthorisedCopied:
            language.say(
                "사진을 먼저 올린 인증 판매자가 사용에 동의했다고 확인되면",
                "the authorised seller who posted the picture first agreed to its use")
        case .logoBrandEmpty, .logoBrandMismatch, .nameClaimMismatch:
            language.say(
                "브랜드 항목을 바로 적고 정품 증빙을 내거나, 협업 상품임이 확인되면",
                "the brand field is corrected with proof of origin, or the goods are a "
                    + "collaboration of the brands")
        case .logoUnauthorised:
            language.say(
                "판매자가 정식 유통 경로를 증명하면", "the seller proves a genuine supply chain")
        case .logoMasked, .maskedLogoLowPrice:
            language.say(
                "가리지 않은 실물 사진에서 정품 로고와 라벨이 확인되면",
                "unmasked photographs show a genuine logo and label")
        case .logoAbsent:
            language.say(
                "로고 부위가 나온 실물 사진에서 정품 로고가 확인되면",
                "a photograph of the place shows a genuine logo")
        case .nameNearMiss, .nameConfusable, .nearMissBrandEmpty:
            language.say(
                "그 이름이 따로 등록된 상표이거나 단순 오타였고 실물이 정품이면",
                "the name is a registered mark of its own, or a plain typing error on genuine goods"
            )
        case .nameSlang, .slangWithBrand:
            language.say(
                "그 말이 라이선스 상품이나 복각판을 뜻하거나, 정품 증빙이 확인되면",
                "the word speaks of a licensed product or a re-issue, or proof of origin is shown")
        case .nameOfficialStoreClaim:
            language.say(
                "브랜드가 공식 판매처로 확인해 주면(인증 판매자 목록에 추가)",
                "the brand confirms the shop as its own (add it to the authorised sellers)")
        case .priceCaution, .priceExtreme, .priceLow:
            language.say(
                "중고, 부분품, 대여, 옵션 미끼, 자릿수 오타로 확인되거나 정상 할인이라는 증빙이 있으면",
                "it turns out used, a part, a rental, a bait option or a lost digit, or the "
                    + "discount is proven")
        case .priceOptionBait:
            language.say(
                "액세서리 옵션을 따로 등록하거나, 대표 가격을 본품 가격으로 고치면",
                "the accessory gets a listing of its own, or the listing shows the goods' price")
        case .sellerComplaints:
            language.say(
                "신고가 경쟁자의 악의적 신고이거나 배송 불만으로 확인되면",
                "the complaints prove malicious, or are about delivery")
        case .sellerRefunds:
            language.say(
                "환불 사유가 단순 변심이나 배송 문제로 확인되면",
                "the refunds were changes of mind or delivery problems")
        case .clusterRemoved:
            language.say(
                "앞서 삭제된 상품이 이의 제기로 복구되었으면",
                "the removed listings were restored on appeal")
        }
    }
}
