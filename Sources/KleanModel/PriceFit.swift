internal import KleanColumns
import KleanCore

/// Price references as a fit leaves them, ready to be written as `prices.tsv`.
package struct PriceFit: Sendable {
    private let model: Model
    /// Rows with the title aliases of R1.
    private var items: [(row: PriceRow, aliases: [String])]
    /// Cells with at least one listing.
    package internal(set) var cellsSeen = 0
    /// Cells whose lower cluster was left out.
    package internal(set) var cellsBimodal = 0
    /// Rows written or refreshed from listings.
    package private(set) var rowsFitted = 0

    /// Starts with the model's own rows.
    init(model: Model) {
        self.model = model
        var aliases = [[String]](repeating: [], count: model.prices.count)
        for pattern in model.patterns where pattern.kind == .priceModel {
            aliases[Int(pattern.number)].append(String(decoding: pattern.text, as: UTF8.self))
        }
        items = zip(model.prices, aliases).map { ($0, $1) }
    }

    package var rows: [PriceRow] { items.map(\.row) }

    /// Replaces the row at `index` of the model's rows.
    mutating func keep(_ row: PriceRow, aliasesOf index: Int) {
        items[index].row = row
        rowsFitted += 1
    }

    /// Adds a row, or replaces the one of its cell.
    mutating func keep(_ row: PriceRow) {
        rowsFitted += 1
        let place = items.firstIndex {
            $0.row.brand == row.brand && $0.row.level == row.level
                && $0.row.condition == row.condition && $0.row.categoryKey == row.categoryKey
        }
        if let place { items[place].row = row } else { items.append((row, [])) }
    }

    mutating func sort() {
        let keys = model.brands.keys
        func order(_ row: PriceRow) -> (String, String, String, String) {
            (
                keys.string(Int(row.brand)), row.level.code, row.category,
                "\(row.model)\t\(row.condition.rawValue)"
            )
        }
        items = items.map { (order($0.row), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The bytes of `prices.tsv`. - Complexity: O(rows).
    package var table: [UInt8] {
        var text = "# Price references in won, written by klean model fit-prices.\n"
        text += SourceDraft.priceColumns.joined(separator: "\t") + "\n"
        for (row, aliases) in items {
            let fields = [
                model.brands.keys.string(Int(row.brand)), row.category, row.model,
                aliases.joined(separator: ";"), row.level.code, "\(row.condition)",
                "\(row.referenceWon)", "\(row.spread)", "\(row.votes)", row.source, row.date,
            ]
            text += fields.map(PriceFit.plain).joined(separator: "\t") + "\n"
        }
        return Array(text.utf8)
    }

    /// Writes ``table`` to `path`, whole or not at all.
    package func write(to path: String) throws(ModelError) {
        do {
            try writeFileDurably(path, table)
        } catch {
            throw .file(error)
        }
    }

    /// A field cannot hold what separates fields.
    static func plain(_ field: String) -> String {
        String(
            decoding: field.utf8.map { $0 < 32 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
