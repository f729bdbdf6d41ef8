/// The categories of generated catalogs, with their goods' names, price levels and sizes.
///
/// **Shape**: one category a line: segments of the brands that sell in it, Korean path, Korean
/// nouns (`;` between them), English nouns, price of an unbranded good in KRW, size kind
/// (`c` clothes, `s` shoes, `v` volume, `d` storage, `n` none).
enum CategoryTable {
    static let text = """
        SCOG|패션의류>남성의류>티셔츠|반팔 티셔츠;긴팔 티셔츠;라운드 티;카라 티셔츠|T-Shirt;Crew Tee;Long Sleeve Tee|17000|c
        SCO|패션의류>남성의류>후드|후드티;후드 집업;기모 후드|Hoodie;Zip Hoodie|32000|c
        SC|패션의류>남성의류>맨투맨|맨투맨;스웨트셔츠|Sweatshirt;Crewneck|27000|c
        CL|패션의류>남성의류>셔츠/남방|셔츠;옥스포드 셔츠;스트라이프 남방|Shirt;Button-Down Shirt|29000|c
        C|패션의류>남성의류>청바지|데님 팬츠;청바지;와이드 데님|Jeans;Denim Pants|36000|c
        SCO|패션의류>남성의류>바지|슬랙스;조거 팬츠;카고 팬츠;면바지|Slacks;Jogger Pants;Cargo Pants|31000|c
        CL|패션의류>여성의류>니트|니트;풀오버 니트;가디건;브이넥 니트|Knit Sweater;Cardigan|34000|c
        C|패션의류>여성의류>원피스|원피스;롱 원피스;셔츠 원피스|Dress;Midi Dress|38000|c
        C|패션의류>여성의류>스커트|스커트;플리츠 스커트;미니 스커트|Skirt;Pleated Skirt|26000|c
        CL|패션의류>여성의류>블라우스|블라우스;리본 블라우스|Blouse|27000|c
        CLO|패션의류>여성의류>재킷|재킷;트위드 자켓;블레이저;트렌치코트|Jacket;Blazer;Trench Coat|59000|c
        OCS|패션의류>아우터>패딩|패딩;숏패딩;롱패딩;구스다운 점퍼|Puffer Jacket;Down Jacket|79000|c
        O|패션의류>아우터>바람막이|바람막이;윈드브레이커;고어텍스 자켓|Windbreaker;Shell Jacket|49000|c
        OS|패션의류>아우터>플리스|플리스 자켓;후리스 집업|Fleece Jacket|42000|c
        S|스포츠/레저>운동화|운동화;러닝화;스니커즈;조깅화|Sneakers;Running Shoes|47000|s
        LC|패션잡화>신발>스니커즈|스니커즈;캔버스화;단화|Sneakers;Low Top|52000|s
        LC|패션잡화>신발>구두|로퍼;더비슈즈;펌프스;앵클부츠|Loafers;Pumps;Ankle Boots|62000|s
        CS|패션잡화>신발>샌들/슬리퍼|슬리퍼;샌들;뮬|Slides;Sandals;Mules|24000|s
        O|스포츠/레저>등산화|등산화;트레킹화|Hiking Boots|65000|s
        L|패션잡화>여성가방>숄더백|숄더백;호보백|Shoulder Bag;Hobo Bag|62000|n
        L|패션잡화>여성가방>크로스백|크로스백;미니백;체인백|Crossbody Bag;Mini Bag|55000|n
        L|패션잡화>여성가방>토트백|토트백;쇼퍼백|Tote Bag;Shopper|58000|n
        SCO|패션잡화>남성가방>백팩|백팩;노트북 가방;책가방|Backpack;Daypack|42000|n
        L|패션잡화>지갑|반지갑;장지갑;카드지갑;머니클립|Wallet;Card Holder|31000|n
        LC|패션잡화>벨트|벨트;가죽 벨트|Belt;Leather Belt|26000|n
        LC|패션잡화>스카프/머플러|머플러;스카프;숄|Scarf;Muffler|25000|n
        SCOG|패션잡화>모자|볼캡;비니;버킷햇|Ball Cap;Beanie;Bucket Hat|17000|n
        SC|패션잡화>양말|양말;스포츠 양말;발목 양말|Socks;Crew Socks|7000|n
        Y|패션잡화>선글라스/안경테|선글라스;안경테;블루라이트 안경|Sunglasses;Eyeglasses Frame|48000|n
        W|패션잡화>시계|손목시계;오토매틱 시계;크로노그래프 시계;메탈 시계|Watch;Automatic Watch;Chronograph|120000|n
        J|패션잡화>주얼리>목걸이|목걸이;펜던트 목걸이|Necklace;Pendant|62000|n
        J|패션잡화>주얼리>반지|반지;커플링|Ring;Band Ring|66000|n
        J|패션잡화>주얼리>귀걸이|귀걸이;이어링|Earrings|45000|n
        J|패션잡화>주얼리>팔찌|팔찌;뱅글|Bracelet;Bangle|58000|n
        B|화장품/미용>스킨케어>크림|크림;수분크림;영양크림;아이크림|Cream;Moisturizer|19000|v
        B|화장품/미용>스킨케어>에센스/세럼|세럼;앰플;에센스|Serum;Ampoule;Essence|21000|v
        B|화장품/미용>선케어|선크림;선스틱;선세럼|Sunscreen;Sun Stick|15000|v
        B|화장품/미용>메이크업>쿠션|쿠션;파운데이션|Cushion;Foundation|19000|v
        B|화장품/미용>메이크업>립|립틴트;립스틱;립밤|Lip Tint;Lipstick;Lip Balm|12000|n
        B|화장품/미용>향수|향수;오 드 퍼퓸;오 드 뚜왈렛|Eau de Parfum;Perfume|42000|v
        B|화장품/미용>헤어/바디|샴푸;바디워시;핸드크림;트리트먼트|Shampoo;Body Wash;Hand Cream|13000|v
        E|디지털/가전>스마트워치|스마트워치;스마트밴드|Smartwatch;Fitness Band|79000|n
        E|디지털/가전>이어폰/헤드폰|무선 이어폰;블루투스 이어폰;헤드폰;노이즈캔슬링 이어폰|Wireless Earbuds;Headphones|46000|n
        E|디지털/가전>스피커|블루투스 스피커;사운드바|Bluetooth Speaker;Soundbar|59000|n
        E|디지털/가전>휴대폰/태블릿|자급제 스마트폰;태블릿|Smartphone;Tablet|260000|d
        E|디지털/가전>노트북|노트북;게이밍 노트북|Laptop|420000|d
        E|디지털/가전>청소기|무선 청소기;로봇청소기|Cordless Vacuum;Robot Vacuum|140000|n
        E|디지털/가전>이미용가전|헤어드라이어;고데기;전기면도기;전동칫솔|Hair Dryer;Shaver;Electric Toothbrush|62000|n
        E|디지털/가전>PC주변기기|무선 마우스;기계식 키보드;웹캠|Wireless Mouse;Mechanical Keyboard|38000|n
        E|디지털/가전>저장장치|SD카드;외장 SSD;USB 메모리|microSD Card;Portable SSD;USB Drive|24000|d
        E|디지털/가전>카메라|미러리스 카메라;액션캠|Mirrorless Camera;Action Camera|220000|n
        K|출산/육아>완구>블록|블록;조립 블록 세트|Building Set;Bricks|34000|n
        K|출산/육아>완구>인형/피규어|봉제인형;피규어;키링 인형|Plush Toy;Figure|22000|n
        K|출산/육아>유모차|유모차;휴대용 유모차|Stroller|180000|n
        H|생활/주방>텀블러|텀블러;보온병;머그컵|Tumbler;Water Bottle;Mug|19000|v
        H|생활/주방>냄비/프라이팬|프라이팬;냄비;편수냄비|Frying Pan;Pot|36000|n
        H|생활/주방>커피머신|커피머신;에스프레소 머신|Coffee Machine;Espresso Machine|120000|n
        H|생활/주방>칼/도마|식도;과도;칼 세트|Chef Knife;Knife Set|33000|n
        H|생활/건강>공구|전동드릴;임팩트 드라이버;그라인더|Cordless Drill;Impact Driver|76000|n
        G|스포츠/레저>골프>골프클럽|드라이버;아이언 세트;퍼터;유틸리티|Driver;Iron Set;Putter|210000|n
        G|스포츠/레저>골프>골프공|골프공 12구;골프공|Golf Balls;Distance Golf Balls|21000|n
        G|스포츠/레저>골프>골프웨어|골프 티셔츠;골프 바지;골프 모자|Golf Polo;Golf Pants;Golf Cap|39000|c
        -|식품>건강식품|비타민C;유산균;홍삼정;콜라겐|Vitamin C;Probiotics;Collagen|24000|n
        -|식품>과자/간식|쿠키;초콜릿;육포;견과|Cookies;Chocolate;Mixed Nuts|9000|n
        -|생활/건강>문구|노트;볼펜;다이어리;스티커|Notebook;Ballpoint Pen;Planner|6000|n
        -|가구/인테리어>침구|이불;베개 커버;매트리스 커버|Duvet;Pillow Cover|38000|n
        -|가구/인테리어>조명|무드등;스탠드 조명|Night Light;Floor Lamp|27000|n
        -|반려동물>용품|강아지 방석;고양이 장난감;하네스|Dog Bed;Cat Toy;Harness|16000|n
        """

    /// Accessories: made for a brand's goods, not by the brand. Segments are those of the target.
    /// **Shape**: segments, Korean path, Korean phrases after the target's name, English nouns
    /// before "for", price in KRW.
    static let accessories = """
        E|디지털/가전>휴대폰액세서리>케이스| 호환 케이스;용 투명 케이스;용 가죽 커버;용 젤리 케이스|Clear Case;Silicone Case;\
        Leather Cover|12000
        E|디지털/가전>휴대폰액세서리>필름| 호환 강화유리 필름;용 보호필름 3매;용 지문방지 필름|Screen Protector 3pcs;\
        Tempered Glass|8000
        EW|패션잡화>시계>시계줄| 호환 스트랩;용 가죽 시계줄; 호환 밀레니즈 밴드;용 실리콘 스트랩|Replacement Strap;Milanese Band;\
        Silicone Band|14000
        E|디지털/가전>충전기/케이블| 호환 충전기;용 고속 충전 케이블; 호환 거치대|Charger;Fast Charging Cable;Charging Dock|\
        13000
        E|디지털/가전>청소기부품| 호환 필터;용 먼지봉투 10매; 호환 배터리|Filter;Dust Bag 10pcs;Battery|16000
        L|패션잡화>가방부속품|용 이너백;용 가방 스트랩; 호환 체인 줄|Bag Organizer Insert;Bag Strap|23000
        B|화장품/미용>리필/공병| 호환 리필 용기;용 공병 10ml|Refill Bottle;Travel Atomizer|6000
        S|패션잡화>신발용품|용 신발끈; 호환 깔창;용 슈케어 세트|Shoe Laces;Insoles;Shoe Care Kit|8000
        H|생활/주방>주방부속품| 호환 빨대 뚜껑;용 실리콘 바닥 커버; 호환 캡슐 홀더|Straw Lid;Silicone Boot;Capsule Holder|9000
        K|출산/육아>유모차용품| 호환 컵홀더;용 레인커버|Cup Holder;Rain Cover|17000
        """
}
