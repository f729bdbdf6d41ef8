/// The words that titles are made of, besides brands, product lines and categories.
///
/// **Shape**: words or short phrases with `;` between them. None of them names a brand or belongs
/// to the slang of counterfeits.
enum WordTable {
    static let prefixesKorean = """
        [무료배송];[오늘출발];(당일발송);[국내배송];[정품];[수입정품];[특가];[사은품증정];[단독];[신상];[2026 FW];\
        [리뷰이벤트];[선물포장];(무료반품);[해외직구];[빠른배송];[예약배송];[한정수량];[시즌오프]
        """
    static let prefixesEnglish =
        "[Free Shipping];[New];(Official Import);[Sale];[Limited];[Gift Box];[KR Stock];[2026 FW]"

    /// Prefixes and suffixes of listings that sell two pieces, at the price of two.
    static let prefixPacksKorean = "[1+1]"
    static let suffixPacksKorean = "2개입;(2팩)"

    /// What is said of goods, by kind: fashion, cosmetics, devices, anything else.
    static let adjectivesKorean = [
        """
        데일리;베이직;오버핏;루즈핏;슬림핏;와이드;크롭;하이웨스트;빈티지;클래식;모던;미니멀;캐주얼;\
        프리미엄;여성;남성;남녀공용;빅사이즈;커플;출근룩;하객룩;여름;가을;겨울;봄신상;간절기;사계절;\
        코튼;오가닉 코튼;린넨;울;캐시미어;모달;텐셀;나일론;데님;코듀로이;벨벳;새틴;트위드;골지;소가죽;\
        양가죽;스웨이드;캔버스;메쉬;스트레치;쿨링;기모;생활방수;방풍;경량;통기성;신축성;구김없는;자수;\
        나염;체크;스트라이프;도트;플라워;레터링;무지;그래픽;배색;컬러블록;포켓;투웨이;언발;절개;셔링;\
        퍼프;레이스;리본;스트링;밴딩;핀턱;플레어;일자;테이퍼드;롱;숏;미디;라운드;카라;러닝;골프;여행용
        """,
        """
        촉촉한;보송한;산뜻한;고보습;저자극;무향;비건;대용량;휴대용;민감성;지성;건성;복합성;수분;진정;\
        미백;주름개선;탄력;모공;각질;트러블;톤업;쿨톤;웜톤;매트;글로시;롱래스팅;히알루론산;콜라겐;비타민;\
        판테놀;병풀;녹차;쌀;티트리;세라마이드;나이아신아마이드;프로폴리스;남성;여성;데일리;기획;여행용;\
        플로럴;우디;시트러스;머스크
        """,
        """
        무선;유선;고속충전;저소음;초소형;대형;컴팩트;다용도;휴대용;접이식;블루투스 5.3;USB-C;게이밍;\
        사무용;가정용;차량용;방수;생활방수;초경량;대용량;고출력;인체공학;터치;LED;4K;노이즈캔슬링;\
        스마트;멀티;자동;전문가용;입문용;학생;선물용;국내정식발매;관부가세포함;미개봉
        """,
        """
        국산;수입;수제;핸드메이드;유기농;무첨가;대용량;소포장;선물용;가정용;업소용;캠핑;사무실;원룸;\
        주방;욕실;거실;유아;초등;반려견;반려묘;접이식;휴대용;방수;논슬립;항균;세척쉬운;스테인리스;실리콘;\
        원목;세라믹;강화유리;알루미늄;인덕션;북유럽;모던;미니멀;빈티지;심플;귀여운;감성적인;데일리;\
        가성비;인기;신상;골프;초보자용;프로용
        """,
    ]
    static let adjectivesEnglish = [
        """
        Daily;Basic;Oversized;Relaxed;Slim;Wide;Cropped;Vintage;Classic;Modern;Minimal;Casual;\
        Premium;Soft;Summer;Autumn;Winter;Spring;Unisex;Women;Men;Stretch;Cooling;Fleece-Lined;\
        Water-Resistant;Windproof;Lightweight;Breathable;Embroidered;Checked;Striped;Floral;\
        Lettering;Graphic;Pocket;Two-Way;Pleated;Cotton;Linen;Wool;Cashmere;Nylon;Denim;Velvet;\
        Satin;Leather;Suede;Canvas;Mesh;Silk
        """,
        """
        Moisturizing;Hydrating;Soothing;Brightening;Firming;Vegan;Fragrance-Free;Mild;Oily Skin;\
        Dry Skin;Sensitive;Long-Lasting;Matte;Glossy;Hyaluronic;Collagen;Vitamin C;Panthenol;Cica;\
        Green Tea;Rice;Tea Tree;Ceramide;Niacinamide;Travel Size;Floral;Woody;Citrus;Musk
        """,
        """
        Wireless;Wired;Fast-Charging;Silent;Compact;Portable;Foldable;Bluetooth 5.3;USB-C;Gaming;\
        Office;Home;Car;Waterproof;Lightweight;High-Power;Ergonomic;Touch;LED;4K;Smart;Automatic;\
        Professional;Student;Sealed;Global Version
        """,
        """
        Handmade;Organic;Large;Small Pack;Gift;Home;Camping;Office;Kitchen;Kids;Pet;Foldable;\
        Portable;Non-Slip;Antibacterial;Easy-Clean;Stainless;Silicone;Wooden;Ceramic;Glass;\
        Aluminum;\
        Induction;Nordic;Modern;Minimal;Vintage;Simple;Cute;Daily;Popular;New;Beginner;Pro
        """,
    ]
    static let coloursKorean = """
        블랙;화이트;아이보리;베이지;네이비;그레이;차콜;브라운;카멜;카키;올리브;그린;민트;블루;스카이블루;소라;퍼플;\
        라벤더;핑크;코랄;레드;와인;오렌지;옐로우;머스타드;크림;오트밀;멜란지;실버;골드;로즈골드;딥그린;다크네이비
        """
    static let coloursEnglish = """
        Black;White;Ivory;Beige;Navy;Grey;Charcoal;Brown;Camel;Khaki;Olive;Green;Mint;Blue;\
        Sky Blue;Purple;Lavender;Pink;Coral;Red;Burgundy;Orange;Yellow;Mustard;Cream;Oatmeal;\
        Silver;Gold;Rose Gold
        """
    static let sizesClothes = "S;M;L;XL;2XL;FREE;85;90;95;100;105;110;44;55;66;77"
    static let sizesShoes = "225;230;235;240;245;250;255;260;265;270;275;280;285;290"
    static let sizesVolume = "10ml;15ml;20ml;30ml;40ml;50ml;75ml;100ml;150ml;200ml;300ml;473ml"
    static let sizesStorage = "64GB;128GB;256GB;512GB;1TB"
    static let suffixesKorean = """
        선물;세트;3종 택1;10color;5color;(단품);무료 교환;AS 가능;사이즈 교환 가능;정품 보증;기획세트;리필 포함;\
        추천;베스트;인기;재입고;신상품;모음
        """

    /// Parts of made-up words and names: private labels, shops, designs. No part is a brand's.
    static let syllablesKorean = """
        가람;나래;다온;라온;마루;바다;사랑;아라;자연;차오;하늘;누리;도담;모아;보담;소담;오름;조이;코코;토리;포근;호수;\
        구름;두리;무늬;부엉;수아;우주;주아;추억;쿠키;투명;푸름;후아;그림;느루;드림;르네;므슈;브릭;스윗;으뜸;즈믄;\
        크레;트윈;프롬;흐름;비니;시안;이든;지오;치즈;키움;티움;피오;히든;린느;민스;빈센;신비
        """
    static let syllablesLatin = """
        ba;be;bo;da;de;do;fa;fe;fi;ga;ge;go;ha;he;ho;ja;je;jo;ka;ke;ki;la;le;lo;ma;me;mo;na;ne;\
        no;pa;pe;po;ra;re;ro;sa;\
        se;so;ta;te;to;va;ve;vo;wa;we;wo;ya;ye;yo;za;ze;zo
        """
    static let sellerSuffixes =
        "상사;스토어;마켓;몰;유통;트레이딩;컴퍼니;샵;무역;글로벌;직구;팩토리샵;편집샵;하우스;코리아;리빙;패션;스튜디오"

    /// Words of the trade in fakes, as planted rows carry them beside a brand.
    static let slangKorean = """
        미러급;SA급;정품급;레플리카;이미테이션;슈퍼카피;1:1 제작;구별불가;정품과 동일;싱크로율 100%;특A급;커스텀급 최상;高仿;A货;1:1复刻
        """
    static let slangEnglish = """
        1:1 Replica;Mirror Quality;Super Clone;AAA Quality;First Copy;Replica;Best Batch;Knockoff
        """

    /// Honest titles that contain a word of the slang in another sense: each a hard negative.
    ///
    /// **Shape**: `category prefix|title|price`; the category is the first whose path begins so.
    static let honestDecoys = """
        패션의류>남성의류>티셔츠|축구 레플리카 유니폼 홈 저지 어센틱 마킹 가능|69000
        패션의류>남성의류>티셔츠|국가대표 레플리카 유니폼 상의 공식 라이선스|79000
        패션의류>남성의류>청바지|빈티지 레플리카 셀비지 데님 14oz 복각|148000
        패션의류>남성의류>맨투맨|1:1 문의 답변 빠른 단체 맞춤 맨투맨|18000
        출산/육아>완구>인형/피규어|1:1 스케일 피규어 스탠드 세트|54000
        디지털/가전>PC주변기기|AAA 건전지 20개입 알카라인 배터리|9900
        디지털/가전>PC주변기기|AAA 사이즈 충전지 4개 무선 마우스용|12900
        식품>과자/간식|이미 완판된 짭짤한 감자칩 재입고|6900
        가구/인테리어>조명|미러 LED 화장 거울 탁상 조명|32000
        패션잡화>주얼리>목걸이|이미테이션 진주 목걸이 인조 진주 코스튬|15000
        디지털/가전>휴대폰/태블릿|중고폰 S급 A급 자급제 공기계 초기화 완료|210000
        식품>과자/간식|한우 특급 육포 선물세트 A급 원육|39000
        식품>건강식품|rTG 오메가3 1200mg 180캡슐|29000
        패션의류>남성의류>티셔츠|폴로 셔츠 PK 피케 카라 반팔 무지|16900
        패션의류>여성의류>재킷|코치 자켓 바람막이 스냅 버튼 무지|39000
        패션잡화>주얼리>반지|루비 탄생석 반지 925 실버 7월|48000
        생활/건강>문구|카피 용지 A4 80g 2500매 복사지|23000
        생활/주방>텀블러|커스텀 각인 텀블러 이니셜 무료 제작|21000
        디지털/가전>카메라|미러리스 카메라 가방 크로스 파티션|36000
        패션잡화>여성가방>토트백|가품 시 200% 보상 국내 제작 가죽 토트백|89000
        패션의류>아우터>패딩|사과 농장 단체복 경량 패딩 자체제작|45000
        가구/인테리어>침구|호텔 최고급 구스 이불 최상급 필파워|219000
        스포츠/레저>골프>골프공|로스트볼 A급 혼합 50개 골프공|25000
        출산/육아>완구>블록|호환 블록 조립 장난감 자체 브랜드 1000pcs|19000
        """
}
