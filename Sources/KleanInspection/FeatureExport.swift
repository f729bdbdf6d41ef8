package import KleanCatalog
import KleanConsole
import KleanCore
package import KleanModel
import KleanScore

/// Writes what fusion sees of every listing, one line each.
///
/// | column | meaning |
/// |---|---|
/// | `id`, `score` | external id; the model's score in log-odds |
/// | `image` … `seller` | raw value of each scorer, empty where it abstains |
/// | `imageMissing` … | 1 where it abstains |
/// | `officialImageLowPrice` … | the interactions, 0 to 1 |
/// | `mentioned`, `authorised`, `accessory`, `newSeller` | facts, 0 or 1: for trees |
/// | `brand`, `category` | for people |
package enum FeatureExport {
    package enum Form: Sendable { case csv, jsonLines }

    /// - Returns: Listings written.
    /// - Throws: `CatalogError`, `ScoreError`, `FileError`; no partial file is left.
    @discardableResult
    package static func write(
        _ store: Store, _ model: Model, _ form: Form, to path: String
    ) throws -> Int {
        let surveyed = try SurveyedStore(store, model, scratch: path + ".survey")
        do {
            let count = try write(surveyed, form, to: path)
            try surveyed.discard()
            return count
        } catch {
            try surveyed.discard()
            throw error
        }
    }

    private static func write(
        _ surveyed: SurveyedStore, _ form: Form, to path: String
    ) throws -> Int {
        let file = try ExportFile(path)
        let keys = ["id", "score"] + Term.allCases.map(\.name) + ["brand", "category"]
        if form == .csv { try file.write(keys.joined(separator: ",") + "\n") }
        var count = 0
        try surveyed.forEachFeatures { id, features, columns in
            let cells = cells(id, features, columns, surveyed.model)
            try file.write(form == .csv ? Export.csv(cells) : Export.json(keys, cells))
            count += 1
        }
        try file.commit()
        return count
    }

    private static func cells(
        _ id: ArraySlice<UInt8>, _ features: ListingFeatures, _ columns: HotColumns,
        _ model: Model
    ) -> [Table.Cell] {
        let category = columns.category[Int(features.row)]
        let numbers = [features.score.double] + features.values
        return [.text(String(decoding: id, as: UTF8.self))]
            + numbers.map(cell)
            + [
                features.brand.map { .text(model.brands.keys.string(Int($0))) } ?? .missing,
                category.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .missing,
            ]
    }

    /// Nine digits tell any two raw scores apart.
    private static func cell(_ value: Double) -> Table.Cell {
        if value.isNaN { return .missing }
        return value == value.rounded() ? .integer(Int64(value)) : .number(value, digits: 9)
    }
}
