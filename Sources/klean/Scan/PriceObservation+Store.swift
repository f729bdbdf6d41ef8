import KleanCatalog
import KleanCore
import KleanModel

extension PriceObservation {
    /// Hands out the listings of a chunk that price references may be learned from: live, of a
    /// brand named in the brand field, priced in a currency with a rate, and no accessory.
    static func forEach(
        _ columns: HotColumns, _ model: Model, dead: [UInt32], _ body: (PriceObservation) -> Void
    ) {
        let brands = columns.brand.values.map { model.brands.brand(fieldKey: Model.nameKey($0)) }
        let sellers = columns.seller.values.map { Model.sellerKey($0) }
        let words = model.accessories.filter { $0.role == .category || $0.role == .title }
            .map { Array($0.text.utf8) }
        let isAccessory = columns.category.values.map { text in
            words.contains { contains(text, $0) }
        }
        var nextDead = dead[...]
        for row in 0..<columns.rowCount {
            if nextDead.first == UInt32(row) {
                nextDead = nextDead.dropFirst()
                continue
            }
            let brandCode = columns.brand.codes[row]
            guard brandCode != Missing.uint32, let brand = brands[Int(brandCode)],
                columns.price[row] != Missing.int64,
                let won = model.fx.won(
                    minor: columns.price[row], Currency(packed: columns.currency[row]))
            else { continue }
            let category = columns.category.codes[row]
            if category != Missing.uint32, isAccessory[Int(category)] { continue }
            if words.contains(where: { contains(columns.title[row], $0) }) { continue }
            let seller = columns.seller.codes[row]
            let key = seller == Missing.uint32 ? nil : sellers[Int(seller)]
            body(
                PriceObservation(
                    brand: brand, category: columns.category.string(row), won: won, seller: key,
                    condition: Condition(rawValue: columns.condition[row]) ?? .new,
                    isAuthorised: key.map { model.brands.isAuthorised(brand: brand, sellerKey: $0) }
                        ?? false))
        }
    }

    private static func contains(_ text: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return false }
        for start in text.startIndex...(text.endIndex - word.count)
        where text[start] == first && text[start..<start + word.count].elementsEqual(word) {
            return true
        }
        return false
    }
}

extension ByteStrings {
    /// One result per string.
    fileprivate func map<Result>(_ body: (ArraySlice<UInt8>) -> Result) -> [Result] {
        (0..<count).map { body(self[$0]) }
    }
}
