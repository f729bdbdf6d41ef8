import KleanCatalog
import KleanCore
import Testing

/// Which column means what, from names alone.
@Suite struct HeaderTests {
    @Test(arguments: [
        ("id", "uniq_id"), ("id", "상품번호"), ("id", "Product ID"), ("id", "goodsNo"),
        ("title", "product_name"), ("title", "Product Name"), ("title", "상품명(필수)"),
        ("title", "상품명"), ("title", "name"), ("title", "titulo"), ("title", "título"),
        ("title", "商品名称"), ("title", "\u{FEFF}Title"), ("brand", "브랜드"), ("brand", "Brand Name"),
        ("brand", "品牌"), ("brand", "marca"), ("category", "카테고리"), ("category", "상품분류(필수)"),
        ("category", "product_category_tree"), ("category", "main_category"), ("seller", "판매자"),
        ("seller", "셀러"), ("seller", "merchant_name"), ("shop", "storeName"), ("shop", "스토어"),
        ("shop", "상점명"), ("shop", "loja"), ("price", "판매가"), ("price", "Sale Price"),
        ("price", "discounted_price"), ("price", "price"), ("price", "가격"), ("price", "preço"),
        ("price", "価格"), ("price", "price_usd"), ("price", "가격(원)"), ("list_price", "정가"),
        ("list_price", "retail_price"), ("list_price", "Original Price"), ("currency", "통화"),
        ("currency", "currency_buyer"), ("condition", "상품상태"), ("condition", "condition"),
        ("image_hash", "image_hash"), ("image_hash", "image_hash_2"), ("image_hash", "PDQ"),
        ("image_quality", "image_quality"), ("logo_hash", "logo_hash"),
        ("orders_90d", "orders_90d"), ("refunds_90d", "refunds_90d"),
        ("complaints_90d", "complaints_90d"), ("listed_at", "등록일"), ("listed_at", "listed_at"),
        ("url", "링크"), ("url", "Product URL"), ("url", "source_url"), ("url", "contentUrl"),
        ("image_ref", "이미지"), ("image_ref", "thumbnailUrl"), ("options", "옵션"),
        ("shipping", "frete"), ("title", "item.name"), ("price", "data.salePrice"),
        ("brand", "brand.name"), ("category", "data.category.title"), ("seller", "seller.id"),
        ("shop", "shop.name"), ("image_ref", "image.url"), ("price", "price.amount"),
        ("id", "goods_sno"), ("id", "item.sno"), ("shop", "market_name"), ("url", "item.url"),
    ])
    func usualNamesAreKnown(_ field: String, _ column: String) throws {
        let anchor = field == "title" ? "x" : "title"
        let plan = try ColumnPlan(columns: [anchor, column], mapping: Mapping(), file: "t")
        #expect(plan.entries.contains { $0.field.rawValue == field && $0.column == 1 }, "\(column)")
    }

    @Test(arguments: [
        "rating", "review_count", "", "Unnamed: 0", "discount_rate", "source", "top", "all",
        "category.id", "brand.url", "image.id", "seller.image",
    ])
    func otherNamesStayUnmapped(_ column: String) throws {
        let plan = try ColumnPlan(columns: ["title", column], mapping: Mapping(), file: "t")
        #expect(plan.unmapped == [column])
    }

    @Test func sellingPriceComesBeforeListPrice() throws {
        let plan = try ColumnPlan(
            columns: ["title", "retail_price", "price", "discounted_price"], mapping: Mapping(),
            file: "t")
        #expect(plan.columns(for: .price) == [3, 2])
        #expect(plan.columns(for: .listPrice) == [1])
    }

    @Test func explicitMapWins() throws {
        var mapping = Mapping()
        try mapping.add("title=desc,price=cost,=name")
        let plan = try ColumnPlan(
            columns: ["name", "desc", "cost", "price"], mapping: mapping, file: "t")
        #expect(plan.columns(for: .title) == [1])
        #expect(plan.columns(for: .price) == [2])
        #expect(plan.unmapped == ["name", "price"])
        #expect(throws: CatalogError.self) {
            try ColumnPlan(columns: ["name"], mapping: mapping, file: "t")
        }
        #expect(throws: CatalogError.self) { try mapping.add("titel=desc") }
        #expect(throws: CatalogError.self) { try mapping.add("desc") }
    }

    @Test func shopStandsInForSeller() throws {
        let plan = try ColumnPlan(columns: ["title", "storeName"], mapping: Mapping(), file: "t")
        #expect(plan.sellerIsShop)
        #expect(plan.columns(for: .seller) == [1])
    }

    @Test func nameOfAPriceColumnGivesItsCurrency() throws {
        let plan = try ColumnPlan(
            columns: ["title", "price_usd", "가격(원)"], mapping: Mapping(), file: "t")
        #expect(plan.namedCurrency[1]?.code == "USD")
        #expect(plan.namedCurrency[2] == .krw)
    }

    @Test func nothingUsableIsAnError() {
        #expect(throws: CatalogError.noUsableColumns(file: "t", columns: ["a", "b"])) {
            try ColumnPlan(columns: ["a", "b"], mapping: Mapping(), file: "t")
        }
    }
}
