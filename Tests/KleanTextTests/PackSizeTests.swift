import KleanText
import Testing

/// How many pieces a title sells.
@Suite struct PackSizeTests {
    @Test(arguments: [
        ("[6월 올영픽][1+1+1] 선크림 40ml", 3), ("수분 크림 1+1", 2), ("[2+1] 양말", 3), ("기본 반팔 2팩", 2),
        ("드로즈 3개입 세트", 3), ("socks pack of 5", 5), ("Crew socks 6-Pack", 6), ("마스크 2세트", 2),
        ("화장솜 80개입", 1), ("니트 2 (단품/2팩)", 1), ("8+256GB", 1), ("1.1+1", 1), ("갤럭시 S24+", 1),
        ("A1+1B", 1), ("나이키 에어맥스 97", 1), ("", 1), ("2packer", 1), ("1+1=귀요미", 2),
        ("생수 500ml x 3", 3), ("생수 2L×6", 6), ("콜라 1.5L * 2개", 2), ("커피 210g*24개", 1),
        ("주스 6 x 500ml", 6),
        ("토너 3X200mL", 3), ("크림 10 x 20cm", 1), ("천 2x3m", 1), ("로션 200ml 3단계", 1), ("4x4 구동", 1),
    ])
    func piecesAreCounted(_ title: String, _ pieces: Int) {
        #expect(PackSize.of(Array(title.utf8)[...]) == pieces)
    }
}
