import FoundationEssentials
import Glibc
import KleanColumns

/// Real catalogs beside the package: `KLEAN_SHARED`, else `../shared` of the package.
enum SharedData {
    static let folder: String = {
        if let path = getenv("KLEAN_SHARED") { return String(cString: path) + "/data" }
        return packageRoot + "/../shared/data"
    }()

    static let isThere = FileSystem.isDirectory(folder + "/catalogs")

    /// A catalog of listings that are taken to be genuine.
    struct Catalog: CustomStringConvertible, Sendable {
        let file: String
        let title: String
        let brand: String
        let category: String
        var description: String { file }

        func listings() throws -> [HonestCatalogTests.Listing] {
            let bytes = try FileSystem.read(SharedData.folder + "/catalogs/" + file)
            let rows = file.hasSuffix(".json") ? try SharedData.json(bytes) : SharedData.csv(bytes)
            return rows.compactMap { row in
                guard let title = row[title], !title.isEmpty else { return nil }
                return HonestCatalogTests.Listing(
                    title: title, brand: row[brand] ?? "", category: row[category] ?? "")
            }
        }
    }

    static let honest: [Catalog] = [
        Catalog(
            file: "musinsa_data_2026.csv", title: "product_name", brand: "brand",
            category: "category"),
        Catalog(
            file: "ably_data.csv", title: "product_name", brand: "brand", category: "category"),
        Catalog(file: "vintage_sero.json", title: "name", brand: "brand", category: "category"),
        Catalog(file: "coupang_2020a.csv", title: "상품명", brand: "", category: ""),
        Catalog(file: "coupang_2020b.csv", title: "상품명", brand: "", category: ""),
        Catalog(
            file: "oliveyoung_ranking.csv", title: "Product Name", brand: "Brand",
            category: "Category"),
    ]

    /// Rows of a comma-separated file by column name.
    static func csv(_ bytes: [UInt8]) -> [[String: String]] {
        var rows: [[String]] = []
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        func text() -> String { String(decoding: field, as: UTF8.self) }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != 34 {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == 34 {
                    field.append(34)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 34, field.isEmpty {
                isQuoted = true
            } else if byte == 44 || byte == 10 {
                if field.last == 13 { field.removeLast() }
                fields.append(text())
                field.removeAll()
                if byte == 10 {
                    rows.append(fields)
                    fields.removeAll()
                }
            } else {
                field.append(byte)
            }
        }
        guard let header = rows.first else { return [] }
        return rows.dropFirst().map { row in
            Dictionary(zip(header, row), uniquingKeysWith: { first, _ in first })
        }
    }

    /// Text values of a JSON array of objects.
    static func json(_ bytes: [UInt8]) throws -> [[String: String]] {
        struct Row: Decodable {
            var name: String?
            var category: String?
        }
        return try JSONDecoder().decode([Row].self, from: Data(bytes)).map {
            ["name": $0.name ?? "", "category": $0.category ?? ""]
        }
    }
}
