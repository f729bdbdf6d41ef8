package import KleanCore

/// What the user says of a source: which column means what, and what holds for the whole file.
package struct Mapping: Equatable, Sendable {
    /// Field to column names or JSON paths; overrides what would be recognised.
    package var columns: [Field: [String]] = [:]
    /// Columns that must not be recognised.
    package var ignored: [String] = []
    /// For rows that name no currency of their own.
    package var currency = Currency.missing
    /// For single price columns, by name; stronger than a currency column.
    package var currencies: [String: Currency] = [:]
    /// For rows without the field.
    package var seller = ""
    package var brand = ""
    package var shop = ""
    package var category = ""
    package var condition: Condition?
    /// Where the records stand in a JSON file (`data.items`); empty finds the one array.
    package var recordsPath = ""
    /// Overrides what the file's bytes say.
    package var encoding: TextEncoding?
    /// Where the files lie that the image column names; `nil` leaves pictures alone.
    package var pictures: PictureShelf?

    package init() {}

    /// Reads `title=product_name,price=sale price`; a field may be named several times, and an
    /// empty field name ignores the column (`=source`).
    package mutating func add(_ text: String) throws(CatalogError) {
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            guard let equals = part.firstIndex(of: "=") else {
                throw .badMapping(text: String(part), expected: "FIELD=COLUMN")
            }
            let name = part[..<equals].filter { $0 != " " }
            let column = String(part[part.index(after: equals)...])
            guard !column.isEmpty else {
                throw .badMapping(text: String(part), expected: "a column name after =")
            }
            if name.isEmpty {
                ignored.append(column)
                continue
            }
            guard let field = Field(rawValue: name) else {
                let names = Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badMapping(text: String(part), expected: "one of \(names) before =")
            }
            columns[field, default: []].append(column)
        }
    }
}

/// Which column of one file feeds which field, and how that was decided.
package struct ColumnPlan: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package var field: Field
        /// Column number, from 0, into `columns`.
        package var column: Int
        /// Said by the user, not recognised.
        package var isExplicit: Bool
    }

    /// All columns of the file in order: header cells, or JSON paths in first-seen order.
    package var columns: [String]
    /// In field order; a field's entries in order of preference.
    package var entries: [Entry]
    /// The shop column feeds the seller as well, for want of a seller column.
    package var sellerIsShop = false
    /// Currency that a price column's own name says (`price_usd`, `가격(원)`), by column.
    package var namedCurrency: [Int: Currency] = [:]
    /// The file is a store that klean exported: its rows are taken at their word.
    package var isExport = false

    package var unmapped: [String] {
        let used = Set(entries.map(\.column))
        return columns.indices.filter { !used.contains($0) }.map { columns[$0] }
    }

    package func columns(for field: Field) -> [Int] {
        entries.filter { $0.field == field }.map(\.column)
    }

    /// Decides by the user's mapping first, then by the usual names.
    ///
    /// - Throws: ``CatalogError/unknownColumn(file:column:columns:)`` when the mapping names a
    ///   column that is not there, ``CatalogError/noUsableColumns(file:columns:)``.
    package init(columns: [String], mapping: Mapping, file: String) throws(CatalogError) {
        self.columns = columns
        entries = []
        if mapping.columns.isEmpty, mapping.ignored.isEmpty,
            Set(columns).isSuperset(of: ExactRow.columns)
        {
            isExport = true
            for field in Field.allCases where ExactRow.fields.contains(field) {
                guard let column = columns.firstIndex(of: field.rawValue) else { continue }
                entries.append(Entry(field: field, column: column, isExplicit: false))
            }
            return
        }
        var taken: Set<Int> = []
        for name in mapping.ignored {
            if let column = columns.firstIndex(of: name) { taken.insert(column) }
        }
        for field in Field.allCases {
            for name in mapping.columns[field] ?? [] {
                let found =
                    columns.firstIndex(of: name)
                    ?? columns.firstIndex {
                        HeaderNames.normalise($0) == HeaderNames.normalise(name)
                    }
                guard let found else {
                    throw .unknownColumn(file: file, column: name, columns: columns)
                }
                taken.insert(found)
                entries.append(Entry(field: field, column: found, isExplicit: true))
            }
        }
        recognise(except: taken, mapping)
        for (name, currency) in mapping.currencies {
            guard let column = columns.firstIndex(of: name) else {
                throw .unknownColumn(file: file, column: name, columns: columns)
            }
            namedCurrency[column] = currency
        }
        entries.sort { $0.field.order < $1.field.order }
        if self.columns(for: .seller).isEmpty, mapping.seller.isEmpty,
            let shop = self.columns(for: .shop).first
        {
            entries.append(Entry(field: .seller, column: shop, isExplicit: false))
            entries.sort { $0.field.order < $1.field.order }
            sellerIsShop = true
        }
        guard entries.contains(where: { $0.field == .title || $0.field == .imageHash }) else {
            throw .noUsableColumns(file: file, columns: columns)
        }
    }

    private mutating func recognise(except taken: Set<Int>, _ mapping: Mapping) {
        var best: [Field: [(rank: Int, column: Int)]] = [:]
        for (column, name) in columns.enumerated() where !taken.contains(column) {
            guard let (hit, currency) = ColumnPlan.hit(name) else { continue }
            // A path's last part names the value; deeper ones are weaker guesses.
            let depth = name.utf8.count(where: { $0 == UInt8(ascii: ".") })
            best[hit.field, default: []].append((hit.rank * 8 + min(depth, 7), column))
            if currency != .missing { namedCurrency[column] = currency }
        }
        for field in Field.allCases where mapping.columns[field] == nil {
            guard let found = best[field] else { continue }
            let top = found.map(\.rank).min() ?? 0
            let chosen: [Int]
            if field == .price {
                // Every price column in order of preference: an empty one falls back to the next.
                chosen = found.sorted { ($0.rank, $0.column) < ($1.rank, $1.column) }.map(\.column)
            } else {
                let equal = found.filter { $0.rank == top }.map(\.column)
                chosen = field.takesMany ? equal : Array(equal.prefix(1))
            }
            entries += chosen.map { Entry(field: field, column: $0, isExplicit: false) }
        }
    }

    /// A column's meaning by its name, or by its last part, with the currency in its name.
    static func hit(_ name: String) -> (HeaderNames.Hit, Currency)? {
        let parts = name.split(separator: ".").suffix(2).map(String.init)
        let last = parts.last ?? name
        let currency = currencyInName(last)
        let own = HeaderNames.hit(last)
        if parts.count == 2, let nested = nestedHit(parts[0], last, own) {
            return nested.map { ($0, currency) }
        }
        if let own { return (own, currency) }
        guard currency != .missing else { return nil }
        let words = last.split(whereSeparator: { "_ -(".contains($0) })
        let stem = words.dropLast().joined(separator: " ")
        guard let hit = HeaderNames.hit(stem), hit.field == .price || hit.field == .listPrice else {
            return nil
        }
        return (hit, currency)
    }

    /// What a value means by the object that it stands in, where that changes its meaning: a
    /// brand's name is the brand, a picture's link the picture, and a category's id is neither the
    /// listing's id nor anything else. The outer `nil` leaves it to the value's own name.
    private static func nestedHit(_ parent: String, _ last: String, _ own: HeaderNames.Hit?)
        -> HeaderNames.Hit??
    {
        if let both = HeaderNames.hit(parent + last) {
            return both.field == own?.field ? nil : .some(both)
        }
        guard let own, [.id, .title, .url, .imageRef].contains(own.field),
            let part = HeaderNames.hit(parent),
            [.brand, .category, .seller, .shop, .imageRef].contains(part.field)
        else { return nil }
        let isIt = own.field == .title || (own.field == .url && part.field == .imageRef)
        return .some(isIt ? part : nil)
    }

    /// `price_usd`, `Price (KRW)`, `가격(원)`: the last word names a currency.
    private static func currencyInName(_ name: String) -> Currency {
        let words = name.split(whereSeparator: { "_ -()[]（）".contains($0) })
        guard words.count > 1, let last = words.last else { return .missing }
        return CurrencySign.named(String(last))
    }
}

extension Field {
    var order: Int { Field.allCases.firstIndex(of: self) ?? 0 }
}
