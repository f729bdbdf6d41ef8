/// The real brand names that generated listings carry, with well-known product lines.
///
/// **Shape**: one brand a line: English name, Korean names (`;` between them), segments (letters of
/// ``CategoryTable``), price level (1.0 is an unbranded good of the category), product lines as
/// `Korean=English@leaf` (`;` between them, may be empty), where the leaf names the category when
/// it is not the first segment's usual one (``World/usualLeaves``).
/// **Source**: names and lines as the makers write them; levels are round guesses, not quotes.
enum BrandNames {
    static let text = """
        Nike|나이키|S|2.2|에어포스 1=Air Force 1;에어맥스 90=Air Max 90;덩크 로우=Dunk Low;페가수스 41=Pegasus 41;\
        테크 플리스=Tech Fleece@후드;줌 보메로=Zoom Vomero
        adidas|아디다스|S|2.0|삼바 OG=Samba OG;가젤=Gazelle;슈퍼스타=Superstar;스페지알=Spezial;\
        울트라부스트=Ultraboost;트레포일=Trefoil@티셔츠
        New Balance|뉴발란스|S|2.3|530=530;574=574;990v6=990v6;2002R=2002R;327=327
        Puma|푸마;퓨마|S|1.5|스피드캣=Speedcat;팔레르모=Palermo;스웨이드 클래식=Suede Classic
        Asics|아식스|S|1.9|젤 카야노 14=Gel-Kayano 14;젤 1130=Gel-1130;노바블라스트=Novablast
        Converse|컨버스|S|1.3|척 70=Chuck 70;올스타=All Star;런스타 하이크=Run Star Hike
        Vans|반스|S|1.3|올드스쿨=Old Skool;어센틱=Authentic;슬립온=Slip-On
        Fila|휠라|S|1.2|디스럽터=Disruptor;에샤페=Echappe
        Reebok|리복|S|1.3|클럽 C 85=Club C 85;인스타펌프 퓨리=Instapump Fury
        Under Armour|언더아머|S|1.5|커리 플로우=Curry Flow@운동화;히트기어=HeatGear@티셔츠
        Hoka|호카|S|2.5|본디 8=Bondi 8;클리프톤 9=Clifton 9
        Salomon|살로몬|SO|2.6|XT-6=XT-6@운동화;스피드크로스=Speedcross@등산화;XT-4=XT-4@운동화
        Mizuno|미즈노|S|1.6|웨이브 라이더=Wave Rider;모렐리아=Morelia
        Skechers|스케쳐스|S|1.2|고워크=Go Walk;딜라이트=D'Lites
        Crocs|크록스|SC|1.3|클래식 클로그=Classic Clog@샌들/슬리퍼;바야밴드=Bayaband@샌들/슬리퍼
        Birkenstock|버켄스탁|SC|1.7|보스턴=Boston@샌들/슬리퍼;아리조나=Arizona@샌들/슬리퍼;취리히=Zurich@샌들/슬리퍼
        Dr. Martens|닥터마틴|C|2.1|1460=1460@구두;1461=1461@구두;첼시 2976=Chelsea 2976@구두
        Timberland|팀버랜드|CO|2.0|6인치 프리미엄=6-Inch Premium@구두
        UGG|어그|C|2.2|클래식 미니=Classic Mini@구두;타스만=Tasman@샌들/슬리퍼
        Descente|데상트|SG|2.2|델타프로=Delta Pro@운동화
        Umbro|엄브로|S|1.1|
        Kappa|카파|S|1.0|
        Le Coq Sportif|르꼬끄 스포르티브|SG|1.4|
        Champion|챔피온|SC|1.3|리버스 위브=Reverse Weave@맨투맨
        Lululemon|룰루레몬|S|2.6|얼라인=Align@바지;스쿠바=Scuba@후드;에브리웨어=Everywhere@크로스백
        Xexymix|젝시믹스|S|1.1|블랙라벨=Black Label@바지
        Andar|안다르|S|1.1|에어쿨링=Air Cooling@바지
        The North Face|노스페이스|O|2.4|눕시=Nuptse@패딩;데날리=Denali@플리스;마운틴 재킷=Mountain Jacket@바람막이
        Patagonia|파타고니아|O|2.4|레트로 X=Retro-X@플리스;신칠라=Synchilla@플리스;토렌쉘=Torrentshell@바람막이
        Arc'teryx|아크테릭스|O|4.5|베타 LT=Beta LT@바람막이;아톰 후디=Atom Hoody@패딩;맨티스 2=Mantis 2@백팩
        Columbia|컬럼비아|O|1.6|티타늄=Titanium@바람막이
        K2|케이투|O|1.6|씬에어=Thin Air@패딩
        Kolon Sport|코오롱스포츠|O|2.2|안타티카=Antarctica@패딩
        Blackyak|블랙야크|O|1.7|
        Nepa|네파|O|1.6|
        Eider|아이더|O|1.6|
        Millet|밀레|O|1.5|
        Montbell|몽벨|O|2.0|
        Mammut|마무트|O|2.8|
        Discovery Expedition|디스커버리 익스페디션|O|1.9|
        National Geographic|내셔널지오그래픽|O|1.7|
        Jack Wolfskin|잭울프스킨|O|1.6|
        Canada Goose|캐나다구스|O|7.0|익스페디션=Expedition@패딩;칠리왁=Chilliwack@패딩
        Moncler|몽클레르;몽클레어|OL|9.0|마야=Maya@패딩;바디=Bady@패딩
        Moose Knuckles|무스너클|O|6.0|
        Stone Island|스톤아일랜드|CO|6.0|와펜=Badge@맨투맨;고스트=Ghost@니트
        C.P. Company|씨피컴퍼니|CO|4.5|고글=Goggle@후드
        Gucci|구찌|L|9.0|마몬트=Marmont@숄더백;오피디아=Ophidia;재키 1961=Jackie 1961;홀스빗=Horsebit;\
        디오니서스=Dionysus
        Louis Vuitton|루이비통|L|11.0|네버풀=Neverfull@토트백;스피디 25=Speedy 25;알마 BB=Alma BB;\
        포쉐트=Pochette@크로스백;온더고=OnTheGo@토트백
        Chanel|샤넬|LBJ|14.0|클래식 플랩=Classic Flap;보이백=Boy Bag@크로스백;가브리엘=Gabrielle;코코핸들=Coco Handle
        Hermes|에르메스|LJ|22.0|버킨 30=Birkin 30@토트백;켈리 25=Kelly 25@토트백;피코탄=Picotin;린디=Lindy;\
        에블린=Evelyne
        Dior|디올|LB|11.0|레이디 디올=Lady Dior;새들백=Saddle;북토트=Book Tote@토트백
        Prada|프라다|L|8.5|리에디션 2005=Re-Edition 2005;갈레리아=Galleria;클레오=Cleo
        Burberry|버버리|LC|6.5|롤라=Lola;빈티지 체크=Vintage Check@스카프/머플러;켄싱턴=Kensington@재킷
        Balenciaga|발렌시아가|L|7.5|아워글라스=Hourglass;시티백=City Bag;트랙=Track@스니커즈
        Bottega Veneta|보테가 베네타|L|9.0|카세트=Cassette;조디=Jodie;파우치=Pouch
        Saint Laurent|생로랑|L|8.0|루루=Loulou;카산드라=Cassandre
        Celine|셀린느|L|8.5|트리오페=Triomphe;러기지=Luggage
        Fendi|펜디|L|8.5|바게트=Baguette;피카부=Peekaboo
        Loewe|로에베|L|8.0|퍼즐=Puzzle;해먹=Hammock
        Givenchy|지방시|LB|6.5|안티고나=Antigona
        Valentino|발렌티노|L|7.0|락스터드=Rockstud
        Versace|베르사체|LC|5.5|메두사=Medusa@벨트
        Miu Miu|미우미우|L|7.5|완더=Wander@숄더백
        Goyard|고야드|L|9.5|생루이=Saint Louis@토트백
        Chloe|끌로에|L|6.0|마르씨=Marcie
        Ferragamo|페라가모|L|5.0|바라=Vara@구두;간치니=Gancini@벨트
        Maison Margiela|메종 마르지엘라|LC|5.0|타비=Tabi@구두;5AC=5AC@숄더백
        Off-White|오프화이트|LC|4.0|
        Alexander McQueen|알렉산더 맥퀸|L|4.5|
        Acne Studios|아크네 스튜디오|LC|3.5|무수비=Musubi@숄더백
        Thom Browne|톰브라운|LC|6.0|
        AMI Paris|아미|C|3.0|하트 로고=Ami de Coeur@니트
        Maison Kitsune|메종키츠네|C|2.8|폭스헤드=Fox Head@니트
        Golden Goose|골든구스|L|4.5|슈퍼스타=Super-Star@스니커즈
        Marni|마르니|L|5.0|
        Jil Sander|질샌더|L|6.0|
        Lemaire|르메르|LC|5.0|크로아상백=Croissant Bag@크로스백
        A.P.C.|아페쎄|C|3.0|하프문=Half Moon@숄더백
        Isabel Marant|이자벨 마랑|C|3.8|
        Kenzo|겐조|C|2.8|타이거=Tiger@맨투맨
        Vivienne Westwood|비비안웨스트우드|JL|3.0|
        Marc Jacobs|마크 제이콥스|L|2.6|더 토트백=The Tote Bag@토트백;스냅샷=Snapshot@크로스백
        Coach|코치|L|2.4|태비=Tabby;윌로우=Willow
        Michael Kors|마이클 코어스|LW|2.0|
        Kate Spade|케이트 스페이드|L|2.0|
        Tory Burch|토리버치|L|2.6|엘라=Ella
        Longchamp|롱샴|L|1.9|르 플리아쥬=Le Pliage@토트백
        MCM|엠씨엠|L|3.2|스타크=Stark@백팩
        Jimmy Choo|지미추|LB|5.0|
        Christian Louboutin|크리스찬 루부탱|LB|6.0|
        Manolo Blahnik|마놀로 블라닉|L|6.0|한기시=Hangisi@구두
        Roger Vivier|로저비비에|L|6.0|
        Max Mara|막스마라|LC|6.5|마담코트=Madame@재킷
        Dolce & Gabbana|돌체앤가바나|LB|5.0|
        Balmain|발망|LC|5.0|
        Lanvin|랑방|LG|4.5|
        Mulberry|멀버리|L|4.0|
        Rick Owens|릭오웬스|LC|5.5|
        Comme des Garcons|꼼데가르송|C|3.0|플레이=Play@티셔츠
        Supreme|슈프림|C|3.5|박스로고=Box Logo@후드
        Stussy|스투시|C|2.8|월드투어=World Tour@티셔츠
        Fear of God Essentials|피어오브갓 에센셜|C|2.4|
        Polo Ralph Lauren|폴로 랄프로렌|C|2.4|빅포니=Big Pony@티셔츠;옥스포드=Oxford@셔츠/남방
        Tommy Hilfiger|타미힐피거|C|1.9|
        Lacoste|라코스테|C|2.0|L1212=L1212@티셔츠
        Calvin Klein|캘빈클라인|C|1.7|모노그램=Monogram@맨투맨
        Levi's|리바이스|C|1.6|501=501@청바지;511=511@청바지
        Guess|게스|C|1.4|
        Diesel|디젤|CW|2.4|1DR=1DR@숄더백
        Dickies|디키즈|C|1.2|874=874@바지
        Carhartt WIP|칼하트|C|2.0|디트로이트=Detroit@재킷;액티브=Active@재킷
        MLB|엠엘비|C|1.5|뉴욕양키스=New York Yankees@모자;빅볼청키=Big Ball Chunky@운동화
        Uniqlo|유니클로|C|1.0|히트텍=Heattech@티셔츠;에어리즘=AIRism@티셔츠
        Zara|자라|C|1.2|
        COS|코스|C|1.8|
        Gap|갭|C|1.1|
        Spao|스파오|C|0.9|
        Topten|탑텐|C|0.8|
        Thisisneverthat|디스이즈네버댓|C|1.6|
        Covernat|커버낫|C|1.3|
        Wacky Willy|와키윌리|C|1.3|키키=Kiki@후드
        Mardi Mercredi|마르디 메크르디|C|1.5|플라워마르디=Flowermardi@티셔츠
        Marithe Francois Girbaud|마리떼 프랑소와 저버|C|1.6|
        Ader Error|아더에러|C|2.4|
        Andersson Bell|앤더슨벨|C|2.4|
        Lafudgestore|라퍼지스토어|C|1.0|
        Insilence|인사일런스|C|1.5|
        Musinsa Standard|무신사 스탠다드|C|0.8|
        Kirsh|키르시|C|1.2|체리=Cherry@후드
        Emis|이미스|C|1.1|
        Matin Kim|마뗑킴|C|1.5|
        Stand Oil|스탠드오일|L|0.9|
        Osoi|오소이|L|2.0|
        Hazzys|헤지스|CG|1.8|
        Beanpole|빈폴|CG|1.9|
        Daks|닥스|CL|2.0|
        Time Homme|타임옴므|C|3.0|
        System|시스템|C|2.4|
        Rolex|로렉스;롤렉스|W|60|데이트저스트=Datejust;서브마리너=Submariner;데이토나=Daytona;GMT 마스터 II=GMT-Master II
        Omega|오메가|W|28|스피드마스터=Speedmaster;씨마스터=Seamaster;컨스텔레이션=Constellation
        Cartier|까르띠에|WJ|30|탱크=Tank;발롱블루=Ballon Bleu;러브=Love@팔찌;저스트 앵 끌루=Juste un Clou@팔찌
        Audemars Piguet|오데마 피게|W|150|로열오크=Royal Oak
        Patek Philippe|파텍 필립|W|200|노틸러스=Nautilus;칼라트라바=Calatrava
        Tag Heuer|태그호이어|W|14|까레라=Carrera;아쿠아레이서=Aquaracer
        Breitling|브라이틀링|W|24|내비타이머=Navitimer
        IWC|아이더블유씨|W|28|포르투기저=Portugieser
        Panerai|파네라이|W|26|루미노르=Luminor
        Hublot|위블로|W|60|빅뱅=Big Bang
        Tudor|튜더|W|18|블랙베이=Black Bay
        Longines|론진|W|10|하이드로콘퀘스트=HydroConquest
        Tissot|티쏘|W|3.0|PRX=PRX;르로끌=Le Locle
        Hamilton|해밀턴|W|4.5|카키필드=Khaki Field
        Seiko|세이코|W|2.4|프레사지=Presage;프로스펙스=Prospex
        Casio|카시오|W|0.8|지샥=G-Shock;베이비지=Baby-G
        Citizen|시티즌|W|1.8|에코드라이브=Eco-Drive
        Swatch|스와치|W|1.2|문스와치=MoonSwatch
        Daniel Wellington|다니엘웰링턴|W|1.2|
        Fossil|파슬|W|1.2|
        Tiffany & Co.|티파니앤코|J|9.0|리턴 투 티파니=Return to Tiffany@목걸이;T 스마일=T Smile@목걸이
        Bvlgari|불가리|JW|16|비제로원=B.zero1@반지;세르펜티=Serpenti@팔찌
        Van Cleef & Arpels|반클리프 아펠|J|20|알함브라=Alhambra@목걸이
        Chaumet|쇼메|J|16|
        Pandora|판도라|J|1.6|모먼트=Moments@팔찌
        Swarovski|스와로브스키|J|1.6|
        Golden Dew|골든듀|J|3.0|
        J.Estina|제이에스티나|JL|1.8|
        Stonehenge|스톤헨지|J|1.8|
        Chrome Hearts|크롬하츠|JC|10|
        Ray-Ban|레이밴|Y|1.8|웨이페어러=Wayfarer;에비에이터=Aviator
        Gentle Monster|젠틀몬스터|Y|2.6|랑=Lang;릴리트=Lilit;허=Her
        Oakley|오클리|Y|2.0|
        Tom Ford|톰포드|YB|4.0|오우드우드=Oud Wood@향수
        Samsung|삼성;삼성전자|E|2.6|갤럭시 워치6=Galaxy Watch6@스마트워치;갤럭시 버즈3 프로=Galaxy Buds3 Pro@이어폰/헤드폰;\
        갤럭시 S24 울트라=Galaxy S24 Ultra@휴대폰/태블릿;갤럭시 탭 S9=Galaxy Tab S9@휴대폰/태블릿
        Apple|애플|E|3.2|에어팟 프로 2=AirPods Pro 2@이어폰/헤드폰;아이폰 15 프로=iPhone 15 Pro@휴대폰/태블릿;\
        애플워치 SE=Apple Watch SE@스마트워치;아이패드 에어=iPad Air@휴대폰/태블릿;맥북 에어=MacBook Air@노트북
        LG|엘지전자|E|2.4|그램 16=gram 16@노트북;코드제로 A9=CordZero A9@청소기;톤프리=TONE Free@이어폰/헤드폰
        Sony|소니|E|2.6|WH-1000XM5=WH-1000XM5@이어폰/헤드폰;WF-1000XM5=WF-1000XM5@이어폰/헤드폰;\
        플레이스테이션 5=PlayStation 5@PC주변기기
        Dyson|다이슨|E|4.0|에어랩=Airwrap@이미용가전;슈퍼소닉=Supersonic@이미용가전;V15 디텍트=V15 Detect@청소기
        Bose|보스|E|2.6|콰이어트컴포트=QuietComfort@이어폰/헤드폰
        JBL|제이비엘|E|1.6|플립 6=Flip 6@스피커;차지 5=Charge 5@스피커
        Marshall|마샬|E|2.2|액톤=Acton@스피커;엠버튼=Emberton@스피커
        Bang & Olufsen|뱅앤올룹슨|E|4.0|베오플레이=Beoplay@이어폰/헤드폰
        Beats|비츠|E|2.0|스튜디오 프로=Studio Pro@이어폰/헤드폰
        Xiaomi|샤오미|E|0.8|레드미 버즈=Redmi Buds@이어폰/헤드폰;미밴드 8=Mi Band 8@스마트워치
        Anker|앤커|E|0.7|사운드코어=Soundcore@이어폰/헤드폰;파워코어=PowerCore@PC주변기기
        Logitech|로지텍|E|1.2|MX 마스터 3S=MX Master 3S@PC주변기기;G PRO X=G PRO X@PC주변기기
        Nintendo|닌텐도|E|2.2|스위치 OLED=Switch OLED@PC주변기기;조이콘=Joy-Con@PC주변기기
        Garmin|가민|EW|3.0|포러너 265=Forerunner 265@스마트워치;피닉스 7=fenix 7@스마트워치
        GoPro|고프로|E|2.6|히어로 12=Hero 12@카메라
        Canon|캐논|E|4.0|EOS R6=EOS R6@카메라
        Nikon|니콘|E|4.0|Z50=Z50@카메라
        Philips|필립스|E|1.4|소닉케어=Sonicare@이미용가전;원블레이드=OneBlade@이미용가전
        Braun|브라운|E|1.6|시리즈 9=Series 9@이미용가전
        Oral-B|오랄비|E|0.9|iO 9=iO 9@이미용가전
        Panasonic|파나소닉|E|1.4|
        Roborock|로보락|E|3.6|S8 프로=S8 Pro@청소기
        SanDisk|샌디스크|E|0.5|익스트림=Extreme@저장장치
        Sulwhasoo|설화수|B|3.0|윤조에센스=First Care Activating@에센스/세럼;자음생크림=Concentrated Ginseng@크림
        The History of Whoo|더후|B|3.2|비첩 자생=Bichup@에센스/세럼;천기단=Cheongidan@크림
        Laneige|라네즈|B|1.6|립 슬리핑 마스크=Lip Sleeping Mask@립;워터뱅크=Water Bank@크림
        Innisfree|이니스프리|B|1.0|그린티 씨드=Green Tea Seed@에센스/세럼
        Etude|에뛰드|B|0.8|
        Missha|미샤|B|0.8|타임 레볼루션=Time Revolution@에센스/세럼
        Hera|헤라|B|2.2|블랙쿠션=Black Cushion@쿠션
        Iope|아이오페|B|1.8|
        Dr.Jart+|닥터자르트|B|1.5|시카페어=Cicapair@크림
        COSRX|코스알엑스|B|0.9|스네일 96=Snail 96@에센스/세럼
        Beauty of Joseon|조선미녀|B|0.9|
        Round Lab|라운드랩|B|0.9|독도=Dokdo@에센스/세럼;자작나무=Birch@선케어
        Anua|아누아|B|0.9|어성초=Heartleaf@에센스/세럼
        Torriden|토리든|B|0.9|다이브인=Dive-In@에센스/세럼
        Medicube|메디큐브|B|1.6|에이지알=AGE-R@이미용가전
        Rom&nd|롬앤|B|0.7|쥬시래스팅=Juicy Lasting@립
        Clio|클리오|B|1.0|킬커버=Kill Cover@쿠션
        3CE|쓰리씨이|B|1.1|
        MAC|맥|B|1.6|
        Estee Lauder|에스티로더|B|3.4|갈색병=Advanced Night Repair@에센스/세럼;더블웨어=Double Wear@쿠션
        Lancome|랑콤|B|3.2|제니피끄=Genifique@에센스/세럼
        SK-II|에스케이투|B|4.0|피테라=Facial Treatment Essence@에센스/세럼
        Kiehl's|키엘|B|1.8|
        Clinique|크리니크|B|1.8|
        Shiseido|시세이도|B|2.4|
        Jo Malone|조말론|B|3.4|블랙베리 앤 베이=Blackberry & Bay@향수
        Diptyque|딥디크|B|3.8|오르페옹=Orpheon@향수;도손=Do Son@향수
        Le Labo|르라보|B|5.0|상탈 33=Santal 33@향수
        Byredo|바이레도|B|4.8|블랑쉬=Blanche@향수
        Creed|크리드|B|6.0|어벤투스=Aventus@향수
        Aesop|이솝|B|2.6|
        Cetaphil|세타필|B|0.8|
        Lego|레고|K|2.0|테크닉=Technic@블록;스타워즈=Star Wars@블록;닌자고=Ninjago@블록
        Bandai|반다이|K|1.4|건담 RG=Gundam RG@인형/피규어;드래곤볼=Dragon Ball@인형/피규어
        Sanrio|산리오|K|1.2|헬로키티=Hello Kitty@인형/피규어;쿠로미=Kuromi@인형/피규어
        Pokemon|포켓몬|K|1.2|피카츄=Pikachu@인형/피규어
        Disney|디즈니|K|1.2|
        Pop Mart|팝마트|K|1.6|라부부=Labubu@인형/피규어
        Jellycat|젤리캣|K|1.7|
        Kakao Friends|카카오프렌즈|K|1.1|춘식이=Choonsik@인형/피규어
        Stokke|스토케|K|4.0|익스플로리=Xplory@유모차
        Bugaboo|부가부|K|4.4|버터플라이=Butterfly@유모차
        Babyzen|베이비젠|K|3.4|요요=YOYO@유모차
        Stanley|스탠리|H|1.6|퀜처=Quencher@텀블러
        Starbucks|스타벅스|H|1.3|
        Le Creuset|르크루제|H|4.0|
        Staub|스타우브|H|4.0|
        Tefal|테팔|H|1.3|
        Nespresso|네스프레소|H|2.4|버츄오=Vertuo@커피머신
        De'Longhi|드롱기|H|4.0|
        WMF|더블유엠에프|H|2.4|
        Zwilling|쯔빌링|H|2.2|
        Bosch|보쉬|H|2.0|
        Makita|마끼다|H|2.0|
        DeWalt|디월트|H|2.2|
        Titleist|타이틀리스트|G|2.4|프로 V1=Pro V1@골프공;TSR3=TSR3@골프클럽
        TaylorMade|테일러메이드|G|2.2|스텔스 2=Stealth 2@골프클럽;Qi10=Qi10@골프클럽
        Callaway|캘러웨이|G|2.1|패러다임=Paradym@골프클럽
        PXG|피엑스지|G|3.2|
        Honma|혼마|G|3.0|
        Malbon Golf|말본골프|G|2.4|
        G/FORE|지포어|G|2.8|
        """
}
