/// The usual names of catalog columns in English, Korean, Chinese, Japanese and Portuguese.
///
/// A name is looked up after ``normalise(_:)``; a lower rank is a better name for its field.
enum HeaderNames {
    struct Hit: Equatable {
        var field: Field
        var rank: Int
    }

    /// Lower-case letters and digits only: no spaces, underscores, hyphens, brackets or what stands
    /// in brackets (`상품명(필수)`), no byte order mark and no invisible characters.
    static func normalise(_ name: String) -> String {
        var text = ""
        var depth = 0
        for scalar in name.lowercased().unicodeScalars {
            switch scalar {
            case "(", "[", "（", "【": depth += 1
            case ")", "]", "）", "】": depth = max(0, depth - 1)
            default:
                if depth == 0, scalar.properties.isAlphabetic || isDigit(scalar) {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 48 && scalar.value <= 57
    }

    /// What a column of this name usually holds.
    static func hit(_ name: String) -> Hit? {
        let text = normalise(name)
        if let hit = table[text] { return hit }
        // image_hash_2, 카테고리3: numbered columns of one field.
        let stem = String(text.reversed().drop(while: { $0.isASCII && $0.isNumber }).reversed())
        guard stem.count < text.count, let hit = table[stem] else { return nil }
        return hit.field.takesMany || hit.field == .imageRef ? hit : nil
    }

    private static let table: [String: Hit] = {
        var table: [String: Hit] = [:]
        for (field, ranks) in names {
            for (rank, words) in ranks.enumerated() {
                for word in words.split(separator: " ") {
                    let known = table[String(word)]
                    precondition(known == nil, "a header name has one meaning: \(word)")
                    table[String(word)] = Hit(field: field, rank: rank)
                }
            }
        }
        return table
    }()

    /// Best names first; within a rank all are equal and the leftmost column wins.
    private static let names: [(Field, [String])] = [
        (
            .id,
            [
                "id listingid productid itemid goodsid 상품번호 상품id 상품아이디 goodsno "
                    + "productno itemno productcode itemcode 상품코드 商品id 商品编号 商品番号 "
                    + "produtoid idproduto listingno itemnumber articleid offerid goodssno "
                    + "등록상품id 노출상품id 업체상품id 옵션id 게시글번호 매물번호 商品管理番号 商品コード 商品编码 商品货号 宝贝id 商品編號 商品貨號",
                "sno uniqid uniqueid uuid sku skuid pid asin 판매자상품코드 관리코드 品番 货号 "
                    + "codigo código handle 자체상품코드 판매자관리코드 "
                    + "codigoproduto códigodoproduto ",
            ]
        ),
        (
            .title,
            [
                "title productname producttitle 상품명 제품명 商品名称 商品名 商品标题 titulo 商品名稱 商品標題 "
                    + "título nomedoproduto goodsname goodsnm itemname itemtitle "
                    + "listingtitle 등록상품명 노출상품명 宝贝标题 宝贝名称 商品タイトル "
                    + "nomeproduto titulodoanuncio títulodoanúncio "
                    + "listingname 게시글제목 매물명",
                "name 제목 이름 품명 标题 名称 nome タイトル 상품이름 物品名 nombre 宝贝 アイテム名 produto "
                    + "producto 상품 제품 product 商品",
                "titleorig originaltitle",
            ]
        ),
        (
            .brand,
            [
                "brand brandname 브랜드 브랜드명 品牌 ブランド marca 상표 brandnm 브랜드이름 ブランド名 "
                    + "品牌名称 品牌名 marcadoproduto",
                "manufacturer maker 제조사 制造商 fabricante 제조사명 제조업체 メーカー "
                    + "メーカー名 生产商 ",
            ]
        ),
        (
            .category,
            [
                "category categoryname categorypath productcategory "
                    + "productcategorytree maincategory subcategory 카테고리 카테고리명 상품분류 분류 "
                    + "대분류 중분류 소분류 세분류 类目 分类 カテゴリ カテゴリー categoria subcategoria "
                    + "producttype goodscate 카테고리대분류 카테고리중분류 카테고리소분류 카테고리세분류 카테고리이름 "
                    + "类目名称 商品分类 商品类目 カテゴリ名 カテゴリー名 ジャンル categoría "
                    + "categories productcategories googleproductcategory ",
                "department 품목 type tipo 종류",
            ]
        ),
        (
            .seller,
            [
                "seller sellername sellerid 판매자 판매자명 판매자id 셀러 셀러명 merchant "
                    + "merchantname 卖家 卖家名称 出品者 販売者 vendedor vendor vendorname 판매처 판매업체 "
                    + "판매자이름 掌柜名 掌柜 卖家昵称 旺旺 セラー 出品者名 nomedovendedor vendedora",
                "merchanttitle merchantid 공급사 입점사 업체명 vendorid",
            ]
        ),
        (
            .shop,
            [
                "shop shopname store storename 스토어 스토어명 상점 상점명 쇼핑몰 쇼핑몰명 마켓명 店铺 "
                    + "店铺名称 ショップ 店舗 loja nomedaloja mallname mall 店铺名 店名 "
                    + "ショップ名 店舗名 tienda nomeloja 샵 샵이름 상점이름 가게 "
                    + "marketname"
            ]
        ),
        (
            .price,
            [
                "saleprice salesprice sellingprice sellprice discountedprice "
                    + "discountprice finalprice specialprice dealprice currentprice "
                    + "nowprice 판매가 판매가격 할인가 할인가격 할인판매가 실판매가 최종가 최종가격 현재가 특가 促销价 售价 "
                    + "現在価格 precopromocional preçopromocional precocomdesconto "
                    + "precodevenda offerprice 할인판매가격 모바일할인가 즉시할인가 최종판매가 折扣价 现价 "
                    + "优惠价 券后价 活动价 セール価格 販売価格 税込価格 特価 precofinal preçofinal "
                    + "preçodevenda preciofinal preciooferta variantprice buynowprice "
                    + "askingprice",
                "price 가격 상품가격 단가 价格 価格 preco preço valor productprice itemprice "
                    + "priceamount 금액 价钱 minprice lowestprice 최저가 판매금액 상품금액 商品价格 宝贝价格 "
                    + "價格 售價 商品價格 "
                    + "一口价 单价 価格税込 値段 金額 precio precounitario preçounitário "
                    + "가격원 시작가",
            ]
        ),
        (
            .listPrice,
            [
                "listprice originalprice retailprice actualprice regularprice 정가 "
                    + "소비자가 소비자가격 시중가 시중가격 권장소비자가 msrp rrp mrp 原价 市场价 定価 precooriginal "
                    + "preçooriginal marketprice normalprice consumerprice 할인율기준가 할인전가격 "
                    + "상품가 기존가 원가격 市场价格 吊牌价 划线价 参考価格 通常価格 メーカー希望小売価格 希望小売価格 "
                    + "precodelista preçodelista precode preçode preciooriginal "
                    + "variantcompareatprice compareatprice wasprice oldprice fullprice "
                    + "strikeprice beforeprice maxprice highestprice 최고가"
            ]
        ),
        (
            .currency,
            [
                "currency currencycode currencybuyer 통화 화폐 币种 货币 通貨 moeda "
                    + "currencysymbol 통화코드 货币代码 通貨コード pricecurrency moneda divisa"
            ]
        ),
        (
            .condition,
            [
                "condition itemcondition productcondition 상태 상품상태 제품상태 중고여부 成色 "
                    + "商品状态 商品の状態 condicao condição 状態 商品状態 新旧程度 estadodoproduto "
                    + "itemstate"
            ]
        ),
        (
            .imageHash,
            ["imagehash imagehashes pdq pdqhash pdqhashes imagepdq 이미지해시 phash256"]
        ),
        (.imageQuality, ["imagequality pdqquality imagehashquality 이미지품질"]),
        (.logoHash, ["logohash logohashes logopdq 로고해시"]),
        (.logoQuality, ["logoquality logohashquality 로고품질"]),
        (.logoLabel, ["logolabel logolabels logobrand 로고라벨"]),
        (.logoBox, ["logobox logoboxes 로고위치"]),
        (.orders, ["orders90d orders90days order90d 90일주문수 90일주문 주문수90일"]),
        (.refunds, ["refunds90d refunds90days refund90d 90일환불수 90일환불 환불수90일"]),
        (
            .complaints,
            ["complaints90d complaints90days complaint90d 90일신고수 90일신고 신고수90일 90일민원수"]
        ),
        (
            .listedAt,
            [
                "listedat listeddate createdat registeredat listingdate 등록일 등록일시 "
                    + "등록일자 등록시각 上架时间 出品日 regdate 상품등록일 게시일 작성일시 发布时间 上架日期 登録日 公開日 "
                    + "datadecadastro datacadastro createdtime publishedat datelisted",
                "crawltimestamp crawledat scrapedat 수집일 수집일시",
            ]
        ),
        (
            .url,
            [
                "url producturl itemurl listingurl link productlink 링크 상품링크 상품url "
                    + "链接 商品链接 contenturl detailurl weburl permalink 상품주소 상품페이지 宝贝链接 "
                    + "宝贝地址 商品地址 网址 商品ページ linkdoproduto urldoproduto enlace",
                "sourceurl pageurl href",
            ]
        ),
        (
            .imageRef,
            [
                "image images imageurl imageurls img imgurl imagelink "
                    + "productimage productpicture picture thumbnail thumbnailurl 이미지 "
                    + "이미지url 상품이미지 대표이미지 메인이미지 图片 主图 画像 imagem mainimage imageref "
                    + "imagefile photo 이미지링크 이미지주소 대표이미지url 상품이미지url 썸네일 商品图片 图片链接 图片地址 "
                    + "主图链接 商品画像 画像リンク imagemprincipal urldaimagem linkdaimagem imagen "
                    + "imagesrc imgsrc imgurls photos photourl pictureurl "
                    + "pictures mainimageurl thumb",
                "상세이미지 리스트이미지",
            ]
        ),
        (
            .options,
            [
                "options option 옵션 옵션명 옵션목록 规格 規格 variants variations 옵션정보 옵션값 商品规格 "
                    + "가격재고옵션목록 옵션가 옵션가격 optionprice optionprices "
                    + "バリエーション オプション opcoes opções variacoes variações opciones"
            ]
        ),
        (
            .shipping,
            [
                "shipping shippingfee shippingprice shippingcost deliveryfee 배송 "
                    + "배송비 배송정보 运费 送料 frete shippingoptionname 배송유형 배송비정보 配送料 配送 envio "
                    + "envío valordofrete"
            ]
        ),
    ]
}
