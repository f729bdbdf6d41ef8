import KleanCore
internal import KleanText

extension SourceDraft {
    /// Columns of `prices.tsv`, as ``PriceFitter`` writes them.
    static let priceColumns = [
        "brand", "category", "model", "aliases", "level", "condition", "reference", "spread", "n",
        "source", "date",
    ]

    mutating func readPrices() throws(ModelError) {
        guard let table = try table("prices.tsv", required: SourceDraft.priceColumns) else {
            return
        }
        var cells: [String: Int] = [:]
        var aliases: [[UInt8]: Int] = [:]
        table.forEachRow(&self) { row, draft in
            guard let brand = draft.brandNumbers[row.text(0)] else {
                draft.faults.add(
                    row.file, row.line, "brand", expected: "a key of brands.tsv",
                    found: row.text(0))
                return
            }
            guard let price = SourceDraft.price(row, brand: brand, &draft.faults) else { return }
            let number = UInt32(draft.model.prices.count)
            draft.model.prices.append(price)
            guard price.level == .r1 else {
                let condition = price.condition.rawValue
                let cell = "\(brand) \(price.level.code) \(condition) \(price.categoryKey ?? 0)"
                if let line = cells.updateValue(row.line, forKey: cell) {
                    draft.faults.add(
                        row.file, row.line, "category",
                        expected: "each brand, category, level and condition once",
                        found: "\(price.category), as in line \(line)")
                }
                return
            }
            for alias in row.list(3) {
                let key = termKey(alias)
                let place = key + Array(" \(brand) \(price.condition.rawValue)".utf8)
                if patternKey(alias).isEmpty {
                    draft.faults.add(
                        row.file, row.line, "aliases", expected: "letters or digits", found: alias)
                } else if let line = aliases.updateValue(row.line, forKey: place) {
                    draft.faults.add(
                        row.file, row.line, "aliases",
                        expected: "each alias once for a brand and condition",
                        found: "\(alias), as in line \(line)")
                } else {
                    draft.patterns.append(
                        ModelPattern(
                            text: Array(alias.utf8), kind: .priceModel, number: number,
                            ruleBits: WordShape(alias).modelRule.rawValue))
                }
            }
        }
    }

    private static func price(
        _ row: SourceTable.Row, brand: UInt32, _ faults: inout FaultList
    ) -> PriceRow? {
        let level: PriceLevel? = row.choice(4, "level", \.code, &faults)
        let condition: Condition? =
            row[5].isEmpty ? .new : row.choice(5, "condition", { "\($0)" }, &faults)
        let won = row.integer(6, "reference", 1...1_000_000_000_000, &faults)
        let spread = row.decimal(7, "spread", 0.01...3, &faults)
        let votes = row.integer(8, "n", 1...Int64(UInt32.max) - 1, &faults)
        let date = row.day(10, "date", &faults)
        if row[9].isEmpty {
            faults.add(row.file, row.line, "source", expected: "where it is from", found: "")
        }
        guard let level, let condition, let won, let spread, let votes, let date else {
            return nil
        }
        let hasModel = !row[2].isEmpty && !row.list(3).isEmpty
        if (level == .r1) != hasModel {
            let wanted = level == .r1 ? "a model and its title aliases" : "none at \(level.code)"
            faults.add(row.file, row.line, "model", expected: wanted, found: row.text(2))
        }
        let category = row.text(1)
        let categoryKey = Model.priceCategoryKey(category)
        if categoryKey == nil, !category.isEmpty {
            let names = ProductDomains.names.joined(separator: ", ")
            faults.add(
                row.file, row.line, "category", expected: "@ and one of \(names)",
                found: category)
        }
        return PriceRow(
            brand: brand, categoryKey: categoryKey, category: category, model: row.text(2),
            level: level, condition: condition,
            referenceWon: won, spread: spread, votes: UInt32(votes), source: row.text(9),
            date: date)
    }

    mutating func readRates() throws(ModelError) {
        let columns = ["currency", "won", "date", "source"]
        guard let table = try table("fx.tsv", required: columns) else { return }
        var rates: [Currency: (won: Int64, date: String, source: String)] = [:]
        table.forEachRow(&self) { row, draft in
            guard let currency = Currency(code: row.text(0)) else {
                draft.faults.add(
                    row.file, row.line, "currency", expected: "an ISO 4217 code",
                    found: row.text(0))
                return
            }
            guard let won = row.millionths(1, "won", &draft.faults),
                let date = row.day(2, "date", &draft.faults)
            else { return }
            if currency == .krw, won != 1_000_000 {
                draft.faults.add(
                    row.file, row.line, "won", expected: "1 for KRW", found: row.text(1))
            }
            if rates.updateValue((won, date, row.text(3)), forKey: currency) != nil {
                draft.faults.add(
                    row.file, row.line, "currency", expected: "each currency once",
                    found: row.text(0))
            }
        }
        if rates[.krw] == nil { rates[.krw] = (1_000_000, "", "") }
        let sorted = rates.sorted { $0.key < $1.key }
        model.fx.currencies = sorted.map(\.key)
        model.fx.microWonPerMajor = sorted.map(\.value.won)
        model.fx.dates = sorted.map(\.value.date)
        model.fx.sources = sorted.map(\.value.source)
    }
}
